"""`partnersign.httpx` over HTTP/2, whose layers have names and logs of their own."""

from __future__ import annotations

import socket
import unittest
from typing import Any
from urllib.parse import quote

import h2.config
import h2.connection
import h2.events

import partnersign
from plain_server import PlainServer
from support import API_KEY, KEY, SECRET, Everything, HttpxAsyncDriver, HttpxDriver, make_signer


class Http2Server(PlainServer):
    """Speaks HTTP/2 from the first byte."""

    def _serve(self, connection: socket.socket) -> None:
        http2 = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding="latin-1"))
        http2.initiate_connection()
        requests: dict[int, tuple[dict[str, str], bytearray]] = {}
        with connection:
            connection.sendall(http2.data_to_send())
            while data := connection.recv(65536):
                for event in http2.receive_data(data):
                    if isinstance(event, h2.events.RequestReceived):
                        requests[event.stream_id] = (dict(event.headers), bytearray())
                    elif isinstance(event, h2.events.DataReceived):
                        requests[event.stream_id][1].extend(event.data)
                        http2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                    elif isinstance(event, h2.events.StreamEnded):
                        headers, body = requests.pop(event.stream_id)
                        received = self.receive(headers[":method"], headers[":path"], headers, bytes(body))
                        answer = self.answer(received)
                        assert answer is not None
                        sent = {":status": str(answer.status), "content-type": "application/json", **answer.headers}
                        http2.send_headers(event.stream_id, list(sent.items()))
                        http2.send_data(event.stream_id, answer.body, end_stream=True)
                connection.sendall(http2.data_to_send())


class Http2(unittest.TestCase):
    def setUp(self) -> None:
        self.server, self.other = Http2Server(KEY), Http2Server(KEY)
        self.addCleanup(self.server.close)
        self.addCleanup(self.other.close)
        self.signer = make_signer()

    def open(self, driver: Any, **options: Any) -> Any:
        opened = driver(self.signer, client={"http1": False, "http2": True}, **options)
        self.addCleanup(opened.close)
        return opened

    def test_requests_and_redirects_are_signed(self) -> None:
        for driver in (HttpxDriver, HttpxAsyncDriver):
            opened = self.open(driver)
            for path in ("/ok", "/redirect/307/%2Ftarget"):
                answer = opened.send("POST", self.server.origin + path, json={"a": "é"})
                self.assertEqual((answer.status, self.server.last.valid, self.server.last.method), (200, True, "POST"))
            answer = opened.send("POST", self.server.origin + "/redirect/302/%2Ftarget", json={"a": "é"})
            self.assertEqual((answer.status, self.server.last.valid, self.server.last.method), (200, True, "GET"))

    def test_redirects_to_another_origin_are_refused(self) -> None:
        for driver in (HttpxDriver, HttpxAsyncDriver):
            opened = self.open(driver)
            with self.assertRaises(partnersign.PartnerSignError) as caught:
                opened.send("GET", f"{self.server.origin}/redirect/302/{quote(self.other.origin, safe='')}")
            self.assertIn("another origin", str(caught.exception))
        self.assertEqual((self.other.received, self.other.connections), ([], 0))

    def test_no_log_shows_a_secret(self) -> None:
        with Everything() as lines:
            for driver in (HttpxDriver, HttpxAsyncDriver):
                opened = self.open(driver)
                for number in range(20):
                    opened.send("POST", self.server.origin + "/ok", json={"number": number})
        self.assertGreater(sum(line.startswith("hpack") for line in lines), 100)
        for received in self.server.received:
            for secret in (API_KEY, SECRET, received.expected):
                self.assertFalse([line for line in lines if secret in line])
        self.assertFalse([line for line in lines if "Encoded header block" in line])


if __name__ == "__main__":
    unittest.main()
