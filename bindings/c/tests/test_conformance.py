"""C and C++ say the same as core about every vector."""

import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
VECTORS = ROOT / "tests/vectors"
CONFORMANCE = ROOT / "tests/conformance"
LIBRARY = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release"


def without_nul(value):
    """cJSON ends a string at U+0000: such strings become {"hex"}, which the C runner reads everywhere."""
    if isinstance(value, str):
        return {"hex": value.encode().hex()} if "\0" in value else value
    if isinstance(value, list):
        return [without_nul(part) for part in value]
    if isinstance(value, dict):
        return {name: without_nul(part) for name, part in value.items()}
    return value


class Conformance(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        place = tempfile.TemporaryDirectory()
        cls.addClassCleanup(place.cleanup)
        cls.work = Path(place.name)
        subprocess.run(["cargo", "--locked", "build", "--quiet", "--release", "--package", "partnersign-c"],
                       cwd=ROOT, check=True)
        cls.core = cls.work / "core.jsonl"
        with cls.core.open("wb") as lines:
            subprocess.run(["cargo", "--locked", "run", "--quiet", "--package", "xtask", "--", "conformance"],
                           cwd=ROOT, check=True, stdout=lines)

    def compare(self, name: str, compiler: list[str], sources: list[Path], vectors: Path, *libraries: str) -> str:
        program, told = self.work / name, self.work / f"{name}.jsonl"
        subprocess.run([*compiler, "-g", "-O1", "-Wall", "-Wextra", "-Wpedantic", "-Werror", f"-I{ROOT}/include",
                        *sources, "-o", program, LIBRARY / "libpartnersign.a", *libraries,
                        "-lcrypto", "-lpthread", "-lm", "-ldl"], check=True)
        with told.open("wb") as lines:
            subprocess.run([program, vectors], check=True, stdout=lines)
        done = subprocess.run([CONFORMANCE / "compare.py", VECTORS, self.core, told], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout)
        return done.stdout

    def test_c(self):
        (self.work / "keys").symlink_to(VECTORS / "keys")
        for file in VECTORS.glob("*.json"):
            (self.work / file.name).write_text(json.dumps(without_nul(json.loads(file.read_text("utf-8")))))
        self.compare("c", ["gcc", "-std=c11", "-fsanitize=address,undefined"], sorted((CONFORMANCE / "c").glob("*.c")),
                     self.work, "-lcjson")

    def test_cpp(self):
        self.compare("cpp", ["g++", "-std=c++17"], [CONFORMANCE / "cpp.cpp"], VECTORS)

    def test_the_comparer_finds_what_differs_and_what_is_missing(self):
        lines = self.core.read_text().splitlines()
        for wrong in (lines[1:], [lines[0].replace('"result"', '"left"'), *lines[1:]],
                      [json.dumps({**json.loads(lines[0]), "result": {}}), *lines[1:]], [*lines, lines[0]], []):
            other = self.work / "other.jsonl"
            other.write_text("\n".join(wrong))
            done = subprocess.run([CONFORMANCE / "compare.py", VECTORS, self.core, other], capture_output=True)
            self.assertNotEqual(done.returncode, 0)


if __name__ == "__main__":
    unittest.main()
