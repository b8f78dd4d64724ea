"""Python and Node.js say the same as core about every vector. (C and C++: bindings/c/tests.)

They are run as the suites of their faces have built them.
"""

import os
import subprocess
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))


class Faces(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        place = tempfile.TemporaryDirectory()
        cls.addClassCleanup(place.cleanup)
        cls.work = Path(place.name)
        cls.core = cls.told("core", ["cargo", "--locked", "run", "--quiet", "--package", "xtask", "--", "conformance"])

    @classmethod
    def told(cls, name: str, command: list) -> Path:
        file = cls.work / f"{name}.jsonl"
        with file.open("wb") as lines:
            subprocess.run(command, cwd=ROOT, check=True, stdout=lines)
        return file

    def compare(self, name: str, command: list):
        face = self.told(name, command)
        done = subprocess.run([HERE / "compare.py", ROOT / "tests/vectors", self.core, face],
                              capture_output=True, text=True)
        print(done.stdout, end="")
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_python(self):
        self.compare("python", [TARGET / "python/venv/bin/python", HERE / "python.py"])

    def test_node(self):
        self.compare("node", ["node", HERE / "node.mjs", TARGET / "node-project"])


if __name__ == "__main__":
    unittest.main()
