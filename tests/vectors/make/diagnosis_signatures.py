"""Mistakes in how x-sign is written, in the key, and in hashing and padding; and requests without a mistake."""

import base64
import hashlib
import hmac
import re

from .diagnosis_signers import (BARE, BARE_BASE64, BARE_HEX, BARE_HEX_UPPER, BASE64, BASE64URL, HEX, HEX_UPPER,
                                NOT_HASHED, RIGHT, TWICE, UNPADDED, UNPADDED_INFO, WITHOUT_NULL, hashed, message, pss, unpadded)
from .api_key_texts import ALPHA
from .signing import API, COMPANY, COMPANY_LINES, base64url

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
FEED = "wss://api.qredo.network/api/v1/p/liquidityhub/feed"
KEYS = ("rsa2048", "rsa2048-other", "rsa4096")
POST, GET = {"body": COMPANY}, {"url": f"{API}/company/search?query=cme"}
NONCE = {"freshness": {"nonce": "10"}}


def add(maker):
    _valid(maker)
    _spellings(maker)
    _written_twice(maker)
    _keys(maker)
    _hashing(maker)
    _lengths(maker)


def padded(signature):
    return base64.urlsafe_b64encode(signature).decode()


def standard(signature):
    """The standard alphabet, without padding."""
    return _differing(base64.b64encode(signature).decode().rstrip("="), signature)


def standard_padded(signature):
    """What `base64 -w0` and `openssl base64 -A` write."""
    return _differing(base64.b64encode(signature).decode(), signature)


def _differing(text, signature):
    if text.rstrip("=") == base64url(signature):
        raise ValueError("this signature is the same in both alphabets: choose another request")
    return text


def _around(before, after):
    return lambda signature: before + base64url(signature) + after


def _folded(columns, line_break):
    def spell(signature):
        text = base64url(signature)
        return line_break.join(text[start:start + columns] for start in range(0, len(text), columns))
    return spell


def spare_bits(bits):
    """Bits set in the last character that no byte needs."""
    def spell(signature):
        text = base64url(signature)
        return text[:-1] + _ALPHABET[_ALPHABET.index(text[-1]) | bits]
    return spell


def _without_leading_zero(signature):
    """What a big number's own writer gives: no zero bytes in front."""
    if signature[0] != 0:
        raise ValueError("this signature has no leading zero byte")
    return base64url(signature.lstrip(b"\0"))


def _lengths(maker):
    # The second of signing.json's case "signature with a leading zero byte".
    zero = {"url": "https://api.qredo.network/api/v1/p/company", "freshness": {"timestamp": "1639490563"}}
    maker.cause("leading zero byte not written", "signature_length", **zero, spell=_without_leading_zero)
    maker.cause("leading zero byte not written, hexadecimal", "signature_length signature_hex", **zero,
                spell=lambda signature: signature.lstrip(b"\0").hex())
    maker.cause("one zero byte too many, as Java's BigInteger writes", "signature_length", **POST,
                spell=lambda signature: base64url(b"\0" + signature))


def _valid(maker):
    maker.valid("valid, no body", **GET)
    maker.valid("valid, compact body", **POST)
    maker.valid("valid, one field per line", body=COMPANY_LINES)
    maker.valid("valid, nonce", **POST, **NONCE)
    maker.valid("valid, feed", url=FEED)
    maker.valid("valid, local", url="http://127.0.0.1:8080/api/v1/p/company", **POST)
    maker.valid("valid, body with a line break after it", body=COMPANY + "\n")
    maker.valid("valid, no API key", **GET, api_key=None)
    maker.valid("valid, several known keys", **POST, public_keys=KEYS)
    maker.valid("valid, 4096 bits", **POST, key="rsa4096", public_keys=("rsa4096", "rsa2048"))
    maker.valid("valid, empty x-nonce beside x-timestamp", **POST, headers=[("x-nonce", "")])


def _spellings(maker):
    large = {"key": "rsa4096", "public_keys": ("rsa4096",)}
    for name, cause, spell in [
        ("padding", "signature_padded", padded),
        ("standard alphabet", "signature_standard_base64", standard),
        ("standard alphabet with padding", "signature_padded signature_standard_base64", standard_padded),
        ("hexadecimal", "signature_hex", bytes.hex),
        ("hexadecimal, upper case", "signature_hex", lambda signature: signature.hex().upper()),
    ]:
        maker.cause(f"{name}, no body", cause, **GET, spell=spell)
        maker.cause(f"{name}, body and nonce", cause, **POST, **NONCE, spell=spell)
        maker.cause(f"{name}, 4096 bits", cause, **POST, **large, spell=spell)
    for name, spell in {
        "space before": _around(" ", ""), "space after": _around("", " "), "tab after": _around("", "\t"),
        "line feed after": _around("", "\n"), "CRLF after": _around("", "\r\n"), "quotes": _around('"', '"'),
        "single quotes": _around("'", "'"), "line feeds after 64 characters": _folded(64, "\n"),
        "spaces after 76 characters": _folded(76, " "), "one spare bit": spare_bits(1), "all spare bits": spare_bits(15),
        "spare bits 8": spare_bits(8),
    }.items():
        maker.cause(f"spelling: {name}", "signature_spelling", **POST, spell=spell)
    maker.cause("spelling: spare bits, 4096 bits", "signature_spelling", **GET, **large, spell=spare_bits(3))
    maker.cause("spelling: quotes around padding", "signature_padded signature_spelling", **GET,
                spell=lambda signature: f'"{padded(signature)}"')
    maker.cause("spelling: line feed after the standard alphabet", "signature_standard_base64 signature_spelling", **GET,
                spell=lambda signature: standard(signature) + "\n")
    maker.cause("spelling: line feed after hexadecimal", "signature_hex signature_spelling", **GET,
                spell=lambda signature: signature.hex() + "\n")


def _written_twice(maker):
    """Text of a signature that was taken for its bytes, and bytes in the order of Windows."""
    def once_more(first):
        return lambda signature: base64url(first(signature).encode())

    for name, first in {"hexadecimal": bytes.hex, "base64": standard_padded, "base64url": base64url}.items():
        maker.cause(f"{name} encoded once more", "signature_encoded_twice", **POST, spell=once_more(first))
    maker.cause("base64 encoded once more, with padding", "signature_padded signature_encoded_twice", **GET,
                spell=lambda signature: padded(standard_padded(signature).encode()))
    maker.cause("percent escapes in the standard alphabet",
                "signature_standard_base64 signature_spelling", **POST,
                spell=lambda signature: standard(signature).replace("+", "%2B").replace("/", "%2F"))
    maker.cause("percent escapes of padding", "signature_padded signature_spelling", **POST,
                spell=lambda signature: padded(signature).replace("=", "%3D"))
    groups = lambda signature: "-".join(re.findall("..", signature.hex().upper()))
    for name, cause, spell in [
        ("plus signs read as spaces", "signature_standard_base64", lambda signature: standard(signature).replace("+", " ")),
        ("str() of Python's bytes", "signature_padded", lambda signature: f"b'{padded(signature)}'"),
        ("0x in front of hexadecimal", "signature_hex", lambda signature: f"0x{signature.hex()}"),
        ("BitConverter of .NET", "signature_hex", groups),
        ("colons between hexadecimal bytes", "signature_hex", lambda signature: groups(signature).replace("-", ":")),
    ]:
        maker.cause(f"spelling: {name}", f"{cause} signature_spelling", **POST, spell=spell)
    for prefix in ("Bearer ", "RSA-SHA256 ", "sha256="):
        maker.cause(f"spelling: {prefix.strip()} in front", "signature_spelling", **GET, spell=_around(prefix, ""))
    maker.cause("standard alphabet, only the plus signs replaced", "signature_standard_base64", **POST,
                spell=lambda signature: standard(signature).replace("+", "-"))
    for name, spell in {
        "HMAC": lambda signature: base64url(hmac.new(b"key", b"payload", "sha256").digest()),
        "HMAC in hexadecimal": lambda signature: hmac.new(b"key", b"payload", "sha256").hexdigest(),
        "half of it": lambda signature: base64url(signature[:128 + 3]), "an API key": lambda signature: ALPHA,
        "200 bytes": lambda signature: base64url(bytes(range(200))),
    }.items():
        maker.cause(f"not a signature: {name}", "not_a_signature", **POST, spell=spell)
    for name, request in {"no body": GET, "body": POST, "nonce": {**POST, **NONCE}}.items():
        maker.cause(f"bytes reversed, {name}", "signature_reversed", **request, public_keys=KEYS,
                    spell=lambda signature: base64url(signature[::-1]))
    maker.cause("bytes reversed, another known key", "signature_reversed other_key", **POST, public_keys=KEYS,
                key="rsa2048-other", spell=lambda signature: base64url(signature[::-1]))


def _keys(maker):
    others = {"key": "rsa2048-other", "public_keys": ("rsa2048", "rsa2048-other")}
    maker.cause("other key, no body", "other_key", **GET, **others)
    maker.cause("other key, body", "other_key", **POST, **others)
    maker.cause("other key, nonce", "other_key", **POST, **NONCE, **others)
    maker.cause("other key, the last of three", "other_key", **POST, key="rsa4096", public_keys=KEYS)
    maker.cause("other key, a smaller one", "other_key", **GET, key="rsa2048", public_keys=("rsa4096", "rsa2048"))
    for name, request in {"no body": GET, "body": POST, "nonce": {**POST, **NONCE}, "feed": {"url": FEED}}.items():
        maker.cause(f"wrong key, {name}", "wrong_key", **request, key="rsa2048-e-65539", public_keys=KEYS)
    maker.cause("wrong key, one known", "wrong_key", **POST, key="rsa2048-other")
    maker.cause("wrong key, of another size", "wrong_key", **POST, key="rsa4096")
    for name, signature in {
        "random": bytes((i * i * 31 + i * 7 + 11) % 251 for i in range(256)), "all ones": b"\xff" * 256,
        "all zeros": bytes(256), "one": bytes(255) + b"\1",
    }.items():
        maker.cause(f"wrong key, signature bytes: {name}", "wrong_key", **POST, signature=signature)
    for name, change in {
        "one bit flipped": lambda signature: signature[:100] + bytes([signature[100] ^ 4]) + signature[101:],
        "reversed and one bit flipped": lambda signature: signature[:9:-1] + bytes([signature[9] ^ 1]) + signature[8::-1],
        "last byte changed": lambda signature: signature[:-1] + bytes([signature[-1] ^ 255]),
    }.items():
        maker.cause(f"wrong key, signature damaged: {name}", "wrong_key", **POST, public_keys=KEYS,
                    spell=lambda signature, change=change: base64url(change(signature)))
    maker.cause("wrong key with padding", "signature_padded wrong_key", **POST, key="rsa2048-other", spell=padded)
    maker.cause("wrong key in the standard alphabet", "signature_standard_base64 wrong_key", **POST,
                key="rsa2048-other", spell=standard)


def _hashing(maker):
    short = {"url": "https://api.qredo.network/api/v1/p/company"}
    for name, request in {"no body": GET, "body": POST, "nonce": {**POST, **NONCE}, "feed": {"url": FEED}}.items():
        for way, cause, sign in [
            ("SHA-1", "sha1", hashed("sha1")), ("SHA-224", "sha224", hashed("sha224")),
            ("SHA-384", "sha384", hashed("sha384")), ("SHA-512", "sha512", hashed("sha512")),
            ("PSS, salt of 32", "pss", pss(32)), ("PSS, no salt", "pss", pss(0)), ("PSS, longest salt", "pss", pss("max")),
            ("bare digest", "no_digest_info", BARE), ("DigestInfo without NULL", "digest_info_without_null", WITHOUT_NULL),
            ("hexadecimal digest", "hex_digest_signed", HEX),
            ("hexadecimal digest, upper case", "hex_digest_signed", HEX_UPPER), ("hashed twice", "hashed_twice", TWICE),
            ("bare hexadecimal digest", "hex_digest_signed no_digest_info", BARE_HEX),
        ]:
            maker.cause(f"{way}, {name}", cause, **request, sign=sign)
    maker.cause("bare hexadecimal digest, upper case", "hex_digest_signed no_digest_info", **POST, sign=BARE_HEX_UPPER)
    maker.cause("PSS, MGF1 with SHA-1", "pss", **POST, sign=pss(32, "sha256", "sha1"))
    maker.cause("PSS with SHA-1", "pss sha1", **POST, sign=pss(20, "sha1"))
    maker.cause("PSS with SHA-512", "pss sha512", **POST, sign=pss("max", "sha512"))
    maker.cause("PSS with SHA-384, MGF1 with SHA-1", "pss sha384", **GET, sign=pss(48, "sha384", "sha1"))
    maker.cause("PSS, 4096 bits", "pss", **POST, sign=pss(32), key="rsa4096", public_keys=("rsa4096",))
    for algorithm in ("md5", "sha3-256", "sha512-256", "ripemd160"):
        maker.cause(f"{algorithm}", "other_hash", **POST, sign=hashed(algorithm))
    maker.cause("MD5 of a pretty-printed body", "other_hash", **POST, sign=hashed("md5"), signed={"body": COMPANY_LINES})
    maker.cause("base64 of the digest signed", "base64_digest_signed", **POST, sign=BASE64)
    maker.cause("base64url of the digest signed", "base64_digest_signed", **GET, sign=BASE64URL)
    maker.cause("line of sha256sum signed", "hex_digest_signed", **GET,
                sign=message(lambda payload: hashlib.sha256(payload).hexdigest().encode() + b"\n"))
    maker.cause("base64 of the digest without DigestInfo", "base64_digest_signed no_digest_info", **POST, sign=BARE_BASE64)
    maker.cause("digest without padding", "no_padding no_digest_info", **POST, sign=UNPADDED)
    maker.cause("digest without padding, 4096 bits", "no_padding no_digest_info", **GET, sign=UNPADDED, key="rsa4096",
                public_keys=("rsa4096",))
    # A payload whose digest begins with a zero byte, which a number loses.
    zero = next(n for n in range(1, 10000)
                if not hashlib.sha256(f"{n}{API}/company".encode()).digest()[0])
    maker.cause("digest with a zero byte in front, without padding", "no_padding no_digest_info",
                freshness={"nonce": str(zero)}, sign=UNPADDED)
    maker.cause("DigestInfo without padding", "no_padding", **POST, sign=UNPADDED_INFO)
    maker.cause("payload without padding or hash", "no_padding not_hashed", **NONCE, sign=unpadded(lambda payload: payload))
    maker.cause("digest of something else, without padding", "no_padding", **POST, sign=UNPADDED, payload="something else")
    maker.cause("PSS over something else", "pss", **POST, sign=pss(32), payload="something else")
    maker.unknown("unknown: PSS with the greatest salt over something else", **POST, sign=pss("max"),
                  payload="something else")
    maker.cause("not hashed, no body", "not_hashed", **GET, sign=NOT_HASHED)
    maker.cause("not hashed, body", "not_hashed", **short, **POST, sign=NOT_HASHED)
    maker.cause("not hashed, nonce", "not_hashed", **short, **NONCE, sign=NOT_HASHED)
    longest = "n" * (245 - len(f"1639490495{API}/company?q="))
    maker.cause("not hashed, 245 bytes", "not_hashed", url=f"{API}/company?q={longest}", sign=NOT_HASHED)
    maker.cause("not hashed, 4096 bits", "not_hashed", url=f"{API}/company?q={longest * 2}", sign=NOT_HASHED,
                key="rsa4096", public_keys=("rsa4096",))
    maker.cause("not hashed, a payload of 32 bytes", "not_hashed", url="http://h/" + "a" * 21, sign=NOT_HASHED,
                freshness={"nonce": "10"})
    maker.cause("SHA-256, 4096 bits, hexadecimal digest", "hex_digest_signed", **POST, sign=HEX, key="rsa4096",
                public_keys=("rsa4096",))
    maker.valid("valid, DELETE", url=f"{API}/company/x", method="DELETE", sign=RIGHT)
