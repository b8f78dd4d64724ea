"""Signs and verifies Partner API requests.

    key = partnersign.SigningKey.from_file("private.pem")
    signed = partnersign.Signer(key, api_key).sign("POST", url, {"name": "ACME Corp"})
    requests.request(signed.method, signed.url, headers=signed.headers, data=signed.body)
"""

from partnersign._errors import (
    InputError,
    InputTypeError,
    InvalidKeyError,
    NonceError,
    NonceRejectedError,
    PartnerSignError,
    VerificationError,
)
from partnersign._native import (
    VERSION as __version__,
    ApiKey,
    Diagnosis,
    MemoryReplay,
    NonceSequencer,
    Reservation,
    SignedRequest,
    SigningKey,
    Verified,
    Verifier,
    VerifyingKey,
    compact_json,
    diagnose,
)
from partnersign._signer import Signer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from partnersign._batch import Request
    from partnersign._code_types import Cause, ErrorCode
    from partnersign._nonces import Outcome
    from partnersign._types import Body, BodyForm, Headers, NoncePolicy, SignDigest

__all__ = [
    "ApiKey",
    "Body",
    "BodyForm",
    "Cause",
    "Diagnosis",
    "ErrorCode",
    "Headers",
    "InputError",
    "InputTypeError",
    "InvalidKeyError",
    "MemoryReplay",
    "NonceError",
    "NoncePolicy",
    "NonceRejectedError",
    "NonceSequencer",
    "Outcome",
    "PartnerSignError",
    "Request",
    "Reservation",
    "SignDigest",
    "SignedRequest",
    "Signer",
    "SigningKey",
    "VerificationError",
    "Verified",
    "Verifier",
    "VerifyingKey",
    "__version__",
    "compact_json",
    "diagnose",
]

# What imports `typing` or `enum` waits until it is asked for: those two take longer than all the rest.
_LATE = {
    "Request": "_batch",
    "Cause": "_code_types",
    "ErrorCode": "_code_types",
    "Outcome": "_nonces",
    "Body": "_types",
    "BodyForm": "_types",
    "Headers": "_types",
    "NoncePolicy": "_types",
    "SignDigest": "_types",
}


_ADAPTERS = ("aiohttp", "httpx", "requests")

if not TYPE_CHECKING:  # a type checker would believe that it gives every name, misspelt ones too

    def __getattr__(name: str) -> object:
        from importlib import import_module

        if name in _ADAPTERS:
            return import_module(f"{__name__}.{name}")
        if name not in _LATE:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(f"{__name__}.{_LATE[name]}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted(__all__)
