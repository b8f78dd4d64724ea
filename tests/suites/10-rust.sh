# Core, the command line and the tools in Rust; the vectors and the program against OpenSSL and Go.

suite "Rust (AWS-LC)" cargo --locked test --quiet
printf '\nWycheproof, by our policy:\n'
cargo --locked test --quiet --package partnersign --test wycheproof -- --show-output | grep 'Counts {'
suite "Rust (RustCrypto)" cargo --locked test --quiet --package partnersign --no-default-features --features rustcrypto
suite "Rust (tools)" cargo --locked test --quiet --package xtask
cargo --locked build --quiet --package partnersign-cli || failed_all=$((failed_all + 1))
suite "Vectors (OpenSSL, Go)" python3 -m unittest discover --start-directory tests/vectors --top-level-directory tests/vectors
suite "End to end (OpenSSL, Go)" python3 -m unittest discover --start-directory tests/e2e --top-level-directory tests/e2e
