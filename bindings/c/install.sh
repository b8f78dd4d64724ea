#!/usr/bin/env bash
# Builds the C library and installs it: headers, shared and static library, pkg-config and CMake files.
# Usage: [PREFIX=/usr/local] [DESTDIR=] install.sh
set -euo pipefail
cd "$(dirname "$0")/../.."

root=${DESTDIR:-}${PREFIX:-/usr/local}
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -1)
soversion=0
# What `rustc --print native-static-libs` names for the static library, but for -lgcc_s: compilers add it, or
# its static form for a static program. tests/test_library.py compares.
system_libraries="-lutil -lrt -lpthread -lm -ldl -lc"

cargo --locked build --quiet --release --package partnersign-c
built=${CARGO_TARGET_DIR:-target}/release

# fill FILE.in TARGET: puts the values in
fill() {
    IFS=. read -r major minor _ <<<"$version"
    sed -e "s/@VERSION@/$version/g; s/@SOVERSION@/$soversion/g; s/@MAJOR@/$major/g; s/@MINOR@/$minor/g" \
        -e "s/@SYSTEM_LIBRARIES@/$3/g" "bindings/c/package/$1.in" | install -m 644 /dev/stdin "$2/$1"
}

install -d "$root/lib/pkgconfig" "$root/lib/cmake/partnersign" "$root/include" "$root/share/partnersign" \
    "$root/share/doc/partnersign/examples"
install -m 644 include/partnersign.h include/partnersign.hpp "$root/include"
install -m 755 "$built/libpartnersign.so" "$root/lib/libpartnersign.so.$version"
install -m 644 "$built/libpartnersign.a" "$root/lib/libpartnersign.a"
ln -sf "libpartnersign.so.$version" "$root/lib/libpartnersign.so.$soversion"
ln -sf "libpartnersign.so.$soversion" "$root/lib/libpartnersign.so"
fill partnersign.pc "$root/lib/pkgconfig" ""
fill partnersign-static.pc "$root/lib/pkgconfig" "$system_libraries"
# CMake separates with semicolons and adds the -l itself.
cmake_libraries=${system_libraries//-l/}
fill partnersign-config.cmake "$root/lib/cmake/partnersign" "${cmake_libraries// /;}"
fill partnersign-config-version.cmake "$root/lib/cmake/partnersign" ""
install -m 644 bindings/c/package/valgrind.supp "$root/share/partnersign"
install -m 644 docs/errors.md LICENSE-APACHE LICENSE-MIT "$root/share/doc/partnersign"
install -m 644 bindings/c/examples/*.c bindings/c/examples/*.cpp "$root/share/doc/partnersign/examples"
# Its link to the error table holds in the repository; here the table is beside it.
sed 's#(\.\./\.\./docs/#(#g' bindings/c/README.md | install -m 644 /dev/stdin "$root/share/doc/partnersign/README.md"
echo "installed partnersign $version into $root"
