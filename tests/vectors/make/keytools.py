"""What OpenSSL can do with an RSA key: make it, convert it, encrypt it, take it apart."""

from . import der, openssl
from .values import expand


def generate(bits, exponent=65537, *options):
    """A fresh RSA key as PKCS#8 PEM, by `openssl genpkey`. Odd sizes come out one bit short: ask for even ones."""
    return openssl.run("genpkey", "-algorithm", "RSA", "-pkeyopt", f"rsa_keygen_bits:{bits}",
                       "-pkeyopt", f"rsa_keygen_pubexp:{exponent}", *options)


def traditional(pem):
    """Private PEM to PKCS#1 PEM."""
    return openssl.run("rsa", "-in", openssl.file("in.pem", pem), "-traditional")


def spki(pem):
    """The public half as SPKI PEM."""
    return openssl.run("pkey", "-in", openssl.file("in.pem", pem), "-pubout")


def pkcs1_public(pem):
    """The public half as PKCS#1 PEM."""
    return openssl.run("rsa", "-in", openssl.file("in.pem", pem), "-RSAPublicKey_out")


def encrypt(pem, passphrase, *options, output="PEM"):
    """PKCS#8, encrypted by `openssl pkcs8 -topk8`; the passphrase goes in as a file of bytes."""
    secret = openssl.file("passphrase", expand(passphrase) + b"\n")
    return openssl.run("pkcs8", "-topk8", "-in", openssl.file("in.pem", pem), *options,
                       "-passout", f"file:{secret}", "-outform", output)


def numbers(pem):
    """n, e, d, p, q, dP, dQ, qInv of a private key."""
    return openssl.integers(der.unpem(traditional(pem)))[1:]


def from_primes(p, q, e, d=None):
    """All eight numbers that belong to two primes; d is e's inverse modulo lcm(p-1, q-1)."""
    if d is None:
        d = pow(e, -1, _lcm(p - 1, q - 1))
    return [p * q, e, d, p, q, d % (p - 1), d % (q - 1), pow(q, -1, p)]


def pkcs1_pem(values):
    """PKCS#1 PEM of eight chosen numbers."""
    return der.pem(der.build(der.pkcs1_private(values)), "RSA PRIVATE KEY")


def next_prime(start):
    """The first prime above a number."""
    candidate = start + 1 | 1
    while not (probable_prime(candidate) and openssl.is_prime(candidate)):
        candidate += 2
    return candidate


def probable_prime(number):
    """A cheap Fermat test before asking OpenSSL, which is the judge."""
    return all(number % small for small in (3, 5, 7, 11, 13, 17, 19, 23)) and pow(2, number - 1, number) == 1


def _lcm(a, b):
    x, y = a, b
    while y:
        x, y = y, x % y
    return a // x * b
