"""replay.json: sequences of requests against one verifier with a replay memory (design 4.9, 4.10)."""

import hashlib

from . import api_key_texts, openssl
from .signing import API, COMPANY, base64url
from .values import error, expand, join

START = 1639490495
GAMMA = api_key_texts.encode({"key_id": "Gamma0thirdK3y", "key": api_key_texts.KEY[::-1]})
# ALPHA and GAMMA belong to one RSA key; BETA has its own.
REGISTERED = [
    {"api_key": api_key_texts.ALPHA, "public_key": "rsa2048.spki.pem"},
    {"api_key": GAMMA, "public_key": "rsa2048.spki.pem"},
    {"api_key": api_key_texts.BETA, "public_key": "rsa2048-other.spki.pem"},
]
KEYS = {api_key_texts.ALPHA: "rsa2048", GAMMA: "rsa2048", api_key_texts.BETA: "rsa2048-other"}
KEY_IDS = {api_key_texts.ALPHA: api_key_texts.KEY_ID, GAMMA: "Gamma0thirdK3y", api_key_texts.BETA: "B3taT3stK3yId1"}


def make(entries, numbers):
    maker = Maker(entries, numbers)
    _nonces(maker)
    _timestamps(maker)
    return {"description": "Sequences of requests against one verifier with a replay memory (design 4.9, 4.10).",
            "cases": maker.cases}


class Maker:
    def __init__(self, entries, numbers):
        self.pem = entries.pem
        self.numbers = numbers
        self.cases = []

    def case(self, name, policy, *steps, window=300):
        self.cases.append({"name": f"{policy}: {name}", "policy": policy, "window_seconds": window, "api_keys": REGISTERED,
                           "steps": [self.step(**step) for step in steps]})

    def step(self, freshness, method="POST", url=f"{API}/company", body=None, now=START, api_key=api_key_texts.ALPHA,
             tampered=False, fails=None):
        """One request. A tampered one carries the genuine signature of another URL."""
        (kind, text), = freshness.items()
        payload = expand(join(text, url, "" if body is None else body))
        signed = payload + b"/x" if tampered else payload
        headers = [["x-api-key", api_key], ["x-sign", base64url(openssl.sign(self.pem[KEYS[api_key]], signed))],
                   [f"x-{kind}", text]]
        step = {"method": method, "url": url, "headers": headers, "body": body, "now": now}
        if fails:
            return {**step, "error": error(fails, self.numbers)}
        return {**step, "ok": {"key_id": KEY_IDS[api_key], "freshness": freshness,
                               "sha256": hashlib.sha256(payload).hexdigest()}}


def nonce(text, fails=None, **rest):
    return {"freshness": {"nonce": str(text)}, "fails": fails, **rest}


def stamp(method, seconds=START, fails=None, **rest):
    return {"freshness": {"timestamp": str(seconds)}, "method": method, "fails": fails, **rest}


def _nonces(maker):
    no = "nonce_rejected"
    case = maker.case
    case("each exactly one more", "sequential", nonce(10), nonce(11), nonce(12))
    case("the first may be any number: 0", "sequential", nonce(0), nonce(1))
    case("the first may be any number: large", "sequential", nonce(9007199254740989), nonce(9007199254740990))
    case("the same again", "sequential", nonce(10), nonce(10, no), nonce(11))
    case("one left out", "sequential", nonce(10), nonce(12, no), nonce(11), nonce(12))
    case("one less", "sequential", nonce(10), nonce(9, no), nonce(11))
    case("an old one again", "sequential", nonce(10), nonce(11), nonce(10, no), nonce(12))
    case("9 and 10 are numbers, not texts", "sequential", nonce(9), nonce(10), nonce(11))
    case("the same nonce in another request", "sequential", nonce(10), nonce(10, no, url=f"{API}/company/x"))
    case("the same nonce with another method", "sequential", nonce(10, method="GET"), nonce(10, no, method="DELETE"))
    case("a read does not repeat in nonce mode", "sequential", nonce(10, method="GET"), nonce(10, no, method="GET"))
    case("larger, with gaps", "increasing", nonce(10), nonce(11), nonce(20), nonce(1000))
    case("the same again", "increasing", nonce(10), nonce(10, no), nonce(11))
    case("smaller", "increasing", nonce(10), nonce(20), nonce(15, no), nonce(20, no), nonce(21))
    case("9 and 10 are numbers, not texts", "increasing", nonce(9), nonce(10), nonce(9, no), nonce(100), nonce(99, no))
    case("the first may be 0", "increasing", nonce(0), nonce(0, no), nonce(1))
    case("up to 2^53 - 1", "increasing", nonce(9007199254740990), nonce(9007199254740991), nonce(9007199254740991, no))
    case("the same nonce in another request", "increasing", nonce(10), nonce(10, no, body=COMPANY))
    case("any order", "unique", nonce(10), nonce(5), nonce(20), nonce(6))
    case("the same again", "unique", nonce(10), nonce(5), nonce(10, no), nonce(5, no), nonce(11))
    case("texts", "unique", nonce("order-7"), nonce("order-8"), nonce("order-7", no), nonce("Order-7"))
    case("texts of one number differ", "unique", nonce("7"), nonce("07"), nonce("7", no))
    case("the same nonce in another request", "unique", nonce(10), nonce(10, no, url=f"{API}/company/x"))
    case("nonces do not expire", "unique", nonce(10), nonce(10, no, now=START + 10 ** 7))
    for policy in ("sequential", "increasing", "unique"):
        case("a failed signature does not burn the nonce", policy,
             nonce(10), nonce(11, "signature_mismatch", tampered=True), nonce(11), nonce(11, no))
        case("a failed signature as the first request", policy,
             nonce(99, "signature_mismatch", tampered=True), nonce(10), nonce(11))
        case("a repeated nonce with a failed signature", policy, nonce(10), nonce(10, "signature_mismatch", tampered=True))
        case("two API keys of one RSA key share the memory", policy,
             nonce(10), nonce(10, no, api_key=GAMMA), nonce(11, api_key=GAMMA), nonce(11, no), nonce(12))
        case("API keys of two RSA keys do not share the memory", policy,
             nonce(10), nonce(10, api_key=api_key_texts.BETA), nonce(11), nonce(11, api_key=api_key_texts.BETA))
        case("far larger number tampered with", policy,
             nonce(1), nonce(9007199254740991, "signature_mismatch", tampered=True), nonce(2))


def _timestamps(maker):
    again = "replayed_request"
    for policy in ("sequential", "unique"):
        maker.case("timestamps: GET after GET", policy, stamp("GET"), stamp("GET"), stamp("GET"))

    def case(name, *steps, **rest):
        maker.case(f"timestamps: {name}", "increasing", *steps, **rest)

    for method in ("POST", "PUT", "PATCH"):
        case(f"{method} repeated", stamp(method, body=COMPANY), stamp(method, fails=again, body=COMPANY))
    for method in ("POST", "PUT", "PATCH", "DELETE", "HEAD"):
        case(f"{method} without a body repeated", stamp(method), stamp(method, fails=again))
    for first, second in (("GET", "DELETE"), ("GET", "PUT"), ("GET", "POST"), ("GET", "HEAD"), ("HEAD", "GET"),
                          ("DELETE", "GET"), ("PUT", "GET"), ("PUT", "DELETE")):
        case(f"{first}, then {second} with its signature", stamp(first), stamp(second, fails=again))
    case("POST, then PUT with its signature", stamp("POST", body=COMPANY), stamp("PUT", fails=again, body=COMPANY))
    case("GET, GET, then DELETE", stamp("GET"), stamp("GET"), stamp("DELETE", fails=again))
    case("POST repeated three times", stamp("POST"), stamp("POST", fails=again), stamp("POST", fails=again))
    case("POST in the next second", stamp("POST", body=COMPANY), stamp("POST", START + 1, body=COMPANY))
    case("POST of another body in the same second", stamp("POST", body=COMPANY), stamp("POST", body='{"a":1}'))
    case("POST to another URL in the same second", stamp("POST"), stamp("POST", url=f"{API}/company/x"))
    case("body spaced otherwise is another request", stamp("POST", body='{"a":1}'), stamp("POST", body='{"a": 1}'))
    case("older timestamp after a newer one", stamp("POST", START + 10), stamp("POST", START))
    case("POST repeated late in the window", stamp("POST"), stamp("POST", fails=again, now=START + 300))
    case("POST repeated after the window", stamp("POST"), stamp("POST", fails="timestamp_out_of_window", now=START + 301))
    case("a timestamp from the future is remembered until it has left the window",
         stamp("POST", START + 300), stamp("POST", START + 300, again, now=START + 301),
         stamp("POST", START + 300, again, now=START + 600),
         stamp("POST", START + 300, "timestamp_out_of_window", now=START + 601))
    case("the clock goes back", stamp("POST"), stamp("POST", fails=again, now=START - 300))
    case("a busy memory forgets nothing within the window", stamp("POST"), stamp("POST", START + 100, now=START + 100),
         stamp("POST", START + 200, now=START + 200), stamp("POST", START + 300, now=START + 300),
         stamp("POST", fails=again, now=START + 300))
    case("a window of 10 s", stamp("POST"), stamp("POST", fails=again, now=START + 10),
         stamp("POST", fails="timestamp_out_of_window", now=START + 11), window=10)
    case("a failed signature is not remembered", stamp("POST", fails="signature_mismatch", tampered=True),
         stamp("POST"), stamp("POST", fails=again))
    case("out of the window is not remembered", stamp("POST", fails="timestamp_out_of_window", now=START - 301),
         stamp("POST", now=START - 300), stamp("POST", fails=again))
    case("two API keys of one RSA key share the memory", stamp("POST"), stamp("POST", fails=again, api_key=GAMMA))
    case("two API keys of one RSA key: GET after GET", stamp("GET"), stamp("GET", api_key=GAMMA))
    case("API keys of two RSA keys do not share the memory", stamp("POST"), stamp("POST", api_key=api_key_texts.BETA))
