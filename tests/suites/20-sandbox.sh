# The sandbox from outside: `cryptography`, Go and Node.js sign; raw sockets, kill -9 and schemathesis disturb.
# Its own tests in Rust run with those of the other pure crates.

cargo --locked build --quiet --package partnersign-cli --package partnersign-sandbox || failed_all=$((failed_all + 1))
suite "Sandbox (cryptography)" .venv/bin/python -m unittest discover --start-directory tests/e2e/sandbox --top-level-directory tests/e2e/sandbox
