"""Public keys that must be refused, by the table of design 4.5."""

import hashlib

from . import der, keytools
from .values import repeat


def add(entries):
    _not_a_key(entries)
    _unsupported(entries)
    _weak(entries)


def _refused(entries, name, data, code, **options):
    entries.refused(name, data, code, kind="public", **options)


def _not_a_key(entries):
    code = "invalid_public_key"
    spki = keytools.spki(entries.pem["rsa2048"])
    pkcs1 = keytools.pkcs1_public(entries.pem["rsa2048"])
    garbage = {"hex": hashlib.sha256(b"garbage").hexdigest() * 8}
    _refused(entries, "public: empty", "", code)
    _refused(entries, "public: empty as DER", "", code, encoding="der")
    _refused(entries, "public: garbage text", "this is not a key\n", code)
    _refused(entries, "public: garbage bytes", garbage, code)
    _refused(entries, "public: garbage bytes as DER", garbage, code, encoding="der")
    _refused(entries, "public: a block without content",
             "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n", code)
    lines = spki.decode().splitlines(keepends=True)
    _refused(entries, "public-no-end-line.pem", "".join(lines[:-1]).encode(), code)
    _refused(entries, "public-lines-missing.pem", "".join(lines[:4] + lines[-1:]).encode(), code)
    for name, data in {"spki": der.unpem(spki), "pkcs1-public": der.unpem(pkcs1)}.items():
        label = "PUBLIC KEY" if name == "spki" else "RSA PUBLIC KEY"
        _refused(entries, f"{name}-truncated.der", data[:-1], code, encoding="der")
        _refused(entries, f"{name}-trailing-bytes.der", data + b"\0", code, encoding="der")
        _refused(entries, f"{name}-trailing-bytes.pem", der.pem(data + b"\0\0\0", label), code)
    inner = der.build(der.sequence(der.sequence(der.oid(der.RSA), der.null()),
                                   ("FIELD", f"FORMAT:HEX,BITSTRING:{der.unpem(pkcs1).hex()}00")))
    _refused(entries, "spki-trailing-bytes-inside.pem", der.pem(inner, "PUBLIC KEY"), code)
    _refused(entries, "public-two-keys.pem", spki + keytools.spki(entries.pem["rsa2048-other"]), code)
    _refused(entries, "public: public then private", None, code, file="keys/bad/public-then-private.pem")
    _refused(entries, "public: 65537 bytes of text and key",
             [repeat(" ", 65536 - len(spki)), "\n" + spki.decode()], "too_large")


def _unsupported(entries):
    code = "unsupported_key"
    store = entries.store
    for name in ("rsa2048.pkcs8.pem", "rsa2048.pkcs1.pem", "rsa2048.encrypted.pem"):
        _refused(entries, f"private key given as public: {name}", None, code, file=f"keys/{name}")
    for name in ("rsa2048.pkcs8.der", "rsa2048.pkcs1.der"):
        _refused(entries, f"private key given as public: {name}", None, code, file=f"keys/{name}", encoding="der")
    _refused(entries, "certificate given as public key", None, code, file="keys/bad/certificate.pem")
    _refused(entries, "certificate given as public key, DER", None, code, file="keys/bad/certificate.der",
             encoding="der")
    for name, private in {"ec-p256": "ec-p256.pkcs8", "ed25519": "ed25519", "rsa-pss": "rsa-pss"}.items():
        public = keytools.spki(store.files[f"keys/bad/{private}.pem"])
        _refused(entries, f"{name}.spki.pem", public, code)
    _refused(entries, "ec-p256.spki.der", der.unpem(store.files["keys/bad/ec-p256.spki.pem"]), code, encoding="der")


def _weak(entries):
    code = "weak_key"
    store = entries.store
    for name in ("rsa1024", "rsa2047", "rsa8200", "e-3", "e-65535", "e-2p33-plus-1"):
        public = keytools.spki(store.files[f"keys/bad/{name}.pem"])
        _refused(entries, f"{name}.spki.pem", public, code)
    _refused(entries, "rsa1024.pkcs1-public.pem",
             keytools.pkcs1_public(store.files["keys/bad/rsa1024.pem"]), code)
    n = keytools.numbers(entries.pem["rsa2048"])[0]
    for name, exponent in {"e-1": 1, "e-65536": 65536, "e-65538": 65538, "e-2p33": 2**33, "e-2p128-plus-1": 2**128 + 1}.items():
        _refused(entries, f"{name}.spki.pem", der.pem(der.build(der.spki(n, exponent)), "PUBLIC KEY"), code)
