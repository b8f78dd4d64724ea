"""Every type that a user may pass: what is taken, and what is refused with which code."""

import array
import collections
import copy
import decimal
import http
import json
import sys
import time
import unittest

import support
from partnersign import ApiKey, InputError, InputTypeError, InvalidKeyError, PartnerSignError, Signer, SigningKey

SIGNER = Signer(support.KEY)


class Text(str):
    """A `str` whose `str()` says something else."""

    def __str__(self):
        return "another text"


class Index:
    """A whole number that is no `int`, as numpy's."""

    def __init__(self, number):
        self.number = number

    def __index__(self):
        return self.number


class Arguments(unittest.TestCase):
    def refused(self, code, *arguments, **keywords):
        with self.assertRaises(InputError) as caught:
            SIGNER.sign(*arguments, **keywords)
        self.assertEqual(caught.exception.code, code, caught.exception)
        return caught.exception

    def body(self, body, **keywords):
        return SIGNER.sign("POST", support.URL, body, timestamp=1, **keywords).body

    def payload(self, **freshness):
        return SIGNER.sign("GET", support.URL, **freshness).payload.removesuffix(support.URL.encode()).decode()

    def test_bytes_of_every_kind(self):
        readonly = memoryview(support.BODY)
        scattered = memoryview(bytes(byte for byte in support.BODY for _ in range(2)))[::2]
        self.assertFalse(scattered.contiguous)
        reversed_ = memoryview(support.BODY[::-1])[::-1]
        buffer = array.array("B", support.BODY)
        for body in (support.BODY, bytearray(support.BODY), readonly, scattered, reversed_, buffer, support.BODY.decode()):
            with self.subTest(type=type(body).__name__):
                self.assertEqual(self.body(body), support.BODY)

    def test_a_str_is_utf_8(self):
        self.assertEqual(self.body('{"city": "Zürich 🏦"}'), '{"city":"Zürich 🏦"}'.encode())
        self.assertEqual(self.body(Text('{"a": 1}')), b'{"a":1}')

    def test_objects_are_written_once_compact_in_utf_8(self):
        body = {"name": "Zürich", "amount": 10**30, "rate": 0.1, "list": [None, True, {}], "\u2028": "\u2028"}
        expected = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        self.assertEqual(self.body(body), expected)
        self.assertEqual(self.body(body, form="exact"), expected)
        self.assertEqual(self.body(collections.OrderedDict(b=1, a=2)), b'{"b":1,"a":2}')
        self.assertEqual(self.body([]), b"[]")
        self.assertEqual(self.body({}), b"{}")

    def test_objects_that_json_cannot_hold(self):
        itself = []
        itself.append(itself)
        deep = []
        for _ in range(100_000):
            deep = [deep]
        for body in ({"x": float("nan")}, [float("-inf")], {"x": "\ud800"}, itself, deep):
            with self.subTest(type=type(body).__name__):
                error = self.refused("invalid_json", "POST", support.URL, body)
                self.assertNotIsInstance(error, TypeError)
                self.assertIsNone(error.__cause__)
                self.assertIsNone(error.__context__)
        for body in ({"x": decimal.Decimal(1)}, {"x": object()}, {(1, 2): 3}, {"x": b"1"}):
            self.assertIsInstance(self.refused("invalid_json", "POST", support.URL, body), TypeError)

    def test_the_message_names_the_cause_and_the_place(self):
        itself = {"name": "ACME Corp"}
        itself["parent"] = itself
        message = self.refused("invalid_json", "POST", support.URL, itself).message
        self.assertEqual(message, "the body contains itself, which JSON cannot write")
        both = {"a": 1.5, "orders": [{"price": 2}, {"price": float("nan")}], "self": itself}
        message = self.refused("invalid_json", "POST", support.URL, both).message
        self.assertIn("body['orders'][1]['price']", message)
        self.assertNotIn("itself", message)
        message = self.refused("invalid_json", "POST", support.URL, {"x" * 10_000: float("inf")}).message
        self.assertLess(len(message), 200)

    def test_keys_that_are_no_text(self):
        self.assertEqual(self.body({2: "a", None: "b", True: {2.5: []}}), b'{"2":"a","null":"b","true":{"2.5":[]}}')
        for body in ({1: "a", "1": "b"}, [{"deep": ({"null": 1, None: 2},)}], {"true": 1, True: 2}):
            message = self.refused("invalid_json", "POST", support.URL, body).message
            self.assertIn("two keys", message)

    def test_bodies_of_other_types(self):
        for body in (1, 1.5, True, (1, 2), {1}, object(), iter([]), open):
            with self.subTest(body=body):
                error = self.refused("invalid_argument", "POST", support.URL, body)
                self.assertIsInstance(error, InputTypeError)
        view = memoryview(b"{}")
        view.release()
        self.refused("invalid_argument", "POST", support.URL, view)

    def test_no_body_is_none_and_never_empty(self):
        self.assertIsNone(self.body(None))
        for body in (b"", "", bytearray()):
            self.refused("invalid_json", "POST", support.URL, body)
        self.refused("body_not_allowed", "GET", support.URL, b"{}")

    def test_scalars_and_bad_json(self):
        for body in ("1", "null", '"text"'):
            self.refused("invalid_body", "POST", support.URL, body)
        error = self.refused("invalid_json", "POST", support.URL, '{"é": tru}')
        self.assertEqual(error.position, '{"é": tru'.encode().index(b"tru") + 3)
        self.assertEqual(self.refused("invalid_json", "POST", support.URL, '{"é\ud800"}').position, 4)

    def test_the_form(self):
        self.assertEqual(self.body(b'{ "a": 1 }', form="exact"), b'{ "a": 1 }')
        self.assertEqual(self.body(b'{ "a": 1 }', form="compact"), b'{"a":1}')
        self.refused("invalid_argument", "POST", support.URL, b"{}", form="pretty")
        self.refused("invalid_argument", "POST", support.URL, b"{}", form=1)

    def test_the_size_limit(self):
        self.refused("too_large", "POST", support.URL, b"[" + b" " * (10 << 20) + b"]")
        self.refused("too_large", "POST", support.URL, b"[1]", max_body_bytes=2)
        self.assertEqual(self.body(b"[1]", max_body_bytes=3), b"[1]")
        for limit in (-1, 2**64, 1.5, "3", True):
            error = self.refused("invalid_argument", "POST", support.URL, b"[1]", max_body_bytes=limit)
            self.assertEqual(isinstance(error, TypeError), type(limit) is not int)
            self.assertNotIn("not int", error.message)

    def test_timestamps(self):
        for timestamp in (1634226826, "1634226826", Index(1634226826), Text("1634226826")):
            self.assertEqual(self.payload(timestamp=timestamp), "1634226826")
        for timestamp in (-1, 10**10, 2**64, 10**5000, -(10**5000), Index(-1), "-1", "01", "1.0", "", "\ud800", "１"):
            self.refused("invalid_timestamp", "GET", support.URL, timestamp=timestamp)
        for timestamp in (1.0, time.time(), True, False, b"1", [], decimal.Decimal(1)):
            error = self.refused("invalid_argument", "GET", support.URL, timestamp=timestamp)
            self.assertIsInstance(error, TypeError)
        self.assertIn("milliseconds", self.refused("invalid_timestamp", "GET", support.URL, timestamp=1634226826000).message)

    def test_nonces(self):
        for nonce in (7, "7", Index(7), Text("7")):
            self.assertEqual(self.payload(nonce=nonce), "7")
        for nonce in (2**53 - 1, 2**53, time.time_ns(), 2**64, 10**127, Index(10**40)):
            digits = str(nonce.number if isinstance(nonce, Index) else nonce)
            self.assertEqual(self.payload(nonce=nonce), digits)
        for nonce in (-1, -(2**70), Index(-1), 10**128, 10**5000, "", "a b", "é", "\ud800", "1634226826", 1634226826):
            self.refused("invalid_nonce", "GET", support.URL, nonce=nonce)
        for nonce in (1.0, True, b"7", object()):
            self.assertIsInstance(self.refused("invalid_argument", "GET", support.URL, nonce=nonce), TypeError)

    def test_one_of_timestamp_and_nonce_or_the_clock(self):
        self.refused("invalid_argument", "GET", support.URL, timestamp=1, nonce=2)
        before = int(time.time())
        self.assertIn(int(self.payload()), range(before, int(time.time()) + 1))

    def test_methods(self):
        for method in ("post", "POST", http.HTTPMethod.POST, Text("Post")):
            self.assertEqual(SIGNER.sign(method, support.URL, timestamp=1).method, "POST")
        self.refused("invalid_method", "OPTIONS", support.URL)
        for method in (None, b"GET", 1):
            self.assertIsInstance(self.refused("invalid_argument", method, support.URL), TypeError)

    def test_urls(self):
        signed = SIGNER.sign("GET", Text(support.URL), timestamp=1)
        self.assertEqual((type(signed.url), signed.url), (str, support.URL))
        self.assertEqual(self.refused("invalid_url", "GET", "https://a.example/é").position, len("https://a.example/"))
        self.assertEqual(self.refused("invalid_url", "GET", "https://a.example/\udc80").position, 18)
        for url in (None, support.URL.encode(), 5):
            self.assertIsInstance(self.refused("invalid_argument", "GET", url), TypeError)

    def test_api_keys(self):
        for api_key in (support.API_KEY, support.API_KEY.encode(), f" {support.API_KEY}\n", ApiKey(support.API_KEY)):
            signer = Signer(support.KEY, api_key)
            self.assertEqual(signer.sign("GET", support.URL).headers["x-api-key"], support.API_KEY)
            self.assertEqual(signer.api_key.key_id, "Vm3cT0rT3stK3y")
        self.assertIsNone(SIGNER.api_key)
        for api_key in ("", "x", b"\xff", "\ud800"):
            with self.assertRaises(InvalidKeyError) as caught:
                Signer(support.KEY, api_key)
            self.assertEqual(caught.exception.code, "invalid_api_key")
        with self.assertRaises(InputTypeError):
            Signer(support.KEY, 5)

    def test_keys_of_other_types(self):
        for key in (None, support.PEM, "key", object()):
            with self.assertRaises(InputTypeError):
                Signer(key)
        for data in (None, 5, ["key"]):
            with self.assertRaises(InputTypeError):
                SigningKey.from_pem(data)
        for data in (bytearray(support.PEM), memoryview(support.PEM), support.PEM.decode()):
            self.assertEqual(SigningKey.from_pem(data).fingerprint, support.KEY.fingerprint)
        for bits in (1024, 2049, -1, "2048", 2048.0):
            with self.assertRaises(InputError):
                SigningKey.generate(bits)

    def test_batches_of_other_types(self):
        for requests in (None, 5):
            with self.assertRaises(InputTypeError):
                SIGNER.sign_batch(requests)
        for threads in ("2", 1.5, True):
            with self.assertRaises(InputTypeError):
                SIGNER.sign_batch([], threads=threads)
        with self.assertRaises(InputError):
            SIGNER.sign_batch([], threads=0)
        for threads in (2**70, 2**63, 1000):
            (signed,) = SIGNER.sign_batch([("GET", support.URL)], threads=threads)
            self.assertEqual(signed.url, support.URL)
            self.assertEqual(SIGNER.sign_batch([], threads=threads), [])

    def test_what_may_not_be_copied_says_so_in_english(self):
        for thing, name in ((ApiKey(support.API_KEY), "an ApiKey"), (support.KEY, "a SigningKey")):
            with self.assertRaisesRegex(TypeError, f"^{name} cannot"):
                copy.copy(thing)

    def test_missing_and_unknown_arguments_are_pythons(self):
        for call in (lambda: SIGNER.sign(), lambda: SIGNER.sign("GET", support.URL, when=1), lambda: SIGNER.sign("GET", support.URL, None, 1)):
            with self.assertRaises(TypeError) as caught:
                call()
            self.assertNotIsInstance(caught.exception, PartnerSignError)

    def test_the_signed_request(self):
        signed = Signer(support.KEY, support.API_KEY).sign("post", support.URL, support.BODY, nonce="n-1")
        names = ["x-api-key", "x-sign", "x-nonce", "accept", "content-type"]
        self.assertEqual(list(signed.headers), names)
        self.assertEqual(signed.headers["x-sign"], signed.signature)
        self.assertIsNot(signed.headers, signed.headers)
        signed.headers.clear()
        self.assertEqual(list(signed.headers), names)
        self.assertIs(signed.body, signed.body)
        self.assertEqual(signed.payload, b"n-1" + support.URL.encode() + support.BODY)
        self.assertEqual(len(signed.digest), 32)
        for name in ("method", "url", "headers", "body", "signature", "payload", "digest", "other"):
            with self.assertRaises(AttributeError):
                setattr(signed, name, None)

    def test_keys_and_signers_are_immutable(self):
        for thing in (support.KEY, support.KEY.verifying_key, SIGNER):
            for name in ("bits", "fingerprint", "sign", "other"):
                with self.assertRaises(AttributeError):
                    setattr(thing, name, None)

    def test_no_reference_is_lost_or_kept(self):
        body = bytearray(support.BODY)
        before = sys.getrefcount(body)
        SIGNER.sign("POST", support.URL, body)
        self.assertEqual(sys.getrefcount(body), before)
        body.append(32)


if __name__ == "__main__":
    unittest.main()
