#!/usr/bin/env bash
# The types of the Python package, strictly; everything else about them is a test (bindings/python/tests).
set -euo pipefail
cd "$(dirname "$0")/../.."
.venv/bin/python -m mypy --strict bindings/python/python bindings/python/bench.py
