"""Each adapter against the sandbox, which verifies what it receives on its own."""

from __future__ import annotations

import asyncio
import json
import unittest
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import partnersign
from cases import OBJECTS
from sandbox import Sandbox
from support import LOOP, AiohttpDriver, HttpxAsyncDriver, HttpxDriver, RequestsDriver

def company(ref: str, **changes: Any) -> dict[str, Any]:
    return {"name": "ACME Corp", "city": "Paris", "country": "FR", "domain": "acme.com", "ref": ref, **changes}


class SandboxContract:
    driver: Any

    def start(self, *options: str) -> Sandbox:
        sandbox = Sandbox(*options)
        self.addCleanup(sandbox.close)
        return sandbox

    def open(self, sandbox: Sandbox, **options: Any) -> Any:
        opened = self.driver(sandbox.signer(), **options)
        self.addCleanup(opened.close)
        return opened

    def test_companies_are_made_found_and_changed(self) -> None:
        sandbox = self.start()
        opened = self.open(sandbox)
        names = ("ACME Corp", "json"), ("Zoë & Söhne 東京", "json"), ("O'Brien \\ \"Co\"", "data")
        for number, (name, argument) in enumerate(names):
            body: Any = company(f"ref-{number}", name=name)
            body = body if argument == "json" else json.dumps(body, indent=2)
            made = opened.send("POST", sandbox.api + "/company", **{argument: body})
            self.assertEqual(made.status, 200, made.body)
            found = opened.send("GET", f"{sandbox.api}/company/search", params={"query": name})
            self.assertEqual(found.status, 200, found.body)
            self.assertEqual([match["name"] for match in json.loads(found.body)["matches"]], [name])
            identifier = json.loads(made.body)["company_id"]
            changed = opened.send("PUT", f"{sandbox.api}/company/{identifier}", json=company(f"ref-{number}", city="Köln"))
            self.assertIn(changed.status, (200, 204), changed.body)
            read = opened.send("GET", f"{sandbox.api}/company/{identifier}")
            self.assertEqual((read.status, json.loads(read.body)["city"]), (200, "Köln"))

    def test_no_body_or_query_is_refused_for_its_signature(self) -> None:
        sandbox = self.start()
        opened = self.open(sandbox)
        for number, body in enumerate(OBJECTS):
            answer = opened.send("POST", f"{sandbox.api}/company?n={number}", json=body)
            self.assertNotEqual(answer.status, 401, answer.body)
        answer = opened.send("GET", f"{sandbox.api}/company/search", params={"query": "a b+c'd\"é%2C[]"})
        self.assertEqual(answer.status, 200, answer.body)

    def test_a_key_that_the_sandbox_does_not_know_is_refused(self) -> None:
        sandbox = self.start()
        stranger = partnersign.Signer(partnersign.SigningKey.generate(), sandbox.signer().api_key)
        opened = self.driver(stranger)
        self.addCleanup(opened.close)
        self.assertEqual(opened.send("GET", f"{sandbox.api}/company/search", params={"query": "x"}).status, 401)

    def test_sequential_nonces(self) -> None:
        sandbox = self.start("--nonce", "sequential")
        sequencer = partnersign.NonceSequencer("sequential", 100)
        opened = self.open(sandbox, nonces=sequencer)
        for number in range(20):
            answer = opened.send("POST", sandbox.api + "/company", json=company("same"))
            self.assertNotEqual(answer.status, 401, answer.body)
        self.assertEqual(sequencer.last, 120)

    def test_a_nonce_that_another_client_used(self) -> None:
        sandbox = self.start("--nonce", "sequential")
        signer = sandbox.signer()
        for last in (10, 10):
            opened = self.driver(signer, nonces=partnersign.NonceSequencer("sequential", last))
            self.addCleanup(opened.close)
            status = opened.send("GET", f"{sandbox.api}/company/search", params={"query": "x"}).status
        self.assertEqual(status, 401)
        with self.assertRaises(partnersign.NonceRejectedError):
            opened.send("GET", f"{sandbox.api}/company/search", params={"query": "x"})

    def test_many_at_once(self) -> None:
        for policy in ("sequential", "increasing", "unique"):
            with self.subTest(policy):
                self.send_many_at_once(policy)

    def send_many_at_once(self, policy: str) -> None:
        sandbox = self.start("--nonce", policy)
        sequencer = partnersign.NonceSequencer(policy, 0)
        opened = self.open(sandbox, nonces=sequencer)
        url = f"{sandbox.api}/company/search?query=x"
        if self.driver.is_async:

            async def send_all() -> list[int]:
                return [answer.status for answer in await asyncio.gather(*(opened.send_async("GET", url) for _ in range(200)))]

            statuses = LOOP.run(send_all())
        else:
            with ThreadPoolExecutor(16) as pool:
                statuses = list(pool.map(lambda _: opened.send("GET", url).status, range(200)))
        self.assertEqual(statuses, [200] * 200)
        self.assertEqual(sequencer.last, 200)


class RequestsSandbox(SandboxContract, unittest.TestCase):
    driver = RequestsDriver


class HttpxSandbox(SandboxContract, unittest.TestCase):
    driver = HttpxDriver


class HttpxAsyncSandbox(SandboxContract, unittest.TestCase):
    driver = HttpxAsyncDriver


class AiohttpSandbox(SandboxContract, unittest.TestCase):
    driver = AiohttpDriver


if __name__ == "__main__":
    unittest.main()
