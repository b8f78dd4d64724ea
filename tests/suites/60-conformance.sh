# Python and Node.js against core, byte by byte; needs what the suites before it have built.

suite "Conformance" python3 -m unittest discover --start-directory tests/conformance --top-level-directory tests/conformance
