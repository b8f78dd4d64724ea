#!/usr/bin/env bash
# Installs what a command needs, or says what to install. Quick when nothing is missing.
# Usage: setup.sh [test] [native] [tools] [demo] [sandbox] [c] [python] [node]: beside Rust, gcc and OpenSSL, what all
# tests need, what linking with OpenSSL needs, the Python tools in .venv, and what the demo and each face's tests need.
set -euo pipefail
cd "$(dirname "$0")/.."

wants() { [[ " $groups " == *" $1 "* ]]; }
groups="$*"

missing=()
# need PACKAGE SIGN: the Debian package, and the command or file that shows that it is there
need() {
    if [[ $2 == /* ]]; then [ -e "$2" ]; else command -v "$2" >/dev/null; fi || missing+=("$1")
}

need gcc gcc
need openssl openssl
if wants test; then
    need python3 python3
    need golang-go go
fi
if wants node; then
    need nodejs node
    need npm npm
    need binutils readelf
fi
if wants native; then
    need libssl-dev /usr/include/openssl/evp.h
    need pkg-config pkg-config
fi
if wants tools || wants demo; then
    need python3 python3
fi
if wants sandbox; then
    need nodejs node
fi
if wants c; then
    need g++ g++
    need clang clang
    need cmake cmake
    need make make
    need pkg-config pkg-config
    need valgrind valgrind
    need python3 python3
    need libcurl4-openssl-dev /usr/include/"$(uname -m)"-linux-gnu/curl/curl.h
    need libssl-dev /usr/include/openssl/evp.h
    need libcjson-dev /usr/include/cjson/cJSON.h
    need nlohmann-json3-dev /usr/include/nlohmann/json.hpp
fi
if wants python; then
    need softhsm2 /usr/lib/softhsm/libsofthsm2.so
    need nodejs node
    need npm npm
fi

if [ ${#missing[@]} -gt 0 ]; then
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        echo "setup: please install these Debian packages (or your system's like): ${missing[*]}" >&2
        exit 1
    fi
    echo "setup: installing ${missing[*]}"
    log=$(mktemp)
    if ! { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
        cat "$log" >&2
        exit 1
    fi
    rm -f "$log"
fi
if ! command -v cargo >/dev/null; then
    echo "setup: please install Rust 1.88 or newer (rustup, or your system's packages)" >&2
    exit 1
fi

if wants node && ! node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)'; then
    echo "setup: please install Node.js 20 or newer (found $(node --version))" >&2
    exit 1
fi

# The Python tools are pinned by hash; the copy in .venv says which set is installed.
if wants tools && ! cmp --silent requirements-dev.txt .venv/requirements-dev.txt; then
    echo "setup: making .venv"
    python3 -m venv --clear .venv ||
        { echo "setup: python3 cannot make a virtual environment; please install python3-venv" >&2; exit 1; }
    .venv/bin/pip install --quiet --require-hashes --requirement requirements-dev.txt
    cp requirements-dev.txt .venv/
fi

# The type checker that comes from npm, pinned by its lock file.
types=bindings/python/tests/types
if wants python && ! cmp --silent "$types/package-lock.json" "$types/node_modules/package-lock.json"; then
    npm ci --prefix "$types" --silent --no-audit --no-fund
    cp "$types/package-lock.json" "$types/node_modules/"
fi
