#!/usr/bin/env bash
# Installs the packed tarballs, offline, into an empty project, copies the tests there and prints its folder.
# Usage: project.sh FOLDER
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# Removes only what it has made itself.
if [ -e "$1" ] && [ ! -e "$1/.partnersign-test-project" ]; then
    echo "error: $1 exists and is no project of these tests; name another folder" >&2
    exit 1
fi
rm -rf "$1"
mkdir -p "$1"
cd "$1"
touch .partnersign-test-project
echo '{"name": "empty", "private": true}' >package.json
npm install --offline --ignore-scripts --no-audit --no-fund --silent "$here"/../pack/*.tgz
cp -r "$here" test
pwd
