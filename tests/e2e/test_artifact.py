"""What a release is made of: the pure-Rust backend, with its open advisory, is not in it."""

import subprocess
import unittest

from support import PROGRAM, ROOT


def crates(package, *flags):
    tree = ["cargo", "--locked", "tree", "--package", package, "--edges", "normal,build", "--prefix", "none", *flags]
    listed = subprocess.run(tree, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    return {line.split()[0] for line in listed.splitlines() if line}


class Artifact(unittest.TestCase):
    def test_no_released_package_depends_on_rsa(self):
        self.assertIn("aws-lc-rs", crates("partnersign-cli"))
        self.assertNotIn("rsa", crates("partnersign-cli"))
        self.assertNotIn("rsa", crates("partnersign"))
        # The same question finds it where it is.
        self.assertIn("rsa", crates("partnersign", "--no-default-features", "--features", "rustcrypto"))

    def test_the_program_contains_no_symbol_of_rsa(self):
        symbols = subprocess.run(["nm", "--demangle", PROGRAM], capture_output=True, text=True, check=True).stdout
        names = [line.split(maxsplit=2)[-1] for line in symbols.splitlines()]
        self.assertTrue(any("aws_lc_rs::rsa" in name for name in names))
        self.assertEqual([name for name in names if name.startswith(("rsa::", "<rsa::"))], [])


if __name__ == "__main__":
    unittest.main()
