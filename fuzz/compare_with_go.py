#!/usr/bin/env python3
"""Replays the corpus of the target `compact` through Go's encoding/json.Compact and the built
partnerapi-sign: the same bytes, or both refuse. Where only Go accepts, the text is no object or array,
or not UTF-8. Exits with 1 on a difference, and says so where Go is not installed.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
PROGRAM = ROOT / "target" / "debug" / "partnerapi-sign"
CORPUS = ROOT / "fuzz" / "corpus" / "compact"
EXIT_BAD_INPUT = 3


def by_go(texts):
    """One answer a text, by the program that also makes the vectors: its bytes, or None."""
    with tempfile.TemporaryDirectory() as folder:
        program = pathlib.Path(folder) / "compact"
        source = ROOT / "tests" / "vectors" / "make" / "compact.go"
        subprocess.run(["go", "build", "-o", program, source], check=True, env={**os.environ, "GO111MODULE": "off"})
        lines = "".join(text.hex() + "\n" for text in texts)
        answers = subprocess.run([program], input=lines, capture_output=True, text=True, check=True).stdout
    answers = answers.splitlines()
    if len(answers) != len(texts):
        raise SystemExit("compact.go has died")
    return [bytes.fromhex(answer[3:]) if answer.startswith("ok ") else None for answer in answers]


def by_us(text):
    done = subprocess.run([PROGRAM, "compact"], input=text, capture_output=True)
    if done.returncode not in (0, EXIT_BAD_INPUT):
        raise SystemExit(f"partnerapi-sign compact ended with {done.returncode}: {done.stderr.decode()}")
    return done.stdout if done.returncode == 0 else None


def expected(text, go):
    """Of what Go accepts we refuse scalars and invalid UTF-8."""
    try:
        text.decode()
    except UnicodeDecodeError:
        return None
    return go if go is not None and go[:1] in (b"{", b"[") else None


def main():
    if shutil.which("go") is None:
        print("Go is not installed: nothing was compared with it")
        return 0
    files = sorted(CORPUS.iterdir())
    texts = [file.read_bytes() for file in files]
    counts = {"same bytes": 0, "both refuse": 0, "only ours refuses": 0}
    for file, text, go in zip(files, texts, by_go(texts)):
        ours = by_us(text)
        if ours != expected(text, go):
            print(f"DIFFERENT: {file.relative_to(ROOT)}\n  ours {ours}\n  Go's {go}", file=sys.stderr)
            return 1
        counts["same bytes" if ours is not None else "both refuse" if go is None else "only ours refuses"] += 1
    print(f"compact and Go on {len(texts)} inputs: " + ", ".join(f"{name} {n}" for name, n in counts.items()))
    return 0 if min(counts.values()) > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
