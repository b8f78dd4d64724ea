"""Keys that must load: every format, every harmless oddity, and the bounds of size and exponent."""

from . import der, keytools
from .values import repeat

PASSPHRASE = "correct horse battery staple"
NON_ASCII = "Pässwörd-密码"
NOT_UTF8 = {"hex": "70e4737377f67264ff"}

PBKDF2 = ("-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA256")
SCRYPT = ("-v2", "aes-256-cbc", "-scrypt")

# Each is the source of several files: bits, public exponent.
FRESH = {
    "rsa2048": (2048, 65537),
    "rsa2048-other": (2048, 65537),
    "rsa2056": (2056, 65537),
    "rsa3072": (3072, 65537),
    "rsa4096": (4096, 65537),
    "rsa8192": (8192, 65537),
    "rsa2048-e-65539": (2048, 65539),
    "rsa2048-e-2p32-plus-1": (2048, 2**32 + 1),
    "rsa2048-e-2p33-minus-1": (2048, 2**33 - 1),
}


def add(entries):
    for key, (bits, exponent) in FRESH.items():
        pem = entries.store.once(f"keys/{key}.pkcs8.pem",
                                 lambda: keytools.generate(bits, exponent))
        entries.describe(key, pem)
    for key in FRESH:
        _formats(entries, key)
    _der_forms(entries)
    _encrypted_forms(entries)
    _odd_forms(entries)
    _odd_numbers(entries)
    _odd_public_forms(entries)


def _formats(entries, key):
    """PKCS#8, PKCS#1 and both public forms in PEM; encrypted for the sizes that are signed with."""
    pem = entries.pem[key]
    entries.accepted(f"{key}.pkcs8.pem", pem, key)
    entries.accepted(f"{key}.pkcs1.pem", keytools.traditional(pem), key)
    if key in ("rsa2048", "rsa3072", "rsa4096"):
        _encrypted(entries, f"{key}.encrypted.pem", key, PASSPHRASE, *PBKDF2)
    entries.accepted(f"{key}.spki.pem", None, key, kind="public", file=f"keys/{key}.spki.pem")
    entries.accepted(f"{key}.pkcs1-public.pem", keytools.pkcs1_public(pem), key, kind="public")


def _der_forms(entries):
    key = "rsa2048"
    pem = entries.pem[key]
    entries.accepted("rsa2048.pkcs8.der", der.unpem(pem), key, encoding="der")
    entries.accepted("rsa2048.pkcs1.der", der.unpem(keytools.traditional(pem)), key, encoding="der")
    entries.accepted("rsa2048.encrypted.der", der.unpem(entries.store.files["keys/rsa2048.encrypted.pem"]),
                     key, encoding="der", passphrase=PASSPHRASE)
    entries.accepted("rsa2048.spki.der", der.unpem(keytools.spki(pem)), key, kind="public", encoding="der")
    entries.accepted("rsa2048.pkcs1-public.der", der.unpem(keytools.pkcs1_public(pem)), key,
                     kind="public", encoding="der")


def _encrypted(entries, name, key, passphrase, *options):
    data = entries.store.once(f"keys/{name}",
                              lambda: keytools.encrypt(entries.pem[key], passphrase, *options))
    entries.accepted(name, data, key, passphrase=passphrase)


def _encrypted_forms(entries):
    """PBES2 in all that design 4.5 allows: both key derivations, every AES, bytes as passphrase."""
    for name, passphrase, options in [
        ("scrypt", PASSPHRASE, SCRYPT),
        ("non-ascii-passphrase", NON_ASCII, PBKDF2),
        ("passphrase-not-utf8", NOT_UTF8, PBKDF2),
        ("aes-128", PASSPHRASE, ("-v2", "aes-128-cbc", "-v2prf", "hmacWithSHA256")),
        ("aes-192", PASSPHRASE, ("-v2", "aes-192-cbc", "-v2prf", "hmacWithSHA256")),
        ("hmac-sha512", PASSPHRASE, ("-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA512")),
        ("100000-rounds", PASSPHRASE, (*PBKDF2, "-iter", "100000")),
    ]:
        _encrypted(entries, f"rsa2048.encrypted-{name}.pem", "rsa2048", passphrase, *options)


def _odd_forms(entries):
    """What text editors, mail, environment variables and other tools make of a PEM file."""
    key = "rsa2048"
    pkcs8 = entries.pem[key].decode()
    pkcs1 = keytools.traditional(entries.pem[key]).decode()
    encrypted = entries.store.files["keys/rsa2048.encrypted.pem"].decode()
    forms = {
        "crlf": pkcs1.replace("\n", "\r\n"),
        "text-around": f"Bag Attributes\n    friendlyName: partner\nKey Attributes: <No Attributes>\n{pkcs8}\nkeep this safe\n",
        "pkcs8-labelled-pkcs1": pkcs8.replace("PRIVATE KEY", "RSA PRIVATE KEY"),
        "pkcs1-labelled-pkcs8": pkcs1.replace("RSA PRIVATE KEY", "PRIVATE KEY"),
        "literal-newlines": pkcs8.replace("\n", "\\n"),
        "literal-newlines-pkcs1": pkcs1.replace("\n", "\\n"),
        "one-line-with-spaces": pkcs8.replace("\n", " ").strip(),
        "one-line-with-nothing": pkcs8.replace("\n", ""),
        "one-line-with-spaces-pkcs1": pkcs1.replace("\n", " ").strip(),
        "one-line-with-nothing-pkcs1": pkcs1.replace("\n", ""),
        "bom": "\ufeff" + pkcs8,
        "trailing-whitespace": pkcs8.replace("\n", " \t\n") + "\n  \n",
        "quoted": f'"{pkcs8.strip()}"\n',
        "quoted-literal-newlines": '"' + pkcs8.replace("\n", "\\n") + '"',
        "no-final-newline": pkcs8.rstrip("\n"),
        "76-columns": der.pem(der.unpem(entries.pem[key]), "PRIVATE KEY", 76).decode(),
    }
    for form, text in forms.items():
        entries.accepted(f"rsa2048.{form}.pem", text.encode(), key)
    for form, text in {"literal-newlines": encrypted.replace("\n", "\\n"),
                       "one-line-with-nothing": encrypted.replace("\n", "")}.items():
        entries.accepted(f"rsa2048.encrypted-{form}.pem", text.encode(), key, passphrase=PASSPHRASE)
    padding = 65536 - len(pkcs8)
    entries.accepted("65536 bytes of text and key", [repeat(" ", padding - 1), "\n" + pkcs8], key)


def _odd_numbers(entries):
    """Honest keys that other tools write with other numbers."""
    n, e, d, p, q, dp, dq, qinv = keytools.numbers(entries.pem["rsa2048"])
    swapped = [n, e, d, q, p, dq, dp, pow(p, -1, q)]
    entries.accepted("rsa2048.smaller-prime-first.pem", keytools.pkcs1_pem(swapped), "rsa2048")
    larger = pow(e, -1, (p - 1) * (q - 1))
    if larger == d:
        larger += (p - 1) * (q - 1) // _gcd(p - 1, q - 1)
    entries.accepted("rsa2048.d-modulo-phi.pem", keytools.pkcs1_pem([n, e, larger, p, q, dp, dq, qinv]),
                     "rsa2048")
    name = "rsa2048-primes-2p925-apart"
    far = entries.store.once(f"keys/{name}.pkcs1.pem",
                             lambda: keytools.pkcs1_pem(primes_apart(p, 2**925)))
    entries.describe(name, far)
    entries.accepted(f"{name}.pkcs1.pem", far, name)


def primes_apart(p, distance):
    """A whole key of p and the first prime at least so far above it."""
    q = keytools.next_prime(p + distance)
    while (q - 1) % 65537 == 0:
        q = keytools.next_prime(q)
    if (p * q).bit_length() != 2 * p.bit_length():
        raise ValueError("the product has lost its top bit")
    return keytools.from_primes(q, p, 65537)


def _odd_public_forms(entries):
    key = "rsa2048"
    spki = keytools.spki(entries.pem[key]).decode()
    pkcs1 = keytools.pkcs1_public(entries.pem[key]).decode()
    for form, text in {
        "spki-crlf": spki.replace("\n", "\r\n"),
        "spki-text-around": f"the key of our partner:\n{spki}\nend\n",
        "spki-literal-newlines": spki.replace("\n", "\\n"),
        "spki-one-line-with-spaces": spki.replace("\n", " ").strip(),
        "spki-one-line-with-nothing": spki.replace("\n", ""),
        "spki-bom": "\ufeff" + spki,
        "spki-quoted": f'"{spki.strip()}"',
        "spki-labelled-pkcs1": spki.replace("PUBLIC KEY", "RSA PUBLIC KEY"),
        "pkcs1-public-labelled-spki": pkcs1.replace("RSA PUBLIC KEY", "PUBLIC KEY"),
    }.items():
        entries.accepted(f"rsa2048.{form}.pem", text.encode(), key, kind="public")


def _gcd(a, b):
    while b:
        a, b = b, a % b
    return a
