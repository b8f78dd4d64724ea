"""The installed C library: what it exports, how others link it, its examples, and every kind of misuse."""

import os
import platform
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
HERE = Path(__file__).resolve().parent
EXAMPLES = ROOT / "bindings/c/examples"
KEYS = ROOT / "tests/vectors/keys"
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]
# What a strict project also asks of a header.
STRICT = ["-Wshadow", "-Wconversion"]
STRICT_CPP = [*STRICT, "-Wold-style-cast"]
FULL = os.environ.get("SCALE") == "full"
URL = "https://api.qredo.network/api/v1/p/company"


def run(*command, env=None, **options) -> str:
    """What a program prints; what it says on stderr if it fails."""
    options = {"cwd": ROOT, "timeout": 600, **options}
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True,
                          env={**os.environ, **(env or {})}, **options)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))}: {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done.stdout


class Library(unittest.TestCase):
    """Installs once, with DESTDIR as a packager does."""

    @classmethod
    def setUpClass(cls):
        place = tempfile.TemporaryDirectory()
        cls.addClassCleanup(place.cleanup)
        cls.work = Path(place.name)
        run("make", "install", "PREFIX=/opt/partnersign", f"DESTDIR={cls.work}/staged", timeout=1800)
        # Moved away from where it was installed: nothing in it may name a place.
        cls.prefix = cls.work / "moved here"
        shutil.move(cls.work / "staged/opt/partnersign", cls.prefix)
        cls.key = cls.work / "private.pem"
        cls.key.write_bytes((KEYS / "rsa2048.pkcs8.pem").read_bytes())
        cls.key.chmod(0o600)
        cls.shared = {"LD_LIBRARY_PATH": str(cls.prefix / "lib")}
        cls.pkg_config = {"PKG_CONFIG_PATH": str(cls.prefix / "lib/pkgconfig")}

    def flags(self, package: str) -> list[str]:
        """What pkg-config tells a consumer; the prefix has a space in it."""
        text = run("pkg-config", "--cflags", "--libs", package, env=self.pkg_config)
        return [word.replace("\\ ", " ") for word in re.findall(r"(?:\\.|\S)+", text)]

    def build(self, source: Path, *options: str, package: str = "partnersign") -> Path:
        """One program from a file, or from all C files of a folder."""
        sources = sorted(source.glob("*.c")) if source.is_dir() else [source]
        program = self.work / f"{source.stem}-{source.suffix[1:]}-{package}-{len(list(self.work.iterdir()))}"
        compiler = ["g++", "-std=c++17"] if source.suffix == ".cpp" else ["gcc", "-std=gnu11"]
        run(*compiler, "-g", *WARNINGS, *(STRICT_CPP if source.suffix == ".cpp" else STRICT), *sources, "-o", program, *self.flags(package), "-lpthread", *options)
        return program

    def start(self, program: Path, *arguments, **env) -> str:
        return run(program, *arguments, env={**self.shared, **env})


class Exports(Library):
    def test_the_library_exports_what_the_header_declares_and_nothing_else(self):
        library = self.prefix / "lib/libpartnersign.so"
        symbols = {line.split()[-1] for line in run("nm", "-D", "--defined-only", library).splitlines()}
        header = (self.prefix / "include/partnersign.h").read_text()
        declared = set(re.findall(r"^int32_t (partnersign_\w+)\(", header, re.MULTILINE))
        self.assertGreater(len(declared), 60)
        self.assertEqual(symbols, declared)

    def test_it_has_a_soname_and_stays_loaded(self):
        dynamic = run("readelf", "-d", self.prefix / "lib/libpartnersign.so")
        self.assertIn("soname: [libpartnersign.so.0]", dynamic)
        self.assertIn("NODELETE", dynamic)
        self.assertNotIn("libcrypto", dynamic)

    def test_it_does_not_grow_unseen(self):
        # AES-GCM, 0.7 MiB, is out as long as the compiler sees that nothing needs it (.cargo/config.toml).
        self.assertLess((self.prefix / "lib/libpartnersign.so").stat().st_size, 3 << 20)

    def test_what_the_installed_pages_link_to_is_installed(self):
        links = 0
        for page in (self.prefix / "share/doc/partnersign").rglob("*.md"):
            for target in re.findall(r"\]\((?!\w+:|#)([^)#]+)", page.read_text()):
                links += 1
                self.assertTrue((page.parent / target).exists(), f"{page.name} links to {target}")
        self.assertGreater(links, 1)

    def test_the_system_libraries_are_those_that_rustc_names(self):
        said = (self.prefix / "lib/pkgconfig/partnersign-static.pc").read_text()
        source = self.work / "empty.rs"
        source.write_text("")
        told = subprocess.run(["rustc", "--crate-type", "staticlib", "--print", "native-static-libs", source,
                               "--out-dir", self.work], capture_output=True, text=True, check=True, cwd=ROOT).stderr
        named = re.search(r"native-static-libs: (.*)", told)
        self.assertIsNotNone(named)
        self.assertIn(named[1].strip().removeprefix("-lgcc_s "), said)


class Programs(Library):
    def test_every_misuse_is_a_status(self):
        for package in ("partnersign", "partnersign-static"):
            told = self.start(self.build(HERE / "misuse", package=package), 100000 if FULL else 2000, KEYS)
            self.assertIn(" 0 failed", told)

    def test_a_child_can_use_what_threads_were_using(self):
        for package in ("partnersign", "partnersign-static"):
            told = self.start(self.build(HERE / "fork.c", package=package), 2000 if FULL else 100, KEYS)
            self.assertIn(" 0 failed", told)

    def test_no_sanitizer_reports_anything(self):
        for package in ("partnersign", "partnersign-static"):
            program = self.build(HERE / "misuse", "-fsanitize=address,undefined", "-fno-sanitize-recover=all",
                                 package=package)
            told = self.start(program, 20000 if FULL else 400, KEYS, ASAN_OPTIONS="detect_leaks=1")
            self.assertIn(" 0 failed", told)

    def test_valgrind_reports_nothing(self):
        program = self.build(HERE / "misuse")
        # Fair: it runs one thread at a time, and lets one that signs without pause keep the rest from ever running.
        told = run("valgrind", "--quiet", "--error-exitcode=9", "--fair-sched=yes", "--leak-check=full",
                   "--errors-for-leak-kinds=definite,possible", program, 20, KEYS, env=self.shared)
        self.assertIn(" 0 failed", told)

    def test_valgrind_reports_nothing_of_what_is_kept(self):
        run("valgrind", "--quiet", "--error-exitcode=9", "--leak-check=full",
            f"--suppressions={self.prefix}/share/partnersign/valgrind.supp", self.build(HERE / "keep.c"), KEYS,
            env=self.shared)

    def test_threads_race_for_nothing(self):
        program = self.build(HERE / "misuse", "-fsanitize=thread")
        # The library itself is not instrumented: what is seen are the accesses of C around it.
        told = self.start(program, 20000 if FULL else 400, KEYS,
                          TSAN_OPTIONS="report_signal_unsafe=0 ignore_noninstrumented_modules=1")
        self.assertIn(" 0 failed", told)

    def test_the_wrapper_keeps_its_word(self):
        for options in ([], ["-fsanitize=address,undefined"], ["-fno-exceptions"]):
            program = self.build(HERE / "wrapper.cpp", *options)
            self.assertIn(" 0 failed", self.start(program, KEYS))

    def test_without_exceptions_a_missing_value_aborts_and_says_why(self):
        program = self.build(HERE / "wrapper.cpp", "-fno-exceptions")
        done = subprocess.run([program, KEYS, "abort"], capture_output=True, text=True,
                              env={**os.environ, **self.shared})
        self.assertEqual(done.returncode, -6)
        self.assertIn("partnersign: invalid_argument: ", done.stderr)

    def test_units_with_and_without_exceptions_are_one_program(self):
        for source, option in (("mixed", "-fexceptions"), ("mixed_without", "-fno-exceptions")):
            run("g++", "-std=c++17", *WARNINGS, option, "-c", HERE / f"{source}.cpp", "-o", self.work / f"{source}.o",
                f"-I{self.prefix}/include")
        for order in (["mixed", "mixed_without"], ["mixed_without", "mixed"]):
            run("g++", *(self.work / f"{name}.o" for name in order), "-o", self.work / "mixed", *self.flags("partnersign"))
            self.start(self.work / "mixed")

    def test_it_can_be_loaded_and_unloaded_again_and_again(self):
        program = self.work / "unload"
        run("gcc", "-std=gnu11", *WARNINGS, "-g", "-fsanitize=address,undefined", HERE / "unload.c", "-o", program,
            f"-I{self.prefix}/include", "-ldl", "-lpthread")
        self.start(program, self.prefix / "lib/libpartnersign.so")


class Consumers(Library):
    """Separate projects, built against the installed tree."""

    def test_cmake_shared_and_static(self):
        project = self.work / "consumer"
        project.mkdir()
        shutil.copy(EXAMPLES / "sign.c", project)
        shutil.copy(EXAMPLES / "sign.cpp", project)
        (project / "CMakeLists.txt").write_text("""
            cmake_minimum_required(VERSION 3.16)
            project(consumer C CXX)
            set(CMAKE_CXX_STANDARD 17)
            find_package(partnersign 0 CONFIG REQUIRED)
            find_package(partnersign 0.1 CONFIG REQUIRED)
            add_executable(shared sign.c)
            target_link_libraries(shared PRIVATE partnersign::partnersign)
            add_executable(static sign.cpp)
            target_link_libraries(static PRIVATE partnersign::static)
        """)
        run("cmake", "-S", project, "-B", project / "build", f"-DCMAKE_PREFIX_PATH={self.prefix}")
        run("cmake", "--build", project / "build")
        for program in ("shared", "static"):
            self.assertIn("x-sign: ", run(project / "build" / program, self.key, URL))

    def test_a_version_that_does_not_fit_is_refused(self):
        project = self.work / "too-new"
        project.mkdir()
        (project / "CMakeLists.txt").write_text(
            "cmake_minimum_required(VERSION 3.16)\nproject(x C)\nfind_package(partnersign 9.9 CONFIG REQUIRED)\n")
        with self.assertRaises(AssertionError):
            run("cmake", "-S", project, "-B", project / "build", f"-DCMAKE_PREFIX_PATH={self.prefix}")

    def test_pkg_config_shared_and_static(self):
        for package in ("partnersign", "partnersign-static"):
            for source in ("sign.c", "sign.cpp"):
                program = self.build(EXAMPLES / source, package=package)
                needed = run("readelf", "-d", program)
                self.assertEqual("libpartnersign" in needed, package == "partnersign")
                self.assertIn("x-sign: ", self.start(program, self.key, URL))
        # Nothing shared at all.
        program = self.build(EXAMPLES / "sign.c", "-static", package="partnersign-static")
        self.assertIn("There is no dynamic section", run("readelf", "-d", program))
        self.assertIn("x-sign: ", run(program, self.key, URL))

    def test_the_tarball_works_where_it_is_unpacked(self):
        run("make", "dist-c", timeout=1800)
        target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
        system = f"{platform.system().lower()}-{platform.machine()}"
        tarball = next((target / "dist").glob(f"partnersign-c-*-{system}.tar.gz"))
        run("tar", "--extract", "--file", tarball, "--directory", self.work)
        unpacked = self.work / tarball.name.removesuffix(".tar.gz")
        program = self.work / "from-tarball"
        run("gcc", EXAMPLES / "sign.c", "-o", program,
            *run("pkg-config", "--cflags", "--libs", "partnersign",
                 env={"PKG_CONFIG_PATH": str(unpacked / "lib/pkgconfig")}).split())
        self.assertIn("x-sign: ", run(program, self.key, URL, env={"LD_LIBRARY_PATH": str(unpacked / "lib")}))


class Examples(Library):
    def test_openssl_verifies_what_the_examples_sign(self):
        body = self.work / "body.json"
        body.write_text('{ "name" : "ACME Corp" }')
        for source in ("sign.c", "sign.cpp"):
            told = self.start(self.build(EXAMPLES / source), self.key, URL, body)
            headers, sent = told.rstrip("\n").split("\n\n")
            self.assertEqual(sent, '{"name":"ACME Corp"}')
            values = dict(line.split(": ", 1) for line in headers.splitlines())
            self.assertTrue(self.openssl_verifies(values["x-timestamp"] + URL + sent, values["x-sign"]))

    def test_a_key_elsewhere_signs_the_same(self):
        program = self.build(EXAMPLES / "hsm_callback.c")
        told = self.start(program, self.key, KEYS / "rsa2048.spki.pem")
        signature = told.splitlines()[0].removeprefix("x-sign: ")
        self.assertTrue(self.openssl_verifies(f"1634226826{URL}/search", signature))
        self.assertIn("closed after 1 signature(s)", told)

    def test_what_fails_says_why(self):
        self.key.chmod(0o644)
        try:
            program = self.build(EXAMPLES / "sign.c")
            done = subprocess.run([program, self.key, URL], capture_output=True, text=True,
                                  env={**os.environ, **self.shared})
        finally:
            self.key.chmod(0o600)
        self.assertEqual(done.returncode, 1)
        self.assertIn("insecure_key_file: ", done.stderr)

    def openssl_verifies(self, payload: str, x_sign: str) -> bool:
        import base64
        signature, file = self.work / "signature", self.work / "payload"
        signature.write_bytes(base64.urlsafe_b64decode(x_sign + "=" * (-len(x_sign) % 4)))
        file.write_text(payload)
        return "Verified OK" in run("openssl", "dgst", "-sha256", "-verify", KEYS / "rsa2048.spki.pem",
                                    "-signature", signature, file)


if __name__ == "__main__":
    unittest.main()
