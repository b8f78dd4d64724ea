"""verifying.json: received requests and what a verifier must say of each (design 4.10)."""

import base64
import hashlib
import json

from . import api_key_texts, openssl
from .forgeries import FORGERIES, plus_modulus
from .keytools import spki
from .signing import API, COMPANY, COMPANY_LINES, base64url
from .values import error, expand, join

NOW = 1639490495
STAMP = {"timestamp": str(NOW)}
REGISTERED = [{"api_key": api_key_texts.ALPHA, "public_key": "rsa2048.spki.pem"},
              {"api_key": api_key_texts.BETA, "public_key": "rsa2048-other.spki.pem"}]
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def make(entries, numbers):
    maker = Maker(entries, numbers)
    _accepted(maker)
    _headers(maker)
    _freshness_and_window(maker)
    _encodings(maker)
    _mismatches(maker)
    _forged(maker)
    _ambiguous_payloads(maker)
    return {"description": "Received requests, each to a fresh verifier, and what it must say (design 4.10).",
            "cases": maker.cases}


class Maker:
    def __init__(self, entries, numbers):
        self.pem = entries.pem
        self.facts = entries.facts
        self.numbers = numbers
        self.cases = []

    def sign(self, freshness, url, body, key="rsa2048"):
        """x-sign of a payload, by OpenSSL."""
        text, = freshness.values()
        return base64url(openssl.sign(self.pem[key], expand(join(text, url, "" if body is None else body))))

    def case(self, name, *, method="POST", url=f"{API}/company", body=COMPANY, freshness=STAMP, key="rsa2048",
             signed=None, x_sign=None, api_key=api_key_texts.ALPHA, headers=None, registered=REGISTERED,
             public_key=None, now=NOW, window=300, replay=None, fails=None):
        """One received request. `signed` is what the signature covers where that differs from what is sent;
        `fails` the code of the error, else the request is genuine and its facts are worked out."""
        covered = {"freshness": freshness, "url": url, "body": body, **(signed or {})}
        if x_sign is None:
            x_sign = self.sign(covered["freshness"], covered["url"], covered["body"], key)
        if headers is None:
            (kind, text), = freshness.items()
            headers = [["x-api-key", api_key]] if api_key else []
            headers += [["x-sign", x_sign], [f"x-{kind}", text], ["accept", "application/json"]]
            if body is not None:
                headers.append(["content-type", "application/json"])
        else:
            headers = headers(x_sign)
        if public_key:
            registered = None
        case = {"name": name, "public_key": public_key, "api_keys": registered, "replay": replay, "method": method,
                "url": url, "headers": headers, "body": body, "now": now, "window_seconds": window}
        if fails:
            case["error"] = error(fails, self.numbers)
        else:
            case["ok"] = self.verified(freshness, url, body, x_sign, key, None if public_key else api_key)
        self.cases.append(case)

    def verified(self, freshness, url, body, x_sign, key, api_key):
        """What a verifier reports, after `openssl dgst -verify` has said yes."""
        text, = freshness.values()
        payload = expand(join(text, url, "" if body is None else body))
        signature = _decode(x_sign)
        openssl.verify(spki(self.pem[key]), payload, signature)
        key_id = api_key and json.loads(_decode(api_key))["key_id"]
        return {"key_id": key_id, "freshness": freshness, "sha256": hashlib.sha256(payload).hexdigest()}


def _accepted(maker):
    maker.case("compact body")
    maker.case("body with line feeds", body=COMPANY_LINES)
    maker.case("body with duplicate keys and spaces", body='{ "a" : 1, "a" : 1.0 }\n')
    maker.case("non-ASCII body", body='{"city":"東京"}')
    maker.case("no body", method="GET", body=None)
    maker.case("query", method="GET", url=f"{API}/company/search?query=cme", body=None)
    maker.case("WebSocket", method="GET", url="wss://api.qredo.network/api/v1/p/liquidityhub/feed", body=None)
    maker.case("second API key", api_key=api_key_texts.BETA, key="rsa2048-other")
    maker.case("nonce", freshness={"nonce": "10"}, replay="increasing")
    maker.case("nonce of letters", freshness={"nonce": "order_7-A"}, replay="unique")
    for name in ("rsa2048", "rsa2056", "rsa3072", "rsa4096", "rsa8192", "rsa2048-e-65539", "rsa2048-e-2p33-minus-1"):
        maker.case(f"fixed key {name}", key=name, public_key=f"{name}.spki.pem", api_key=None)
    maker.case("fixed key in PKCS#1", public_key="rsa2048.pkcs1-public.pem", api_key=None)
    # The method is not signed: W2 of security.md.
    for method in ("PUT", "PATCH"):
        maker.case(f"method swapped from POST to {method}", method=method)
    for method in ("DELETE", "HEAD", "POST", "PUT"):
        maker.case(f"method swapped from GET to {method}, no body", method=method, body=None)

    def spelled(x_sign):
        return [["X-API-KEY", api_key_texts.ALPHA], ["X-Sign", x_sign], ["X-TimeStamp", str(NOW)]]

    maker.case("header names in other cases", headers=spelled)
    maker.case("headers in another order, with others between", headers=lambda x_sign: [
        ["accept", "application/json"], ["x-timestamp", str(NOW)], ["cookie", "a=b"], ["x-sign", x_sign],
        ["host", "localhost"], ["x-api-key", api_key_texts.ALPHA]])
    maker.case("other headers twice", headers=lambda x_sign: [
        ["x-api-key", api_key_texts.ALPHA], ["x-sign", x_sign], ["x-timestamp", str(NOW)],
        ["accept", "application/json"], ["accept", "*/*"], ["x-nonces", "10"]])
    maker.case("empty x-nonce beside x-timestamp", headers=lambda x_sign: [
        ["x-api-key", api_key_texts.ALPHA], ["x-sign", x_sign], ["x-timestamp", str(NOW)], ["x-nonce", ""]])
    maker.case("empty x-timestamp beside x-nonce", freshness={"nonce": "10"}, replay="increasing",
               headers=lambda x_sign: [["x-api-key", api_key_texts.ALPHA], ["x-sign", x_sign],
                                       ["x-timestamp", ""], ["x-nonce", "10"]])


def _headers(maker):
    api_key, stamp, nonce = ["x-api-key", api_key_texts.ALPHA], ["x-timestamp", str(NOW)], ["x-nonce", "10"]
    for name, headers in {
        "no headers": lambda sign: [],
        "x-sign missing": lambda sign: [api_key, stamp],
        "x-sign empty": lambda sign: [api_key, ["x-sign", ""], stamp],
        "x-timestamp and x-nonce missing": lambda sign: [api_key, ["x-sign", sign]],
        "x-timestamp empty": lambda sign: [api_key, ["x-sign", sign], ["x-timestamp", ""]],
        "x-timestamp and x-nonce empty": lambda sign: [api_key, ["x-sign", sign], ["x-timestamp", ""], ["x-nonce", ""]],
        "x-api-key missing": lambda sign: [["x-sign", sign], stamp],
        "x-api-key empty": lambda sign: [["x-api-key", ""], ["x-sign", sign], stamp],
        "header name with an underscore": lambda sign: [api_key, ["x_sign", sign], stamp],
    }.items():
        maker.case(name, headers=headers, fails="missing_header")
    other = maker.sign(STAMP, f"{API}/company", None)
    for name, headers in {
        "x-timestamp and x-nonce": lambda sign: [api_key, ["x-sign", sign], stamp, nonce],
        "x-nonce and x-timestamp, the other order": lambda sign: [api_key, ["x-sign", sign], nonce, stamp],
        "x-sign twice, the genuine one first": lambda sign: [api_key, ["x-sign", sign], ["x-sign", other], stamp],
        "x-sign twice, the genuine one last": lambda sign: [api_key, ["x-sign", other], ["x-sign", sign], stamp],
        "x-sign twice, the same": lambda sign: [api_key, ["x-sign", sign], ["x-sign", sign], stamp],
        "x-sign twice, in two cases": lambda sign: [api_key, ["x-sign", sign], ["X-SIGN", sign], stamp],
        "x-timestamp twice": lambda sign: [api_key, ["x-sign", sign], stamp, ["x-timestamp", str(NOW + 1)]],
        "x-timestamp twice, the same": lambda sign: [api_key, ["x-sign", sign], stamp, stamp],
        "x-nonce twice": lambda sign: [api_key, ["x-sign", sign], nonce, ["x-nonce", "11"]],
        "x-api-key twice": lambda sign: [api_key, ["x-api-key", api_key_texts.BETA], ["x-sign", sign], stamp],
        "x-api-key twice, the same": lambda sign: [api_key, api_key, ["x-sign", sign], stamp],
    }.items():
        maker.case(name, headers=headers, fails="conflicting_headers")
    for name, text in {"API key that nobody registered": api_key_texts.SANDBOX,
                       "registered key_id with another key": api_key_texts.IMPOSTOR}.items():
        maker.case(name, api_key=text, fails="unknown_api_key")
    maker.case("no API key is registered", registered=[], fails="unknown_api_key")


def _freshness_and_window(maker):
    for name, window, offsets in [("window of 300 s", 300, (-300, -299, 0, 299, 300)), ("window of 0 s", 0, (0,)),
                                  ("window of 10 s", 10, (-10, 10)), ("window of a day", 86400, (-86400, 301, 86400))]:
        for offset in offsets:
            maker.case(f"{name}, now {offset:+d} s", now=NOW + offset, window=window)
    for name, window, offsets in [("window of 300 s", 300, (-301, 301, -86400, 86400)), ("window of 0 s", 0, (-1, 1)),
                                  ("window of 10 s", 10, (-11, 11))]:
        for offset in offsets:
            maker.case(f"{name}, now {offset:+d} s: refused", now=NOW + offset, window=window,
                       fails="timestamp_out_of_window")
    maker.case("timestamp 0", freshness={"timestamp": "0"}, fails="timestamp_out_of_window")
    maker.case("timestamp 9999999999", freshness={"timestamp": "9999999999"}, fails="timestamp_out_of_window")
    maker.case("a small nonce sent as timestamp", freshness={"timestamp": "10"}, fails="timestamp_out_of_window")
    for text in ("abc", "1639490495000", "01639490495", "+1639490495", "1639490495.0", "-1"):
        maker.case(f"timestamp {text}", freshness={"timestamp": text}, fails="invalid_timestamp")
    maker.case("an expired timestamp sent as nonce", freshness={"nonce": str(NOW)}, now=NOW + 1000,
               replay="unique", fails="invalid_nonce")
    for name, text in {"of 129 characters": "a" * 129, "with a plus": "1+1", "with a space": "1 1"}.items():
        maker.case(f"nonce {name}", freshness={"nonce": text}, replay="unique", fails="invalid_nonce")


def _encodings(maker):
    """Strict base64url: of all spellings of one signature the canonical one alone is accepted."""
    good = maker.sign(STAMP, f"{API}/company", COMPANY)
    index = ALPHABET.index(good[-1])
    for spare in range(16):
        spelling = good[:-1] + ALPHABET[(index & 0b110000) | spare]
        maker.case(f"spelling {spare + 1} of 16", x_sign=spelling, fails=None if spelling == good else "malformed_signature")
    url = f"{API}/company"
    second = next(second for second in range(NOW, NOW + 99) if {"-", "_"} <= set(
        maker.sign({"timestamp": str(second)}, url, COMPANY)))
    stamp = {"timestamp": str(second)}
    mixed = maker.sign(stamp, url, COMPANY)
    maker.case("both characters of the URL-safe alphabet", freshness=stamp)
    maker.case("standard alphabet", freshness=stamp, x_sign=mixed.replace("-", "+").replace("_", "/"), fails="malformed_signature")
    large = maker.sign(STAMP, url, COMPANY, "rsa4096")
    index = ALPHABET.index(large[-1])
    for spare in range(4):
        spelling = large[:-1] + ALPHABET[(index & 0b111100) | spare]
        maker.case(f"4096 bits, spelling {spare + 1} of 4", key="rsa4096", public_key="rsa4096.spki.pem", api_key=None,
                   x_sign=spelling, fails=None if spelling == large else "malformed_signature")
    for name, text in {
        "padded": good + "==", "padded with one": good + "=", "space within": good[:100] + " " + good[100:],
        "line feed within": good[:76] + "\n" + good[76:], "line feed after": good + "\n",
        "NUL after": good + "\0", "quoted": f'"{good}"', "one character short": good[:-1], "one character": "A",
        "one character long": good + "A", "two characters long": good + "AA", "not base64": "not base64!",
        "non-ASCII character": good[:-1] + "é", "twice": good + good, "hexadecimal": "ab" * 256,
        "last byte missing": base64url(_decode(good)[:-1]), "byte added after": base64url(_decode(good) + b"\0"),
        "zero byte added before": base64url(b"\0" + _decode(good)), "of the length of 1024 bits": "A" * 171,
        "of the length of 3072 bits": "A" * 512, "of 1,000 characters": "A" * 1000,
    }.items():
        maker.case(f"signature {name}", x_sign=text, fails="malformed_signature")
    for second in range(NOW, NOW + 5000):
        stamp = {"timestamp": str(second)}
        zero = _decode(maker.sign(stamp, url, None))
        if zero[0] == 0:
            break
    maker.case("leading zero byte", method="GET", body=None, freshness=stamp, now=second)
    maker.case("leading zero byte removed", method="GET", body=None, freshness=stamp, now=second,
               x_sign=base64url(zero[1:]), fails="malformed_signature")


def _decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _mismatches(maker):
    """Genuine signatures over something else than what was sent."""
    url = f"{API}/company"
    for name, sent, signed in [
        ("another body", {}, {"body": COMPANY.replace("ACME", "Acme")}),
        ("body with a line feed added on the way", {"body": COMPANY + "\n"}, {"body": COMPANY}),
        ("body compacted on the way", {"body": COMPANY}, {"body": COMPANY_LINES}),
        ("body spaced out on the way", {"body": COMPANY_LINES}, {"body": COMPANY}),
        ("body lost on the way", {"body": None}, {"body": COMPANY}),
        ("body added on the way", {"body": COMPANY}, {"body": None}),
        ("keys reordered on the way", {"body": '{"a":1,"b":2}'}, {"body": '{"b":2,"a":1}'}),
        ("number rewritten on the way", {"body": '{"a":1.0}'}, {"body": '{"a":1}'}),
        ("escape rewritten on the way", {"body": '{"a":"é"}'}, {"body": '{"a":"\\u00e9"}'}),
        ("another path", {}, {"url": f"{API}/company/x"}),
        ("trailing slash added", {}, {"url": f"{url}/"}),
        ("query dropped", {}, {"url": f"{url}?a=b"}),
        ("query added", {"url": f"{url}?a=b"}, {"url": url}),
        ("query reordered", {"url": f"{url}?a=b&c=d"}, {"url": f"{url}?c=d&a=b"}),
        ("http for https", {}, {"url": url.replace("https", "http")}),
        ("another host", {}, {"url": url.replace("api.", "sandbox-api.")}),
        ("default port signed", {}, {"url": url.replace("network/", "network:443/")}),
        ("path alone signed", {}, {"url": "/api/v1/p/company"}),
        ("lower-case escape signed", {"url": f"{url}/a%2Fb"}, {"url": f"{url}/a%2fb"}),
        ("another second", {}, {"freshness": {"timestamp": str(NOW - 1)}}),
        ("milliseconds signed", {}, {"freshness": {"timestamp": f"{NOW}000"}}),
        ("timestamp not signed", {}, {"freshness": {"timestamp": ""}}),
        ("another nonce", {"freshness": {"nonce": "11"}, "replay": "unique"}, {"freshness": {"nonce": "10"}}),
    ]:
        maker.case(name, signed=signed, fails="signature_mismatch", **sent)
    maker.case("key of another partner", key="rsa2048-other", fails="signature_mismatch")
    maker.case("API key of another partner", api_key=api_key_texts.BETA, fails="signature_mismatch")
    maker.case("fixed key, another one signed", key="rsa2048-other", public_key="rsa2048.spki.pem", api_key=None,
               fails="signature_mismatch")
    text = str(NOW)
    for name, payload in {
        "URL first": f"{url}{text}{COMPANY}", "body before URL": f"{text}{COMPANY}{url}",
        "line feeds between the parts": f"{text}\n{url}\n{COMPANY}", "method signed too": f"{text}POST{url}{COMPANY}",
        "API key signed too": f"{api_key_texts.ALPHA}{text}{url}{COMPANY}",
    }.items():
        maker.case(name, x_sign=base64url(openssl.sign(maker.pem["rsa2048"], payload.encode())), fails="signature_mismatch")


def _forged(maker):
    payload = f"{NOW}{API}/company{COMPANY}".encode()
    for name, forge in FORGERIES.items():
        signature = forge(maker.pem["rsa2048"], payload)
        if len(signature) != 256:
            raise ValueError(f"{name}: {len(signature)} bytes")
        maker.case(name, x_sign=base64url(signature), fails="signature_mismatch")
    second, signature = plus_modulus(maker.pem["rsa2048"], NOW, f"{API}/company{COMPANY}")
    maker.case("the modulus added to the signature", freshness={"timestamp": str(second)}, now=second,
               x_sign=base64url(signature), fails="signature_mismatch")


def _ambiguous_payloads(maker):
    """security.md 7.1: payloads with two readings, of which the rules leave one; all signatures are genuine.
    (A whole transplant also leaves `"}` at the end of the URL; here the nonce alone is wrong.)"""
    maker.case("body slid into the URL", method="GET", url='https://h/x?filter={"a":1}', body=None, fails="invalid_url")
    maker.case("body slide, the honest reading", url="https://h/x?filter=", body='{"a":1}')
    maker.case("scalar body torn off the URL", url="https://h/withdraw/", body="1", fails="invalid_body")
    maker.case("scalar body, the honest reading", url="https://h/withdraw/1", body=None)
    body = '{"memo":"https://api.h/api/v1/p/fund/1/freeze?x="}'
    maker.case("nonce transplant, the honest reading", freshness={"nonce": "7"}, url="https://api.h/api/v1/p/note",
               body=body, replay="unique")
    maker.case("nonce transplant", freshness={"nonce": '7https://api.h/api/v1/p/note{"memo":"'},
               url="https://api.h/api/v1/p/fund/1/freeze?x=", body=None, replay="unique", fails="invalid_nonce")
    maker.case("body that is no JSON", body="name=ACME", fails="invalid_json")
    maker.case("body of broken JSON", body='{"a":1,}', fails="invalid_json")
    maker.case("body with invalid UTF-8", body={"hex": "7b2261223a22ff227d"}, fails="invalid_json")
    for name, url in {"empty path": "https://h", "fragment": "https://h/a#b", "dot segment": "https://h/a/../b",
                      "default port": "https://h:443/a", "user information": "https://u@h/a"}.items():
        maker.case(f"URL with {name}" if name != "empty path" else "URL with an empty path", url=url, fails="invalid_url")
