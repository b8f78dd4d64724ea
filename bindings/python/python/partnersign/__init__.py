"""Signs and verifies Partner API requests.

    key = partnersign.SigningKey.from_file("private.pem")
    signed = partnersign.Signer(key, api_key).sign("POST", url, {"name": "ACME Corp"})
    requests.request(signed.method, signed.url, headers=signed.headers, data=signed.body)
"""

from partnersign._codes import Cause, ErrorCode
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
from partnersign._signer import Request, Signer
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
