"""Signs and verifies Partner API requests.

    key = partnersign.SigningKey.from_file("private.pem")
    signed = partnersign.Signer(key, api_key).sign("POST", url, {"name": "ACME Corp"})
    requests.request(signed.method, signed.url, headers=signed.headers, data=signed.body)
"""

from partnersign._codes import ErrorCode
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
from partnersign._nonces import Outcome
from partnersign._signer import Body, BodyForm, Request, SignDigest, Signer

__all__ = [
    "ApiKey",
    "Body",
    "BodyForm",
    "Diagnosis",
    "ErrorCode",
    "InputError",
    "InputTypeError",
    "InvalidKeyError",
    "MemoryReplay",
    "NonceError",
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
