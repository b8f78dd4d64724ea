"""What the adapters have in common: where a request may go, and what is signed."""

from __future__ import annotations

import ipaddress
import json
import re
import time
from collections.abc import Callable
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
    ) -> None:
        if not isinstance(cast("object", signer), Signer):
            raise InputTypeError("invalid_argument", f"the signer must be a Signer, not {type(signer).__name__}")
        if nonces is not None and clock is not None:
            why = "a request carries a timestamp or a nonce: give a clock or nonces, not both"
            raise refusal("invalid_argument", why)
        self._signer = signer
        self._form: BodyForm = form
        self._clock = time.time if clock is None else clock
        self._allow_http = allow_http
        self._allow_other_origin = allow_other_origin
        self.turns = None if nonces is None else Turns(nonces, nonce_timeout)

    def destination(self, url: str, came_from: str | None = None) -> str:
        """The URL to sign and send: ``url`` as clients spell it.

        Refuses plain http to other machines, and another origin than that of ``came_from``, the URL
        whose answer redirected to this one.
        """
        url = wire_url(url)
        if not self._allow_http and url.startswith(("http:", "ws:")) and not is_loopback(url):
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
        return url

    def timestamp(self) -> int:
        return int(self._clock())

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
    match = re.fullmatch(r"[a-z]+://(?:\[([^]]*)\]|([^:]*))(?::\d+)?", origin(url))
    if match is None:
        return False
    host = match[1] or match[2]
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def json_body(body: bytes | str | None, content_type: str, content_encoding: str) -> bytes | None:
    """The body to sign; nothing if it is empty. Refuses what the library made of form fields or files."""
    if not body:
        return None
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/x-www-form-urlencoded":
        raise refusal("invalid_body", "form fields are no JSON: pass the object as json=, or its JSON text as the body")
    if kind.startswith("multipart/"):
        raise streaming(content_type)
    if content_encoding:
        raise refusal("invalid_body", f"the body has the content encoding {content_encoding!r}: send it uncompressed")
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
