"""NIST's signatures and the key fixtures of PyPI's `cryptography-vectors`, by our policy; the counts are printed."""

import collections
import hashlib
import unittest
from pathlib import Path

import cryptography_vectors
import partnersign
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from partnersign import InvalidKeyError, PartnerSignError, SigningKey, VerifyingKey

ASYMMETRIC = Path(cryptography_vectors.__file__).parent / "asymmetric"


def read_nist(path):
    """Yields the size and exponent of the key, the hash, message and signature of each case."""
    size = fields = None
    for line in path.read_text().splitlines():
        if line.startswith("[mod"):
            size, fields = int(line.split("=")[1].rstrip("]")), {}
        elif " = " in line:
            name, value = line.split(" = ")
            fields[name] = value
            if name == "S":
                key = rsa.RSAPublicNumbers(int(fields["e"], 16), int(fields["n"], 16)).public_key()
                yield size, key, fields["SHAAlg"], bytes.fromhex(fields["Msg"]), bytes.fromhex(value)


def public_der(key):
    return key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


class Nist(unittest.TestCase):
    def code(self, key, digest, signature):
        try:
            key.verify_digest(digest, signature)
        except PartnerSignError as error:
            return error.code
        return "verified"

    def test_sig_gen_15(self):
        counts = collections.Counter()
        for size, public, hash_name, message, signature in read_nist(ASYMMETRIC / "RSA/FIPS_186-2/SigGen15_186-2.rsp"):
            counts["cases"] += 1
            if size < 2048:
                with self.assertRaises(InvalidKeyError) as caught:
                    VerifyingKey.from_der(public_der(public))
                self.assertEqual(caught.exception.code, "weak_key")
                counts["refused: key under 2048 bits"] += 1
                continue
            key, digest = VerifyingKey.from_der(public_der(public)), hashlib.sha256(message).digest()
            if hash_name == "SHA256":
                self.assertEqual(self.code(key, digest, signature), "verified")
                counts["verified"] += 1
            else:
                self.assertEqual(self.code(key, digest, signature), "signature_mismatch")
                counts["refused: another hash than SHA-256"] += 1
            changed = bytes([signature[0] ^ 1]) + signature[1:]
            self.assertEqual(self.code(key, digest, changed), "signature_mismatch")
            self.assertEqual(self.code(key, digest, signature + b"\0"), "signature_mismatch")
        print(f"SigGen15_186-2.rsp: {dict(counts)}")
        self.assertEqual(counts["cases"], 250)
        self.assertEqual(counts["verified"], 30)


# The files of RSA keys, all of them: what they are as private keys, and as public keys.
RSA_FILES = {
    # Good.
    "DER_Serialization/testrsa.der": ("ok", "unsupported_key"),
    "Traditional_OpenSSL_Serialization/testrsa.pem": ("ok", "unsupported_key"),
    "PKCS8/wrong-pem-delimiter-rsa.pem": ("ok", "unsupported_key"),
    "PKCS8/rsa-aes-192-cbc.pem": ("ok", "unsupported_key"),
    "DER_Serialization/rsa_public_key.der": ("unsupported_key", "ok"),
    "PEM_Serialization/rsa_public_key.pem": ("unsupported_key", "ok"),
    "PEM_Serialization/rsa_wrong_delimiter_public_key.pem": ("unsupported_key", "ok"),
    # 1024 bits, or worse.
    "DER_Serialization/unenc-rsa-pkcs8.der": ("weak_key", "unsupported_key"),
    "DER_Serialization/unenc-rsa-pkcs8.pub.der": ("unsupported_key", "weak_key"),
    "PKCS8/unenc-rsa-pkcs8.pem": ("weak_key", "unsupported_key"),
    "PKCS8/unenc-rsa-pkcs8.pub.pem": ("unsupported_key", "weak_key"),
    "public/PKCS1/rsa.pub.der": ("unsupported_key", "weak_key"),
    "public/PKCS1/rsa.pub.pem": ("unsupported_key", "weak_key"),
    "PEM_Serialization/rsa-bad-1025-q-is-2.pem": ("weak_key", "unsupported_key"),
    # Encrypted by what PBES2 with AES replaced, or OpenSSL's old way.
    **{
        name: ("unsupported_key", "unsupported_key")
        for name in (
            "DER_Serialization/enc-rsa-pkcs8.der",
            "DER_Serialization/enc2-rsa-pkcs8.der",
            "PEM_Serialization/rsa_private_key.pem",
            "PKCS8/enc-rsa-3des.pem",
            "PKCS8/enc-rsa-pkcs8.pem",
            "PKCS8/enc2-rsa-pkcs8.pem",
            "PKCS8/rsa-40bitrc2.pem",
            "PKCS8/rsa-pbe-3des-long-salt.pem",
            "PKCS8/rsa-pbewithmd5anddescbc.pem",
            "PKCS8/rsa-rc2-cbc-effective-key-length.pem",
            "PKCS8/rsa-rc2-cbc.pem",
            "PKCS8/rsa_pkcs8_pbes2_pbkdf2_2048_3des_sha224.pem",
            "PKCS8/rsa_pkcs8_pbes2_pbkdf2_2048_3des_sha384.pem",
            "PKCS8/rsa_pkcs8_pbes2_pbkdf2_2048_3des_sha512.pem",
            "Traditional_OpenSSL_Serialization/key1-malformed-dek-info.pem",
            "Traditional_OpenSSL_Serialization/key1-malformed-iv.pem",
            "Traditional_OpenSSL_Serialization/key1-no-dek-info.pem",
            "Traditional_OpenSSL_Serialization/key1-short-iv.pem",
            "Traditional_OpenSSL_Serialization/key1.pem",
            "Traditional_OpenSSL_Serialization/key2.pem",
            "Traditional_OpenSSL_Serialization/testrsa-encrypted.pem",
            # Bound to PSS, and OpenSSH's own format.
            "PKCS8/rsa_pss_2048.pem",
            "PKCS8/rsa_pss_2048_hash.pem",
            "PKCS8/rsa_pss_2048_hash_mask.pem",
            "PKCS8/rsa_pss_2048_hash_mask_diff.pem",
            "PKCS8/rsa_pss_2048_hash_mask_salt.pem",
            "PKCS8/rsa_pss_2048_pub.der",
            "OpenSSH/rsa-nopsw.key",
            "OpenSSH/rsa-psw.key",
        )
    },
    # Broken, or no key in PEM or DER.
    "PKCS8/enc-rsa-pkcs8-pbkdf2-0iter.pem": ("invalid_private_key", "unsupported_key"),
    "Traditional_OpenSSL_Serialization/rsa-wrong-version.pem": ("invalid_private_key", "unsupported_key"),
    **{
        f"OpenSSH/{name}": ("invalid_private_key", "invalid_public_key")
        for name in ("rsa-nopsw.key-cert.pub", "rsa-nopsw.key.pub", "rsa-psw.key.pub")
    },
}

FOLDERS = (
    "DER_Serialization",
    "PEM_Serialization",
    "PKCS8",
    "Traditional_OpenSSL_Serialization",
    "OpenSSH",
    "public/PKCS1",
)
PASSPHRASES = (None, b"123456", b"password", b"a123456", b"baz", b"foobar", b"1234", b"PolarSSLTest", b"hunter42")


def load(kind, data):
    """The key, or the code that tells most: a wrong passphrase says less than what the right one finds."""
    loader = kind.from_pem if b"-----BEGIN" in data else kind.from_der
    codes = []
    for passphrase in PASSPHRASES if kind is SigningKey else (None,):
        try:
            return loader(data, passphrase) if passphrase else loader(data)
        except InvalidKeyError as error:
            codes.append(error.code)
    return next((code for code in codes if code not in ("wrong_passphrase", "encrypted_private_key")), codes[-1])


class KeyFixtures(unittest.TestCase):
    def test_every_file(self):
        counts, seen = collections.Counter(), set()
        for path in sorted(path for folder in FOLDERS for path in (ASYMMETRIC / folder).iterdir() if path.is_file()):
            name = str(path.relative_to(ASYMMETRIC))
            with self.subTest(name=name):
                found = [load(kind, path.read_bytes()) for kind in (SigningKey, VerifyingKey)]
                codes = tuple(key if isinstance(key, str) else "ok" for key in found)
                if name in RSA_FILES:
                    seen.add(name)
                    self.assertEqual(codes, RSA_FILES[name])
                else:
                    self.assertNotIn("ok", codes)
                for key in found:
                    self.check_against_cryptography(key, path.read_bytes())
                for what, code in zip(("private", "public"), codes, strict=True):
                    counts[f"{what} {code}"] += 1
                counts["RSA files" if name in RSA_FILES else "other files"] += 1
        print(f"key fixtures: {dict(sorted(counts.items()))}")
        self.assertEqual(seen, set(RSA_FILES))

    def check_against_cryptography(self, key, data):
        if isinstance(key, SigningKey):
            theirs = serialization.load_pem_private_key(key.private_pem().encode(), None)
            self.assertEqual(public_der(theirs.public_key()), key.verifying_key.public_der())
            for passphrase in PASSPHRASES:
                for loader in (serialization.load_pem_private_key, serialization.load_der_private_key):
                    try:
                        theirs = loader(data, passphrase)
                    except (TypeError, ValueError):
                        continue
                    self.assertEqual(public_der(theirs.public_key()), key.verifying_key.public_der())
        elif isinstance(key, VerifyingKey):
            pem = b"-----BEGIN" in data
            loader = serialization.load_pem_public_key if pem else serialization.load_der_public_key
            self.assertEqual(public_der(loader(data)), key.public_der())


if __name__ == "__main__":
    unittest.main()
