#!/usr/bin/env bash
# Builds the package in place, and with `pack` its tarballs in pack/. DEBUG=1: the dev profile.
# Usage: build.sh [pack]
set -euo pipefail
cd "$(dirname "$0")"

platform=linux-x64-gnu
profile=release
if [ "${DEBUG:-}" = 1 ]; then profile=dev; fi

tools/install.sh
cargo --locked build --quiet --package partnersign-node --profile "$profile"
target=$(cargo metadata --no-deps --format-version 1 | node -p 'JSON.parse(require("fs").readFileSync(0)).target_directory')
# A new file, not new content in the old one: a running process may have that mapped.
binary=partnersign.$platform.node
cp "$target/${profile/dev/debug}/libpartnersign_node.so" "$binary.new"
mv "$binary.new" "$binary"
rm -rf dist
# Types are checked and declared by tsc. One short file, because loading more takes longer than a signature.
tools/node_modules/.bin/tsc --project .
# (And one for the adapters, which are plain JavaScript.)
tools/node_modules/.bin/esbuild lib/index.ts lib/shared.ts --bundle --platform=node --target=node20 --format=cjs --minify --keep-names \
    --legal-comments=none --log-level=warning --outdir=dist

if [ "${1:-}" = pack ]; then
    rm -rf pack
    mkdir pack
    cp "$binary" "npm/$platform/"
    for package in "npm/$platform" .; do
        cp ../../LICENSE-APACHE ../../LICENSE-MIT "$package/"
        # npm packs what is there and says nothing of what is missing.
        npm pack --silent --ignore-scripts --pack-destination pack "./$package" >/dev/null
    done
    node tools/check-tarballs.mjs pack
fi
