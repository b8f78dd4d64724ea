#!/usr/bin/env python3
"""Makes every file of this folder with OpenSSL and Go alone: see README.md.

    python3 make.py            writes what is missing or differs
    python3 make.py --check    makes all of it in memory, compares, and exits with 1 on a difference
"""

import os
import sys

sys.dont_write_bytecode = True

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

from make import files  # noqa: E402
from make.store import Store  # noqa: E402


def main(arguments):
    if arguments not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 2
    store = Store(HERE)
    counts = files.make_all(store)
    for name, count in counts.items():
        print(f"{name}: {count} cases")
    if arguments:
        wrong = store.differences() + [f"{name} (was missing)" for name in store.created]
        for name in wrong:
            print(f"differs: {name}", file=sys.stderr)
        return 1 if wrong else 0
    for name in store.created + store.write():
        print(f"wrote {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
