"""Private keys that must be refused, by the table of design 4.5."""

import hashlib
import os
import subprocess

from . import der, keytools, openssl
from .good_keys import PASSPHRASE, primes_apart
from .values import expand, repeat


def add(entries):
    _not_a_key(entries)
    _too_large(entries)
    _passphrases(entries)
    _unsupported_encryption(entries)
    _unsupported_kinds(entries)
    _weak(entries)
    _inconsistent(entries)


def _not_a_key(entries):
    """Empty, not a key, truncated, two keys in one file."""
    pkcs8 = entries.pem["rsa2048"]
    pkcs1 = keytools.traditional(pkcs8)
    other = entries.pem["rsa2048-other"]
    public = keytools.spki(pkcs8)
    code = "invalid_private_key"

    entries.refused("empty", "", code)
    entries.refused("empty as DER", "", code, encoding="der")
    entries.refused("whitespace only", " \r\n\t\n", code)
    entries.refused("garbage text", "this is not a key\n", code)
    entries.refused("garbage bytes", {"hex": hashlib.sha256(b"garbage").hexdigest() * 8}, code)
    entries.refused("garbage bytes as DER", {"hex": hashlib.sha256(b"garbage").hexdigest() * 8}, code,
                    encoding="der")
    entries.refused("a block without content", "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n", code)
    entries.refused("only a BEGIN line", "-----BEGIN PRIVATE KEY-----\n", code)
    entries.refused("a block that is not base64",
                    "-----BEGIN PRIVATE KEY-----\n!!!! not base64 !!!!\n-----END PRIVATE KEY-----\n", code)
    lines = pkcs8.decode().splitlines(keepends=True)
    entries.refused("no-end-line.pem", "".join(lines[:-1]).encode(), code)
    entries.refused("truncated-before-end-line.pem", "".join(lines[:10]).encode(), code)
    entries.refused("lines-missing.pem", "".join(lines[:10] + lines[-1:]).encode(), code)
    for name, data in {"pkcs8": der.unpem(pkcs8), "pkcs1": der.unpem(pkcs1)}.items():
        entries.refused(f"{name}-truncated.der", data[:-1], code, encoding="der")
        entries.refused(f"{name}-half.der", data[:len(data) // 2], code, encoding="der")
        entries.refused(f"{name}-trailing-bytes.der", data + b"\0", code, encoding="der")
        label = "PRIVATE KEY" if name == "pkcs8" else "RSA PRIVATE KEY"
        entries.refused(f"{name}-trailing-bytes.pem", der.pem(data + b"\0\0\0", label), code)
    inner = der.unpem(pkcs1)
    wrapped = der.sequence(der.integer(0), der.sequence(der.oid(der.RSA), der.null()),
                           der.octets(inner + b"\0"))
    entries.refused("pkcs8-trailing-bytes-inside.pem", der.pem(der.build(wrapped), "PRIVATE KEY"), code)
    entries.refused("two-keys.pem", pkcs8 + other, code)
    entries.refused("two-keys-different-forms.pem", pkcs1 + other, code)
    entries.refused("same-key-twice.pem", pkcs8 + pkcs8, code)
    entries.refused("private-then-public.pem", pkcs8 + public, code)
    entries.refused("public-then-private.pem", public + pkcs8, code)
    entries.refused("two-keys.der", der.unpem(pkcs8) + der.unpem(other), code, encoding="der")
    entries.refused("pem-given-as-der", pkcs8.decode(), code, encoding="der")


def _too_large(entries):
    """Over 64 KiB, or a key derivation that would cost more than the bounds allow."""
    pkcs8 = entries.pem["rsa2048"].decode()
    entries.refused("65537 bytes of text and key", [repeat(" ", 65536 - len(pkcs8)), "\n" + pkcs8], "too_large")
    entries.refused("65537 bytes as DER", {"repeat": "0", "times": 65537}, "too_large", encoding="der")
    ciphertext = hashlib.shake_256(b"never to be decrypted").digest(1232)
    salt = bytes.fromhex("0001020304050607")

    def pbkdf2(rounds):
        return der.sequence(der.oid("PBKDF2"), der.sequence(
            der.octets(salt), der.integer(rounds), der.sequence(der.oid("hmacWithSHA256"), der.null())))

    def scrypt(cost, block, parallel):
        return der.sequence(der.oid("id-scrypt"), der.sequence(
            der.octets(salt), der.integer(cost), der.integer(block), der.integer(parallel)))

    for name, (derivation, code) in {
        "pbkdf2-0-rounds": (pbkdf2(0), "invalid_private_key"),
        "scrypt-cost-0": (scrypt(0, 8, 1), "invalid_private_key"),
        "scrypt-cost-1": (scrypt(1, 8, 1), "invalid_private_key"),
        "scrypt-cost-no-power-of-two": (scrypt(3, 8, 1), "invalid_private_key"),
        "scrypt-block-size-0": (scrypt(2**14, 0, 1), "invalid_private_key"),
        "scrypt-parallelization-0": (scrypt(2**14, 8, 0), "invalid_private_key"),
        "scrypt-134-mib-beside": (scrypt(32, 65535, 16), "too_large"),
        "scrypt-4-gib-of-work": (scrypt(2**18, 8, 16), "too_large"),
        "pbkdf2-10000001-rounds": (pbkdf2(10**7 + 1), "too_large"),
        "pbkdf2-2147483647-rounds": (pbkdf2(2**31 - 1), "too_large"),
        "pbkdf2-4294969344-rounds": (pbkdf2(2**32 + 2048), "too_large"),
        "scrypt-512-mib": (scrypt(2**19, 8, 1), "too_large"),
        "scrypt-512-mib-by-block-size": (scrypt(2**14, 256, 1), "too_large"),
        "scrypt-8-gib": (scrypt(2**23, 8, 1), "too_large"),
    }.items():
        encryption = der.sequence(der.oid("PBES2"), der.sequence(
            derivation, der.sequence(der.oid("aes-256-cbc"), der.octets(bytes(range(16))))))
        data = der.build(der.sequence(encryption, der.octets(ciphertext)))
        entries.refused(f"{name}.pem", der.pem(data, "ENCRYPTED PRIVATE KEY"), code,
                        passphrase=PASSPHRASE)


def _passphrases(entries):
    encrypted = "keys/rsa2048.encrypted.pem"
    missing = "encrypted_private_key"
    entries.refused("encrypted, no passphrase", None, missing, file=encrypted)
    entries.refused("encrypted by scrypt, no passphrase", None, missing, file="keys/rsa2048.encrypted-scrypt.pem")
    entries.refused("encrypted DER, no passphrase", None, missing, file="keys/rsa2048.encrypted.der", encoding="der")
    entries.refused("encrypted on one line, no passphrase", None, missing,
                    file="keys/rsa2048.encrypted-one-line-with-nothing.pem")

    wrong = "wrong_passphrase"
    for name, file, passphrase, encoding in [
        ("wrong passphrase", encrypted, "incorrect horse battery staple", "pem"),
        ("wrong passphrase, scrypt", "keys/rsa2048.encrypted-scrypt.pem", "wrong", "pem"),
        ("wrong passphrase, DER", "keys/rsa2048.encrypted.der", "wrong", "der"),
        ("passphrase in another case", encrypted, PASSPHRASE.upper(), "pem"),
        ("passphrase with a line feed after it", encrypted, PASSPHRASE + "\n", "pem"),
        ("non-ASCII passphrase, decomposed", "keys/rsa2048.encrypted-non-ascii-passphrase.pem",
         "Pa\u0308sswo\u0308rd-密码", "pem"),
        ("Latin-1 passphrase given in UTF-8", "keys/rsa2048.encrypted-passphrase-not-utf8.pem", "pässwördÿ", "pem"),
    ]:
        entries.refused(name, None, wrong, file=file, passphrase=passphrase, encoding=encoding)
    entries.refused("wrong passphrase whose padding comes out right", None, wrong, file=encrypted,
                    passphrase=_passphrase_with_right_padding(entries.store.files[encrypted]))


def _passphrase_with_right_padding(pem):
    """The first wrong passphrase under which AES-CBC decrypts to well-padded garbage."""
    data = der.unpem(pem)
    listing = openssl.run("asn1parse", "-inform", "DER", "-in", openssl.file("asn1.der", data)).decode()
    dumps = [line.split("[HEX DUMP]:")[1].strip() for line in listing.splitlines() if "[HEX DUMP]" in line]
    rounds = openssl.integers(data)[0]
    salt, iv, ciphertext = map(bytes.fromhex, dumps)
    for attempt in range(10000):
        passphrase = f"wrong {attempt}"
        key = hashlib.pbkdf2_hmac("sha256", passphrase.encode(), salt, rounds, 32)
        try:
            openssl.run("enc", "-d", "-aes-256-cbc", "-K", key.hex(), "-iv", iv.hex(),
                        "-in", openssl.file("ciphertext", ciphertext))
            return passphrase
        except openssl.Failed:
            continue
    raise ValueError("no passphrase found")


def _unsupported_encryption(entries):
    pem = entries.pem["rsa2048"]
    legacy = ("-provider", "legacy", "-provider", "default")
    for name, options in {
        "pbes1-md5-des.pem": ("-v1", "PBE-MD5-DES", *legacy),
        "pkcs12-pbe-sha1-3des.pem": ("-v1", "PBE-SHA1-3DES"),
        "pkcs12-pbe-sha1-rc2-40.pem": ("-v1", "PBE-SHA1-RC2-40", *legacy),
        "pbes2-3des.pem": ("-v2", "des3", "-v2prf", "hmacWithSHA256"),
        "pbes2-hmac-sha1.pem": ("-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA1"),
    }.items():
        data = entries.store.once(f"keys/bad/{name}", lambda: keytools.encrypt(pem, PASSPHRASE, *options))
        entries.refused(name, data, "unsupported_key", passphrase=PASSPHRASE)

    secret = openssl.file("passphrase", expand(PASSPHRASE) + b"\n")
    name = "proc-type-4-encrypted.pem"
    data = entries.store.once(f"keys/bad/{name}", lambda: openssl.run(
        "rsa", "-in", openssl.file("in.pem", pem), "-traditional", "-aes256", "-passout", f"file:{secret}"))
    entries.refused(name, data, "unsupported_key", passphrase=PASSPHRASE)
    entries.refused("Proc-Type: 4,ENCRYPTED, no passphrase", None, "unsupported_key", file=f"keys/bad/{name}")


def _unsupported_kinds(entries):
    once = entries.store.once
    pem = entries.pem["rsa2048"]
    code = "unsupported_key"
    openssh = once("keys/bad/openssh.pem", lambda: _openssh(pem))
    ec = once("keys/bad/ec-p256.pkcs8.pem", lambda: openssl.run(
        "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"))
    ed25519 = once("keys/bad/ed25519.pem", lambda: openssl.run("genpkey", "-algorithm", "ED25519"))
    x25519 = once("keys/bad/x25519.pem", lambda: openssl.run("genpkey", "-algorithm", "X25519"))
    pss = once("keys/bad/rsa-pss.pem", lambda: openssl.run(
        "genpkey", "-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048"))
    multi = once("keys/bad/three-primes.pkcs8.pem", lambda: keytools.generate(
        2048, 65537, "-pkeyopt", "rsa_keygen_primes:3"))
    entries.refused("openssh.pem", openssh, code)
    entries.refused("ec-p256.pkcs8.pem", ec, code)
    entries.refused("ec-p256.sec1.pem", openssl.run("ec", "-in", openssl.file("in.pem", ec)), code)
    entries.refused("ec-p256.pkcs8.der", der.unpem(ec), code, encoding="der")
    entries.refused("ed25519.pem", ed25519, code)
    entries.refused("x25519.pem", x25519, code)
    entries.refused("rsa-pss.pem", pss, code)
    entries.refused("three-primes.pkcs8.pem", multi, code)
    entries.refused("three-primes.pkcs1.pem", keytools.traditional(multi), code)

    for name in ("rsa2048.spki.pem", "rsa2048.pkcs1-public.pem"):
        entries.refused(f"public key given as private: {name}", None, code, file=f"keys/{name}")
    for name in ("rsa2048.spki.der", "rsa2048.pkcs1-public.der"):
        entries.refused(f"public key given as private: {name}", None, code, file=f"keys/{name}", encoding="der")
    certificate = once("keys/bad/certificate.pem", lambda: openssl.run(
        "req", "-x509", "-new", "-key", openssl.file("in.pem", pem), "-subj", "/CN=partnersign test",
        "-days", "36500"))
    entries.refused("certificate.pem", certificate, code)
    entries.refused("certificate.der", der.unpem(certificate), code, encoding="der")


def _openssh(pem):
    """The same key in OpenSSH's own format, by `ssh-keygen -p`."""
    path = openssl.file("openssh", keytools.traditional(pem))
    os.chmod(path, 0o600)
    subprocess.run(["ssh-keygen", "-q", "-p", "-P", "", "-N", "", "-f", path], check=True, capture_output=True)
    with open(path, "rb") as converted:
        return converted.read()


def _weak(entries):
    """Size and exponent out of bounds; |p-q| or d small. Everything else about these keys is right."""
    once = entries.store.once
    code = "weak_key"
    for name, bits, exponent in [
        ("rsa1024", 1024, 65537), ("rsa2047", 2047, 65537), ("rsa8200", 8200, 65537),
        ("e-3", 2048, 3), ("e-257", 2048, 257), ("e-65535", 2048, 65535), ("e-2p33-plus-1", 2048, 2**33 + 1),
        ("e-2p64-plus-13", 2048, 2**64 + 13),
    ]:
        data = once(f"keys/bad/{name}.pem", lambda: keytools.generate(bits, exponent))
        entries.refused(f"{name}.pem", data, code)
    entries.refused("rsa1024.pkcs1.pem", keytools.traditional(entries.store.files["keys/bad/rsa1024.pem"]), code)

    n, _, d, p, q, dp, dq, qinv = keytools.numbers(entries.pem["rsa2048"])
    entries.refused("e-even.pem", keytools.pkcs1_pem([n, 65538, d, p, q, dp, dq, qinv]), code)

    close = once("keys/bad/primes-2p923-apart.pem", lambda: keytools.pkcs1_pem(primes_apart(p, 2**923)))
    entries.refused("primes-2p923-apart.pem", close, code)
    neighbours = once("keys/bad/neighbouring-primes.pem", lambda: keytools.pkcs1_pem(primes_apart(p, 1)))
    entries.refused("neighbouring-primes.pem", neighbours, code)
    entries.refused("small-d.pem", once("keys/bad/small-d.pem", lambda: keytools.pkcs1_pem(_small_d())), code)


def _small_d():
    """A whole key with d <= 2^1024 although e < 2^33: p-1 and q-1 share a divisor of 1014 bits, so
    that lcm(p-1, q-1) has only some 1034 bits and one exponent in a thousand has so small an inverse."""
    shared = 2**1014 + 2 * int.from_bytes(hashlib.sha512(b"small d").digest(), "big")
    primes = []
    while len(primes) < 2:
        shared += 2
        primes = [shared * factor + 1 for factor in range(1000, 1024)
                  if keytools.probable_prime(shared * factor + 1) and openssl.is_prime(shared * factor + 1)]
    p, q = primes[1], primes[0]
    period = (p - 1) * (q - 1) // shared
    for e in range(2**32 + 1, 2**33, 2):
        try:
            if pow(e, -1, period) <= 2**1024:
                return keytools.from_primes(p, q, e, pow(e, -1, period))
        except ValueError:
            continue
    raise ValueError("no exponent found")


def _inconsistent(entries):
    """One component changed, or numbers that fit but are no key."""
    code = "inconsistent_key"
    whole = keytools.numbers(entries.pem["rsa2048"])
    n, e, d, p, q, dp, dq, qinv = whole
    other = keytools.numbers(entries.pem["rsa2048-other"])
    for index, part in enumerate(["n", "e", "d", "p", "q", "dp", "dq", "qinv"]):
        changed = list(whole)
        changed[index] += 2
        entries.refused(f"{part}-changed.pem", keytools.pkcs1_pem(changed), code)
    swapped = {
        "dp-and-dq-swapped": [n, e, d, p, q, dq, dp, qinv],
        "p-and-q-swapped-alone": [n, e, d, q, p, dp, dq, qinv],
        "dp-zero": [n, e, d, p, q, 0, dq, qinv],
        "qinv-zero": [n, e, d, p, q, dp, dq, 0],
        "primes-of-another-key": [n, e, d, *other[3:5], dp, dq, qinv],
        "d-of-another-key": [n, e, other[2], p, q, dp, dq, qinv],
        "p-is-n-and-q-is-1": [n, e, d, n, 1, d % (n - 1), 0, 1],
        "p-equals-q": [p * p, e, d, p, p, dp, dp, 1],
    }
    for name, values in swapped.items():
        entries.refused(f"{name}.pem", keytools.pkcs1_pem(values), code)
    wrapped = der.build(der.pkcs8_private(der.pkcs1_private([n, e, d, p, q, dp + 2, dq, qinv])))
    entries.refused("dp-changed.pkcs8.pem", der.pem(wrapped, "PRIVATE KEY"), code)
    composite = entries.store.once("keys/bad/p-composite.pem", lambda: _composite(q))
    entries.refused("p-composite.pem", composite, code)


def _composite(q):
    """p is the product of two primes, and d, dP, dQ, qInv are what they would be if it were prime."""
    small = [int(openssl.run("prime", "-generate", "-bits", "512", "-hex"), 16) for _ in range(2)]
    return keytools.pkcs1_pem(keytools.from_primes(small[0] * small[1], q, 65537))
