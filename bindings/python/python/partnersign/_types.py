"""The types of arguments."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Literal, Protocol, TypeAlias

from partnersign._native import SigningKey, VerifyingKey

__all__ = ["Body", "BodyForm", "Headers", "NoncePolicy", "SignDigest"]

BytesLike: TypeAlias = bytes | bytearray | memoryview
TextLike: TypeAlias = str | bytes | bytearray | memoryview

Body: TypeAlias = str | bytes | bytearray | memoryview | Mapping[str, object] | list[Any]
"""A JSON object or array: as text, or as what is written as JSON once.

A mapping is a `dict`; the wider type is for a `TypedDict`, which for type checkers is no `dict`.
"""

# Unions of one each: mypy's stubtest does not take a list of literals for the union that it is.
BodyForm: TypeAlias = Literal["compact"] | Literal["exact"]
NoncePolicy: TypeAlias = Literal["sequential"] | Literal["increasing"] | Literal["unique"]

SignDigest: TypeAlias = Callable[[bytes], BytesLike | Awaitable[BytesLike]]
"""Gets the 32 bytes of a SHA-256; gives the RSASSA-PKCS1-v1_5 signature over it, or an awaitable of one."""


class SupportsItems(Protocol):
    """A mapping, or the multi-dictionary of an HTTP library."""

    def items(self) -> Iterable[tuple[Any, Any]]: ...


Headers: TypeAlias = SupportsItems | Iterable[tuple[str | bytes, str | bytes | None] | list[str] | list[bytes]]
"""Names and values, as text or bytes: a mapping or pairs."""


class RSAPrivateKey(Protocol):
    """What is used of the `RSAPrivateKey` of the package `cryptography`."""

    def private_bytes(self, encoding: Any, format: Any, encryption_algorithm: Any) -> bytes: ...
    def decrypt(self, ciphertext: bytes, padding: Any) -> bytes: ...


class RSAPublicKey(Protocol):
    """What is used of the `RSAPublicKey` of the package `cryptography`."""

    def public_bytes(self, encoding: Any, format: Any) -> bytes: ...
    def encrypt(self, plaintext: bytes, padding: Any) -> bytes: ...


PublicKey: TypeAlias = VerifyingKey | SigningKey | RSAPublicKey | TextLike
"""A public key, that of a private key, or PEM or DER."""
