"""The ways of signing in diagnosis.json, right and wrong: each returns the signature and the hash inside it."""

import base64
import functools
import hashlib

from . import openssl
from .forgeries import SHA256_INFO, SHA256_INFO_WITHOUT_NULL
from .keytools import numbers, spki


def hashed(algorithm="sha256"):
    """`openssl dgst -sign`, once for each payload."""
    return lambda pem, payload: (_sign(pem, payload, algorithm), hashlib.new(algorithm, payload).hexdigest())


_sign = functools.lru_cache(maxsize=None)(openssl.sign)


def message(change):
    """Something else than the payload, made of it, goes to `openssl dgst -sha256 -sign`."""
    return lambda pem, payload: hashed()(pem, change(payload))


def padded_only(content, digest=lambda payload: hashlib.sha256(payload).hexdigest()):
    """`openssl rsautl -sign`: nothing but PKCS#1 padding around what `content` makes of the payload."""
    def sign(pem, payload):
        key = openssl.file("sign.key", pem)
        signature = openssl.run("rsautl", "-sign", "-inkey", key, "-in", openssl.file("content", content(payload)))
        return signature, digest(payload)
    return sign


def unpadded(content):
    """The private operation on what `content` makes of the payload, as a number: no padding at all."""
    def sign(pem, payload):
        size = (numbers(pem)[0].bit_length() + 7) // 8
        return openssl.private_operation(pem, content(payload).rjust(size, b"\0")), _digest(payload).hex()
    return sign


def pss(salt_length, algorithm="sha256", mask_algorithm=None):
    """RSASSA-PSS with a fixed salt (OpenSSL's would be random), built as RFC 8017 9.1.1 says; OpenSSL verifies it."""
    mask_algorithm = mask_algorithm or algorithm

    def sign(pem, payload):
        size = (numbers(pem)[0].bit_length() + 7) // 8
        hash_size = hashlib.new(algorithm).digest_size
        length = size - hash_size - 2 if salt_length == "max" else salt_length
        salt = bytes(range(1, length + 1))
        inner = hashlib.new(algorithm, bytes(8) + hashlib.new(algorithm, payload).digest() + salt).digest()
        block = bytes(size - length - hash_size - 2) + b"\1" + salt
        mask = b"".join(hashlib.new(mask_algorithm, inner + i.to_bytes(4, "big")).digest() for i in range(len(block)))
        masked = bytes(a ^ b for a, b in zip(block, mask))
        signature = openssl.private_operation(pem, bytes([masked[0] & 0x7f]) + masked[1:] + inner + b"\xbc")
        openssl.run("dgst", f"-{algorithm}", "-verify", openssl.file("verify.key", spki(pem)),
                    "-signature", openssl.file("signature", signature), "-sigopt", "rsa_padding_mode:pss",
                    "-sigopt", f"rsa_mgf1_md:{mask_algorithm}", "-sigopt", f"rsa_pss_saltlen:{length}", openssl.file("message", payload))
        return signature, None
    return sign


def _digest(payload):
    return hashlib.sha256(payload).digest()


RIGHT = hashed()
HEX = message(lambda payload: _digest(payload).hex().encode())
HEX_UPPER = message(lambda payload: _digest(payload).hex().upper().encode())
BASE64 = message(lambda payload: base64.b64encode(_digest(payload)))
BASE64URL = message(lambda payload: base64.urlsafe_b64encode(_digest(payload)).rstrip(b"="))
TWICE = message(_digest)
BARE = padded_only(_digest)
BARE_HEX = padded_only(lambda payload: _digest(payload).hex().encode())
BARE_HEX_UPPER = padded_only(lambda payload: _digest(payload).hex().upper().encode())
BARE_BASE64 = padded_only(lambda payload: base64.b64encode(_digest(payload)))
UNPADDED = unpadded(_digest)
UNPADDED_INFO = unpadded(lambda payload: SHA256_INFO + _digest(payload))
WITHOUT_NULL = padded_only(lambda payload: SHA256_INFO_WITHOUT_NULL + _digest(payload))
NOT_HASHED = padded_only(lambda payload: payload, lambda payload: None)
