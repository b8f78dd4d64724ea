"""Timestamps and nonces that were signed otherwise than sent, and payloads that were put together otherwise."""

import itertools

from .api_key_texts import ALPHA, KEY, KEY_ID
from .diagnosis_forms import INTERNATIONAL
from .signing import API, COMPANY, COMPANY_LINES
from .values import literal

T = "1639490495"
URL, SEARCH = f"{API}/company", "http://127.0.0.1:8080/api/v1/p/company/search?query=cme"
SEPARATORS = {"LF": "\n", "space": " ", "bar": "|", "colon": ":", "comma": ",", "ampersand": "&", "full stop": ".",
              "hyphen": "-", "semicolon": ";", "CRLF": "\r\n", "tab": "\t", "slash": "/", "low line": "_",
              "number sign": "#", "two bars": "||", "two colons": "::", "comma and space": ", ", "backslash n": "\\n",
              "two LFs": "\n\n"}
POST, GET = {"url": URL, "body": COMPANY}, {"url": SEARCH}
# Requests with the texts of their parts.
REQUESTS = {"body": (POST, [T, URL, COMPANY]), "no body": (GET, [T, SEARCH]),
            "body and nonce": ({**POST, "freshness": {"nonce": "10"}}, ["10", URL, COMPANY]),
            "nonce": ({**GET, "freshness": {"nonce": "order_7-A"}}, ["order_7-A", SEARCH])}


def add(maker):
    _freshness(maker)
    _order_and_separators(maker)
    _additions(maker)


def _freshness(maker):
    for milliseconds in ("000", "001", "123", "500", "999"):
        maker.cause(f"milliseconds signed: {milliseconds}, body", "timestamp_milliseconds", **POST,
                    signed={"freshness": T + milliseconds})
        maker.cause(f"milliseconds signed: {milliseconds}, no body", "timestamp_milliseconds", **GET,
                    signed={"freshness": T + milliseconds})
    for shift in (-60, -59, -2, -1, 1, 2, 30, 60):
        for name, request in (("body", POST), ("no body", GET)):
            maker.cause(f"timestamp {shift:+d} s signed, {name}", "timestamp_shifted", **request,
                        signed={"freshness": str(int(T) + shift)})
    for name, request in (("body", POST), ("no body", GET)):
        maker.cause(f"milliseconds sent, seconds signed, {name}", "timestamp_sent_milliseconds", **request,
                    freshness={"timestamp": f"{T}123"}, signed={"freshness": T})
    maker.cause("timestamp +1 s signed, one digit more", "timestamp_shifted", freshness={"timestamp": "999999999"},
                signed={"freshness": "1000000000"})
    for name, request in (("body", POST), ("no body", GET)):
        for nonce in ("10", "order_7-A"):
            maker.cause(f"both sent, nonce {nonce} signed, {name}", "freshness_swapped", **request,
                        freshness={"timestamp": T, "nonce": nonce}, signed={"freshness": nonce})
    for nonce, equal in ((str(int(T) + 5), "timestamp_shifted"), (f"{T}123", "timestamp_milliseconds")):
        maker.cause(f"both sent, nonce {nonce} signed", "freshness_swapped", equal, **POST,
                    freshness={"timestamp": T, "nonce": nonce}, signed={"freshness": nonce})
    for name, (request, _) in REQUESTS.items():
        maker.cause(f"neither timestamp nor nonce signed, {name}", "freshness_missing", **request, signed={"freshness": ""})


def _order_and_separators(maker):
    for name, (request, parts) in REQUESTS.items():
        for order in itertools.permutations(range(len(parts))):
            if list(order) != sorted(order):
                shown = ", ".join(("freshness", "URL", "body")[i] for i in order)
                maker.cause(f"order {shown}: {name}", "parts_reordered", **request, payload="".join(parts[i] for i in order))
        for separator, text in SEPARATORS.items():
            if separator in ("LF", "bar", "hyphen") or name in ("body", "no body"):
                maker.cause(f"separated by {separator}, {name}", "parts_separated", **request, payload=text.join(parts))
    for separator in ("LF", "bar"):
        text = SEPARATORS[separator]
        maker.cause(f"{separator} behind the URL too, no body", "parts_separated", **GET, payload=text.join([T, SEARCH, ""]))
        maker.cause(f"URL first, separated by {separator}", "parts_reordered parts_separated", **POST,
                    payload=text.join([URL, T, COMPANY]))
        maker.cause(f"API key first, separated by {separator}", "api_key_signed parts_separated", **POST,
                    payload=text.join([ALPHA, T, URL, COMPANY]))
        maker.cause(f"method first, path only, separated by {separator}", "method_signed parts_separated url_path_only", **POST,
                    payload=text.join(["POST", "/api/v1/p/company", T, COMPANY]))
    maker.cause("separated by LF, one field per line", "parts_separated", url=URL, body=COMPANY_LINES,
                payload="\n".join([T, URL, COMPANY_LINES]))
    maker.cause("separated by LF, feed", "parts_separated", url="wss://api.qredo.network/api/v1/p/feed",
                payload=f"{T}\nwss://api.qredo.network/api/v1/p/feed")


def _additions(maker):
    for name, (request, parts) in REQUESTS.items():
        for order in ("little", "big"):
            units = "".join(parts).encode(f"utf-16-{order[0]}e")
            maker.cause(f"UTF-16 signed, {order}-endian, {name}", "payload_utf16", **request, payload=literal(units))
    maker.cause("echo, no body", "payload_newline", **GET, payload=f"{T}{SEARCH}\n")
    maker.cause("echo, nonce", "payload_newline", url=URL, freshness={"nonce": "10"}, payload=f"10{URL}\n")
    maker.cause("echo, feed", "payload_newline", url="wss://api.qredo.network/api/v1/p/feed",
                payload=f"{T}wss://api.qredo.network/api/v1/p/feed\n")
    maker.cause("echo, DELETE", "payload_newline", url=URL, method="DELETE", payload=f"{T}{URL}\n")
    for name, (request, parts) in REQUESTS.items():
        method = "POST" if len(parts) == 3 else "GET"
        for text in (method, method.lower()):
            for place, where in (("first", 0), ("after the freshness", 1), ("after the URL", 2)):
                maker.cause(f"{text} {place}, {name}", "method_signed", **request,
                            payload="".join(parts[:where] + [text] + parts[where:]))
        for what, text in (("API key", ALPHA), ("key_id", KEY_ID), ("key", KEY)):
            for place, where in (("first", 0), ("after the freshness", 1), ("last", len(parts))):
                if what == "API key" or name in ("body", "no body"):
                    maker.cause(f"{what} {place}, {name}", "api_key_signed", **request,
                                payload="".join(parts[:where] + [text] + parts[where:]))
    for method in ("PUT", "PATCH", "DELETE", "HEAD"):
        body = INTERNATIONAL if method in ("PUT", "PATCH") else ""
        maker.cause(f"{method} after the freshness", "method_signed", url=URL, method=method, body=body or None,
                    payload=f"{T}{method}{URL}{body}")
