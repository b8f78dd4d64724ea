"""What holds for the nonces of every adapter."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

import partnersign
from support import LOOP


class NonceContract:
    """Mixed into a `unittest.TestCase` beside `Contract`, whose server and `open` it uses."""

    driver: Any
    server: Any
    open: Any
    refused: Any

    def nonces(self) -> list[str]:
        return [received.headers["x-nonce"] for received in self.server.received]

    def sequential(self, last: int = 10, **options: Any) -> tuple[Any, partnersign.NonceSequencer]:
        sequencer = partnersign.NonceSequencer("sequential", last)
        return self.open(nonces=sequencer, **options), sequencer

    def test_nonces_count_up(self) -> None:
        opened, sequencer = self.sequential()
        for path in ("/a", "/error/400/amount", "/error/404/company_id", "/b"):
            opened.send("POST", self.server.origin + path, json={"a": 1})
        self.assertEqual(self.nonces(), ["11", "12", "13", "14"])
        self.assertTrue(all(received.valid for received in self.server.received))
        self.assertNotIn("x-timestamp", self.server.last.headers)
        self.assertEqual(sequencer.last, 14)

    def test_a_nonce_whose_fate_is_unknown_is_offered_again(self) -> None:
        opened, sequencer = self.sequential()
        for path in ("/error/503/x", "/error/429/x", "/error/401/signature", "/ok"):
            opened.send("POST", self.server.origin + path, json={"path": path})
        self.assertEqual(self.nonces(), ["11", "11", "11", "11"])
        self.assertEqual(len({received.headers["x-sign"] for received in self.server.received}), 4)
        self.assertEqual(sequencer.last, 11)

    def test_a_request_that_fails_settles_its_nonce(self) -> None:
        opened, sequencer = self.sequential(nonce_timeout=5)
        for path, timeout in (("/hang/1/a", 0.2), ("/drop/9/a", 5)):
            with self.assertRaises(self.driver.error):
                opened.send("POST", self.server.origin + path, json={}, timeout=timeout)
        opened.send("POST", self.server.origin + "/ok", json={})
        self.assertEqual(set(self.nonces()), {"11"})
        self.assertEqual(sequencer.last, 11)

    def test_a_refused_uncertain_nonce_had_been_consumed(self) -> None:
        opened, sequencer = self.sequential()
        opened.send("POST", self.server.origin + "/error/503/x", json={})
        opened.send("POST", self.server.origin + "/error/401/nonce", json={})
        opened.send("POST", self.server.origin + "/ok", json={})
        self.assertEqual((self.nonces(), sequencer.last), (["11", "11", "12"], 12))

    def test_a_refused_nonce_stops_the_sequencer(self) -> None:
        opened, sequencer = self.sequential()
        for stream in (False, True):
            answer = opened.send("POST", self.server.origin + "/error/401/nonce", json={}, stream=stream)
            self.assertEqual(json.loads(answer.body)["detail"], {"reason": "nonce"})
            self.refused("nonce_rejected", opened, "POST", self.server.origin + "/ok", json={})
            sequencer.resync(20)
        opened.send("POST", self.server.origin + "/ok", json={})
        self.assertEqual(self.nonces(), ["11", "21", "21"])

    def test_an_error_body_without_end_is_not_read_for_its_reason(self) -> None:
        opened, sequencer = self.sequential()
        answer = opened.send("POST", self.server.origin + "/large-error/200000", json={}, stream=True)
        self.assertEqual(len(answer.body), 200_000)
        self.assertEqual(sequencer.reserve().nonce, 11)

    def test_a_request_that_is_refused_here_keeps_its_nonce(self) -> None:
        opened, sequencer = self.sequential()
        self.refused("invalid_json", opened, "POST", self.server.origin + "/x", data=b"{")
        self.refused("body_not_allowed", opened, "GET", self.server.origin + "/x", json={})
        reservation = sequencer.reserve()
        self.assertEqual((reservation.nonce, reservation.uncertain), (11, False))

    def test_redirects_are_not_followed_where_the_order_of_nonces_counts(self) -> None:
        for policy in ("sequential", "increasing"):
            for target in ("/target", "/redirect/307/" + quote("/target", safe="")):
                self.server.received.clear()
                sequencer = partnersign.NonceSequencer(policy, 10)
                opened = self.open(nonces=sequencer)
                url = f"{self.server.origin}/redirect/307/{quote(target, safe='')}"
                with self.subTest(policy=policy, target=target):
                    with self.assertRaises(partnersign.InputError) as caught:
                        opened.send("POST", url, json={"a": 1})
                    self.assertEqual(caught.exception.code, "invalid_url")
                    self.assertIn("_redirects=False", caught.exception.message)
                    self.assertEqual(self.nonces(), ["11"])
                    self.assertEqual(opened.send("POST", url, json={"a": 1}, follow=False).status, 307)
                    self.assertEqual(opened.send("POST", self.server.origin + "/target", json={"a": 1}).status, 200)
                    self.assertEqual(self.nonces(), ["11"] * 3 if policy == "sequential" else ["11", "12", "13"])

    def test_increasing_and_unique_nonces_are_never_used_twice(self) -> None:
        for policy in ("increasing", "unique"):
            self.server.received.clear()
            opened = self.open(nonces=partnersign.NonceSequencer(policy, 100))
            paths = ["/ok", "/error/503/x", "/ok", "/ok"]
            if policy == "unique":
                paths[2] = "/redirect/307/%2Fok"
            for path in paths:
                opened.send("POST", self.server.origin + path, json={})
            self.assertEqual(self.nonces(), [str(101 + n) for n in range(5 if policy == "unique" else 4)])

    def send_at_once(self, opened: list[Any], count: int, path: str = "/at-once") -> list[int | str]:
        """The statuses of as many requests, or the codes of what they were refused for."""

        def outcome(answer: Any) -> int | str:
            if isinstance(answer, partnersign.PartnerSignError):
                return answer.code
            return int(answer.status)

        urls = [(opened[n % len(opened)], f"{self.server.origin}{path}?n={n}") for n in range(count)]
        if self.driver.is_async:

            async def send_all() -> list[Any]:
                sent = (one.send_async("POST", url, json={}) for one, url in urls)
                return await asyncio.gather(*sent, return_exceptions=True)

            return [outcome(answer) for answer in LOOP.run(send_all())]

        def send(one: Any, url: str) -> Any:
            try:
                return one.send("POST", url, json={})
            except partnersign.PartnerSignError as error:
                return error

        with ThreadPoolExecutor(count) as pool:
            return [outcome(answer) for answer in pool.map(send, *zip(*urls, strict=True))]

    def test_increasing_nonces_arrive_in_order(self) -> None:
        opened = self.open(nonces=partnersign.NonceSequencer("increasing", 100))
        self.assertEqual(self.send_at_once([opened], 40), [200] * 40)
        self.assertEqual(self.nonces(), [str(number) for number in range(101, 141)])

    def test_adapters_that_share_a_sequencer_share_the_queue(self) -> None:
        for policy in ("sequential", "increasing"):
            self.server.received.clear()
            sequencer = partnersign.NonceSequencer(policy, 0)
            opened = [self.open(nonces=sequencer) for _ in range(3)]
            self.assertEqual(self.send_at_once(opened, 24), [200] * 24)
            self.assertEqual(self.nonces(), [str(number) for number in range(1, 25)])

    def test_unique_nonces_do_not_wait(self) -> None:
        opened = self.open(nonces=partnersign.NonceSequencer("unique", 0))
        start = time.monotonic()
        self.assertEqual(self.send_at_once([opened], 8, "/slow/0.5"), [200] * 8)
        self.assertLess(time.monotonic() - start, 3)

    def test_nonce_timeout_is_of_each_request_that_waits(self) -> None:
        opened = self.open(nonces=partnersign.NonceSequencer("sequential", 0), nonce_timeout=0.3)
        start = time.monotonic()
        outcomes = self.send_at_once([opened], 5, "/slow/1")
        self.assertEqual(sorted(map(str, outcomes)), ["200"] + ["nonce_busy"] * 4)
        self.assertLess(time.monotonic() - start, 2)
        self.assertEqual(opened.send("POST", self.server.origin + "/ok", json={}).status, 200)
        self.assertEqual(self.nonces(), ["1", "2"])

    def test_after_abandon_nobody_waits_for_who_is_gone(self) -> None:
        for policy in ("sequential", "increasing"):
            self.server.received.clear()
            sequencer = partnersign.NonceSequencer(policy, 0)
            opened = self.open(nonces=sequencer, nonce_timeout=5)
            stuck = threading.Thread(target=self.send_at_once, args=([opened], 1, "/slow/1"))
            stuck.start()
            while not self.server.received:
                time.sleep(0.01)
            sequencer.abandon()
            self.assertEqual(opened.send("POST", self.server.origin + "/ok", json={}).status, 200)
            self.assertTrue(stuck.is_alive())
            self.assertEqual(self.nonces(), ["1", "1"] if policy == "sequential" else ["1", "2"])
            stuck.join()

    def test_a_nonce_that_somebody_else_holds_is_waited_for(self) -> None:
        opened, sequencer = self.sequential(nonce_timeout=10)
        reservation = sequencer.reserve()
        threading.Timer(0.2, lambda: sequencer.settle(reservation, partnersign.Outcome.CONSUMED)).start()
        opened.send("POST", self.server.origin + "/ok", json={})
        self.assertEqual(self.nonces(), ["12"])

    def test_waiting_for_a_nonce_ends(self) -> None:
        opened, sequencer = self.sequential(nonce_timeout=0.1)
        reservation = sequencer.reserve()
        self.refused("nonce_busy", opened, "POST", self.server.origin + "/ok", json={})
        sequencer.settle(reservation, partnersign.Outcome.NOT_CONSUMED)

    def test_a_timestamp_or_nonces(self) -> None:
        with self.assertRaises(partnersign.PartnerSignError) as caught:
            self.open(nonces=partnersign.NonceSequencer("unique"), clock=lambda: 1.0)
        self.assertEqual(caught.exception.code, "invalid_argument")
