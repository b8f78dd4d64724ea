"""Threads, asyncio and batches: the GIL is released, the loop goes on, the bytes are the same."""

import asyncio
import functools
import gc
import threading
import time
import unittest
from concurrent.futures import ThreadPoolExecutor

import support
from partnersign import InputError, NonceSequencer, PartnerSignError, Request, Signer, SignedRequest, SigningKey

SIGNER = Signer(support.KEY, support.API_KEY)


def expected(timestamp):
    return SIGNER.sign("POST", support.URL, support.BODY, timestamp=timestamp).signature


class Threads(unittest.TestCase):
    def test_one_signer_in_many_threads(self):
        wanted = [expected(number) for number in range(8)]

        def work(_):
            return [expected(number) for number in range(8)]

        with ThreadPoolExecutor(8) as executor:
            for signatures in executor.map(work, range(support.scaled(1000))):
                self.assertEqual(signatures, wanted)

    def test_the_gil_is_released_while_rsa_works(self):
        signer = Signer(SigningKey.from_pem((support.KEYS / "rsa8192.pkcs8.pem").read_bytes()))
        ticks, done = 0, threading.Event()

        def work():
            for _ in range(3):
                signer.sign("GET", support.URL)
            done.set()

        worker = threading.Thread(target=work)
        worker.start()
        # With the GIL held, nothing could happen here between the start and the end of a signature.
        while not done.is_set():
            ticks += 1
            time.sleep(0.001)
        worker.join()
        self.assertGreater(ticks, 5)

    def test_a_body_that_changes_meanwhile_is_signed_as_it_was(self):
        body = bytearray(b'{"value":"' + b"a" * 50_000 + b'"}')
        stop = threading.Event()

        def change():
            while not stop.is_set():
                body[20:30] = b"b" * 10
                body[20:30] = b"a" * 10

        thread = threading.Thread(target=change)
        thread.start()
        try:
            for _ in range(50):
                signed = SIGNER.sign("POST", support.URL, body, timestamp=1)
                self.assertEqual(signed.payload, b"1" + support.URL.encode() + signed.body)
        finally:
            stop.set()
            thread.join()

    def test_a_sequencer_in_many_threads(self):
        sequencer = NonceSequencer("increasing")

        def work(_):
            reservation = sequencer.reserve()
            sequencer.settle(reservation, "consumed")
            return reservation.nonce

        with ThreadPoolExecutor(8) as executor:
            nonces = list(executor.map(work, range(2000)))
        self.assertEqual(sorted(nonces), list(range(1, 2001)))


class Asyncio(unittest.IsolatedAsyncioTestCase):
    async def test_the_same_bytes(self):
        signed = await asyncio.gather(
            *(SIGNER.sign_async("POST", support.URL, support.BODY, timestamp=number) for number in range(100))
        )
        self.assertEqual([one.signature for one in signed], [expected(number) for number in range(100)])

    async def test_the_loop_goes_on(self):
        signer = Signer(SigningKey.from_pem((support.KEYS / "rsa8192.pkcs8.pem").read_bytes()))
        signing = asyncio.create_task(signer.sign_async("GET", support.URL))
        ticks = 0
        while not signing.done():
            ticks += 1
            await asyncio.sleep(0.001)
        self.assertIsInstance(signing.result(), SignedRequest)
        self.assertGreater(ticks, 3)

    async def test_a_body_is_taken_when_the_call_begins(self):
        body = {"a": 1}
        signing = asyncio.create_task(SIGNER.sign_async("POST", support.URL, body))
        await asyncio.sleep(0)
        body["a"] = 2
        self.assertEqual((await signing).body, b'{"a":1}')

    async def test_errors(self):
        for arguments in (("GET", "bad"), ("POST", support.URL, 5), ("POST", support.URL, {"a": float("nan")})):
            with self.assertRaises(InputError):
                await SIGNER.sign_async(*arguments)

    async def test_every_kind_of_body(self):
        for body in (support.BODY, bytearray(support.BODY), memoryview(support.BODY), support.BODY.decode()):
            self.assertEqual((await SIGNER.sign_async("POST", support.URL, body)).body, support.BODY)

    async def test_a_cancelled_signature_is_dropped_and_the_signer_goes_on(self):
        tasks = [asyncio.create_task(SIGNER.sign_async("GET", support.URL)) for _ in range(20)]
        await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        self.assertTrue(all(isinstance(outcome, (asyncio.CancelledError, SignedRequest)) for outcome in outcomes))
        self.assertTrue(any(isinstance(outcome, asyncio.CancelledError) for outcome in outcomes))
        self.assertIsInstance(await SIGNER.sign_async("GET", support.URL), SignedRequest)

    async def test_two_loops_share_a_signer(self):
        def other_loop():
            return asyncio.run(SIGNER.sign_async("POST", support.URL, support.BODY, timestamp=7)).signature

        here = SIGNER.sign_async("POST", support.URL, support.BODY, timestamp=7)
        there = asyncio.to_thread(other_loop)
        self.assertEqual([(await here).signature, await there], [expected(7)] * 2)


class External(unittest.IsolatedAsyncioTestCase):
    def setUp(self):
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import padding, utils

        private = serialization.load_pem_private_key(support.PEM, None)
        self.public = support.KEY.verifying_key
        self.make = functools.partial(
            private.sign, padding=padding.PKCS1v15(), algorithm=utils.Prehashed(hashes.SHA256())
        )

    async def make_async(self, digest):
        await asyncio.sleep(0)
        return self.make(digest)

    async def test_plain_and_async_functions(self):
        plain = Signer.external(self.public, self.make, support.API_KEY)
        late = Signer.external(self.public, self.make_async, support.API_KEY)
        partial = Signer.external(self.public, functools.partial(self.make_async), support.API_KEY)
        self.assertEqual(plain.sign("POST", support.URL, support.BODY, timestamp=3).signature, expected(3))
        hidden = Signer.external(self.public, lambda digest: self.make_async(digest), support.API_KEY)
        for signer in (plain, late, partial, hidden):
            signed = await signer.sign_async("POST", support.URL, support.BODY, timestamp=3)
            self.assertEqual(signed.signature, expected(3))
            self.assertEqual(signed.headers["x-api-key"], support.API_KEY)
            long = await signer.sign_async("POST", support.URL, [1] * 50_000)
            self.assertEqual(len(long.body), 100_001)

    async def test_an_async_function_cannot_sign_at_once(self):
        import warnings

        for signer in (Signer.external(self.public, self.make_async), Signer.external(self.public, lambda digest: self.make_async(digest))):
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                with self.assertRaises(InputError) as caught:
                    signer.sign("GET", support.URL)
            self.assertIn("sign_async", caught.exception.message)
        with self.assertRaises(InputError):
            Signer.external(self.public, self.make_async).sign_batch([("GET", support.URL)])

    async def test_a_plain_function_does_not_block_the_loop(self):
        def slow(digest):
            time.sleep(0.1)
            return self.make(digest)

        signing = asyncio.create_task(Signer.external(self.public, slow).sign_async("GET", support.URL))
        ticks = 0
        while not signing.done():
            ticks += 1
            await asyncio.sleep(0.005)
        self.assertGreater(ticks, 3)

    async def test_the_body_is_taken_in_the_call(self):
        async def late(digest):
            return self.make(digest)

        for signer in (Signer(support.KEY), Signer.external(self.public, self.make), Signer.external(self.public, late)):
            buffer, order = bytearray(b'{"order":0}'), {"order": 0}
            pending = []
            for number in range(3):
                buffer[9:10] = str(number).encode()
                order["order"] = number
                pending += [signer.sign_async("POST", support.URL, body) for body in (buffer, memoryview(buffer), order)]
            signed = await asyncio.gather(*pending)
            self.assertEqual([one.body for one in signed], [b'{"order":%d}' % (index // 3) for index in range(9)])

    async def test_what_is_wrong_with_a_body_is_raised_where_it_is_awaited(self):
        signer = Signer(support.KEY)
        pending = [signer.sign_async("POST", support.URL, body) for body in (5, {"a": float("nan")}, "1")]
        codes = [error.code for error in await asyncio.gather(*pending, return_exceptions=True)]
        self.assertEqual(codes, ["invalid_argument", "invalid_json", "invalid_body"])

    async def test_who_forgets_to_await_is_warned(self):
        with self.assertWarnsRegex(RuntimeWarning, "never awaited"):
            Signer(support.KEY).sign_async("GET", support.URL)
            gc.collect()

    async def test_a_wrong_signature_never_leaves(self):
        other = SigningKey.generate()
        for wrong in (b"", b"\0" * 256, self.make(b"\1" * 32), self.make(b"\0" * 32)[:-1], "text", None, 5):
            signer = Signer.external(self.public, lambda digest, wrong=wrong: wrong)

            async def late(digest, wrong=wrong):
                return wrong

            with self.assertRaises(PartnerSignError) as caught:
                signer.sign("GET", support.URL)
            self.assertEqual(caught.exception.code, "signature_rejected")
            with self.assertRaises(PartnerSignError) as caught:
                await Signer.external(self.public, late).sign_async("GET", support.URL)
            self.assertEqual(caught.exception.code, "signature_rejected")
        with self.assertRaises(PartnerSignError):
            Signer.external(other.verifying_key, self.make).sign("GET", support.URL)

    async def test_what_the_function_raises_is_passed_on(self):
        class Outage(Exception):
            pass

        def plain(digest):
            raise Outage("the HSM is away")

        async def late(digest):
            raise Outage("the KMS is away")

        with self.assertRaises(Outage):
            Signer.external(self.public, plain).sign("GET", support.URL)
        for function in (plain, late):
            with self.assertRaises(Outage):
                await Signer.external(self.public, function).sign_async("GET", support.URL)
        [result] = Signer.external(self.public, plain).sign_batch([("GET", support.URL)])
        self.assertIsInstance(result, Outage)

    async def test_cancelling_cancels_the_function(self):
        cancelled = asyncio.Event()

        async def late(digest):
            try:
                await asyncio.sleep(60)
            finally:
                cancelled.set()

        task = asyncio.create_task(Signer.external(self.public, late).sign_async("GET", support.URL))
        await asyncio.sleep(0.01)
        task.cancel()
        with self.assertRaises(asyncio.CancelledError):
            await task
        self.assertTrue(cancelled.is_set())

    async def test_a_cycle_through_the_function_is_collected(self):
        import gc
        import weakref

        class Holder:
            def sign_digest(self, digest):
                return b""

        holder = Holder()
        holder.signer = Signer.external(self.public, holder.sign_digest)
        gone = weakref.ref(holder)
        del holder
        gc.collect()
        self.assertIsNone(gone())

    def test_it_must_be_callable(self):
        for wrong in (None, b"", 5):
            with self.assertRaises(InputError):
                Signer.external(self.public, wrong)


class Batches(unittest.TestCase):
    REQUESTS = [
        Request("POST", support.URL, support.BODY, timestamp=1),
        ("GET", support.URL),
        {"method": "put", "url": support.URL, "body": {"a": 1}, "nonce": 7},
        ("POST", support.URL, b"{ }", None, "n", "exact"),
        ("GET", "bad"),
        ("POST", support.URL, 5),
        ("POST", support.URL, None, 1, 2),
        5,
        {"url": support.URL},
        ("GET", support.URL, None, None, None, None, None),
    ]
    CODES = ["invalid_url", "invalid_argument", "invalid_argument", "invalid_argument", "invalid_argument", "invalid_argument"]

    def check(self, results):
        self.assertEqual(len(results), len(self.REQUESTS))
        first, second, third, fourth, *refused = results
        self.assertEqual(first.signature, expected(1))
        self.assertEqual((second.method, second.body), ("GET", None))
        self.assertEqual((third.method, third.body, third.headers["x-nonce"]), ("PUT", b'{"a":1}', "7"))
        self.assertEqual(fourth.body, b"{ }")
        self.assertEqual([error.code for error in refused], self.CODES)

    def test_each_has_its_own_result(self):
        for threads in (None, 1, 2, 16):
            self.check(SIGNER.sign_batch(self.REQUESTS, threads=threads))
        self.check(SIGNER.sign_batch(iter(self.REQUESTS)))
        external = Signer.external(support.KEY.verifying_key, External_make(), support.API_KEY)
        for threads in (None, 2):
            self.check(external.sign_batch(self.REQUESTS, threads=threads))

    def test_one_reading_of_the_clock_and_many_requests(self):
        results = SIGNER.sign_batch([("GET", support.URL)] * 500)
        self.assertEqual(len({result.headers["x-timestamp"] for result in results}), 1)
        self.assertEqual(SIGNER.sign_batch([]), [])

    def test_threads_must_be_a_number(self):
        for threads in (0, -1, 1.5, "2", True):
            with self.assertRaises(InputError):
                SIGNER.sign_batch([], threads=threads)


def External_make():
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import padding, utils

    private = serialization.load_pem_private_key(support.PEM, None)
    return lambda digest: private.sign(digest, padding.PKCS1v15(), utils.Prehashed(hashes.SHA256()))


if __name__ == "__main__":
    unittest.main()
