#!/usr/bin/env bash
# Runs every fuzz target, or those that are named, for FUZZ_SECONDS each; then replays what `compact`
# has found through Go. Stops at the first finding.
# Usage: run.sh [TARGET...]
#        run.sh again TARGET FILE    (runs one input)
#        run.sh smaller TARGET FILE  (makes a finding small)
set -euo pipefail
cd "$(dirname "$0")/.."

CARGO_FUZZ=0.13.2
seconds=${FUZZ_SECONDS:-60}
tools=$PWD/target/tools
export PATH="$tools/bin:$PATH"
# The sanitizer's flags are for nightly compilers only; this lets a stable one take them.
export RUSTC_BOOTSTRAP=1

command -v c++ >/dev/null || { echo "fuzz: please install a C++ compiler (Debian: g++): libFuzzer is C++" >&2; exit 1; }
if [ "$(cargo fuzz --version 2>/dev/null)" != "cargo-fuzz $CARGO_FUZZ" ]; then
    echo "fuzz: installing cargo-fuzz $CARGO_FUZZ into target/tools"
    cargo install --quiet --locked --root "$tools" --version "=$CARGO_FUZZ" cargo-fuzz
fi

case ${1:-} in
    again) exec cargo fuzz run --target-dir target/fuzz "$2" "$3" ;;
    smaller) exec cargo fuzz tmin --target-dir target/fuzz "$2" "$3" ;;
esac

python3 fuzz/seed.py
# cargo-fuzz knows no --locked: the lock file must be right before it builds.
cargo metadata --quiet --locked --manifest-path fuzz/Cargo.toml --format-version 1 >/dev/null
cargo fuzz build --target-dir target/fuzz

log=$(mktemp)
trap 'rm -f "$log"' EXIT

# What a target needs beside libFuzzer's defaults.
options() {
    case $1 in
        compact) echo -max_len=32768 ;;
        # The help texts go to stdout.
        command_line) echo -max_len=512 -close_fd_mask=1 ;;
        payload_injectivity) echo -max_len=300 ;;
        diagnosis) echo -max_len=4096 -timeout=5 ;;
        url) echo -max_len=8400 ;;
        *) echo -max_len=4096 ;;
    esac
    [ ! -e "fuzz/dictionaries/$1.dict" ] || echo "-dict=fuzz/dictionaries/$1.dict"
}

statistic() { awk -v name="stat::$1:" '$1 == name { print $2 }' "$log"; }

fuzz() {
    local target=$1 arguments
    mapfile -t arguments < <(options "$target" | tr ' ' '\n')
    if ! cargo fuzz run --target-dir target/fuzz "$target" -- -max_total_time="$seconds" -timeout=20 \
        -rss_limit_mb=2048 -print_final_stats=1 "${arguments[@]}" >"$log" 2>&1; then
        local found
        found=$(grep --only-matching "fuzz/artifacts/$target/[a-z-]*-[0-9a-f]*" "$log" | head -n 1 || true)
        # The whole log, if it is no failed check: a build error, a leak, a bad dictionary.
        grep --max-count 1 --after-context 4 --extended-regexp 'panicked at|ERROR: ' "$log" >&2 || cat "$log" >&2
        echo "fuzz: FINDING in $target: ${found:-no input was kept}" >&2
        echo "fuzz: see it again with: fuzz/run.sh again $target ${found:-FILE}; then fuzz/README.md says what to do" >&2
        exit 1
    fi
    printf '%-20s %9d executions, %6d a second, %5d new in the corpus\n' "$target" \
        "$(statistic number_of_executed_units)" "$(statistic average_exec_per_sec)" "$(statistic new_units_added)"
}

if [ $# -eq 0 ]; then
    mapfile -t targets < <(cargo fuzz list)
else
    targets=("$@")
fi
for target in "${targets[@]}"; do fuzz "$target"; done

if [[ " ${targets[*]} " == *" compact "* ]]; then
    # Not with the bootstrap setting: it would build every dependency anew.
    env -u RUSTC_BOOTSTRAP cargo build --quiet --locked --package partnersign-cli
    python3 fuzz/compare_with_go.py
fi
