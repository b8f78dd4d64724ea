"""A signing client that shares nothing with ours: `cryptography` signs, http.client sends."""

import base64
import json
import time

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa


class Key:
    """A fresh RSA key."""

    def __init__(self, bits=2048):
        self.private = rsa.generate_private_key(65537, bits)
        self.used = set()

    @property
    def public_pem(self):
        return self.private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()

    @property
    def private_pem(self):
        """PKCS#1, as the original client wants it."""
        return self.private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption())

    def unused_second(self, rest):
        """The clock's second, or the nearest under which this was not yet signed: else it would be a replay."""
        now = int(time.time())
        for second in [now, *(now + sign * shift for shift in range(1, 290) for sign in (-1, 1))]:
            if (second, rest) not in self.used:
                self.used.add((second, rest))
                return second
        raise AssertionError("the same request was signed under every second that a server takes")

    def sign(self, payload):
        signature = self.private.sign(payload, padding.PKCS1v15(), hashes.SHA256())
        return base64.urlsafe_b64encode(signature).decode().rstrip("=")


class Client:
    """Signs as the documents say: freshness, URL, body."""

    def __init__(self, sandbox, key=None):
        self.sandbox, self.key = sandbox, key or Key()
        registered = sandbox.control("/api-keys", {"public_key": self.key.public_pem, "sandbox": False}, expect=(201,))
        self.api_key, self.key_id = registered["api_key"], registered["key_id"]

    def headers(self, url, body=b"", timestamp=None, nonce=None):
        """The three or four headers; the clock's second unless a timestamp or nonce is given."""
        if nonce is not None:
            name, fresh = "x-nonce", str(nonce)
        else:
            name, fresh = "x-timestamp", str(self.key.unused_second(url.encode() + body) if timestamp is None else timestamp)
        sign = self.key.sign(fresh.encode() + url.encode() + body)
        headers = [("x-api-key", self.api_key), ("x-sign", sign), (name, fresh), ("accept", "application/json")]
        return headers + ([("content-type", "application/json")] if body else [])

    def call(self, method, path, body=None, **freshness):
        """A signed request; the body is an object, or the exact bytes."""
        data = None if body is None else body if isinstance(body, bytes) else json.dumps(body, indent=1).encode()
        headers = self.headers(self.sandbox.url(path), data or b"", **freshness)
        return self.sandbox.request(method, f"/api/v1/p{path}", headers, data)

    def get(self, path, **freshness):
        return self.call("GET", path, **freshness)

    def post(self, path, body, **freshness):
        return self.call("POST", path, body, **freshness)
