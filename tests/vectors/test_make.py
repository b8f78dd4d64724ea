"""The committed vectors are what OpenSSL and Go say today."""

import pathlib
import subprocess
import sys
import unittest


class Vectors(unittest.TestCase):
    def test_making_them_anew_changes_nothing(self):
        make = pathlib.Path(__file__).with_name("make.py")
        done = subprocess.run([sys.executable, make, "--check"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
