"""Clients that nobody here signs for: the original one's manners in Go, another vendor's in Node.js, the openssl command."""

import base64
import json
import pathlib
import subprocess
import tempfile
import time
import unittest

from independent import Client, Key
from running import BUILT, Sandbox

CLIENTS = pathlib.Path(__file__).resolve().parent / "clients"
BODY = '{\n\t"name": "ACME Corp",\n\t"domain": "acme.com"\n}\n'


class Clients(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.sandbox = Sandbox()
        cls.addClassCleanup(cls.sandbox.stop)
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.key = Key()
        cls.write("private.pem", cls.key.private_pem)
        cls.write("body.json", BODY.encode())

    @classmethod
    def write(cls, name, data):
        path = cls.folder / name
        path.touch(mode=0o600)
        path.write_bytes(data)

    def setUp(self):
        self.client = Client(self.sandbox, self.key)
        self.write("apikey", f"{self.client.api_key}\n".encode())

    def run_in_folder(self, *command, **how):
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=True, **how).stdout

    def names(self):
        return [match["name"] for match in self.client.get("/company/search").json["matches"]]

    def test_the_original_in_go(self):
        self.run_in_folder("go", "build", "-o", self.folder / "original", CLIENTS / "original.go")
        url = self.sandbox.url("/company")
        shown = self.run_in_folder("./original", "POST", url, "private.pem", "apikey", "body.json").splitlines()
        self.assertEqual(shown[2:4], ["---", "200 OK"])
        company = json.loads(shown[4])["company_id"]
        for path in ["/company/search", "/company/search?query=acme", f"/company/{company}"]:
            shown = self.run_in_folder("./original", "GET", self.sandbox.url(path), "private.pem", "apikey")
            self.assertIn("---\n200 OK\n", shown, path)
        # Its POST without a body: Go sends a length of 0.
        shown = self.run_in_folder("./original", "POST", url, "private.pem", "apikey")
        self.assertIn("---\n400 Bad Request\n", shown)
        self.assertEqual(self.names(), ["ACME Corp"])

    def test_another_vendor_s_with_an_empty_nonce(self):
        script = CLIENTS / "empty_nonce.mjs"
        body = json.dumps({"name": "Empty Nonce Ltd"})
        made = json.loads(self.run_in_folder("node", script, "POST", self.sandbox.url("/company"), "private.pem", "apikey", body))
        self.assertEqual(made["status"], 200, made)
        got = json.loads(self.run_in_folder("node", script, "GET", self.sandbox.url("/company/search"), "private.pem", "apikey"))
        self.assertEqual(got["status"], 200, got)
        self.assertEqual(self.names(), ["Empty Nonce Ltd"])

    def test_the_signature_of_the_openssl_command(self):
        url, timestamp, body = self.sandbox.url("/company"), str(int(time.time())), BODY.replace("ACME", "OpenSSL")
        signature = subprocess.run(["openssl", "dgst", "-sha256", "-sign", "private.pem"], cwd=self.folder, check=True,
                                   input=(timestamp + url + body).encode(), capture_output=True).stdout
        sign = base64.urlsafe_b64encode(signature).decode().rstrip("=")
        answer = self.sandbox.request("POST", "/api/v1/p/company", [
            ("X-API-KEY", self.client.api_key), ("x-sign", sign), ("x-timestamp", timestamp)], body.encode())
        self.assertEqual(answer.status, 200, answer)

    def test_the_sandbox_accepts_what_send_sends(self):
        program = BUILT / "partnerapi-sign"
        self.write("ours.json", BODY.replace("ACME", "Ours").encode())
        for more in [["--nonce", "1"], ["--nonce", "2", "--compact"], []]:
            done = json.loads(self.run_in_folder(program, "send", "--json", "--url", self.sandbox.url("/company"),
                                                 "--body-file", "ours.json", *more))
            self.assertEqual((done["status"], done["reason"]), (200, "OK"))
        self.assertEqual(len(self.names()), 3)
        spoiled = subprocess.run([program, "send", "--url", self.sandbox.url("/company/search"), "--timestamp", "1634226826"],
                                 cwd=self.folder, capture_output=True, text=True)
        self.assertEqual(spoiled.returncode, 7)
        self.assertIn("---\n401 Unauthorized\n", spoiled.stdout)
        self.assertTrue(spoiled.stderr.startswith("diagnosis: "), spoiled.stderr)


if __name__ == "__main__":
    unittest.main()
