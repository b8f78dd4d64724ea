"""The rules that the adapters share, and what importing them needs."""

from __future__ import annotations

import json
import math
import subprocess
import sys
import unittest
from pathlib import Path
from typing import Any

import requests

from partnersign import InputError, InputTypeError, NonceSequencer, Signer, SigningKey
from partnersign._adapter import is_loopback, origin, reason_of, wire_url
from partnersign.aiohttp import partner_middleware
from partnersign.httpx import PartnerAuth as HttpxAuth
from partnersign.requests import PartnerAuth as RequestsAuth

VECTORS = Path(__file__).resolve().parents[4] / "tests/vectors"


class Urls(unittest.TestCase):
    def test_a_url_that_can_be_signed_is_never_changed(self) -> None:
        cases = json.loads((VECTORS / "urls.json").read_text())["cases"]
        accepted = [case["url"] for case in cases if "ok" in case and isinstance(case["url"], str)]
        self.assertGreater(len(accepted), 30)
        for url in accepted:
            with self.subTest(url):
                self.assertEqual(wire_url(url), url)

    def test_spellings(self) -> None:
        for url, sent in (
            ("https://h", "https://h/"),
            ("https://h?q=1", "https://h/?q=1"),
            ("https://h:443/p?", "https://h/p"),
            ("http://h:80/p#part", "http://h/p"),
            ("http://h:443/p", "http://h:443/p"),
            ("wss://h:443/p", "wss://h/p"),
            ("https://h/%c3%a9%7e%41'?q='%27[]", "https://h/%C3%A9~A'?q=%27%27%5B%5D"),
            ("https://h/100%?q=%zz", "https://h/100%25?q=%25zz"),
            ("https://h/%2525", "https://h/%2525"),
        ):
            with self.subTest(url):
                self.assertEqual(wire_url(url), sent)
                self.assertEqual(wire_url(sent), sent)

    def test_what_stays_on_this_machine(self) -> None:
        for url in ("http://127.0.0.1/", "http://127.9.9.9:80/", "http://[::1]:8080/p", "http://localhost:1/", "ws://a.localhost/"):
            self.assertTrue(is_loopback(url), url)
        for url in (
            "http://localhost.example/",
            "http://127.0.0.1.example/",
            "http://[::ffff:10.0.0.1]/",
            "http://10.0.0.1/",
            "http://0.0.0.0/",
            "http://127.0.0.1@h/",
            "http://h/127.0.0.1",
            "http://[::2]/",
            "http://notlocalhost/",
        ):
            self.assertFalse(is_loopback(url), url)


    def test_an_origin_has_no_password(self) -> None:
        self.assertEqual(origin("https://user:p%40ss@h:1/p@q"), "https://h:1")
        self.assertEqual(origin("https://h"), "https://h")


class Reasons(unittest.TestCase):
    def test_the_reason_of_an_error_body(self) -> None:
        self.assertEqual(reason_of(b'{"code": 401, "detail": {"reason": "nonce"}}'), "nonce")
        for body in (
            b"",
            b"nonce",
            b"<html>",
            b"[]",
            b'"nonce"',
            b"null",
            b"{}",
            b'{"detail": null}',
            b'{"detail": "nonce"}',
            b'{"detail": {"reason": 1}}',
            b'{"detail": {"reason": ["nonce"]}}',
            b'{"reason": "nonce"}',
            b"\xff\xfe",
            b"[" * 100_000,
            b'{"detail": {"reason": "nonce"}}' + b" " * 70_000,
        ):
            with self.subTest(body[:40]):
                self.assertIsNone(reason_of(body))


MAKERS: list[Any] = [RequestsAuth, HttpxAuth, partner_middleware]


class Arguments(unittest.TestCase):
    def test_what_is_no_signer_is_refused_at_once(self) -> None:
        for make in MAKERS:
            for wrong in (SigningKey.generate(), "key", None):
                with self.subTest(make=make.__module__, wrong=type(wrong).__name__):
                    with self.assertRaises(InputTypeError) as caught:
                        make(wrong)
                    self.assertIn("Signer", caught.exception.message)

    def test_options_are_checked_at_once(self) -> None:
        signer = Signer(SigningKey.generate())
        wrong_types: dict[str, list[Any]] = {
            "allow_http": ["false", 0, 1, None],
            "allow_other_origin": ["true", 1, None],
            "nonces": [5, "sequential", object()],
            "nonce_timeout": ["5", None, True],
            "clock": [5, "now"],
            "origins": ["https://a.example", 5, [5]],
        }
        wrong_values: dict[str, list[Any]] = {
            "nonce_timeout": [-1, math.nan],
            "form": ["x", 5, None, ["compact"]],
            "origins": [[], ["https://a.example/"], ["a.example"], ["https://a.example:443"], ["ftp://a.example"], [""]],
        }
        for make in MAKERS:
            for kind, table in ((InputTypeError, wrong_types), (InputError, wrong_values)):
                for name, values in table.items():
                    for value in values:
                        with self.subTest(make=make.__module__, name=name, value=value):
                            with self.assertRaises(kind) as caught:
                                make(signer, **{name: value})
                            self.assertEqual(caught.exception.code, "invalid_argument")
                            self.assertIn(name.removesuffix("s"), caught.exception.message)
            make(signer, nonces=NonceSequencer("unique"), nonce_timeout=math.inf, origins=("https://a.example:8443",))

    def test_what_a_clock_returns_is_checked(self) -> None:
        for now in ("now", None, math.nan, math.inf):
            with self.assertRaises(InputTypeError) as caught:
                RequestsAuth(Signer(SigningKey.generate()), clock=lambda: now)(requests.Request("GET", "https://a.example/").prepare())
            self.assertIn("clock", caught.exception.message)


class Imports(unittest.TestCase):
    def run_python(self, code: str) -> str:
        return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    def test_the_package_imports_no_library(self) -> None:
        code = "import sys, partnersign; print([n for n in ('requests', 'httpx', 'aiohttp', 'cryptography') if n in sys.modules])"
        self.assertEqual(self.run_python(code).strip(), "[]")

    def test_a_missing_library_is_named_with_its_mend(self) -> None:
        for name in ("requests", "httpx", "aiohttp"):
            code = f"import sys; sys.modules[{name!r}] = None\ntry: import partnersign.{name}\nexcept ImportError as error: print(error)"
            message = self.run_python(code)
            self.assertIn(f"partnersign.{name} needs the library {name}", message)
            self.assertIn("pip install", message)


if __name__ == "__main__":
    unittest.main()
