"""What holds for the nonces of every adapter."""

from __future__ import annotations

import json
import threading
from typing import Any

import partnersign


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

    def test_redirects_with_nonces(self) -> None:
        opened, sequencer = self.sequential()
        answer = opened.send("POST", f"{self.server.origin}/redirect/307/%2Ftarget", json={"a": 1})
        self.assertEqual((answer.status, self.nonces(), sequencer.last), (200, ["11", "11"], 11))
        self.assertTrue(all(received.valid for received in self.server.received))

    def test_increasing_and_unique_nonces_are_never_used_twice(self) -> None:
        for policy in ("increasing", "unique"):
            self.server.received.clear()
            sequencer = partnersign.NonceSequencer(policy, 100)
            opened = self.open(nonces=sequencer)
            for path in ("/ok", "/error/503/x", "/redirect/307/%2Fok", "/ok"):
                opened.send("POST", self.server.origin + path, json={})
            self.assertEqual(self.nonces(), ["101", "102", "103", "104", "105"])

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
