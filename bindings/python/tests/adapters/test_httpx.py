"""`partnersign.httpx` on real clients, sync and async, against real servers."""

from __future__ import annotations

import asyncio
import gc
import json
import unittest
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from unittest import mock

import httpx

import partnersign
from contract import Contract
from nonce_contract import NonceContract
from partnersign.httpx import PartnerAuth
from support import LOOP, HttpxAsyncDriver, HttpxDriver


class HttpxContract(Contract, NonceContract, unittest.TestCase):
    driver: Any = HttpxDriver

    def send_through(self, proxy: str, url: str) -> Any:
        return self.open(client={"proxy": proxy}).send("POST", url, json={"a": 1})

    def raised_for_status(self, opened: Any) -> list[str]:
        response = self.run_(opened.client.post(self.server.origin + "/error/401/x", json={}))
        try:
            response.raise_for_status()
        except httpx.HTTPStatusError as error:
            return [repr(error), repr(error.request.headers)]
        raise AssertionError("401 raised nothing")

    def run_(self, result: Any) -> Any:
        return result

    def trace(self, seen: list[str]) -> Any:
        return lambda name, info: seen.append(name)

    def test_base_url_and_url_objects(self) -> None:
        opened = self.open(client={"base_url": self.server.origin + "/base/", "params": {"always": "é"}})
        for url in ("relative", httpx.URL("relative"), httpx.URL(self.server.origin).join("/a%2Cb?c='")):
            self.assertEqual(opened.send("GET", url, params=httpx.QueryParams({"q": "it's"})).status, 200)
        self.assertEqual(self.server.received[0].target, "/base/relative?always=%C3%A9&q=it%27s")

    def test_a_request_that_is_sent_twice_is_signed_twice(self) -> None:
        times = iter(range(1_700_000_000, 1_800_000_000))
        client = self.open(clock=lambda: next(times)).client
        request = client.build_request("POST", self.server.origin + "/twice#part", json={"a": 1})
        for stamp in ("1700000000", "1700000001"):
            self.assertEqual(self.run_(client.send(request)).status_code, 200)
            self.assertEqual((self.server.last.freshness, request.headers["x-timestamp"]), (stamp, stamp))
        self.assertEqual((request.content, request.headers["content-length"]), (b'{"a":1}', "7"))
        self.assertEqual(str(request.url), self.server.origin + "/twice#part")

    def test_the_response_shows_what_was_sent(self) -> None:
        client = self.open(client={"follow_redirects": True}).client
        response = self.run_(client.post(f"{self.server.origin}/redirect/307/%2Ftarget", json={"a": 1}))
        self.assertEqual(response.request.headers["x-sign"], self.server.last.expected)
        self.assertEqual(response.history[0].request.headers["x-sign"], self.server.received[0].expected)

    def test_a_trace_of_the_caller_still_traces(self) -> None:
        seen: list[str] = []
        client = self.open(client={"follow_redirects": True}).client
        trace = self.trace(seen)
        request = client.build_request("GET", f"{self.server.origin}/redirect/302/%2Ft", extensions={"trace": trace})
        self.assertEqual(self.run_(client.send(request)).status_code, 200)
        self.assertEqual(seen.count("http11.send_request_headers.started"), 2)
        self.assertIs(request.extensions["trace"], trace)

    def test_another_target_than_the_url_is_refused(self) -> None:
        self.refused("invalid_url", self.open(), "GET", self.server.origin, extensions={"target": b"/other"})

    def hook(self, change: Any) -> Any:
        return change

    def test_a_hook_that_changes_what_was_signed_is_refused(self) -> None:
        def url(request: httpx.Request) -> None:
            request.url = request.url.copy_with(path="/changed")

        def method(request: httpx.Request) -> None:
            request.method = "PUT"

        def body(request: httpx.Request) -> None:
            request.stream = httpx.ByteStream(b'{"b":1}')

        def signature(request: httpx.Request) -> None:
            request.headers["x-timestamp"] = "1"

        def length(request: httpx.Request) -> None:
            request.headers["transfer-encoding"] = "chunked"

        def host(request: httpx.Request) -> None:
            request.headers["host"] = "api.example.test"

        for change in (url, method, body, signature, length, host):
            with self.subTest(change.__name__):
                opened = self.open(client={"event_hooks": {"request": [self.hook(change)]}})
                self.refused("invalid_argument", opened, "POST", self.server.origin + "/p", json={"a": 1})

        def harmless(request: httpx.Request) -> None:
            request.headers.update({"x-trace": "7", "accept": "*/*", "content-type": "text/plain"})

        opened = self.open(client={"event_hooks": {"request": [self.hook(harmless)]}})
        self.assertEqual(opened.send("POST", self.server.origin + "/p", json={"a": 1}).status, 200)
        self.assertEqual(self.server.last.headers["x-trace"], "7")

    def retrying(self) -> Any:
        class Retrying(httpx.HTTPTransport):
            def handle_request(self, request: httpx.Request) -> httpx.Response:
                while (response := super().handle_request(request)).status_code == 503:
                    response.close()
                    request = httpx.Request(
                        request.method, request.url, headers=request.headers, content=request.read(), extensions=request.extensions
                    )
                return response

        return Retrying()

    def test_what_a_transport_tries_again_is_signed_anew(self) -> None:
        for policy, nonces in (("sequential", ["11", "11", "11"]), ("increasing", ["11", "12", "13"])):
            self.server.received.clear()
            opened = self.open(nonces=partnersign.NonceSequencer(policy, 10), client={"transport": self.retrying()})
            url = f"{self.server.origin}/fail/503/2/{policy}"
            self.assertEqual(opened.send("POST", url, json={"a": 1}).status, 200)
            self.assertEqual(self.nonces(), nonces)
            self.assertTrue(all(received.valid for received in self.server.received))

    def test_a_transport_in_memory(self) -> None:
        seen: list[httpx.Request] = []

        def answer(request: httpx.Request) -> httpx.Response:
            seen.append(request)
            away = request.url.path == "/away"
            return httpx.Response(302, headers={"location": "/"}) if away else httpx.Response(200, json={})

        opened = self.open(client={"transport": httpx.MockTransport(answer)})
        self.assertEqual(opened.send("POST", "https://api.example.test/p?q=é", json={"a": "é"}).status, 200)
        signed = self.signer.sign(
            "POST", str(seen[0].url), seen[0].content, timestamp=seen[0].headers["x-timestamp"], form="exact"
        )
        self.assertEqual(seen[0].headers["x-sign"], signed.signature)
        self.assertEqual(opened.send("GET", "https://api.example.test/away", follow=False).status, 302)
        with self.assertRaises(partnersign.PartnerSignError) as caught:
            opened.send("GET", "https://api.example.test/away")
        self.assertIn("follow_redirects=False", str(caught.exception))


class HttpxSyncOnly(HttpxContract):
    def test_the_flow_by_hand(self) -> None:
        flow = PartnerAuth(self.signer).sync_auth_flow(httpx.Request("POST", "https://h.test/p", json={"a": 1}))
        request = next(flow)
        signed = self.signer.sign("POST", "https://h.test/p", {"a": 1}, timestamp=request.headers["x-timestamp"])
        self.assertEqual((request.headers["x-sign"], request.read()), (signed.signature, signed.body))
        with self.assertRaises(StopIteration):
            flow.send(httpx.Response(200))

    def test_threads_take_turns_with_sequential_nonces(self) -> None:
        opened, sequencer = self.sequential(0)

        def send(number: int) -> int:
            return opened.send("POST", self.server.origin + "/threads", json={"number": number}).status

        with ThreadPoolExecutor(16) as pool:
            self.assertEqual(list(pool.map(send, range(100))), [200] * 100)
        self.assertEqual(self.nonces(), [str(number) for number in range(1, 101)])
        self.assertEqual(sequencer.last, 100)


class HttpxAsyncContract(HttpxContract):
    driver = HttpxAsyncDriver

    def run_(self, result: Any) -> Any:
        return LOOP.run(result)

    def retrying(self) -> Any:
        class Retrying(httpx.AsyncHTTPTransport):
            async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
                while (response := await super().handle_async_request(request)).status_code == 503:
                    await response.aclose()
                    request = httpx.Request(
                        request.method, request.url, headers=request.headers, content=await request.aread(), extensions=request.extensions
                    )
                return response

        return Retrying()

    def hook(self, change: Any) -> Any:
        async def hook(request: httpx.Request) -> None:
            change(request)

        return hook

    def trace(self, seen: list[str]) -> Any:
        async def trace(name: str, info: dict[str, Any]) -> None:
            seen.append(name)

        return trace

    def send_all(self, opened: Any, count: int) -> None:
        async def send_all() -> list[Any]:
            url = self.server.origin + "/parallel"
            return await asyncio.gather(*(opened.send_async("POST", url, json={"number": n}, timeout=60) for n in range(count)))

        self.assertEqual([answer.status for answer in LOOP.run(send_all())], [200] * count)
        numbers = {json.loads(received.body)["number"] for received in self.server.received}
        self.assertEqual(numbers, set(range(count)))

    def test_tasks_share_a_client(self) -> None:
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

    def test_a_loop_that_was_closed_holds_nobody_up(self) -> None:
        auth = PartnerAuth(self.signer, nonces=partnersign.NonceSequencer("sequential", 10), nonce_timeout=5)

        async def send(path: str) -> int:
            async with httpx.AsyncClient(auth=auth) as client:
                return (await client.get(self.server.origin + path)).status_code

        async def until_one_is_under_way() -> None:
            while not self.server.received:
                await asyncio.sleep(0.01)

        loop = asyncio.new_event_loop()
        tasks = [loop.create_task(send(f"/hang/1/{number}")) for number in range(3)]
        loop.run_until_complete(until_one_is_under_way())
        loop.close()
        self.assertEqual(asyncio.run(send("/ok")), 200)
        self.assertEqual(self.nonces(), ["11", "11"])
        with mock.patch("sys.unraisablehook"), self.assertLogs("asyncio"):  # asyncio tells of each
            del tasks
            gc.collect()

    def test_event_loops_share_an_auth(self) -> None:
        sequencer = partnersign.NonceSequencer("sequential")
        auth = PartnerAuth(self.signer, nonces=sequencer)

        async def send() -> list[int]:
            async with httpx.AsyncClient(auth=auth) as client:
                sent = (client.post(self.server.origin + "/loops", json={}, timeout=60) for _ in range(10))
                return [response.status_code for response in await asyncio.gather(*sent)]

        with ThreadPoolExecutor(3) as pool:
            futures = [pool.submit(asyncio.run, send()) for _ in range(3)]
            self.assertEqual([future.result() for future in futures], [[200] * 10] * 3)
        self.assertEqual(sorted(map(int, self.nonces())), list(range(sequencer.last - 29, sequencer.last + 1)))


del HttpxContract

if __name__ == "__main__":
    unittest.main()
