"""What the native module holds. The package `partnersign` exports what is public of it."""

import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, Literal, Never, Self, SupportsIndex, final

from typing_extensions import disjoint_base

from partnersign._code_types import Cause
from partnersign._errors import PartnerSignError
from partnersign._types import (
    Body,
    BodyForm,
    BytesLike,
    Headers,
    NoncePolicy,
    PublicKey,
    RSAPrivateKey,
    SignDigest,
    TextLike,
)

__all__ = [
    "BACKEND",
    "VERSION",
    "ApiKey",
    "Diagnosis",
    "ExternalKey",
    "MemoryReplay",
    "NonceSequencer",
    "Prepared",
    "Reservation",
    "SignedRequest",
    "Signer",
    "SigningKey",
    "Verified",
    "Verifier",
    "VerifyingKey",
    "_after_fork",
    "_before_fork",
    "_clock",
    "_outcome_of_http",
    "_panic_on_purpose",
    "_time_prepare",
    "compact_json",
    "diagnose",
]

VERSION: Final[str]
BACKEND: Final[str]

@final
class ApiKey:
    """An API key: base64 of a JSON object with `key_id` and `key`. Its `repr` shows the `key_id` alone."""

    def __new__(cls, text: TextLike) -> Self: ...
    @property
    def key_id(self) -> str:
        """The public part: it names the key in logs and errors."""

    def __reduce__(self) -> Never: ...

@final
class SigningKey:
    """An RSA private key of 2048 to 8192 bits. Immutable; share it between threads and forked processes.

    Passphrases are bytes, or a `str` that is taken as UTF-8.
    """

    @classmethod
    def from_pem(cls, data: TextLike, passphrase: TextLike | None = None) -> SigningKey:
        """From PEM: PKCS#1, PKCS#8 or encrypted PKCS#8. Literal ``\\n`` of an environment variable are taken."""

    @classmethod
    def from_der(cls, data: TextLike, passphrase: TextLike | None = None) -> SigningKey:
        """From DER: PKCS#1, PKCS#8 or encrypted PKCS#8."""

    @classmethod
    def from_file(
        cls, path: str | os.PathLike[str], passphrase: TextLike | None = None, *, allow_insecure: bool = False
    ) -> SigningKey:
        """From a PEM or DER file. The key never becomes a Python object.

        A file of yours that group or others can read is `insecure_key_file`, unless `allow_insecure`.
        """

    @classmethod
    def generate(cls, bits: SupportsIndex = 2048) -> SigningKey:
        """A new key of 2048, 3072 or 4096 bits."""

    @property
    def bits(self) -> int:
        """The size of the modulus."""

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the public key's `SubjectPublicKeyInfo`, in hexadecimal."""

    @property
    def verifying_key(self) -> VerifyingKey:
        """The public key that belongs to it."""

    def public_pem(self) -> str:
        """The public key as PEM, as the web application takes it."""

    def private_pem(self, passphrase: TextLike | None = None) -> str:
        """The private key as PKCS#8 PEM, encrypted if there is a passphrase. Python cannot erase it."""

    def __reduce__(self) -> Never: ...

@final
class VerifyingKey:
    """An RSA public key of 2048 to 8192 bits. Equal and of one hash if the keys are the same."""

    @classmethod
    def from_pem(cls, data: TextLike) -> VerifyingKey:
        """From PEM: `SubjectPublicKeyInfo` or PKCS#1."""

    @classmethod
    def from_der(cls, data: TextLike) -> VerifyingKey:
        """From DER: `SubjectPublicKeyInfo` or PKCS#1."""

    @classmethod
    def from_file(cls, path: str | os.PathLike[str]) -> VerifyingKey:
        """From a PEM or DER file."""

    @property
    def bits(self) -> int:
        """The size of the modulus."""

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the `SubjectPublicKeyInfo`, in hexadecimal."""

    def public_pem(self) -> str:
        """The `SubjectPublicKeyInfo` as PEM."""

    def public_der(self) -> bytes:
        """The `SubjectPublicKeyInfo` as DER."""

    def verify_digest(self, digest: BytesLike, signature: BytesLike) -> None:
        """Raises `signature_mismatch` unless it is the RSASSA-PKCS1-v1_5 signature over the SHA-256 digest."""

    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> Never: ...

@final
class SignedRequest:
    """What must be sent. Immutable; its `repr` shows neither signature nor API key nor body."""

    @property
    def method(self) -> str:
        """In upper case."""

    @property
    def url(self) -> str:
        """Byte for byte as it was given."""

    @property
    def headers(self) -> dict[str, str]:
        """Names in lower case, in the order in which to send them. A new dictionary each time."""

    @property
    def body(self) -> bytes | None:
        """Exactly the bytes to send; `None` for a request without a body."""

    @property
    def signature(self) -> str:
        """The value of `x-sign`: base64url without padding."""

    @property
    def payload(self) -> bytes:
        """The bytes that were hashed: timestamp or nonce, URL, body."""

    @property
    def digest(self) -> bytes:
        """SHA-256 of the payload, 32 bytes."""

    def __reduce__(self) -> Never: ...

@final
class ExternalKey:
    def __new__(cls, public_key: PublicKey, sign_digest: SignDigest) -> Self: ...
    def __reduce__(self) -> Never: ...

@final
class Prepared:
    @property
    def digest(self) -> bytes: ...
    def __reduce__(self) -> Never: ...

@disjoint_base
class Signer:
    def __new__(
        cls, key: SigningKey | RSAPrivateKey | ExternalKey, api_key: ApiKey | TextLike | None = None
    ) -> Self: ...
    def sign(
        self,
        method: str,
        url: str,
        body: Body | None = None,
        *,
        timestamp: SupportsIndex | str | None = None,
        nonce: str | SupportsIndex | None = None,
        form: BodyForm = "compact",
        max_body_bytes: SupportsIndex = 10485760,
    ) -> SignedRequest:
        """Checks and signs one request, and verifies the signature before it returns.

        A `dict` or `list` is written as JSON once: compact, UTF-8, no NaN. With neither timestamp nor
        nonce, the system clock's seconds are signed. The form `"compact"` removes the whitespace between
        JSON tokens, `"exact"` changes nothing. Send `body` of the result, and nothing else.
        """

    def _prepare(
        self,
        method: str,
        url: str,
        body: Body | None = None,
        *,
        timestamp: SupportsIndex | str | None = None,
        nonce: str | SupportsIndex | None = None,
        form: BodyForm | None = None,
        max_body_bytes: SupportsIndex | None = None,
    ) -> Prepared: ...
    def _finish(self, prepared: Prepared, signature: BytesLike) -> SignedRequest: ...
    @property
    def _external(self) -> Callable[[bytes], Any] | None: ...
    def _sign_batch(self, calls: list[Any], threads: int) -> list[SignedRequest | Exception]: ...
    @property
    def verifying_key(self) -> VerifyingKey:
        """The public key that the signatures verify against."""

    @property
    def api_key(self) -> ApiKey | None:
        """The API key that goes along, if there is one."""

    def __reduce__(self) -> Never: ...

@final
class MemoryReplay:
    """What was accepted, in this process's memory: share one between verifiers and threads."""

    def __new__(cls, policy: NoncePolicy) -> Self: ...
    @property
    def policy(self) -> NoncePolicy: ...
    def __reduce__(self) -> Never: ...

@final
class Verified:
    """What a verified request turned out to be."""

    @property
    def key_id(self) -> str | None:
        """The `key_id` of the API key that came along, if one did."""

    @property
    def freshness(self) -> tuple[Literal["timestamp", "nonce"], str]:
        """Which of the two was signed, and its text."""

    @property
    def digest(self) -> bytes:
        """SHA-256 of the payload, 32 bytes."""

    def __reduce__(self) -> Never: ...

@final
class Verifier:
    """Checks received requests. Immutable; share it between threads.

    `lookup` gets the API key as it was sent and returns the `VerifyingKey` that belongs to it, or `None`.
    A mapping of API keys is copied, and looked up in constant time and in any base64 spelling. One
    `VerifyingKey` is used for every request. Without a `replay` memory, nonces are refused.
    """

    def __new__(
        cls,
        lookup: Callable[[str], VerifyingKey | None] | Mapping[str, VerifyingKey] | VerifyingKey,
        *,
        window_seconds: SupportsIndex = 300,
        replay: MemoryReplay | None = None,
        max_body_bytes: SupportsIndex = 10485760,
    ) -> Self: ...
    def verify(
        self,
        method: str,
        url: str,
        headers: Headers,
        body: TextLike | None = None,
        now: SupportsIndex | float | None = None,
    ) -> Verified:
        """Checks one request; raises what it is refused for.

        `url` is the absolute URL that the client signed, `headers` are all that came (pairs, a mapping,
        or a library's multi-dictionary), `body` is the raw bytes, `now` the time in Unix seconds, or
        the system clock's.
        """

    def __reduce__(self) -> Never: ...

@final
class Diagnosis:
    """Why a signature did not match."""

    @property
    def found(self) -> bool:
        """Whether the failure is explained, or the signature is right."""

    @property
    def message(self) -> str:
        """What a developer should know and do."""

    @property
    def causes(self) -> tuple[Cause, ...]:
        """The mistakes; none if the signature is right or nothing was found."""

    @property
    def is_valid(self) -> bool:
        """Whether the signature is right and the request breaks no rule."""

    @property
    def broken_rule(self) -> PartnerSignError | None:
        """What a verifier refuses the request for although its signature is right."""

    @property
    def signed_digest(self) -> bytes | None:
        """The digest that was signed, where the signature gives one back."""

    @property
    def signed_payload(self) -> bytes | None:
        """The payload that was signed, where it was found. It holds the body."""

    @property
    def first_difference(self) -> int | None:
        """The offset of the first byte in which the signed payload differs from the received one."""

    def __reduce__(self) -> Never: ...

@final
class NonceSequencer:
    """Hands out nonces and takes back what became of them, for the threads of one process.

    `last` is the last nonce that the server saw. After a fork, the child must make one of its own.
    """

    def __new__(cls, policy: NoncePolicy, last: SupportsIndex | None = None) -> Self: ...
    @property
    def policy(self) -> NoncePolicy: ...
    @property
    def last(self) -> int | None:
        """The last nonce that the server saw, as far as is known."""

    def reserve(self) -> Reservation:
        """The next nonce. `nonce_busy` while another is live, under the policy `sequential`."""

    def settle(self, reservation: Reservation, outcome: str) -> None:
        """Says what became of a nonce: an `Outcome`."""

    def abandon(self) -> None:
        """Settles every live reservation as unknown: for holders that are gone."""

    @property
    def _abandoned(self) -> int: ...

    def resync(self, server_last: SupportsIndex) -> None:
        """Goes on after the last nonce that the server has seen."""

    def __reduce__(self) -> Never: ...

@final
class Reservation:
    """A nonce that was handed out and must be settled."""

    @property
    def nonce(self) -> int:
        """The number to sign with."""

    @property
    def uncertain(self) -> bool:
        """Whether an earlier request with this number may have reached the server, or may yet."""

    def __reduce__(self) -> Never: ...

def compact_json(data: TextLike) -> bytes:
    """Removes the whitespace between JSON tokens and changes nothing else."""

def diagnose(
    public_keys: PublicKey | Iterable[PublicKey],
    method: str,
    url: str,
    headers: Headers,
    body: TextLike | None = None,
) -> Diagnosis:
    """Finds out why the signature of a received request does not match; never guesses.

    `public_keys` is one key, or the known keys, the one of the request's API key first. `body` is the raw bytes.
    """

def _after_fork() -> None: ...
def _before_fork() -> None: ...
def _clock() -> int: ...
def _outcome_of_http(status: int | None, reason: str | None) -> str: ...
def _panic_on_purpose(detached: bool) -> Never: ...
def _time_prepare(url: str, body: bytes, count: int) -> float: ...
