"""Signs what the library ``httpx`` sends: ``httpx.Client(auth=PartnerAuth(signer))``, and ``AsyncClient``."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Callable, Generator, Iterable
from typing import Any

from . import BodyForm, SignedRequest, Signer
from ._adapter import HIDDEN, MAX_ERROR_BODY, REPLACED, Partner, json_body, origin, reason_of, streaming, wire_url
from ._errors import error as refusal
from ._turns import Held, Nonces

try:
    import httpcore
    import httpx
except ImportError as _missing:
    raise ImportError("partnersign.httpx needs the library httpx: pip install httpx") from _missing

__all__ = ["PartnerAuth"]


class PartnerAuth(httpx.Auth):
    """Signs every request that it is the ``auth`` of, or of whose client it is.

    The body and its length are replaced by the signed bytes. A request is signed when it is sent, and
    anew where an answer of the same origin redirects it.
    """

    def __init__(
        self,
        signer: Signer,
        *,
        nonces: Nonces | None = None,
        nonce_timeout: float = 60.0,
        form: BodyForm = "compact",
        clock: Callable[[], float] | None = None,
        allow_http: bool = False,
        allow_other_origin: bool = False,
        origins: Iterable[str] | None = None,
    ) -> None:
        self._partner = Partner(
            signer,
            nonces=nonces,
            nonce_timeout=nonce_timeout,
            form=form,
            clock=clock,
            allow_http=allow_http,
            allow_other_origin=allow_other_origin,
            origins=origins,
        )

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        journey = _Journey(self._partner, request)
        try:
            journey.depart(journey.sign(), journey.trace)
            response = yield request
            journey.arrive(response)
            if journey.wants_reason(response):
                response.read()
            journey.settle(response)
        finally:
            journey.end()

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        journey = _Journey(self._partner, request)
        try:
            journey.depart(await journey.sign_async(), journey.trace_async)
            response = yield request
            journey.arrive(response)
            if journey.wants_reason(response):
                await response.aread()
            journey.settle(response)
        finally:
            journey.end()


class _Journey:
    """One request, and where redirects lead it.

    httpx follows redirects without asking its auth. But it hands on the extensions of the request, and
    its transports call the one that is named ``trace`` before headers leave: there a redirected request
    is refused, or signed anew. A hook of the client can change a request after it was signed; that too is
    refused there.
    """

    def __init__(self, partner: Partner, request: httpx.Request) -> None:
        if "target" in request.extensions:
            why = "the extension 'target' sends another URL than the one that is signed: leave it out"
            raise refusal("invalid_url", why)
        content_type = request.headers.get("content-type", "")
        if not isinstance(request.stream, httpx.ByteStream):
            raise streaming(content_type)
        body = json_body(request.read(), content_type, request.headers.get("content-encoding", ""))
        self._partner = partner
        self._request = request
        self._url = partner.destination(str(request.url))
        partner.check_host(self._url, request.headers.get("host"))
        self._trace = request.extensions.get("trace")
        self._held: Held | None = None
        self._departures = 0
        #: Method, URL and body of the request that is on its way.
        self._what: tuple[str, str, bytes | None] = (request.method, self._url, body)
        self._signed: SignedRequest | None = None
        self._redirected: SignedRequest | None = None
        #: Of the last answer, if that redirects.
        self._location: str | None = None

    def sign(self) -> SignedRequest:
        turns = self._partner.turns
        if turns is None:
            return self._partner.sign(*self._what, self._partner.timestamp())
        self._unanswered()
        self._held = turns.take(self._partner.nonce_timeout)
        return self._partner.sign(*self._what, self._held)

    async def sign_async(self) -> SignedRequest:
        turns = self._partner.turns
        if turns is None:
            return await self._partner.sign_async(*self._what, self._partner.timestamp())
        self._unanswered()
        self._held = await turns.take_async(self._partner.nonce_timeout)
        return await self._partner.sign_async(*self._what, self._held)

    def depart(self, signed: SignedRequest, trace: Callable[[str, dict[str, Any]], object]) -> None:
        """Makes the caller's request the one that was signed."""
        request = self._request
        headers = _Headers(request.headers)
        for name in REPLACED:
            headers.pop(name, None)
        headers.update(signed.headers)
        url = request.url if str(request.url).partition("#")[0] == signed.url else signed.url
        made = httpx.Request(request.method, url, headers=headers, content=signed.body, extensions=request.extensions)
        vars(request).update(vars(made))
        request.headers = _Headers(request.headers)
        request.extensions["trace"] = trace
        self._what = (signed.method, signed.url, signed.body)
        self._signed, self._stream = signed, request.stream

    def trace(self, name: str, info: dict[str, Any]) -> None:
        self._notice(name, info)
        if name.endswith(_DEPARTURE) and self._is_redirected(info["request"]):
            self._sign_departing(info["request"], self.sign())
        if self._trace is not None:
            self._trace(name, info)

    async def trace_async(self, name: str, info: dict[str, Any]) -> None:
        self._notice(name, info)
        if name.endswith(_DEPARTURE) and self._is_redirected(info["request"]):
            self._sign_departing(info["request"], await self.sign_async())
        if self._trace is not None:
            await self._trace(name, info)

    def _notice(self, name: str, info: dict[str, Any]) -> None:
        """Refuses a forbidden redirect when it is followed, before a connection is opened for it."""
        if name.endswith(_ANSWER):
            self._location = _location_in(info["return_value"])
        elif name.endswith(_CONNECTION):
            url = self._what[1]
            if self._location is not None:
                url = self._partner.destination(str(httpx.URL(url).join(self._location)), self._url)
                self._partner.check_followed(_NOT_TO_FOLLOW)
            self._partner.check_proxy(url, info["host"])

    def _is_redirected(self, departing: httpcore.Request) -> bool:
        """Whether it must be signed anew. Refuses it if it may not go there."""
        method = departing.method.decode("ascii")
        if method == "CONNECT":  # to the proxy, on behalf of the request
            host, _, port = departing.url.target.decode("ascii").rpartition(":")
            self._partner.destination(f"https://{_authority(host, port)}/", self._url)
            return False
        self._departures += 1
        url = _url_of(departing.url)
        if not departing.url.target.startswith(b"/"):
            self._partner.check_proxy(url, departing.url.host.decode("ascii"))
        if self._departures == 1:
            self._check_unchanged(departing, url)
            return False
        url = self._partner.destination(url, self._url)
        if self._location is not None:  # else a transport tries again
            self._partner.check_followed(_NOT_TO_FOLLOW)
        self._what = (method, url, self._what[2] if method == self._what[0] else None)
        return True

    def _check_unchanged(self, departing: httpcore.Request, url: str) -> None:
        signed = self._signed
        if signed is None:
            return
        headers = httpx.Headers(departing.headers)
        length = None if signed.body is None else str(len(signed.body))
        stream = departing.stream
        is_same_body = stream is self._stream or (
            isinstance(stream, httpx.ByteStream) and b"".join(stream) == (signed.body or b"")
        )
        if (
            (departing.method.decode("ascii"), wire_url(url)) != (signed.method, signed.url)
            or any(headers.get(name) != value for name, value in signed.headers.items() if name.startswith("x-"))
            or (length is not None and headers.get("content-length") != length)
            or "transfer-encoding" in headers
            or not is_same_body
        ):
            raise refusal(
                "invalid_argument",
                "an event hook of the client has changed the request after it was signed: change it before you send it",
            )
        self._partner.check_host(signed.url, headers.get("host"))

    def _sign_departing(self, departing: httpcore.Request, signed: SignedRequest) -> None:
        replaced = {*REPLACED, *signed.headers, "content-type"}
        kept = [(name, value) for name, value in departing.headers if name.decode("latin-1").lower() not in replaced]
        added = dict(signed.headers)
        if signed.body is not None:
            added["content-length"] = str(len(signed.body))
        departing.headers = kept + [(name.encode(), value.encode()) for name, value in added.items()]
        absolute = not departing.url.target.startswith(b"/")
        departing.url.target = (signed.url if absolute else signed.url.removeprefix(origin(signed.url))).encode()
        self._redirected = signed

    def arrive(self, response: httpx.Response) -> None:
        if response.history and self._redirected is None:
            raise refusal(
                "invalid_url",
                "httpx has followed a redirect through a transport that does not say what it sends (trace), so the "
                "request went there unsigned: use follow_redirects=False with this transport",
            )
        if self._redirected is not None:
            response.request.headers = _Headers(response.request.headers)
            response.request.headers.update(self._redirected.headers)

    def wants_reason(self, response: httpx.Response) -> bool:
        length = response.headers.get("content-length", "0")
        short = length.isdecimal() and int(length) <= MAX_ERROR_BODY
        return self._held is not None and response.status_code == 401 and short

    def settle(self, response: httpx.Response) -> None:
        if self._held is not None:
            reason = reason_of(response.content) if self.wants_reason(response) else None
            self._held.settle_answered(response.status_code, reason)

    def _unanswered(self) -> None:
        if self._held is not None:
            self._held.settle_unknown()

    def end(self) -> None:
        self._unanswered()
        self._request.extensions.pop("trace", None)
        if self._trace is not None:
            self._request.extensions["trace"] = self._trace


_NOT_TO_FOLLOW = "follow_redirects=False"

#: The ends of the names of events. They begin with the version of HTTP or the kind of connection.
_CONNECTION = ".connect_tcp.started"
_DEPARTURE = ".send_request_headers.started"
_ANSWER = ".receive_response_headers.complete"


def _location_in(answer: tuple[Any, ...]) -> str | None:
    """``answer`` ends with the list of headers."""
    named = [value for name, value in answer[-1] if name.lower() == b"location"]
    return named[0].decode("utf-8", "replace") if named else None


def _url_of(url: httpcore.URL) -> str:
    """The URL that a request line and the connection that it is written to make up."""
    target = url.target.decode("ascii")
    if not target.startswith("/"):
        return target
    port = "" if url.port is None else str(url.port)
    return f"{url.scheme.decode('ascii')}://{_authority(url.host.decode('ascii'), port)}{target}"


def _authority(host: str, port: str) -> str:
    """httpcore knows IPv6 addresses without brackets."""
    return (f"[{host}]" if ":" in host and not host.startswith("[") else host) + (f":{port}" if port else "")


class _Headers(httpx.Headers):
    def __repr__(self) -> str:
        shown = httpx.Headers(self)
        shown.update({name: "[secure]" for name in HIDDEN if name in self})
        return repr(shown)


class _WithoutSecrets(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        return not text.startswith("Encoded header block") and not any(name in text for name in HIDDEN)


# Under HTTP/2 these log each header at the level DEBUG.
for _name in ("hpack.hpack", "hpack.table"):
    logging.getLogger(_name).addFilter(_WithoutSecrets())
