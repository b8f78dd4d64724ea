# The Python package: the wheel is built, installed into a clean virtual environment, and tested there.

python_tests() {
    local venv=target/python/venv
    bindings/python/build.sh release || return 1
    (cd bindings/python/tests && PYTHONPATH= "../../../$venv/bin/python" -m unittest discover)
}
suite "Python" python_tests

python_adapters() {
    cargo --locked build --quiet --package partnersign-sandbox || return 1
    (cd bindings/python/tests/adapters && PYTHONPATH= ../../../../target/python/venv/bin/python -m unittest discover)
}
suite "Python adapters" python_adapters
