# The npm package: its packed tarballs, installed offline into an empty project, and everything run against that.

node_project=$PWD/target/node-project
node_tests() {
    bindings/node/build.sh pack && bindings/node/test/project.sh "$node_project" >/dev/null &&
        (cd "$node_project" && PARTNERSIGN_ROOT=$OLDPWD node --test --test-reporter=tap test/)
}
suite "Node.js" node_tests
