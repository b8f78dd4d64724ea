#!/usr/bin/env bash
# Installs the packed tarballs, offline, into an empty project, copies the tests there and prints its folder.
# Usage: project.sh FOLDER
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
rm -rf "$1"
mkdir -p "$1"
cd "$1"
echo '{"name": "empty", "private": true}' >package.json
npm install --offline --ignore-scripts --no-audit --no-fund --silent "$here"/../pack/*.tgz
cp -r "$here" test
pwd
