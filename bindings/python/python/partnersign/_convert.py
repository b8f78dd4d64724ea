"""Keys of the package `cryptography`, which is not imported here: who has such a key has imported it."""

from __future__ import annotations

import sys
from typing import Any

from partnersign._errors import InputTypeError, error
from partnersign._native import SigningKey, VerifyingKey


def _module(name: str) -> Any:
    return sys.modules.get(f"cryptography.hazmat.primitives.{name}")


def signing_key(key: object) -> SigningKey:
    """From an `RSAPrivateKey`."""
    rsa = _module("asymmetric.rsa")
    if rsa is not None and isinstance(key, rsa.RSAPrivateKey):
        from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

        return SigningKey.from_der(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))
    if hasattr(key, "private_bytes"):
        raise error("unsupported_key", f"an RSA private key is needed, not {type(key).__name__}")
    raise InputTypeError(
        "invalid_argument",
        f"the key must be a SigningKey (SigningKey.from_pem(...)) or an RSAPrivateKey, not {type(key).__name__}",
    )


def verifying_key(key: object) -> VerifyingKey:
    """From an `RSAPublicKey`."""
    rsa = _module("asymmetric.rsa")
    if rsa is not None and isinstance(key, rsa.RSAPublicKey):
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        return VerifyingKey.from_der(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    if hasattr(key, "public_bytes"):
        raise error("unsupported_key", f"an RSA public key is needed, not {type(key).__name__}")
    raise InputTypeError(
        "invalid_argument",
        f"the public key must be a VerifyingKey, PEM, DER or an RSAPublicKey, not {type(key).__name__}",
    )
