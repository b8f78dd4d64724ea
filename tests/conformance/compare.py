#!/usr/bin/env python3
"""Compares what the languages say about every vector with what core says, and names each difference.

Usage: compare.py VECTORS-FOLDER CORE.jsonl LANGUAGE.jsonl...
Each file has the lines that README.md describes; a language is named by its file.
"""

import json
import sys
from pathlib import Path

FILES = ["keys", "signing", "compaction", "urls", "freshness", "api_keys", "requests",
         "verifying", "replay", "diagnosis", "outcome_of_http"]
SHOWN = 20


def read(path: Path) -> dict[tuple[str, str], dict]:
    """The lines of a runner by file and name of the case."""
    lines: dict[tuple[str, str], dict] = {}
    for number, text in enumerate(path.read_text("utf-8").split("\n"), 1):
        if not text.strip():
            continue
        line = json.loads(text)
        case = (line["file"], line["name"])
        if case in lines:
            raise SystemExit(f"{path.name}:{number}: {case[0]}: {case[1]}: told twice")
        if ("result" in line) == ("left_out" in line):
            raise SystemExit(f"{path.name}:{number}: neither or both of result and left_out")
        lines[case] = line
    return lines


def cases(vectors: Path) -> set[tuple[str, str]]:
    """Every case that a runner must tell."""
    return {(name, case["name"])
            for name in FILES
            for case in json.loads((vectors / f"{name}.json").read_text("utf-8"))["cases"]}


def differences(expected: dict, actual: dict, wanted: set) -> tuple[list[str], list[str]]:
    """What differs, and what was left out and why."""
    wrong, left_out = [], []
    for file, name in sorted(wanted | actual.keys()):
        line, core = actual.get((file, name)), expected.get((file, name), {})
        where = f"{file}: {name}"
        if (file, name) not in wanted:
            wrong.append(f"{where}: no such case in the vectors")
        elif line is None:
            wrong.append(f"{where}: missing")
        elif "left_out" in line:
            left_out.append(f"{where}: {line['left_out']}")
        elif "result" not in core:
            wrong.append(f"{where}: core says nothing of it")
        elif line["result"] != core["result"]:
            wrong.append(f"{where}\n    core: {json.dumps(core['result'])[:400]}\n"
                         f"    here: {json.dumps(line['result'])[:400]}")
    return wrong, left_out


def main(arguments: list[str]) -> int:
    if len(arguments) < 3:
        print(__doc__, file=sys.stderr)
        return 2
    vectors, core, *languages = map(Path, arguments)
    wanted, expected = cases(vectors), read(core)
    untold = sorted(wanted - expected.keys())
    passed = failed = 0
    if untold:
        print(f"{core.stem}: {len(untold)} case(s) missing, such as {untold[0]}")
        failed += len(untold)
    for language in languages:
        wrong, left_out = differences(expected, read(language), wanted)
        same = len(wanted) - len(wrong) - len(left_out)
        print(f"{language.stem}: {same} the same as core, {len(wrong)} different, {len(left_out)} left out")
        for text in left_out:
            print(f"  left out: {text}")
        for text in wrong[:SHOWN]:
            print(f"  DIFFERENT: {text}")
        if len(wrong) > SHOWN:
            print(f"  and {len(wrong) - SHOWN} more")
        passed, failed = passed + max(same, 0), failed + len(wrong)
    print(f"conformance: {passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
