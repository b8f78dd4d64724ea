#!/usr/bin/env bash
# Runs every suite, counts what ran per language, and fails if one failed, ran nothing, or (with
# CI=true) skipped anything. SCALE=ci or full sets the counts.
# Usage: run.sh [FACE...]: all faces, or those that are named (rust, ...: the files in suites/)
set -uo pipefail
cd "$(dirname "$0")/.."
export SCALE=${SCALE:-ci}

log=$(mktemp)
trap 'rm -f "$log"' EXIT
summary=()
passed_all=0
failed_all=0

# suite NAME COMMAND...: cargo test, python unittest, node --test
suite() {
    local name=$1 start=$SECONDS status
    shift
    printf '\n== %s: %s\n' "$name" "$*"
    "$@" 2>&1 | tee "$log"
    status=${PIPESTATUS[0]}
    local passed failed skipped
    read -r passed failed skipped < <(count)
    if [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then failed=1; fi
    if [ "$passed" -eq 0 ] && [ "$failed" -eq 0 ]; then echo "$name: no test ran"; failed=1; fi
    if [ "${CI:-}" = true ] && [ "$skipped" -gt 0 ]; then echo "$name: skipped tests"; failed=$((failed + skipped)); fi
    summary+=("$(printf '%-28s %5d passed, %d failed, %d skipped (%d s)' "$name" "$passed" "$failed" "$skipped" $((SECONDS - start)))")
    passed_all=$((passed_all + passed))
    failed_all=$((failed_all + failed))
}

# Adds up the closing lines of the suite's runner.
count() {
    awk '
        /^test result:/ { passed += $4; failed += $6; skipped += $8 }
        /^Ran [0-9]+ tests? in/ { ran += $2 }
        /^# pass [0-9]+$/ { passed += $3 }
        /^# (fail|cancelled) [0-9]+$/ { failed += $3 }
        /^# (skipped|todo) [0-9]+$/ { skipped += $3 }
        /^(OK|FAILED) \(/ {
            while (match($0, /(failures|errors|skipped)=[0-9]+/)) {
                split(substr($0, RSTART, RLENGTH), pair, "=")
                if (pair[1] == "skipped") skips += pair[2]; else bad += pair[2]
                $0 = substr($0, RSTART + RLENGTH)
            }
        }
        END { print passed + ran - bad - skips, failed + bad, skipped + skips }
    ' "$log"
}

# Each file in suites/ runs one face, in the order of their names; `run.sh NAME...` runs those that are named.
for part in tests/suites/*.sh; do
    name=$(basename "$part" .sh)
    if [ $# -eq 0 ] || [[ " $* " == *" ${name#*-} "* ]]; then
        # shellcheck source=/dev/null
        source "$part"
    fi
done

printf '\n== SCALE=%s\n' "$SCALE"
printf '%s\n' "${summary[@]}"
printf '%d passed, %d failed\n' "$passed_all" "$failed_all"
[ "$failed_all" -eq 0 ]
