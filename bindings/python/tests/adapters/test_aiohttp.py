"""`partnersign.aiohttp` on real sessions against real servers."""

from __future__ import annotations

import unittest
from typing import Any

import aiohttp

from contract import Contract
from support import LOOP, AiohttpDriver


class AiohttpContract(Contract, unittest.TestCase):
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


if __name__ == "__main__":
    unittest.main()
