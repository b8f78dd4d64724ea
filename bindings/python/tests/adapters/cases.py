"""What every adapter must sign, refuse and leave alone: one table for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

#: Every printable character, and some that are not ASCII.
ALL = "".join(map(chr, range(0x20, 0x7F))) + "é€😀"

#: Objects for `json=`.
OBJECTS: list[Any] = [
    {"name": "ACME Corp", "city": "Paris"},
    {"name": "Zoë Ünal", "city": "東京", "sign": "€😀"},
    {"amount": 1e-7, "large": 2**63, "none": None, "yes": True, "empty": {}, "list": [1, [2, {"three": 3}]]},
    [{"a": 1}, {"b": "\u2028\u2029 \x7f\\\"/"}],
    {},
    [],
    {"text": ALL, "long": "x" * 100_000},
]

#: JSON text for `data=` and `content=`, and the bytes that must be sent for it.
TEXTS: list[tuple[str, bytes]] = [
    ('{"a":1}', b'{"a":1}'),
    ('{ "a" : 1.0,\n\t"b": [ 1, 2 ] }\r\n', b'{"a":1.0,"b":[1,2]}'),
    ('{"a": "x  y", "a": "\\u00e9 é"}', '{"a":"x  y","a":"\\u00e9 é"}'.encode()),
    (' [ ] ', b"[]"),
]


@dataclass(frozen=True)
class Query:
    """`url` is what follows the origin; `sent` is what the server must see, decoded, or nothing to compare."""

    url: str
    params: Any = None
    sent: list[tuple[str, str]] | None = None


#: Queries that all three libraries take.
QUERIES: list[Query] = [
    Query("/plain", None, []),
    Query("/plain", {}, []),
    Query("/given?query=cme&limit=10", None, [("query", "cme"), ("limit", "10")]),
    Query("/dict", {"query": "cme", "limit": 10}, [("query", "cme"), ("limit", "10")]),
    Query("/list", [("id", "1"), ("id", "2")], [("id", "1"), ("id", "2")]),
    Query("/values", {"id": ["1", "2"]}, [("id", "1"), ("id", "2")]),
    Query("/empty", {"id": ""}, [("id", "")]),
    Query("/float", {"price": 1.5}, [("price", "1.5")]),
    Query("/text", "a=b&c=d", [("a", "b"), ("c", "d")]),
    Query("/spaces", {"q": "a b+c"}, [("q", "a b+c")]),
    Query("/quote", {"q": "O'Brien"}, [("q", "O'Brien")]),
    Query("/quote?q=O'Brien", None, [("q", "O'Brien")]),
    Query("/all", {"q": ALL}, [("q", ALL)]),
    Query("/key", {ALL: "v"}, [(ALL, "v")]),
    Query("/umlaut?stadt=Köln", None, [("stadt", "Köln")]),
    Query("/brackets?a[]=1&b={x|y}^`\\", None, [("a[]", "1"), ("b", "{x|y}^`\\")]),
    Query("/escaped?" + urlencode({"q": ALL}), None, [("q", ALL)]),
    Query("/lower-case?q=%c3%a9%2c%7e%41", None, [("q", "é,~A")]),
    Query("/percent?q=100%", None, [("q", "100%")]),
    Query("/question?", None, []),
    Query("/fragment?a=1#part", None, [("a", "1")]),
]

#: Paths that libraries spell in their own way.
PATHS: list[str] = [
    "",
    "/",
    "/a%2Cb%40c%3A",
    "/a,b@c:d;e=f!g$h&i'j(k)l*m+n",
    "/lower%c3%a9",
    "/needless%41%7E%2D",
    "/slash%2Fslash",
    "/space here",
    "/Köln/東京",
    "/a/./b/../c",
    "/double//slash",
    "/odd[]{}|^`\\\"<>",
    "/" + quote(ALL, safe=""),
]

#: Redirects: status, method, and the method that arrives.
REDIRECTS: list[tuple[int, str, str]] = [
    (301, "GET", "GET"),
    (301, "POST", "GET"),
    (302, "GET", "GET"),
    (302, "POST", "GET"),
    (303, "POST", "GET"),
    (307, "GET", "GET"),
    (307, "POST", "POST"),
    (307, "PUT", "PUT"),
    (308, "POST", "POST"),
    (308, "DELETE", "DELETE"),
]
