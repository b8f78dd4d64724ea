"""Signatures of the right length that look right to a careless verifier, forged by OpenSSL."""

import base64
import hashlib

from . import keytools, openssl

SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
SHA256_INFO_WITHOUT_NULL = bytes.fromhex("302f300b0609608648016503040201" + "0420")
SHA256_INFO_LONG_LENGTH = bytes.fromhex("308131300d060960864801650304020105000420")


def _digest(payload):
    return hashlib.sha256(payload).digest()


def _encoded(content, size=256, first=b"\0\1", filler=b"\xff"):
    """An encoded message: the padding and then the content."""
    return first + filler * (size - 3 - len(content)) + b"\0" + content


def _raw(build):
    """The private operation on a whole encoded message that `build` makes of the payload's digest."""
    return lambda pem, payload: openssl.private_operation(pem, build(_digest(payload)))


def _hashed(algorithm, *options):
    return lambda pem, payload: openssl.sign(pem, payload, algorithm, *options)


def _message(change):
    return lambda pem, payload: openssl.sign(pem, change(payload))


def _number(choose):
    """A chosen number in place of a signature."""
    return lambda pem, payload: choose(keytools.numbers(pem)[0]).to_bytes(256, "big")


FORGERIES = {
    "DigestInfo without NULL": _raw(lambda digest: _encoded(SHA256_INFO_WITHOUT_NULL + digest)),
    "digest without DigestInfo": _raw(_encoded),
    "DigestInfo with a long-form length": _raw(lambda digest: _encoded(SHA256_INFO_LONG_LENGTH + digest)),
    "DigestInfo of SHA-512 around a SHA-256 digest": _raw(lambda digest: _encoded(
        bytes.fromhex("3031300d060960864801650304020305000420") + digest)),
    "bytes after the digest": _raw(lambda digest: _encoded(SHA256_INFO + digest + b"\0")),
    "short padding and garbage after the digest": _raw(
        lambda digest: (_encoded(SHA256_INFO + digest, 62) + b"\x5a" * 256)[:256]),
    "padding of block type 2": _raw(lambda digest: _encoded(SHA256_INFO + digest, first=b"\0\2")),
    "padding of block type 0": _raw(lambda digest: _encoded(SHA256_INFO + digest, first=b"\0\0", filler=b"\0")),
    "padding of other bytes": _raw(lambda digest: _encoded(SHA256_INFO + digest, filler=b"\xfe")),
    "padding without the zero after it": _raw(lambda digest: b"\0\1" + b"\xff" * 203 + SHA256_INFO + digest),
    "first byte 1": _raw(lambda digest: _encoded(SHA256_INFO + digest, first=b"\1\1")),
    "SHA-1": _hashed("sha1"),
    "SHA-224": _hashed("sha224"),
    "SHA-384": _hashed("sha384"),
    "SHA-512": _hashed("sha512"),
    "SHA-512/256": _hashed("sha512-256"),
    "SHA3-256": _hashed("sha3-256"),
    "RSASSA-PSS": _hashed("sha256", "-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:0"),
    "hexadecimal digest signed": _message(lambda payload: _digest(payload).hex().encode()),
    "digest signed as message": _message(_digest),
    "base64 of the payload signed": _message(base64.b64encode),
    "signature 0": _number(lambda n: 0),
    "signature 1": _number(lambda n: 1),
    "signature n - 1": _number(lambda n: n - 1),
    "signature n": _number(lambda n: n),
    "signature n + 1": _number(lambda n: n + 1),
    "signature of all ones": _number(lambda n: 2**2048 - 1),
    "one bit flipped": lambda pem, payload: _flipped(openssl.sign(pem, payload)),
    "bytes reversed": lambda pem, payload: openssl.sign(pem, payload)[::-1],
    "n minus the signature": lambda pem, payload: (keytools.numbers(pem)[0] - int.from_bytes(
        openssl.sign(pem, payload), "big")).to_bytes(256, "big"),
}


def _flipped(signature):
    return signature[:-1] + bytes([signature[-1] ^ 1])


def plus_modulus(pem, start, rest):
    """The first second from `start` whose signature plus n still fits into 256 bytes, and that sum."""
    modulus = keytools.numbers(pem)[0]
    for second in range(start, start + 5000):
        total = int.from_bytes(openssl.sign(pem, f"{second}{rest}".encode()), "big") + modulus
        if total < 2**2048:
            return second, total.to_bytes(256, "big")
    raise ValueError("no signature is small enough")
