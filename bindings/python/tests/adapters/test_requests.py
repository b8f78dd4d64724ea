"""`partnersign.requests` on a real session against real servers."""

from __future__ import annotations

import unittest
from typing import Any

import requests

from contract import Contract
from support import RequestsDriver


class RequestsContract(Contract, unittest.TestCase):
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


if __name__ == "__main__":
    unittest.main()
