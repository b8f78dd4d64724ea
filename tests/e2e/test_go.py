"""Go's encoding/json.Compact gives the same bytes and the same verdict, for texts that nobody chose."""

import os
import random
import subprocess
import unittest

import json_texts
from support import PROGRAM, VECTORS, EndToEnd, scaled


class GoAgrees(EndToEnd):
    def test_compact_gives_the_same_bytes_or_refuses_the_same_texts(self):
        seed = int.from_bytes(os.urandom(4), "big")
        chance = random.Random(seed)
        texts = [json_texts.mutated(chance, json_texts.value(chance).encode()) for _ in range(scaled(100_000))]
        answers = self.go_compact(texts)
        counts = {"same bytes": 0, "both refuse": 0, "only ours refuses: no object or array, or not UTF-8": 0}
        for text, answer in zip(texts, answers, strict=True):
            counts[self.compare(text, answer)] += 1
        print(f"seed {seed}: {counts}")
        self.assertGreater(min(counts.values()), 0)

    def compare(self, text, answer):
        ours = subprocess.run([PROGRAM, "compact"], input=text, capture_output=True)
        if not answer.startswith("ok "):
            self.assertEqual((ours.returncode, ours.stdout), (3, b""), text)
            return "both refuse"
        compacted = bytes.fromhex(answer[3:])
        if compacted[:1] in (b"{", b"[") and is_utf8(text):
            self.assertEqual((ours.returncode, ours.stdout), (0, compacted), text)
            return "same bytes"
        self.assertEqual((ours.returncode, ours.stdout), (3, b""), text)
        return "only ours refuses: no object or array, or not UTF-8"

    def go_compact(self, texts):
        """One answer a text, by the program that also makes the vectors."""
        program = self.folder / "compact"
        subprocess.run(["go", "build", "-o", program, VECTORS / "make" / "compact.go"], check=True)
        lines = "".join(text.hex() + "\n" for text in texts)
        return subprocess.run([program], input=lines, capture_output=True, text=True, check=True).stdout.splitlines()


def is_utf8(text):
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


if __name__ == "__main__":
    unittest.main()
