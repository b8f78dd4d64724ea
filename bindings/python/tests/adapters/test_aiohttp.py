"""`partnersign.aiohttp` on real sessions against real servers."""

from __future__ import annotations

import asyncio
import io
import json
import unittest
from typing import Any

import aiohttp
from multidict import MultiDict
from yarl import URL

import partnersign
from contract import Contract
from nonce_contract import NonceContract
from partnersign.aiohttp import partner_middleware
from support import LOOP, AiohttpDriver


class AiohttpContract(Contract, NonceContract, unittest.TestCase):
    driver = AiohttpDriver

    def send_through(self, proxy: str, url: str) -> Any:
        return self.open().send("POST", url, json={"a": 1}, proxy=proxy)

    def raised_for_status(self, opened: Any) -> list[str]:
        async def send() -> list[str]:
            async with opened.session.post(self.server.origin + "/error/401/x", json={}) as response:
                try:
                    response.raise_for_status()
                except aiohttp.ClientResponseError as error:
                    return [repr(error), str(error), repr(error.request_info)]
            raise AssertionError("401 raised nothing")

        return LOOP.run(send())

    def test_base_url_and_url_objects(self) -> None:
        opened = self.open(client={"base_url": self.server.origin + "/base/"})
        for url, target in (
            ("relative", "/base/relative"),
            (URL("/a%2Cb%40c"), "/a,b@c"),
            (URL("/a%2Cb%40c?q=%27%2C", encoded=True), "/a%2Cb%40c?q=%27%2C"),
            (URL("/lower%c3%a9?q='", encoded=True), "/lower%C3%A9?q=%27"),
        ):
            self.assertEqual(opened.send("GET", url).status, 200)
            self.assertEqual(self.server.last.target, target)
        self.assertEqual(opened.send("GET", "many", params=MultiDict([("a", "1"), ("a", "2")])).status, 200)
        self.assertEqual(self.server.last.target, "/base/many?a=1&a=2")

    def test_a_compressed_body_is_refused(self) -> None:
        url = self.server.origin + "/compressed"
        self.refused("invalid_body", self.open(), "POST", url, json={"a": 1}, compress=True)
        self.refused("invalid_body", self.open(), "POST", url, json={"a": 1}, compress="gzip")

    def test_forms_and_multipart_writers_are_refused(self) -> None:
        form = aiohttp.FormData({"a": "1"})
        files = aiohttp.FormData()
        files.add_field("file", io.BytesIO(b"{}"), filename="a.json")
        for data in (form, files):
            self.refused("invalid_body", self.open(), "POST", self.server.origin + "/form", data=data)

    def test_what_aiohttp_tries_again_is_signed_anew(self) -> None:
        times = iter(range(1_700_000_000, 1_800_000_000))
        opened = self.open(clock=lambda: next(times))
        self.assertEqual(opened.send("GET", self.server.origin + "/drop/1/again").status, 200)
        self.assertEqual([received.freshness for received in self.server.received], ["1700000000", "1700000001"])

    def test_what_an_outer_middleware_tries_again_is_signed_anew(self) -> None:
        async def retry(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
            while (response := await handler(request)).status == 503:
                response.release()
            return response

        sequencer = partnersign.NonceSequencer("increasing", 10)

        async def send() -> int:
            middlewares = [retry, partner_middleware(self.signer, nonces=sequencer)]
            async with aiohttp.ClientSession(middlewares=middlewares) as session:
                async with session.post(self.server.origin + "/fail/503/2/outer", json={"a": 1}) as response:
                    return response.status

        self.assertEqual(LOOP.run(send()), 200)
        self.assertEqual(self.nonces(), ["11", "12", "13"])
        self.assertTrue(all(received.valid for received in self.server.received))

    def test_a_redirect_that_is_followed_by_hand_is_a_redirect(self) -> None:
        opened = self.open()
        target = self.other.origin + "/stolen"

        async def follow() -> None:
            url = f"{self.server.origin}/redirect/302/{target.replace('/', '%2F')}"
            self.assertEqual((await opened.send_async("GET", url, follow=False)).status, 302)
            with self.assertRaises(partnersign.PartnerSignError):
                await opened.send_async("GET", target)
            self.assertEqual((await opened.send_async("GET", target)).status, 200)

        LOOP.run(follow())
        self.assertEqual(len(self.other.received), 1)

    def test_with_nonces_a_redirect_can_be_followed_by_hand(self) -> None:
        opened, sequencer = self.sequential()

        async def follow() -> None:
            self.assertEqual((await opened.send_async("GET", f"{self.server.origin}/redirect/302/%2Ft", follow=False)).status, 302)
            self.assertEqual((await opened.send_async("GET", f"{self.server.origin}/t")).status, 200)

        LOOP.run(follow())
        self.assertEqual((self.nonces(), sequencer.last), (["11", "11"], 11))

    def test_redirects_are_known_however_the_location_is_read(self) -> None:
        opened = self.open(client={"requote_redirect_url": False})
        location = (self.other.origin + "/stolen%2Ccomma?q=%41'").replace("%", "%25").replace("/", "%2F")
        with self.assertRaises(partnersign.PartnerSignError):
            opened.send("GET", f"{self.server.origin}/redirect/302/{location.replace('?', '%3F')}")
        self.assertEqual(self.other.connections, 0)

    def test_a_websocket_handshake_is_signed(self) -> None:
        opened = self.open()

        async def connect(url: str) -> None:
            await opened.session.ws_connect(url)

        with self.assertRaises(aiohttp.WSServerHandshakeError):
            LOOP.run(connect(self.server.origin.replace("http:", "ws:") + "/feed"))
        self.assertTrue(self.server.last.valid)
        with self.assertRaises(partnersign.PartnerSignError):
            LOOP.run(connect("ws://192.0.2.1/feed"))

    def send_all(self, opened: Any, count: int) -> None:
        async def send_all() -> list[Any]:
            url = self.server.origin + "/parallel"
            return await asyncio.gather(*(opened.send_async("POST", url, json={"number": n}, timeout=60) for n in range(count)))

        self.assertEqual([answer.status for answer in LOOP.run(send_all())], [200] * count)
        numbers = {json.loads(received.body)["number"] for received in self.server.received}
        self.assertEqual(numbers, set(range(count)))

    def test_tasks_share_a_session(self) -> None:
        self.send_all(self.open(), 200)

    def test_tasks_take_turns_with_sequential_nonces(self) -> None:
        opened, sequencer = self.sequential(0)
        self.send_all(opened, 100)
        self.assertEqual(self.nonces(), [str(number) for number in range(1, 101)])
        self.assertEqual(sequencer.last, 100)

    def test_a_cancelled_request_settles_its_nonce(self) -> None:
        opened, sequencer = self.sequential(0)

        async def cancel() -> None:
            waiting = asyncio.create_task(opened.send_async("POST", self.server.origin + "/hang/1/cancel", json={}))
            queued = asyncio.create_task(opened.send_async("POST", self.server.origin + "/queued", json={}))
            while not self.server.received:
                await asyncio.sleep(0.01)
            queued.cancel()
            waiting.cancel()
            await asyncio.gather(waiting, queued, return_exceptions=True)

        LOOP.run(cancel())
        self.assertEqual(opened.send("POST", self.server.origin + "/ok", json={}).status, 200)
        self.assertEqual((self.nonces(), sequencer.last), (["1", "1"], 1))


if __name__ == "__main__":
    unittest.main()
