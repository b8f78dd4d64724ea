"""What the end-to-end tests share: the built program, a folder of its own, the scale."""

import os
import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve() / "debug" / "partnerapi-sign"
VECTORS = ROOT / "tests" / "vectors"
URL = "https://api.qredo.network/api/v1/p/company"


def scaled(full):
    """A count that an issue names, or a fiftieth of it at CI size."""
    return full if os.environ.get("SCALE") == "full" else max(1, full // 50)


class EndToEnd(unittest.TestCase):
    """Each test runs in an empty folder that goes away with it."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def run_program(self, *args, stdin=b"", exit_code=0):
        """Runs partnerapi-sign to its end and gives its stdout."""
        done = subprocess.run([PROGRAM, *args], input=stdin, capture_output=True, cwd=self.folder)
        self.assertEqual(done.returncode, exit_code, done.stderr.decode())
        return done.stdout

    def openssl(self, *args, stdin=b""):
        """Runs openssl and gives its stdout."""
        return subprocess.run(["openssl", *args], input=stdin, capture_output=True, cwd=self.folder, check=True).stdout
