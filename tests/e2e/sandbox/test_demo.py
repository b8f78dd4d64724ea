"""The demo as a person runs it: to its end, kept, interrupted, and with a program that does not do its part."""

import http.client
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest

from running import BUILT, ROOT

DEMO = ROOT / "tests" / "e2e" / "demo.py"


def is_up(origin):
    connection = http.client.HTTPConnection(origin.removeprefix("http://"), timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


class Demo(unittest.TestCase):
    def start(self, **environment):
        environment = os.environ | {"CARGO_TARGET_DIR": str(BUILT.parent)} | environment
        return subprocess.Popen([sys.executable, DEMO], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                text=True, start_new_session=True)

    def test_it_runs_to_its_end_and_leaves_nothing(self):
        with self.start() as demo:
            shown, said = demo.communicate(timeout=60)
        self.assertEqual((demo.returncode, said), (0, ""), shown)
        self.assertNotIn("\x1b", shown)
        self.assertNotIn("WRONG", shown)
        self.assertIn("Verified OK", shown)
        self.assertIn("429 Too Many Requests", shown)
        self.assertIn("diagnosis: The body was signed compacted", shown)
        origin = re.search(r"http://127\.0\.0\.1:\d+", shown).group()
        self.assertFalse(is_up(origin))

    def test_kept_it_runs_on(self):
        with self.start(KEEP="1") as demo:
            shown, _ = demo.communicate(timeout=60)
        self.assertEqual(demo.returncode, 0, shown)
        pid = int(re.search(r"kill (\d+)", shown).group(1))
        try:
            origin = re.search(r"runs on at (http://\S+)", shown).group(1)
            self.assertTrue(is_up(origin))
            folder, command = re.search(r"    cd (.+)\n    (.+)\n", shown).groups()
            self.assertEqual(subprocess.run(command.split(), cwd=folder, capture_output=True).returncode, 0)
        finally:
            os.kill(pid, signal.SIGTERM)

    def test_interrupted_it_takes_the_sandbox_along(self):
        for number in [signal.SIGINT, signal.SIGTERM]:
            with self.start() as demo:
                lines = [demo.stdout.readline() for _ in range(2)]
                os.kill(demo.pid, number)
                demo.communicate(timeout=60)
            self.assertNotEqual(demo.returncode, 0)
            origin = re.search(r"http://127\.0\.0\.1:\d+", lines[1]).group()
            deadline = time.monotonic() + 10
            while is_up(origin) and time.monotonic() < deadline:
                time.sleep(0.05)
            self.assertFalse(is_up(origin))

    def test_a_wrong_answer_is_a_failure(self):
        """A sandbox that expects another origin refuses the first request, and the demo says so."""
        with tempfile.TemporaryDirectory() as folder:
            built = pathlib.Path(folder) / "debug"
            built.mkdir()
            (built / "partnerapi-sign").symlink_to(BUILT / "partnerapi-sign")
            (built / "partnerapi-sandbox").write_text(
                f'#!/bin/sh\nexec "{BUILT / "partnerapi-sandbox"}" "$@" --origin http://localhost:1\n')
            (built / "partnerapi-sandbox").chmod(0o755)
            with self.start(CARGO_TARGET_DIR=folder) as demo:
                shown, said = demo.communicate(timeout=60)
        self.assertEqual(demo.returncode, 1)
        self.assertIn("WRONG  401 Unauthorized", shown)
        self.assertIn("Failed: ", said)


if __name__ == "__main__":
    unittest.main()
