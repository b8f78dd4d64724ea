#!/usr/bin/env bash
# Makes target/dist/partnersign-c-VERSION-SYSTEM.tar.gz: the installed tree, which works wherever it is unpacked.
set -euo pipefail
cd "$(dirname "$0")/../.."

version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -1)
name=partnersign-c-$version-$(uname -s | tr '[:upper:]' '[:lower:]')-$(uname -m)
dist=${CARGO_TARGET_DIR:-target}/dist
rm -rf "${dist:?}/$name"
mkdir -p "$dist"
DESTDIR='' PREFIX=$(cd "$dist" && pwd)/$name bindings/c/install.sh
tar --create --gzip --sort=name --owner=0 --group=0 --numeric-owner --directory "$dist" \
    --file "$dist/$name.tar.gz" "$name"
echo "made $dist/$name.tar.gz"
