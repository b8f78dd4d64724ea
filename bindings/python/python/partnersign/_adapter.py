"""What the adapters have in common: where a request may go, and what is signed."""

from __future__ import annotations

import ipaddress
import json
import re
import time
from collections.abc import Callable, Iterable
from typing import cast
from urllib.parse import quote

from . import BodyForm, InputTypeError, PartnerSignError, SignedRequest, Signer, compact_json
from ._errors import error as refusal
from ._turns import Held, Nonces, Turns

#: Never in a log, a repr or an error.
HIDDEN = frozenset({"x-api-key", "x-sign"})

#: What an adapter writes itself. Whatever of these the caller or an earlier attempt has set is dropped first.
REPLACED = ("x-api-key", "x-sign", "x-timestamp", "x-nonce", "content-length", "transfer-encoding")

#: The longest error body that is read for its reason.
MAX_ERROR_BODY = 64 * 1024

_URL = re.compile(r"(https?|wss?)://([^/?#]*)([^?#]*)(?:\?([^#]*))?")
_ODD_IN_PATH = re.compile(r"%[0-9A-Fa-f]{2}|[^A-Za-z0-9._~/:@!$&'()*+,;=-]")
_ODD_IN_QUERY = re.compile(r"%[0-9A-Fa-f]{2}|[^A-Za-z0-9._~/:@!$&()*+,;=?-]")
_PLAIN = ("http:", "ws:")
_DEFAULT_PORT = {"http": ":80", "https": ":443", "ws": ":80", "wss": ":443"}


class Partner:
    """A signer with the rules of an adapter."""

    def __init__(
        self,
        signer: Signer,
        *,
        nonces: Nonces | None,
        nonce_timeout: float,
        form: BodyForm,
        clock: Callable[[], float] | None,
        allow_http: bool,
        allow_other_origin: bool,
        origins: Iterable[str] | None,
    ) -> None:
        _check("the signer must be a Signer", signer, isinstance(cast("object", signer), Signer))
        _check("nonces must be a NonceSequencer", nonces, nonces is None or _has_methods(nonces, "reserve", "settle"))
        _check("nonce_timeout must be a number of seconds", nonce_timeout, _is_number(nonce_timeout))
        _check("clock must be a function", clock, clock is None or callable(clock))
        _check("allow_http must be True or False", allow_http, isinstance(cast("object", allow_http), bool))
        _check(
            "allow_other_origin must be True or False",
            allow_other_origin,
            isinstance(cast("object", allow_other_origin), bool),
        )
        if not nonce_timeout >= 0:
            raise refusal("invalid_argument", "nonce_timeout must be 0 seconds or more")
        if form not in ("compact", "exact"):
            raise refusal("invalid_argument", 'the form is "compact" or "exact"')
        if nonces is not None and clock is not None:
            why = "a request carries a timestamp or a nonce: give a clock or nonces, not both"
            raise refusal("invalid_argument", why)
        self._signer = signer
        self._form: BodyForm = form
        self._clock = time.time if clock is None else clock
        self._allow_http = allow_http
        self._allow_other_origin = allow_other_origin
        self._origins = None if origins is None else _read_origins(origins)
        self.turns = None if nonces is None else Turns.of(nonces)
        self.nonce_timeout = nonce_timeout

    def destination(self, url: str, came_from: str | None = None) -> str:
        """The URL to sign and send: ``url`` as clients spell it.

        Refuses plain http to other machines, and another origin than that of ``came_from``, the URL
        whose answer redirected to this one.
        """
        url = wire_url(url)
        if not self._allow_http and url.startswith(_PLAIN) and not is_loopback(url):
            raise refusal(
                "invalid_url",
                f"{origin(url)} is not encrypted: anyone on the way could read the API key and the request; "
                "use https (wss), or say allow_http=True",
            )
        if came_from is not None and not self._allow_other_origin and origin(url) != origin(came_from):
            raise refusal(
                "invalid_url",
                f"{origin(came_from)} redirects to another origin, {origin(url)}: not followed, for the API key and "
                "the signature would go there; send to it directly, or say allow_other_origin=True",
            )
        if self._origins is not None and origin(url) not in self._origins:
            raise refusal("invalid_url", f"{origin(url)} is none of the origins that are signed for (origins=)")
        return url

    def check_followed(self, how_not_to: str) -> None:
        """Refuses to follow a redirect with nonces that must arrive in order."""
        if self.turns is not None and self.turns.in_order:
            raise refusal(
                "invalid_url",
                "a redirect is not followed with nonces that must arrive in order: nobody knows whether the server "
                f"took the nonce of the request that it redirects; say {how_not_to}, and request the location anew",
            )

    def check_proxy(self, url: str, proxy_host: str) -> None:
        """Refuses plain http that ends on this machine, but goes there over another."""
        if not self._allow_http and url.startswith(_PLAIN) and not _is_this_machine(proxy_host):
            raise refusal(
                "invalid_url",
                f"{origin(url)} is not encrypted, and the proxy {proxy_host} is another machine, which could read the "
                "API key and the request; leave it out for this host (NO_PROXY), or say allow_http=True",
            )

    def check_host(self, url: str, header: str | None) -> None:
        """Refuses a header Host that contradicts the URL, whose host is signed."""
        if header is None:
            return
        scheme, _, authority = origin(url).partition("://")
        if header.strip().lower().removesuffix(_DEFAULT_PORT.get(scheme, "")) != authority:
            raise refusal(
                "invalid_argument",
                f"the header Host is not {authority}, the host of the URL that is signed: leave the header out",
            )

    def timestamp(self) -> int:
        now = self._clock()
        try:
            return int(now)
        except (TypeError, ValueError, OverflowError):
            pass
        raise InputTypeError("invalid_argument", f"the clock must return Unix seconds, not {type(now).__name__}")

    def body(self, body: bytes | None) -> bytes | None:
        """The bytes of ``body`` that will be signed and sent."""
        return compact_json(body) if body is not None and self._form == "compact" else body

    def sign(self, method: str, url: str, body: bytes | None, freshness: Held | int) -> SignedRequest:
        if isinstance(freshness, int):
            return self._signer.sign(method, url, body, timestamp=freshness, form=self._form)
        with freshness.settled_if_not_sent():
            return self._signer.sign(method, url, body, nonce=freshness.nonce, form=self._form)

    async def sign_async(self, method: str, url: str, body: bytes | None, freshness: Held | int) -> SignedRequest:
        if isinstance(freshness, int):
            return await self._signer.sign_async(method, url, body, timestamp=freshness, form=self._form)
        with freshness.settled_if_not_sent():
            return await self._signer.sign_async(method, url, body, nonce=freshness.nonce, form=self._form)


def wire_url(url: str) -> str:
    """``url`` without what is not sent, and in the one spelling that can be signed.

    The libraries leave in what other clients write differently: the default port, an empty query,
    needless or lower-case escapes, ``'`` in a query. The adapters send what this returns.
    """
    match = _URL.match(url)
    if match is None:
        return url
    scheme, authority, path, query = match.groups()
    authority = authority.removesuffix(_DEFAULT_PORT[scheme])
    path = _ODD_IN_PATH.sub(_spell, path) or "/"
    query = f"?{_ODD_IN_QUERY.sub(_spell, query)}" if query else ""
    return f"{scheme}://{authority}{path}{query}"


def _spell(odd: re.Match[str]) -> str:
    text = odd[0]
    if len(text) == 3 and text[0] == "%":
        character = chr(int(text[1:], 16))
        return character if re.fullmatch(r"[A-Za-z0-9._~-]", character) else text.upper()
    return quote(text, safe="")


def origin(url: str) -> str:
    """Scheme, host and port of a URL that ``wire_url`` returned; never its user and password."""
    match = _URL.match(url)
    return "" if match is None else f"{match[1]}://{match[2].rpartition('@')[2]}"


def is_loopback(url: str) -> bool:
    """Whether a request to ``url`` stays on this machine."""
    match = re.fullmatch(r"[a-z]+://(\[[^]]*\]|[^:]*)(?::\d+)?", origin(url))
    return match is not None and _is_this_machine(match[1])


def _is_this_machine(host: str) -> bool:
    host = host.removeprefix("[").removesuffix("]")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _check(wanted: str, value: object, is_right: bool) -> None:
    if not is_right:
        raise InputTypeError("invalid_argument", f"{wanted}, not {type(value).__name__}")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _has_methods(value: object, *names: str) -> bool:
    return all(callable(getattr(value, name, None)) for name in names)


def _read_origins(origins: Iterable[str]) -> frozenset[str]:
    _check("origins must be a list of str", origins, isinstance(origins, Iterable) and not isinstance(origins, str))
    read = frozenset(origins)
    for one in read:
        _check("an origin must be a str", one, isinstance(cast("object", one), str))
        if not one or origin(wire_url(one)) != one:
            raise refusal("invalid_argument", "an origin is scheme, host and port, as in https://api.example.com")
    if not read:
        raise refusal("invalid_argument", "origins is empty: there would be nothing to sign for")
    return read


def json_body(body: bytes | str | None, content_type: str, content_encoding: str) -> bytes | None:
    """The body to sign; nothing if it is empty. Refuses what the library made of form fields or files."""
    if content_encoding:
        raise refusal("invalid_body", f"the body has the content encoding {content_encoding!r}: send it uncompressed")
    if not body:
        return None
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/x-www-form-urlencoded":
        raise refusal("invalid_body", "form fields are no JSON: pass the object as json=, or its JSON text as the body")
    if kind.startswith("multipart/"):
        raise streaming(content_type)
    return body.encode() if isinstance(body, str) else body


def streaming(content_type: str = "") -> PartnerSignError:
    if content_type.lower().startswith("multipart/"):
        why = "files and multipart forms cannot be signed: the body must be a JSON object or array"
        return refusal("invalid_body", why)
    return refusal(
        "invalid_body",
        "a streaming body (generator, file, iterator) cannot be signed before it is sent: read it first and pass bytes",
    )


def reason_of(body: bytes) -> str | None:
    """The ``detail.reason`` of the API's error body."""
    if len(body) > MAX_ERROR_BODY:
        return None
    try:
        answer = json.loads(body)
        reason = answer["detail"]["reason"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return reason if isinstance(reason, str) else None
