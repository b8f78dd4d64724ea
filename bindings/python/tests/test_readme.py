"""Every Python example of README.md runs, in order, against a real server, PKCS#11 token and signing services."""

import base64
import contextlib
import http.server
import io
import json
import os
import re
import subprocess
import tempfile
import threading
import unittest
from pathlib import Path

import partnersign
import requests
import support
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, utils

PRIVATE = serialization.load_pem_private_key(support.PEM, None)
SOFTHSM = "/usr/lib/softhsm/libsofthsm2.so"


def sign_digest(digest):
    return PRIVATE.sign(digest, padding.PKCS1v15(), utils.Prehashed(hashes.SHA256()))


class Handler(http.server.BaseHTTPRequestHandler):
    """`/api`: verifies with `cryptography`; `/sign`: a signing service; `/`: AWS KMS's `Sign`."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.path == "/api":
            fresh = self.headers["x-timestamp"] or self.headers["x-nonce"]
            payload = f"{fresh}http://{self.headers['host']}/api".encode() + body
            signature = base64.urlsafe_b64decode(self.headers["x-sign"] + "==")
            PRIVATE.public_key().verify(signature, payload, padding.PKCS1v15(), hashes.SHA256())
            self.server.verified += 1
            answer = b"{}"
        elif self.path == "/sign":
            answer = sign_digest(body)
        else:
            asked = json.loads(body)
            if (self.headers["x-amz-target"], asked["MessageType"]) != ("TrentService.Sign", "DIGEST"):
                raise ValueError("the KMS can only sign digests")
            signature = sign_digest(base64.b64decode(asked["Message"]))
            answer = json.dumps({"Signature": base64.b64encode(signature).decode()}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *arguments):
        pass


def make_token(folder):
    """A SoftHSM token with the key of the tests."""
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\n")
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    (folder / "key.pem").write_bytes(support.PEM)
    util = ["softhsm2-util", "--module", SOFTHSM]
    for arguments in (
        ["--init-token", "--free", "--label", "trading", "--so-pin", "1234", "--pin", "5678"],
        ["--import", folder / "key.pem", "--token", "trading", "--label", "partner-api", "--id", "01", "--pin", "5678"],
    ):
        subprocess.run([*util, *arguments], check=True, capture_output=True)


class Readme(unittest.TestCase):
    def setUp(self):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.verified = 0
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.addCleanup(os.chdir, os.getcwd())
        before = dict(os.environ)
        self.addCleanup(lambda: (os.environ.clear(), os.environ.update(before)))
        os.chdir(folder.name)
        for name, pem in (
            ("private.pem", support.PEM.decode()),
            ("encrypted.pem", support.KEY.private_pem("correct horse battery staple")),
        ):
            Path(name).touch(mode=0o600)
            Path(name).write_text(pem)
        make_token(Path(folder.name))
        self.origin = f"http://127.0.0.1:{self.server.server_port}"
        os.environ.update(
            PARTNER_API_KEY_PEM=support.PEM.decode().replace("\n", "\\n"),
            PKCS11_MODULE=SOFTHSM,
            HSM_PIN="5678",
            AWS_ENDPOINT_URL_KMS=self.origin,
            AWS_ACCESS_KEY_ID="test",
            AWS_SECRET_ACCESS_KEY="test",
            AWS_DEFAULT_REGION="eu-west-1",
        )

    def test_every_example(self):
        text = (support.PACKAGE / "README.md").read_text()
        self.assertTrue(text.removeprefix("# partnersign\n\n").startswith("```python\nkey = "), "the three lines come first")
        examples = re.findall(r"^```python\n(.*?)^```$", text, re.M | re.S)
        self.assertEqual(len(examples[0].splitlines()), 3)
        names = {
            "partnersign": partnersign,
            "requests": requests,
            "api_key": support.API_KEY,
            "url": f"{self.origin}/api",
            "signing_service": f"{self.origin}/sign",
            "public_pem": support.KEY.public_pem(),
        }
        output = io.StringIO()
        for number, example in enumerate(examples, 1):
            line = text[: text.index(example)].count("\n")
            with self.subTest(example=number), contextlib.redirect_stdout(output):
                exec(compile("\n" * line + example, "README.md", "exec"), names)
        print(f"README.md: {len(examples)} examples")
        self.assertEqual(self.server.verified, 6)
        for printed in re.findall(r"print\(.*?\)  # (.*?) ?\.\.\.", text):
            self.assertIn(printed, output.getvalue())

    def test_the_table_of_errors_is_whole(self):
        from partnersign._codes import NUMBERS
        from partnersign._errors import error

        text = (support.PACKAGE / "README.md").read_text()
        rows = dict(re.findall(r"^\| `(\w+)`[^|]*\|[^|]*\| (.*) \|$", text, re.M))
        for code in NUMBERS:
            if code in ("buffer_too_small", "invalid_handle", "sending_failed"):  # C's, the command line's alone
                continue
            self.assertIn(f"`{code}`", rows[type(error(code, "why")).__name__])


if __name__ == "__main__":
    unittest.main()
