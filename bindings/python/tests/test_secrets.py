"""No secret in `repr`, exceptions or logs; a panic is an exception like any other; nothing grows."""

import asyncio
import base64
import contextlib
import gc
import io
import json
import logging
import subprocess
import traceback
import unittest

import partnersign
import support
from cryptography.hazmat.primitives import serialization
from partnersign import PartnerSignError, Signer, SigningKey, _native

PASSPHRASE = "correct horse battery staple"
SECRET_BODY = b'{"note":"the secret of the body"}'


def secrets():
    """The parts of the key in every spelling, the API key, the passphrase, the body."""
    numbers = serialization.load_pem_private_key(support.PEM, None).private_numbers()
    private = (numbers.d, numbers.p, numbers.q, numbers.dmp1, numbers.dmq1, numbers.iqmp)
    for number in private:
        yield str(number)
        yield f"{number:x}"
        raw = number.to_bytes((number.bit_length() + 7) // 8)
        yield base64.b64encode(raw).decode()[:-4]
    lines = support.PEM.decode().splitlines()[1:-1]
    yield from (line for line in lines if len(line) > 40)
    yield support.API_KEY
    yield json.loads(base64.b64decode(support.API_KEY + "==="))["key"]
    yield PASSPHRASE
    yield "the secret of the body"


SECRETS = tuple(secrets())


class Secrets(unittest.TestCase):
    def check(self, text):
        for secret in SECRETS:
            self.assertNotIn(secret, text)
            self.assertNotIn(secret.upper(), text.upper())

    def test_reprs(self):
        signer = Signer(support.KEY, support.API_KEY)
        signed = signer.sign("POST", support.URL, SECRET_BODY)
        verifier = partnersign.Verifier({support.API_KEY: support.KEY.verifying_key})
        verified = verifier.verify(signed.method, signed.url, signed.headers, signed.body)
        diagnosis = partnersign.diagnose(support.KEY.verifying_key, "POST", signed.url, signed.headers, SECRET_BODY)
        external = Signer.external(support.KEY.verifying_key, lambda digest: digest, support.API_KEY)
        sequencer = partnersign.NonceSequencer("unique")
        things = [support.KEY, support.KEY.verifying_key, signer, external, signer.api_key, signed, verifier]
        things += [partnersign.Request("POST", support.URL, SECRET_BODY, nonce=7)]
        things += [partnersign.Request("POST", support.URL, json.loads(SECRET_BODY))]
        things += [verified, diagnosis, sequencer, sequencer.reserve(), partnersign.MemoryReplay("unique")]
        for thing in things:
            for text in (repr(thing), str(thing), f"{thing}", repr([thing])):
                self.check(text)
                self.assertIn(type(thing).__name__, text)
                self.assertNotIn(signed.signature, text)

    def test_exceptions_and_their_tracebacks(self):
        encrypted = support.KEY.private_pem(PASSPHRASE)
        signer = Signer(support.KEY, support.API_KEY)
        signed = signer.sign("POST", support.URL, SECRET_BODY)
        cut = support.PEM[:-200]
        calls = [
            lambda: SigningKey.from_pem(cut),
            lambda: SigningKey.from_pem(support.PEM + support.PEM),
            lambda: SigningKey.from_der(support.PEM),
            lambda: SigningKey.from_pem(encrypted.replace("A", "B"), PASSPHRASE),
            lambda: SigningKey.from_pem(encrypted, PASSPHRASE + "!"),
            lambda: Signer(support.PEM),
            lambda: Signer(support.KEY, support.API_KEY[:-7]),
            lambda: Signer(support.KEY, support.API_KEY + "!"),
            lambda: signer.sign("GET", support.URL, SECRET_BODY),
            lambda: signer.sign("POST", support.URL, SECRET_BODY[:-1]),
            lambda: signer.sign("POST", support.URL, {**json.loads(SECRET_BODY), "x": float("nan")}),
            lambda: signer.sign("POST", support.URL, {**json.loads(SECRET_BODY), "x": object()}),
            lambda: asyncio.run(signer.sign_async("POST", support.URL, SECRET_BODY[:-1])),
            lambda: partnersign.Verifier(support.KEY.verifying_key).verify("POST", support.URL, signed.headers, b"{}"),
            lambda: partnersign.Verifier({}).verify("POST", support.URL, signed.headers, signed.body),
        ]
        for index, call in enumerate(calls):
            with self.subTest(index=index):
                try:
                    call()
                except PartnerSignError as error:
                    self.check("".join(traceback.format_exception(error)))
                    self.check(repr(error) + repr(error.args) + repr(vars(error)))
                else:
                    self.fail("nothing was raised")

    def test_logs(self):
        stream = io.StringIO()
        handler = logging.StreamHandler(stream)
        root = logging.getLogger()
        root.addHandler(handler)
        root.setLevel(logging.DEBUG)
        try:
            with contextlib.redirect_stderr(stream), contextlib.redirect_stdout(stream):
                signer = Signer(support.KEY, support.API_KEY)
                logging.debug("%s %r", signer, signer.sign("POST", support.URL, SECRET_BODY))
                asyncio.run(signer.sign_async("POST", support.URL, SECRET_BODY), debug=True)
        finally:
            root.removeHandler(handler)
            root.setLevel(logging.WARNING)
        self.assertIn("SignedRequest", stream.getvalue())
        self.check(stream.getvalue())


class Panics(unittest.TestCase):
    def test_a_panic_is_an_exception_that_says_where(self):
        for detached in (False, True):
            with self.assertRaises(PartnerSignError) as caught:
                _native._panic_on_purpose(detached)
            self.assertEqual((caught.exception.code, caught.exception.number), ("internal", 901))
            self.assertIn("probes.rs", caught.exception.message)
            self.assertNotIn("on purpose", str(caught.exception))
            self.assertTrue(Signer(support.KEY).sign("GET", support.URL).signature)

    def test_a_panic_prints_nothing(self):
        code = "import partnersign\ntry: partnersign._native._panic_on_purpose(True)\nexcept Exception: print('caught')"
        done = support.python(code)
        self.assertEqual((done.stdout, done.stderr, done.returncode), ("caught\n", "", 0))


def resident_bytes():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * 4096


class Memory(unittest.TestCase):
    def test_nothing_grows(self):
        signer = Signer(support.KEY, support.API_KEY)
        verifier = partnersign.Verifier(lambda api_key: support.KEY.verifying_key)
        external = Signer.external(support.KEY.verifying_key, lambda digest: b"")
        count = support.scaled(100_000)

        def work(times):
            for number in range(times):
                signed = signer.sign("POST", support.URL, support.BODY, timestamp=1639490495 + number)
                signed.headers, signed.body, signed.payload, signed.digest, repr(signed)
                verifier.verify("POST", signed.url, signed.headers, signed.body, now=1639490495 + number)
                for call in (
                    lambda: signer.sign("POST", support.URL, b"{"),
                    lambda: external.sign("POST", support.URL, support.BODY),
                    lambda: verifier.verify("POST", support.URL, {}, b"{}"),
                ):
                    with contextlib.suppress(PartnerSignError):
                        call()
                partnersign.compact_json(support.BODY)

        work(500)
        gc.collect()
        before, objects = resident_bytes(), len(gc.get_objects())
        work(count)
        gc.collect()
        grown = resident_bytes() - before
        print(f"memory: {grown} bytes more after {count} signatures")
        self.assertLess(grown, 1 << 20)
        self.assertLess(len(gc.get_objects()) - objects, 200)


class CommandLine(unittest.TestCase):
    def test_version_backend_and_self_test(self):
        import sys

        done = subprocess.run([sys.executable, "-m", "partnersign"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(f"partnersign {partnersign.__version__}\n", done.stdout)
        self.assertIn("backend: aws-lc", done.stdout)
        self.assertIn("self-test: passed", done.stdout)


if __name__ == "__main__":
    unittest.main()
