"""Builds DER with `openssl asn1parse -genconf`: structures that no key generator would write."""

import base64

from . import openssl

RSA = "rsaEncryption"


def sequence(*items):
    return ("SEQUENCE", items)


def integer(number):
    return ("FIELD", f"INTEGER:0x{number:X}")


def oid(name):
    return ("FIELD", f"OID:{name}")


def null():
    return ("FIELD", "NULL")


def octets(data):
    return ("FIELD", f"FORMAT:HEX,OCTETSTRING:{data.hex()}")


def octets_of(item):
    return ("WRAP", "OCTWRAP", item)


def bits_of(item):
    return ("WRAP", "BITWRAP", item)


def build(tree):
    """The DER of a tree, made by OpenSSL."""
    sections = []

    def describe(node):
        kind = node[0]
        if kind == "FIELD":
            return node[1]
        if kind == "WRAP":
            return f"{node[1]},{describe(node[2])}"
        name = f"s{len(sections)}"
        lines = [f"[{name}]"]
        sections.append(lines)
        lines.extend(f"f{index}={describe(item)}" for index, item in enumerate(node[1]))
        return f"SEQUENCE:{name}"

    top = f"asn1={describe(tree)}"
    text = "\n".join([top, *("\n".join(lines) for lines in sections), ""])
    out = openssl.file("built.der", b"")
    openssl.run("asn1parse", "-genconf", openssl.file("genconf", text.encode()), "-noout", "-out", out)
    with open(out, "rb") as built:
        return built.read()


def pkcs1_private(numbers):
    """RSAPrivateKey of the eight numbers n, e, d, p, q, dP, dQ, qInv."""
    return sequence(integer(0), *map(integer, numbers))


def pkcs8_private(inner, algorithm=RSA):
    return sequence(integer(0), sequence(oid(algorithm), null()), octets_of(inner))


def pkcs1_public(n, e):
    return sequence(integer(n), integer(e))


def spki(n, e, algorithm=RSA):
    return sequence(sequence(oid(algorithm), null()), bits_of(pkcs1_public(n, e)))


def pem(der, label, columns=64):
    """DER between BEGIN and END lines."""
    text = base64.b64encode(der).decode()
    lines = [text[start:start + columns] for start in range(0, len(text), columns)]
    return "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""]).encode()


def unpem(text):
    """The DER of the first block of a plain PEM file."""
    lines = text.decode().splitlines()
    begin = next(i for i, line in enumerate(lines) if line.startswith("-----BEGIN"))
    end = next(i for i, line in enumerate(lines) if line.startswith("-----END"))
    return base64.b64decode("".join(lines[begin + 1:end]))
