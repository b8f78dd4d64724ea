#!/usr/bin/env bash
# Builds the wheel and installs it into a clean virtual environment, target/python/venv, with what the
# tests need. Usage: build.sh [release|dev]: release is what ships; dev builds faster, for work on it.
set -euo pipefail
cd "$(dirname "$0")/../.."
profile=${1:-release}
wheels=target/python/wheels
venv=target/python/venv

mkdir -p "$wheels"
rm -f "$wheels"/*.whl
.venv/bin/maturin build --quiet --locked --profile "$profile" --manifest-path bindings/python/Cargo.toml --out "$wheels"

# The libraries come from .venv, which has them pinned by hash; the wheel alone is installed here.
python3 -m venv --clear --without-pip "$venv"
site=$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
.venv/bin/pip --python "$venv/bin/python" install --quiet --no-index --no-deps "$wheels"/partnersign-*.whl
.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))' >"$site/tools.pth"
"$venv/bin/python" -m partnersign
