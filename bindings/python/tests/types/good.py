"""A program of a user, as the type checkers must take it in their strict modes."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import TypedDict, assert_type

import partnersign
from partnersign import Outcome, Request, SignedRequest, Signer, SigningKey, Verifier, VerifyingKey

key = SigningKey.from_pem(b"pem", passphrase=b"passphrase")
key = SigningKey.from_file(Path("private.pem"), "passphrase", allow_insecure=True)
assert_type(key, SigningKey)
assert_type(key.bits, int)
assert_type(key.private_pem(), str)
assert_type(key.verifying_key, VerifyingKey)

signer = Signer(key, "api key")
assert_type(signer, Signer)
signed = signer.sign("POST", "https://a.example/x", {"name": "ACME Corp"}, timestamp=1)
assert_type(signed, SignedRequest)
assert_type(signed.headers, dict[str, str])
assert_type(signed.body, bytes | None)
signer.sign("POST", "https://a.example/x", [1, {"a": None}], nonce="n", form="exact", max_body_bytes=5)
signer.sign("POST", "https://a.example/x", memoryview(b"{}"), nonce=7)


class Company(TypedDict):
    name: str


company: Company = {"name": "ACME Corp"}
signer.sign("POST", "https://a.example/x", company)
signer.sign("POST", "https://a.example/x", [company])


def sign_digest(digest: bytes) -> bytes:
    return digest


async def sign_digest_later(digest: bytes) -> bytes:
    return digest


external = Signer.external(key.verifying_key, sign_digest)
assert_type(external, Signer)
Signer.external(key.public_pem(), sign_digest_later, api_key=partnersign.ApiKey("api key"))


async def main() -> SignedRequest:
    return await signer.sign_async("GET", "https://a.example/x")


async def at_once() -> list[SignedRequest]:
    first = asyncio.create_task(signer.sign_async("POST", "https://a.example/x", company))
    return [*await asyncio.gather(first, signer.sign_async("GET", "https://a.example/x"))]


assert_type(asyncio.run(main()), SignedRequest)

for result in signer.sign_batch([Request("GET", "https://a.example/x"), ("GET", "https://a.example/x")], threads=2):
    if isinstance(result, SignedRequest):
        assert_type(result.url, str)
    else:
        raise result

keys: Mapping[str, VerifyingKey] = {}


def lookup(api_key: str) -> VerifyingKey | None:
    return keys.get(api_key)


memory = partnersign.MemoryReplay("sequential")
verifier = Verifier(lookup, window_seconds=60, replay=memory)
verified = verifier.verify("GET", "https://a.example/x", [("x-sign", "a")], b"", now=1.5)
verifier.verify("GET", "https://a.example/x", {"x-sign": "a"}, now=1)
verifier.verify("GET", "https://a.example/x", [(b"x-sign", b"a")])
assert_type(verified.key_id, str | None)
kind, text = verified.freshness
if kind == "timestamp":
    assert_type(text, str)

diagnosis = partnersign.diagnose([key.verifying_key], "GET", "https://a.example/x", {}, None)
for known in (key.verifying_key, key.public_pem(), key.verifying_key.public_der()):
    partnersign.diagnose(known, "GET", "https://a.example/x", {})
partnersign.diagnose([key.public_pem()], "GET", "https://a.example/x", {})
if "body_compacted" in diagnosis.causes:
    print(diagnosis.message)

sequencer = partnersign.NonceSequencer("increasing", last=5)
reservation = sequencer.reserve()
assert_type(reservation.nonce, int)
sequencer.settle(reservation, Outcome.of_http(200))
assert_type(Outcome.of_http(401, "nonce"), Outcome)

try:
    partnersign.compact_json("{}")
except partnersign.InputError as error:
    assert_type(error.position, int | None)
    assert_type(error.number, int)
    if error.code == "invalid_json":
        print(error.message)
