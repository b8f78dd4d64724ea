#!/usr/bin/env bash
# Installs what builds and checks the package, as package-lock.json says. Quick when it is there.
set -euo pipefail
cd "$(dirname "$0")"
if ! cmp --silent package-lock.json node_modules/.installed; then
    npm ci --ignore-scripts --no-audit --no-fund --silent
    cp package-lock.json node_modules/.installed
fi
