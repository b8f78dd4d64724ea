"""A program of a user of the adapters, as the type checkers must take it in their strict modes."""

from typing import assert_type

import aiohttp
import httpx
import requests

from partnersign import NonceSequencer, Signer, SigningKey
from partnersign.aiohttp import partner_middleware
from partnersign.httpx import PartnerAuth as HttpxAuth
from partnersign.requests import PartnerAuth as RequestsAuth

signer = Signer(SigningKey.generate())
nonces = NonceSequencer("sequential", last=41)
URL = "https://a.example/x"

session = requests.Session()
session.auth = RequestsAuth(signer, nonces=nonces, nonce_timeout=5, form="exact")
assert_type(requests.post(URL, json={"a": 1}, auth=RequestsAuth(signer, clock=lambda: 1.5)).status_code, int)

with httpx.Client(auth=HttpxAuth(signer, allow_http=True, allow_other_origin=True)) as client:
    assert_type(client.get(URL, params={"query": "ACME"}).status_code, int)
httpx.get(URL, auth=HttpxAuth(signer, nonces=nonces))


async def main() -> int:
    async with httpx.AsyncClient(auth=HttpxAuth(signer, nonces=nonces)) as client:
        await client.post(URL, json={"a": 1})
    middleware = partner_middleware(signer, nonces=nonces, nonce_timeout=5, origins=["https://a.example"])
    async with aiohttp.ClientSession(middlewares=[middleware]) as session:
        async with session.post(URL, json={"a": 1}) as response:
            return response.status
