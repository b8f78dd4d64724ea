# The C library: handles and pointers in Rust; everything else from C and C++, against the installed tree.

suite "C (Rust side)" cargo --locked test --quiet --package partnersign-c
suite "C and C++" python3 -m unittest discover --start-directory bindings/c/tests --top-level-directory bindings/c/tests
