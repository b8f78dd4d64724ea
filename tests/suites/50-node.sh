# The npm package: its packed tarballs, installed offline into an empty project, and everything run against that.

node_project=$PWD/target/node-project
node_tests() {
    bindings/node/build.sh pack && bindings/node/test/project.sh "$node_project" >/dev/null &&
        (cd "$node_project" && PARTNERSIGN_ROOT=$OLDPWD node --test --test-reporter=tap test/)
}
suite "Node.js" node_tests

# The adapters, beside the clients that they are for, against the sandbox and a server that knows only node:crypto.
node_adapters=$PWD/target/node-adapters
node_adapter_tests() {
    cargo --locked build --quiet --package partnersign-sandbox && bindings/node/test-adapters/project.sh "$node_adapters" &&
        (cd "$node_adapters" && PARTNERSIGN_ROOT=$OLDPWD node --test --test-reporter=tap adapters/*.test.mjs)
}
suite "Node.js adapters" node_adapter_tests
