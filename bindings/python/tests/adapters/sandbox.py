"""A sandbox of the Partner API, started for a test."""

from __future__ import annotations

import json
import os
import subprocess
import urllib.request
from pathlib import Path
from typing import Any

import partnersign
from support import PEM

ROOT = Path(__file__).resolve().parents[4]
BINARY = os.environ.get("PARTNERAPI_SANDBOX", ROOT / "target/debug/partnerapi-sandbox")
KEY = partnersign.SigningKey.from_pem(PEM)


class Sandbox:
    def __init__(self, *options: str) -> None:
        command = [BINARY, "serve", "--listen", "127.0.0.1:0", *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        first = self.process.stdout.readline()
        assert first.startswith("listening on "), first
        self.origin = first.removeprefix("listening on ").strip()
        self.api = self.origin + "/api/v1/p"

    def call(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.origin}/_sandbox/{path}", data, headers, method=method)
        with urllib.request.urlopen(request, timeout=10) as response:
            return json.load(response)

    def api_key(self) -> str:
        answer = self.call("POST", "api-keys", {"public_key": KEY.public_pem()})
        return str(answer["api_key"])

    def signer(self) -> partnersign.Signer:
        return partnersign.Signer(KEY, self.api_key())

    def close(self) -> None:
        self.process.terminate()
        self.process.communicate(timeout=10)
