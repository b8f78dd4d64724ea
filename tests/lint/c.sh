#!/usr/bin/env bash
# The headers compile without a warning in every language that they promise, with gcc and clang; unsafe
# code stays where it is.
set -euo pipefail
cd "$(dirname "$0")/../.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
strict=(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror -Iinclude -fsyntax-only)

cat >"$work/header.c" <<'C'
#include <partnersign.h>
int use(long long seconds, const char *text, int length);
int use(long long seconds, const char *text, int length) {
    partnersign_error error = PARTNERSIGN_ERROR_INIT;
    partnersign_request request = PARTNERSIGN_REQUEST_INIT;
    partnersign_freshness unset = PARTNERSIGN_FRESHNESS_INIT;
    partnersign_freshness timestamp = PARTNERSIGN_FRESHNESS_TIMESTAMP(seconds);
    partnersign_freshness nonce = PARTNERSIGN_FRESHNESS_NONCE(text, length);
    partnersign_received_request received = PARTNERSIGN_RECEIVED_REQUEST_INIT;
    partnersign_verifier_options options = PARTNERSIGN_VERIFIER_OPTIONS_INIT;
    partnersign_nonce_state state = PARTNERSIGN_NONCE_STATE_INIT;
    return (int)(error.size + request.size + unset.size + timestamp.size + nonce.size + received.size +
                 options.size + state.size);
}
C
cp "$work/header.c" "$work/header.cpp"
{ echo '#include <partnersign.hpp>'; sed 1d "$work/header.c"; } >"$work/wrapper.cpp"

for compiler in gcc clang; do
    for standard in c99 c11; do
        "$compiler" -std=$standard "${strict[@]}" "$work/header.c"
        "$compiler" -std=$standard -x c -c "${strict[@]}" include/partnersign.h
    done
done
for compiler in g++ clang++; do
    for standard in c++17 c++20; do
        "$compiler" -std=$standard "${strict[@]}" "$work/header.cpp"
        "$compiler" -std=$standard "${strict[@]}" "$work/wrapper.cpp"
        "$compiler" -std=$standard -fno-exceptions "${strict[@]}" "$work/wrapper.cpp"
    done
done

# Unsafe code is where bindings/c/src/lib.rs says, but for promises about plain structs.
stray=$(grep -nE 'unsafe (\{|fn )' bindings/c/src/*.rs | grep -vE 'src/(pointers|callbacks|error|system)\.rs:' || true)
if [ -n "$stray" ]; then
    echo "unsafe code outside of its files:" >&2
    echo "$stray" >&2
    exit 1
fi
echo "headers: C99, C11, C++17, C++20, without exceptions; gcc and clang"
