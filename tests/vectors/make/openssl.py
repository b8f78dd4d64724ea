"""The only signer here: the `openssl` command, called with files in one temporary directory."""

import os
import re
import subprocess
import tempfile

_WORK = tempfile.TemporaryDirectory(prefix="partnersign-vectors-")


class Failed(Exception):
    """OpenSSL refused; the text is what it said."""


def run(*arguments, stdin=b""):
    """Runs one OpenSSL command and returns its standard output."""
    done = subprocess.run(["openssl", *arguments], input=stdin, capture_output=True, cwd=_WORK.name)
    if done.returncode != 0:
        raise Failed(f"openssl {' '.join(arguments)}: {done.stderr.decode(errors='replace')}")
    return done.stdout


def file(name, data):
    """Writes a file for the next commands and returns its path."""
    path = os.path.join(_WORK.name, name)
    with open(path, "wb") as out:
        out.write(data)
    return path


def sign(private_pem, message, digest="sha256", *options):
    """`openssl dgst -sha256 -sign`: the RSASSA-PKCS1-v1_5 signature of the message."""
    key = file("sign.key", private_pem)
    return run("dgst", f"-{digest}", "-sign", key, *options, file("message", message))


def verify(public_pem, message, signature):
    """`openssl dgst -sha256 -verify`: raises unless the signature matches."""
    key = file("verify.key", public_pem)
    run("dgst", "-sha256", "-verify", key, "-signature", file("signature", signature),
        file("message", message))


def private_operation(private_pem, block):
    """`openssl pkeyutl -decrypt` without padding: block^d mod n, to forge signatures of chosen content."""
    return run("pkeyutl", "-decrypt", "-inkey", file("sign.key", private_pem), "-pkeyopt", "rsa_padding_mode:none",
               "-in", file("block", block))


def integers(der):
    """The INTEGERs of a DER structure in order, as `openssl asn1parse` reads them."""
    listing = run("asn1parse", "-inform", "DER", "-in", file("asn1.der", der)).decode()
    return [int(value, 16) for value in re.findall(r"INTEGER\s+:(-?[0-9A-F]+)", listing)]


def is_prime(number):
    """`openssl prime`."""
    return run("prime", "-hex", f"{number:x}").strip().endswith(b"is prime")
