"""Headers as servers have them, look-ups, replay, the diagnosis, and the sequencer."""

import email.message
import threading

import unittest

import aiohttp
import httpx
import multidict
import partnersign
import requests.structures
import support
from partnersign import (
    InputError,
    InvalidKeyError,
    MemoryReplay,
    NonceError,
    NonceSequencer,
    Outcome,
    Signer,
    VerificationError,
    Verifier,
)

NOW = 1639490495
SIGNED = Signer(support.KEY, support.API_KEY).sign("POST", support.URL, support.BODY, timestamp=NOW)
PUBLIC = support.KEY.verifying_key


def verify(headers=None, verifier=None, *, method="POST", url=support.URL, body=support.BODY, now=NOW):
    headers = SIGNED.headers if headers is None else headers
    return (verifier or Verifier(PUBLIC)).verify(method, url, headers, body, now)


class Refusals(unittest.TestCase):
    def refused(self, code, call, kind=VerificationError):
        with self.assertRaises(kind) as caught:
            call()
        self.assertEqual(caught.exception.code, code, caught.exception)
        return caught.exception


class Headers(Refusals):
    def test_every_kind(self):
        message = email.message.Message()
        for name, value in SIGNED.headers.items():
            message[name.title()] = value
        pairs = list(SIGNED.headers.items())
        kinds = {
            "dict": SIGNED.headers,
            "upper case": {name.upper(): value for name, value in pairs},
            "pairs": pairs,
            "lists": [list(pair) for pair in pairs],
            "iterator": iter(pairs),
            "bytes": [(name.encode(), value.encode()) for name, value in pairs],
            "bytes in a dict": {name.encode(): value.encode() for name, value in pairs},
            "lists of values": {name: [value] for name, value in pairs},
            "None values": {**SIGNED.headers, "x-nonce": None, "other": None},
            "httpx": httpx.Headers(SIGNED.headers),
            "requests": requests.structures.CaseInsensitiveDict(SIGNED.headers),
            "multidict": multidict.CIMultiDictProxy(multidict.CIMultiDict(SIGNED.headers)),
            "http.server": message,
            "other values": [*pairs, ("x-other", "\udcff é"), (b"x-other", b"\xff\0")],
        }
        for kind, headers in kinds.items():
            with self.subTest(kind):
                self.assertEqual(verify(headers).digest, SIGNED.digest)

    def test_a_header_twice_is_seen_in_every_kind(self):
        twice = [*SIGNED.headers.items(), ("X-Sign", SIGNED.signature)]
        message = email.message.Message()
        for name, value in twice:
            message[name] = value
        for headers in (twice, httpx.Headers(twice), multidict.CIMultiDict(twice), message, {"x-sign": ["a", "b"]}):
            with self.subTest(type(headers).__name__):
                self.refused("conflicting_headers", lambda headers=headers: verify(headers))

    def test_no_headers(self):
        self.refused("missing_header", lambda: verify({}))
        for headers in (None, 5, "x-sign: a", b"x-sign", [1], ["ab"], [("a",)], [("a", "b", "c")], {"a": 1}, {1: "a"}):
            self.refused("invalid_argument", lambda headers=headers: Verifier(PUBLIC).verify("GET", support.URL, headers), InputError)


class Verifying(Refusals):
    def test_what_was_found(self):
        verified = verify()
        self.assertEqual((verified.key_id, verified.freshness), ("Vm3cT0rT3stK3y", ("timestamp", str(NOW))))
        self.assertEqual(verified.digest, SIGNED.digest)
        with self.assertRaises(AttributeError):
            verified.key_id = "other"

    def test_changed_requests(self):
        self.refused("signature_mismatch", lambda: verify(body=support.BODY.replace(b"ACME", b"EVIL")))
        self.refused("signature_mismatch", lambda: verify(url=support.URL + "?a=b"))
        self.refused("invalid_json", lambda: verify(body=support.BODY + b"x"), InputError)
        for body in (bytearray(support.BODY), memoryview(support.BODY), support.BODY.decode()):
            self.assertEqual(verify(body=body).digest, SIGNED.digest)
        self.refused("invalid_argument", lambda: verify(body={"a": 1}), InputError)

    def test_the_clock_and_the_window(self):
        for now in (NOW + 300, NOW - 300, NOW + 300.9, float(NOW)):
            verify(now=now)
        self.refused("timestamp_out_of_window", lambda: verify(now=NOW + 301))
        self.refused("timestamp_out_of_window", lambda: verify(now=None))
        self.refused("timestamp_out_of_window", lambda: verify(None, Verifier(PUBLIC, window_seconds=0), now=NOW + 1))
        fresh = Signer(support.KEY).sign("GET", support.URL)
        Verifier(PUBLIC).verify("GET", support.URL, fresh.headers)
        for now in (-1, float("nan"), float("inf"), "1", True, -0.5):
            self.refused("invalid_argument", lambda now=now: verify(now=now), InputError)

    def test_what_is_no_time(self):
        for now, is_type in ((-1, False), (2**64, False), (float("nan"), False), (-0.5, False), ("1", True), (True, True)):
            error = self.refused("invalid_argument", lambda now=now: verify(now=now), InputError)
            self.assertEqual(isinstance(error, TypeError), is_type, now)
            self.assertIn("now", error.message)

    def test_the_lookup(self):
        asked = []

        def lookup(api_key):
            asked.append(api_key)
            return PUBLIC

        self.assertEqual(verify(None, Verifier(lookup)).key_id, "Vm3cT0rT3stK3y")
        self.assertEqual(asked, [support.API_KEY])
        self.refused("unknown_api_key", lambda: verify(None, Verifier(lambda api_key: None)))
        self.refused("unknown_api_key", lambda: verify(None, Verifier({})))
        verify(None, Verifier({support.API_KEY + "=": PUBLIC}))
        without = {name: value for name, value in SIGNED.headers.items() if name != "x-api-key"}
        self.refused("missing_header", lambda: verify(without, Verifier(lookup)))
        self.assertIsNone(verify(without).key_id)
        self.refused("invalid_argument", lambda: verify(None, Verifier(lambda api_key: "key")), InputError)
        for wrong in (None, 5, "key"):
            self.refused("invalid_argument", lambda wrong=wrong: Verifier(wrong), InputError)
        with self.assertRaises(ZeroDivisionError):
            verify(None, Verifier(lambda api_key: 1 / 0))

    def test_replay(self):
        verifier = Verifier(PUBLIC, replay=MemoryReplay("sequential"))
        verify(None, verifier)
        self.refused("replayed_request", lambda: verify(None, verifier))
        signer = Signer(support.KEY)
        first, second, fourth = (signer.sign("GET", support.URL, nonce=nonce).headers for nonce in (1, 2, 4))
        self.refused("nonce_rejected", lambda: Verifier(PUBLIC).verify("GET", support.URL, first))
        verifier.verify("GET", support.URL, first)
        verifier.verify("GET", support.URL, second)
        for headers in (second, first, fourth):
            error = self.refused("nonce_rejected", lambda headers=headers: verifier.verify("GET", support.URL, headers))
            self.assertIsInstance(error, NonceError)
        for wrong in ("other", None, 5):
            self.refused("invalid_argument", lambda wrong=wrong: MemoryReplay(wrong), InputError)
        self.refused("invalid_argument", lambda: Verifier(PUBLIC, replay={}), InputError)

    def test_of_many_threads_one_is_accepted(self):
        verifier, accepted = Verifier(lambda api_key: PUBLIC, replay=MemoryReplay("unique")), []
        headers = Signer(support.KEY, support.API_KEY).sign("POST", support.URL, support.BODY, nonce="once").headers

        def work():
            try:
                accepted.append(verify(headers, verifier))
            except VerificationError:
                pass

        threads = [threading.Thread(target=work) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(accepted), 1)

    def test_a_server_of_aiohttp_gives_its_headers(self):
        import asyncio

        async def run():
            async def handle(request):
                verified = Verifier(PUBLIC).verify(
                    request.method, str(request.url), request.headers, await request.read(), NOW
                )
                return aiohttp.web.Response(text=verified.digest.hex())

            app = aiohttp.web.Application()
            app.router.add_post("/x", handle)
            runner = aiohttp.web.AppRunner(app)
            await runner.setup()
            site = aiohttp.web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            try:
                url = f"http://127.0.0.1:{runner.addresses[0][1]}/x"
                signed = await Signer(support.KEY).sign_async("POST", url, {"name": "Zürich"}, timestamp=NOW)
                async with aiohttp.ClientSession() as session:
                    async with session.post(url, data=signed.body, headers=signed.headers) as answer:
                        return answer.status, await answer.text(), signed.digest.hex()
            finally:
                await runner.cleanup()

        import aiohttp.web

        status, text, digest = asyncio.run(run())
        self.assertEqual((status, text), (200, digest))


class Diagnosing(Refusals):
    def test_causes(self):
        spaced = b'{"name": "ACME Corp"}'
        signed = Signer(support.KEY).sign("POST", support.URL, spaced, timestamp=NOW)
        found = partnersign.diagnose([PUBLIC], "POST", support.URL, signed.headers, spaced)
        self.assertEqual((found.found, found.causes, found.is_valid), (True, ("body_compacted",), False))
        self.assertEqual(found.signed_payload, signed.payload)
        self.assertEqual(found.signed_digest, signed.digest)
        self.assertEqual(found.first_difference, len(str(NOW) + support.URL + '{"name":'))
        self.assertIn("compacted", found.message)
        self.assertTrue(partnersign.diagnose(PUBLIC, "POST", support.URL, signed.headers, signed.body).is_valid)
        other = partnersign.SigningKey.generate().verifying_key
        wrong = partnersign.diagnose(other, "POST", support.URL, signed.headers, signed.body)
        self.assertEqual((wrong.causes, wrong.signed_payload, wrong.signed_digest), (("wrong_key",), None, None))

    def test_one_key_or_several_in_every_form(self):
        from cryptography.hazmat.primitives import serialization

        foreign = serialization.load_pem_private_key(support.PEM, None).public_key()
        pem, der = PUBLIC.public_pem(), PUBLIC.public_der()
        kinds = (PUBLIC, support.KEY, foreign, pem, pem.encode(), bytearray(pem.encode()), memoryview(der), der)
        for key in kinds:
            for keys in (key, [key], iter([key])):
                with self.subTest(key=type(key).__name__, keys=type(keys).__name__):
                    self.assertTrue(partnersign.diagnose(keys, "POST", support.URL, SIGNED.headers, support.BODY).is_valid)
            external = Signer.external(key, bytes)
            self.assertEqual(external.verifying_key, PUBLIC)
        for text in ("key", b"key", b"", der[:-1]):
            self.refused("invalid_public_key", lambda text=text: partnersign.diagnose(text, "GET", support.URL, SIGNED.headers), InvalidKeyError)

    def test_a_broken_rule(self):
        url = "https://a.example/x#fragment"
        import hashlib

        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import padding

        private = serialization.load_pem_private_key(support.PEM, None)
        signature = private.sign(f"1{url}".encode(), padding.PKCS1v15(), hashes.SHA256())
        import base64

        headers = {"x-timestamp": "1", "x-sign": base64.urlsafe_b64encode(signature).decode().rstrip("=")}
        found = partnersign.diagnose(PUBLIC, "GET", url, headers)
        self.assertEqual((found.found, found.causes, found.is_valid), (True, (), False))
        self.assertEqual(found.broken_rule.code, "invalid_url")
        self.assertEqual(found.signed_digest, hashlib.sha256(f"1{url}".encode()).digest())

    def test_refusals(self):
        self.refused("missing_header", lambda: partnersign.diagnose(PUBLIC, "GET", support.URL, {}))
        self.refused("invalid_argument", lambda: partnersign.diagnose([], "GET", support.URL, SIGNED.headers), InputError)
        for wrong in (None, 5, [5]):
            self.refused("invalid_argument", lambda wrong=wrong: partnersign.diagnose(wrong, "GET", support.URL, SIGNED.headers), InputError)


class Nonces(Refusals):
    def test_the_life_of_a_nonce(self):
        sequencer = NonceSequencer("sequential", 10)
        first = sequencer.reserve()
        self.assertEqual((first.nonce, first.uncertain, sequencer.policy, sequencer.last), (11, False, "sequential", 10))
        self.refused("nonce_busy", sequencer.reserve, NonceError)
        sequencer.settle(first, Outcome.of_http(None))
        again = sequencer.reserve()
        self.assertEqual((again.nonce, again.uncertain), (11, True))
        sequencer.settle(again, Outcome.of_http(401, "nonce"))
        self.assertEqual(sequencer.reserve().nonce, 12)
        sequencer.abandon()
        self.assertEqual(sequencer.reserve().nonce, 12)

    def test_out_of_step(self):
        sequencer = NonceSequencer("sequential", 10)
        sequencer.settle(sequencer.reserve(), "refused")
        self.refused("nonce_rejected", sequencer.reserve, NonceError)
        sequencer.resync(40)
        self.assertEqual(sequencer.reserve().nonce, 41)

    def test_a_reservation_is_settled_once(self):
        sequencer = NonceSequencer("increasing")
        reservation = sequencer.reserve()
        sequencer.settle(reservation, Outcome.CONSUMED)
        self.refused("invalid_argument", lambda: sequencer.settle(reservation, Outcome.CONSUMED), InputError)
        foreign = NonceSequencer("increasing").reserve()
        self.refused("invalid_argument", lambda: sequencer.settle(foreign, Outcome.CONSUMED), InputError)
        for reservation, outcome in ((5, "consumed"), (sequencer.reserve(), "gone"), (sequencer.reserve(), 5)):
            self.refused("invalid_argument", lambda r=reservation, o=outcome: sequencer.settle(r, o), InputError)

    def test_arguments(self):
        for policy, last in (("other", None), (None, None), ("unique", -1), ("unique", 2**53), ("unique", "1"), ("unique", True)):
            self.refused("invalid_argument", lambda p=policy, n=last: NonceSequencer(p, n), InputError)
        self.assertIs(Outcome.of_http(200), Outcome.CONSUMED)
        self.assertIs(Outcome.of_http(401, "other"), Outcome.UNKNOWN)
        self.assertIs(Outcome.of_http(70_000), Outcome.UNKNOWN)
        for status in (-1, "200", True):
            self.refused("invalid_argument", lambda status=status: Outcome.of_http(status), InputError)

    def test_a_reservation_signs(self):
        reservation = NonceSequencer("unique", 6).reserve()
        signed = Signer(support.KEY).sign("GET", support.URL, nonce=reservation.nonce)
        self.assertEqual(signed.headers["x-nonce"], "7")


if __name__ == "__main__":
    unittest.main()
