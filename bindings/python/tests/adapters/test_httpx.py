"""`partnersign.httpx` on real clients, sync and async, against real servers."""

from __future__ import annotations

import unittest
from typing import Any

import httpx

from contract import Contract
from support import LOOP, HttpxAsyncDriver, HttpxDriver


class HttpxContract(Contract, unittest.TestCase):
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


class HttpxAsyncContract(HttpxContract):
    driver = HttpxAsyncDriver

    def run_(self, result: Any) -> Any:
        return LOOP.run(result)


if __name__ == "__main__":
    unittest.main()
