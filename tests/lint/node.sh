#!/usr/bin/env bash
# The npm package's sources: types, and the generated declarations as they are committed.
set -euo pipefail
cd "$(dirname "$0")/../../bindings/node"
tools/install.sh
./native-types.sh
tools/node_modules/.bin/tsc --project .
if ! git diff --exit-code -- native.d.ts types || [ -n "$(git ls-files --others --exclude-standard types)" ]; then
    echo "error: native.d.ts or types/ is not what is made from the sources; it has been written anew, commit it" >&2
    exit 1
fi
echo "lint: native.d.ts and types/ are what the sources give"
