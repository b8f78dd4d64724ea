"""The C++ example sends what it signed with libcurl, and the sandbox, which verifies, answers 200."""

import json
import os
import subprocess
import tempfile
import unittest
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
KEYS = ROOT / "tests/vectors/keys"
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))


class Sandbox(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        place = tempfile.TemporaryDirectory()
        cls.addClassCleanup(place.cleanup)
        cls.work = Path(place.name)
        for package in (["--package", "partnersign-sandbox"], ["--release", "--package", "partnersign-c"]):
            subprocess.run(["cargo", "--locked", "build", "--quiet", *package], cwd=ROOT, check=True)
        cls.program = cls.work / "send_libcurl"
        subprocess.run(["g++", "-std=c++17", "-Wall", "-Wextra", "-Wpedantic", "-Werror", f"-I{ROOT}/include",
                        ROOT / "bindings/c/examples/send_libcurl.cpp", "-o", cls.program,
                        TARGET / "release/libpartnersign.a", "-lcurl", "-lpthread", "-lm", "-ldl"],
                       check=True)
        cls.server = subprocess.Popen([TARGET / "debug/partnerapi-sandbox", "serve", "--listen", "127.0.0.1:0"],
                                      stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        cls.addClassCleanup(cls.stop)
        cls.origin = cls.server.stdout.readline().strip().removeprefix("listening on ")
        cls.key = cls.work / "private.pem"
        cls.key.write_bytes((KEYS / "rsa2048.pkcs8.pem").read_bytes())
        cls.key.chmod(0o600)

    @classmethod
    def stop(cls):
        cls.server.terminate()
        cls.server.wait(10)
        cls.server.stdout.close()

    def register(self, public_key: str) -> str:
        body = json.dumps({"public_key": (KEYS / public_key).read_text()}).encode()
        request = urllib.request.Request(f"{self.origin}/_sandbox/api-keys", body,
                                         {"content-type": "application/json"})
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10) as answer:
            return json.load(answer)["api_key"]

    def send(self, api_key: str):
        return subprocess.run([self.program, self.key, api_key, self.origin], capture_output=True, text=True)

    def test_the_sandbox_answers_200_to_what_was_signed(self):
        done = self.send(self.register("rsa2048.spki.pem"))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("status 200", done.stdout)

    def test_the_sandbox_verifies(self):
        done = self.send(self.register("rsa2048-other.spki.pem"))
        self.assertEqual(done.returncode, 1)
        self.assertIn("status 401", done.stdout)


if __name__ == "__main__":
    unittest.main()
