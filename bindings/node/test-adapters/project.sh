#!/usr/bin/env bash
# Installs the packed tarballs beside axios and undici, as package-lock.json has them, and copies the tests there.
# Quick when it is there. Usage: project.sh FOLDER
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
cd "$1"
if ! cmp --silent "$here/package-lock.json" package-lock.json; then
    cp "$here/package.json" "$here/package-lock.json" .
    npm ci --ignore-scripts --no-audit --no-fund --silent
fi
npm install --offline --no-save --no-package-lock --ignore-scripts --no-audit --no-fund --silent "$here"/../pack/*.tgz
rm -rf adapters docs
cp -r "$here" adapters
cp -r "$here/../docs" docs
