"""The types, in the installed package: stubtest, and mypy and pyright in their strict modes."""

import json
import os
import re
import subprocess
import sys
import unittest

import support

TYPES = support.TESTS / "types"


def run(*command, **settings):
    return subprocess.run(command, capture_output=True, text=True, cwd=TYPES, **settings)


def wrong_lines():
    lines = (TYPES / "bad.py").read_text().splitlines()
    return [number for number, line in enumerate(lines, 1) if line.endswith("# wrong")]


class Types(unittest.TestCase):
    def test_the_stubs_say_what_is_there(self):
        done = run(sys.executable, "-m", "mypy.stubtest", "partnersign")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def mypy(self, file):
        cache = support.ROOT / "target/python/mypy"
        return run(sys.executable, "-m", "mypy", "--strict", f"--cache-dir={cache}", file)

    def test_mypy(self):
        for file in ("good.py", "with_cryptography.py", "with_adapters.py"):
            done = self.mypy(file)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        found = {int(number) for number in re.findall(r"^bad\.py:(\d+): error", self.mypy("bad.py").stdout, re.M)}
        self.assertEqual(sorted(found), wrong_lines())

    def pyright(self, file):
        pyright = TYPES / "node_modules/.bin/pyright"
        done = run(str(pyright), "--outputjson", "--pythonpath", sys.executable, file, env={**os.environ, "CI": "true"})
        return [
            one["range"]["start"]["line"] + 1
            for one in json.loads(done.stdout)["generalDiagnostics"]
            if one["severity"] == "error"
        ], done.stdout

    def test_pyright(self):
        for file in ("good.py", "with_cryptography.py", "with_adapters.py"):
            lines, output = self.pyright(file)
            self.assertEqual(lines, [], output)
        lines, output = self.pyright("bad.py")
        self.assertEqual(sorted(set(lines)), wrong_lines(), output)

    def test_the_package_says_that_it_is_typed(self):
        import importlib.resources

        self.assertTrue(importlib.resources.files("partnersign").joinpath("py.typed").is_file())


if __name__ == "__main__":
    unittest.main()
