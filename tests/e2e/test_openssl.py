"""OpenSSL makes and checks the same signatures, with keys, bodies and URLs that nobody chose."""

import base64
import json
import os
import random
import unittest

import json_texts
from support import EndToEnd, scaled

KEYS = [(2048, "pkcs8"), (2048, "pkcs1"), (2048, "encrypted"), (3072, "pkcs8"), (4096, "pkcs1")]


class OpenSslAgrees(EndToEnd):
    def test_the_same_bytes_for_fresh_keys_and_random_requests(self):
        seed = int.from_bytes(os.urandom(4), "big")
        print(f"seed {seed}")
        chance = random.Random(seed)
        for bits, form in KEYS:
            key_args = self.make_key(bits, form)
            for _ in range(scaled(500)):
                self.compare(chance, key_args)

    def compare(self, chance, key_args):
        url = random_url(chance)
        freshness = random_freshness(chance)
        body = json_texts.container(chance, "{", "}", lambda: f'"k": {json_texts.value(chance)}').encode()
        form = chance.choice(["--raw", "--compact"])
        (self.folder / "body").write_bytes(body)
        signed = json.loads(self.run_program("sign", "--json", "--url", url, "--body-file", "body", "--body-out", "sent",
                                             form, *freshness, *key_args))
        sent = (self.folder / "sent").read_bytes()
        if form == "--raw":
            self.assertEqual(sent, body)
        # Plain concatenation, and OpenSSL's signature over it.
        (self.folder / "payload").write_bytes(freshness[1].encode() + url.encode() + sent)
        expected = self.openssl("dgst", "-sha256", "-sign", "plain.pem", "payload")
        self.assertEqual(signed["headers"]["x-sign"], base64.urlsafe_b64encode(expected).decode().rstrip("="))

    def make_key(self, bits, form):
        """A fresh key by OpenSSL: plain.pem for OpenSSL, key.pem in the wanted form for us."""
        (self.folder / "plain.pem").write_bytes(self.openssl("genrsa", str(bits)))
        if form == "pkcs8":
            key = (self.folder / "plain.pem").read_bytes()
        elif form == "pkcs1":
            key = self.openssl("rsa", "-in", "plain.pem", "-traditional")
        else:
            key = self.openssl("pkcs8", "-topk8", "-in", "plain.pem", "-passout", "pass:secret")
        (self.folder / "key.pem").write_bytes(key)
        (self.folder / "key.pem").chmod(0o600)
        (self.folder / "passphrase").write_text("secret\n")
        return ["--pem-file", "key.pem", "--passphrase-file", "passphrase"]

    def test_openssl_opens_what_keygen_writes(self):
        self.run_program("keygen")
        self.assertIn(b"RSA key ok", self.openssl("rsa", "-in", "private.pem", "-check", "-noout"))
        self.assertEqual(self.openssl("rsa", "-in", "private.pem", "-pubout"), (self.folder / "public.pem").read_bytes())

    def test_openssl_opens_an_encrypted_key_of_keygen(self):
        (self.folder / "passphrase").write_text("correct horse\n")
        self.run_program("keygen", "--passphrase-file", "passphrase")
        public = self.openssl("rsa", "-in", "private.pem", "-passin", "file:passphrase", "-pubout")
        self.assertEqual(public, (self.folder / "public.pem").read_bytes())


def random_url(chance):
    scheme = chance.choice(["https", "http", "wss", "ws"])
    host = chance.choice(["api.qredo.network", "127.0.0.1:8080", "[::1]:9", "a_b.example", "localhost:65535"])
    characters = "abcXYZ019-._~!$&()*+,;=:@"
    segments = "".join("/" + "".join(chance.choices(characters, k=chance.randrange(1, 9))) + "x" for _ in range(3))
    query = chance.choice(["", "?query=cme&b=%20%2F%C3%A9", "?a=/?:@"])
    return f"{scheme}://{host}{segments}{query}"


def random_freshness(chance):
    if chance.random() < 0.5:
        return ["--timestamp", str(chance.randrange(10**10))]
    return ["--nonce", "n" + "".join(chance.choices("abcXYZ019-_", k=chance.randrange(127)))]


if __name__ == "__main__":
    unittest.main()
