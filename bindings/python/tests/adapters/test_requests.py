"""`partnersign.requests` on real sessions against real servers."""

from __future__ import annotations

import json
import os
import pickle
import signal
import threading
import time
import unittest
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from unittest import mock

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

import partnersign
from contract import Contract
from nonce_contract import NonceContract
from partnersign.requests import PartnerAuth
from support import API_KEY, SECRET, RequestsDriver


class RequestsContract(Contract, NonceContract, unittest.TestCase):
    driver = RequestsDriver

    def send_through(self, proxy: str, url: str) -> Any:
        return self.open().send("POST", url, json={"a": 1}, proxies={"http": proxy})

    def raised_for_status(self, opened: Any) -> list[str]:
        response = opened.session.post(self.server.origin + "/error/401/x", json={})
        try:
            response.raise_for_status()
        except requests.HTTPError as error:
            return [repr(error), repr(error.request.headers)]
        raise AssertionError("401 raised nothing")

    def retrying(self, **options: Any) -> requests.Session:
        session = self.open(**options).session
        retry = Retry(total=5, status_forcelist=[503], allowed_methods=None, backoff_factor=0)
        session.mount("http://", HTTPAdapter(max_retries=retry))
        return session

    def test_urllib3_retries_are_signed_anew(self) -> None:
        session = self.retrying()
        for path in ("/fail/503/3/retried", "/drop/3/retried"):
            self.server.received.clear()
            response = session.post(self.server.origin + path, json={"a": "é"})
            stamps = [received.freshness for received in self.server.received]
            self.assertEqual((response.status_code, len(stamps), len(set(stamps))), (200, 4, 4))
            self.assertTrue(all(received.valid for received in self.server.received))
            self.assertEqual(response.request.headers["x-timestamp"], stamps[-1])

    def test_urllib3_retries_offer_an_uncertain_nonce_again(self) -> None:
        sequencer = partnersign.NonceSequencer("sequential", 10)
        session = self.retrying(nonces=sequencer)
        self.assertEqual(session.post(self.server.origin + "/fail/503/2/n", json={}).status_code, 200)
        self.assertEqual(session.post(self.server.origin + "/drop/2/n", json={}).status_code, 200)
        self.assertEqual(self.nonces(), ["11", "11", "11", "12", "12", "12"])
        self.assertEqual(sequencer.last, 12)

    def test_urllib3_retries_never_use_an_increasing_nonce_twice(self) -> None:
        session = self.retrying(nonces=partnersign.NonceSequencer("increasing", 100))
        self.assertEqual(session.post(self.server.origin + "/fail/503/2/i", json={}).status_code, 200)
        self.assertEqual(self.nonces(), ["101", "102", "103"])

    def test_a_prepared_request_is_signed_and_again_when_it_leaves(self) -> None:
        now = [1_700_000_000.0]
        auth = PartnerAuth(self.signer, clock=lambda: now[0])
        session = requests.Session()
        prepared = session.prepare_request(requests.Request("POST", self.server.origin + "/p", json={"a": 1}, auth=auth))
        self.assertEqual(prepared.body, b'{"a":1}')
        self.assertEqual(prepared.headers["Content-Length"], "7")
        self.assertEqual(prepared.headers["x-timestamp"], "1700000000")
        signature = prepared.headers["x-sign"]
        self.assertEqual(session.send(prepared).status_code, 200)
        self.assertEqual(self.server.last.headers["x-sign"], signature)
        now[0] += 100
        self.assertEqual(session.send(prepared).status_code, 200)
        self.assertEqual(self.server.last.headers["x-timestamp"], "1700000100")
        looked = dict(prepared.headers.items())
        now[0] += 100
        self.assertEqual(dict(prepared.headers.items()), looked)

    def test_with_nonces_a_prepared_request_has_no_signature_yet(self) -> None:
        opened, sequencer = self.sequential()
        prepared = opened.session.prepare_request(requests.Request("POST", self.server.origin + "/p", data='{ "a": 1 }'))
        self.assertEqual((prepared.body, "x-sign" in prepared.headers), (b'{"a":1}', False))
        sequencer.settle(sequencer.reserve(), partnersign.Outcome.CONSUMED)
        self.assertEqual(opened.session.send(prepared).status_code, 200)
        self.assertEqual(self.nonces(), ["12"])

    def test_a_request_object_is_signed_by_calling_the_auth(self) -> None:
        prepared = requests.Request("POST", self.server.origin + "/p", data=bytearray(b'{"a": 1}')).prepare()
        self.assertIs(PartnerAuth(self.signer)(prepared), prepared)
        self.assertEqual(prepared.body, b'{"a":1}')
        self.assertEqual(requests.Session().send(prepared).status_code, 200)

    def test_a_transport_of_the_caller_sees_the_signature(self) -> None:
        seen: list[requests.PreparedRequest] = []

        class Recorder(HTTPAdapter):
            def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
                seen.append(request)
                return super().send(request, *args, **kwargs)

        session = self.open().session
        session.mount("http://", Recorder())
        session.post(self.server.origin + "/p", json={"a": 1})
        self.assertEqual(seen[0].headers["x-sign"], self.server.last.expected)

    def test_the_next_request_of_a_redirect_answer(self) -> None:
        session = self.open().session
        response = session.get(f"{self.server.origin}/redirect/302/%2Ftarget", allow_redirects=False)
        self.assertEqual(session.send(response.next).status_code, 200)
        response = session.get(f"{self.server.origin}/redirect/302/http:%2F%2F127.0.0.1:1%2F", allow_redirects=False)
        with self.assertRaises(partnersign.PartnerSignError):
            session.send(response.next)

    def test_hooks_come_after_the_nonce_is_settled(self) -> None:
        opened, sequencer = self.sequential()
        lasts: list[int | None] = []
        codes: list[int] = []

        def hook(response: requests.Response, **_: Any) -> None:
            lasts.append(sequencer.last)
            if len(lasts) == 1:
                codes.append(opened.send("GET", self.server.origin + "/inner", hooks={"response": hook}).status)

        opened.send("POST", self.server.origin + "/outer", json={}, hooks={"response": [hook]})
        self.assertEqual((lasts, codes), ([11, 12], [200]))

    def test_a_pickled_response_has_no_secret(self) -> None:
        response = self.open().session.post(self.server.origin + "/p", json={"a": 1})
        pickled = pickle.dumps(response)
        for secret in (API_KEY, SECRET, self.server.last.expected):
            self.assertNotIn(secret.encode(), pickled)
        again = pickle.loads(pickled)
        self.assertEqual((again.status_code, again.request.url, again.request.body), (200, response.url, b'{"a":1}'))

    def test_threads_share_a_session(self) -> None:
        opened = self.open()

        def send(number: int) -> int:
            return opened.send("POST", self.server.origin + "/threads", json={"number": number}).status

        with ThreadPoolExecutor(16) as pool:
            self.assertEqual(list(pool.map(send, range(200))), [200] * 200)
        numbers = {json.loads(received.body)["number"] for received in self.server.received}
        self.assertEqual(numbers, set(range(200)))

    def test_threads_take_turns_with_sequential_nonces(self) -> None:
        opened, sequencer = self.sequential(0)

        def send(number: int) -> int:
            return opened.send("POST", self.server.origin + "/threads", json={"number": number}).status

        with ThreadPoolExecutor(16) as pool:
            self.assertEqual(list(pool.map(send, range(100))), [200] * 100)
        self.assertEqual(self.nonces(), [str(number) for number in range(1, 101)])
        self.assertEqual(sequencer.last, 100)

    def test_a_thread_whose_request_failed_does_not_keep_its_nonce(self) -> None:
        opened, sequencer = self.sequential(0, nonce_timeout=30)
        failed, done = threading.Event(), threading.Event()
        errors: list[Exception] = []

        def fail() -> None:
            try:
                opened.send("POST", self.server.origin + "/drop/9/thread", json={})
            except requests.RequestException as error:
                errors.append(error)
            failed.set()
            done.wait(30)

        thread = threading.Thread(target=fail)
        thread.start()
        failed.wait(10)
        start = time.monotonic()
        self.assertEqual(opened.send("POST", self.server.origin + "/ok", json={}).status, 200)
        self.assertLess(time.monotonic() - start, 5)
        done.set()
        thread.join()
        self.assertEqual((len(errors), self.nonces(), sequencer.last), (1, ["1", "1"], 1))

    def test_a_thread_does_not_wait_for_its_own_request_that_failed(self) -> None:
        sequencer = partnersign.NonceSequencer("increasing", 0)
        failing, other = (self.open(nonces=sequencer, nonce_timeout=5) for _ in range(2))
        with self.assertRaises(requests.RequestException):
            failing.send("POST", self.server.origin + "/drop/9/own", json={})
        start = time.monotonic()
        self.assertEqual(other.send("POST", self.server.origin + "/ok", json={}).status, 200)
        self.assertLess(time.monotonic() - start, 2)
        self.assertEqual(self.nonces(), ["1", "2"])

    def test_a_proxy_of_the_environment_is_seen(self) -> None:
        opened = self.open()
        with mock.patch.dict(os.environ, {"http_proxy": "proxy.invalid:9", "no_proxy": ""}):
            error = self.refused("invalid_url", opened, "GET", self.server.origin + "/p")
            self.assertIn("NO_PROXY", error.message)
        with mock.patch.dict(os.environ, {"http_proxy": "proxy.invalid:9", "no_proxy": "127.0.0.1"}):
            self.assertEqual(opened.send("GET", self.server.origin + "/p").status, 200)

    def test_after_a_fork_timestamps_work_and_nonces_say_what_to_do(self) -> None:
        with_time, (with_nonces, sequencer) = self.open(), self.sequential(0)
        reservation = sequencer.reserve()
        waiting = threading.Thread(target=with_nonces.send, args=("GET", self.server.origin + "/waits"))
        waiting.start()
        time.sleep(0.2)
        child = os.fork()
        if child == 0:
            code = 1
            try:
                if with_time.send("POST", self.server.origin + "/forked", json={}).status == 200:
                    with_nonces.send("GET", self.server.origin + "/never")
            except partnersign.PartnerSignError as error:
                code = 0 if error.code == "nonce_lease_lost" else 2
            finally:
                os._exit(code)
        give_up = time.monotonic() + 20
        while (ended := os.waitpid(child, os.WNOHANG)) == (0, 0) and time.monotonic() < give_up:
            time.sleep(0.05)
        if ended == (0, 0):
            os.kill(child, signal.SIGKILL)
            ended = os.waitpid(child, 0)
        self.assertEqual(ended, (child, 0))
        sequencer.settle(reservation, partnersign.Outcome.NOT_CONSUMED)
        waiting.join(10)
        self.assertEqual((self.nonces_of("/waits"), self.nonces_of("/never")), (["1"], []))

    def nonces_of(self, path: str) -> list[str]:
        return [received.freshness for received in self.server.received if received.target == path]


if __name__ == "__main__":
    unittest.main()
