"""The examples of the pages in docs/ run as they stand, against a sandbox instead of the Partner API."""

from __future__ import annotations

import contextlib
import io
import os
import re
import tempfile
import time
import unittest
from pathlib import Path
from typing import Any

from sandbox import Sandbox
from support import PEM

DOCS = Path(__file__).resolve().parents[2] / "docs"
API = "https://api.qredo.network/api/v1/p"


class PagesTest(unittest.TestCase):
    def run_page(self, name: str) -> tuple[dict[str, Any], str]:
        """The names that the page's examples leave behind, and what they print."""
        sandbox = Sandbox()
        self.addCleanup(sandbox.close)
        text = (DOCS / name).read_text()
        examples = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
        self.assertGreaterEqual(len(examples), 2)
        folder = self.enterContext(tempfile.TemporaryDirectory())
        self.enterContext(contextlib.chdir(folder))
        Path("private.pem").touch(0o600)
        Path("private.pem").write_bytes(PEM)
        os.environ["PARTNER_API_KEY"] = sandbox.api_key()
        self.addCleanup(os.environ.pop, "PARTNER_API_KEY")
        names: dict[str, Any] = {}
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            for example in examples:
                # The same POST twice in one second is a replay, and the examples may well send the same.
                time.sleep(1 - time.time() % 1)
                exec(compile(example.replace(API, sandbox.api), name, "exec"), names)
        statuses = {entry["status"] for entry in sandbox.call("GET", "requests")["list"]}
        self.assertEqual(statuses, {200})
        return names, printed.getvalue()

    def test_requests(self) -> None:
        names, _ = self.run_page("requests.md")
        self.assertEqual(names["response"].json()["matches"][0]["name"], "ACME Corp")

    def test_httpx(self) -> None:
        names, _ = self.run_page("httpx.md")
        self.assertEqual(names["found"].json()["matches"][0]["name"], "ACME Corp")
        self.assertEqual([answer["total_count"] for answer in names["answers"]], [1, 0])
        self.assertEqual(names["response"].status_code, 200)

    def test_aiohttp(self) -> None:
        names, printed = self.run_page("aiohttp.md")
        self.assertEqual(names["status"], 200)
        self.assertTrue(printed.startswith("200\n"))
        self.assertIn("ACME Corp", printed)


if __name__ == "__main__":
    unittest.main()
