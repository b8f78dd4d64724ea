#!/usr/bin/env bash
# Writes native.d.ts, the types of the native half, from the Rust code.
set -euo pipefail
cd "$(dirname "$0")"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# The macros write while they expand, so the crate must be compiled anew.
touch src/lib.rs
NAPI_TYPE_DEF_TMP_FOLDER=$folder cargo --locked check --quiet --package partnersign-node
node native-types.mjs "$folder"
