"""The exceptions. The native module raises them through `error` and `type_error`."""

from __future__ import annotations

from partnersign._codes import NUMBERS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from partnersign._code_types import ErrorCode

__all__ = [
    "InputError",
    "InputTypeError",
    "InvalidKeyError",
    "NonceError",
    "NonceRejectedError",
    "PartnerSignError",
    "VerificationError",
]


class PartnerSignError(Exception):
    """Every refusal of partnersign. `code` never changes its meaning; `message` may change its words.

    `position` is the offset in bytes into the input that was refused (of a `str`: into its UTF-8),
    where there is such a place.
    """

    code: ErrorCode
    message: str
    position: int | None

    def __init__(self, code: ErrorCode, message: str, position: int | None = None) -> None:
        super().__init__(code, message, position)
        self.code = code
        self.message = message
        self.position = position

    @property
    def number(self) -> int:
        """The number that C callers see."""
        return NUMBERS[self.code]

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class InputError(PartnerSignError):
    """1xx: a URL, timestamp, nonce, method, body or argument that cannot be signed."""


class InputTypeError(InputError, TypeError):
    """An argument of the wrong type."""


class InvalidKeyError(PartnerSignError):
    """2xx: a private, public or API key that cannot be used."""


class VerificationError(PartnerSignError):
    """4xx: a received request that is refused."""


class NonceError(PartnerSignError):
    """5xx: no nonce can be had, or its outcome cannot be recorded."""


class NonceRejectedError(VerificationError, NonceError):
    """`nonce_rejected`: a verifier refuses a nonce, or a sequencer is out of step with the server."""


_BY_RANGE: dict[int, type[PartnerSignError]] = {
    1: InputError,
    2: InvalidKeyError,
    4: VerificationError,
    5: NonceError,
}


def error(code: ErrorCode, message: str, position: int | None = None) -> PartnerSignError:
    """The exception for a code."""
    if code == "nonce_rejected":
        return NonceRejectedError(code, message, position)
    return _BY_RANGE.get(NUMBERS[code] // 100, PartnerSignError)(code, message, position)


def type_error(code: ErrorCode, message: str) -> InputTypeError:
    """The exception for an argument of the wrong type."""
    return InputTypeError(code, message)
