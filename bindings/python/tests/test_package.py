"""What is shipped: the wheel's contents and metadata, an import without any other package, and the sdist."""

import email.parser
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import unittest
import zipfile
from pathlib import Path

import support

WHEELS = support.ROOT / "target/python/wheels"
VERSION = tomllib.loads((support.ROOT / "Cargo.toml").read_text())["workspace"]["package"]["version"]


class Wheel(unittest.TestCase):
    def setUp(self):
        [path] = WHEELS.glob("partnersign-*.whl")
        self.name = path.name
        self.wheel = self.enterContext(zipfile.ZipFile(path))

    def metadata(self):
        [name] = [name for name in self.wheel.namelist() if name.endswith(".dist-info/METADATA")]
        return email.parser.Parser().parsestr(self.wheel.read(name).decode())

    def test_contents(self):
        names = {name for name in self.wheel.namelist() if ".dist-info/" not in name}
        package = support.PACKAGE / "python"
        sources = {
            str(path.relative_to(package))
            for path in package.rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }
        self.assertEqual(names, sources | {"partnersign/_native.abi3.so"})
        self.assertIn("partnersign/py.typed", names)

    def test_one_wheel_for_every_python_from_3_11(self):
        self.assertRegex(self.name, rf"^partnersign-{VERSION}-cp311-abi3-manylinux")

    def test_metadata(self):
        metadata = self.metadata()
        self.assertEqual((metadata["Name"], metadata["Version"]), ("partnersign", VERSION))
        self.assertEqual(metadata["License-Expression"], "MIT OR Apache-2.0")
        self.assertEqual(metadata.get_all("License-File"), ["LICENSE-APACHE", "LICENSE-MIT"])
        self.assertFalse([line for line in metadata.get_all("Classifier") if line.startswith("License")])
        self.assertEqual(metadata["Requires-Python"], ">=3.11")
        self.assertEqual(metadata.get_payload().rstrip(), (support.PACKAGE / "README.md").read_text().rstrip())
        for name in ("LICENSE-APACHE", "LICENSE-MIT"):
            [shipped] = [entry for entry in self.wheel.namelist() if entry.endswith(f"/{name}")]
            self.assertEqual(self.wheel.read(shipped), (support.ROOT / name).read_bytes())

    def test_every_dependency_is_optional(self):
        self.assertTrue(all("extra ==" in need for need in self.metadata().get_all("Requires-Dist")))
        # -S: without the folder that the libraries are in.
        site = str(Path(sys.modules["partnersign"].__file__).parent.parent)
        code = (
            f"import sys; sys.path.append({site!r}); import partnersign\n"
            "key = partnersign.SigningKey.generate()\n"
            "partnersign.Signer(key).sign('GET', 'https://a.example/x')\n"
            "print(sorted({name.split('.')[0] for name in sys.modules} - sys.stdlib_module_names))\n"
            "print([name for name in ('typing', 'enum', 'asyncio', 'json') if name in sys.modules])"
        )
        done = subprocess.run([sys.executable, "-S", "-I", "-c", code], capture_output=True, text=True)
        self.assertEqual(done.stdout, "['__main__', 'partnersign']\n[]\n", done.stderr)

    def test_every_name_is_there(self):
        import partnersign

        for name in partnersign.__all__:
            self.assertIsNotNone(getattr(partnersign, name))
        self.assertEqual(dir(partnersign), sorted(partnersign.__all__))
        with self.assertRaises(AttributeError):
            partnersign.no_such_name  # noqa: B018

    def test_the_adapters_are_there_without_an_import_of_their_own(self):
        code = (
            "import sys, partnersign\n"
            "print([name for name in ('aiohttp', 'httpx', 'requests') if name in sys.modules])\n"
            "print(partnersign.requests.PartnerAuth.__module__, partnersign.httpx.PartnerAuth.__module__,"
            " partnersign.aiohttp.partner_middleware.__module__)"
        )
        done = support.python(code)
        self.assertEqual(done.stdout, "[]\npartnersign.requests partnersign.httpx partnersign.aiohttp\n", done.stderr)


class Sdist(unittest.TestCase):
    def test_it_builds(self):
        """In a build folder of its own, where nothing of this build is found; AWS-LC is built once, ours each time."""
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        tools = support.ROOT / ".venv/bin"
        manifest = support.PACKAGE / "Cargo.toml"
        subprocess.run(
            [tools / "maturin", "sdist", "--manifest-path", manifest, "--out", folder], check=True, capture_output=True
        )
        [sdist] = folder.glob("*.tar.gz")
        with tarfile.open(sdist) as archive:
            names = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}
            pyproject = tomllib.load(archive.extractfile(f"partnersign-{VERSION}/pyproject.toml"))
        for name in ("Cargo.lock", "LICENSE-MIT", "LICENSE-APACHE", "README.md", "crates/core/src/lib.rs"):
            self.assertIn(name, names)
        # What .cargo/config.toml says, for those who build elsewhere.
        config = tomllib.loads((support.ROOT / ".cargo/config.toml").read_text())
        for name, value in config["env"].items():
            self.assertIn(f'env.{name}="{value}"', pyproject["tool"]["maturin"]["config"])
        target = support.ROOT / "target/python/sdist"
        for ours in target.glob("release/.fingerprint/partnersign*"):
            shutil.rmtree(ours)
        settings = {**os.environ, "CARGO_TARGET_DIR": str(target)}
        done = subprocess.run(
            [tools / "pip", "wheel", "--no-deps", "--wheel-dir", folder, sdist],
            capture_output=True,
            text=True,
            env=settings,
            cwd=folder,
        )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertTrue(list(target.glob("release/.fingerprint/partnersign-*")))
        [library] = target.glob("release/build/aws-lc-sys-*/out/libaws_lc_*_crypto.a")
        symbols = subprocess.run(["nm", library], capture_output=True, text=True, check=True).stdout
        self.assertIn("RSA_sign", symbols)
        self.assertNotIn("jent_", symbols)
        [wheel] = folder.glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder / "unpacked")
        code = f"import sys; sys.path.insert(0, {str(folder / 'unpacked')!r}); import runpy; runpy.run_module('partnersign', run_name='__main__')"
        done = subprocess.run([sys.executable, "-S", "-I", "-c", code], capture_output=True, text=True)
        self.assertIn("self-test: passed", done.stdout, done.stderr)


if __name__ == "__main__":
    unittest.main()
