"""Signs what the library ``aiohttp`` sends: ``ClientSession(middlewares=[partner_middleware(signer)])``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextvars import ContextVar
from typing import NamedTuple

from . import BodyForm, SignedRequest, Signer
from ._adapter import HIDDEN, MAX_ERROR_BODY, REPLACED, Partner, json_body, reason_of, streaming
from ._turns import Nonces

try:
    from aiohttp import ClientHandlerType, ClientMiddlewareType, ClientRequest, ClientResponse
    from aiohttp.payload import BytesPayload
    from yarl import URL
except ImportError as _missing:
    raise ImportError("partnersign.aiohttp needs the library aiohttp: pip install 'aiohttp>=3.12.1'") from _missing

__all__ = ["partner_middleware"]


def partner_middleware(
    signer: Signer,
    *,
    nonces: Nonces | None = None,
    nonce_timeout: float = 60.0,
    form: BodyForm = "compact",
    clock: Callable[[], float] | None = None,
    allow_http: bool = False,
    allow_other_origin: bool = False,
    origins: Iterable[str] | None = None,
) -> ClientMiddlewareType:
    """A client middleware that signs every request, those that aiohttp redirects or tries again included.

    The body and its length are replaced by the signed bytes. Let it be the last middleware, so that no
    other changes what it has signed.
    """
    partner = Partner(
        signer,
        nonces=nonces,
        nonce_timeout=nonce_timeout,
        form=form,
        clock=clock,
        allow_http=allow_http,
        allow_other_origin=allow_other_origin,
        origins=origins,
    )

    async def middleware(request: ClientRequest, handler: ClientHandlerType) -> ClientResponse:
        answer = _answer_that_leads_here(partner, request)
        _redirects.set(None)
        url = partner.destination(str(request.url), None if answer is None else str(answer.url))
        if answer is not None and answer.call is _call_of(request):
            partner.check_followed("allow_redirects=False")
        partner.check_host(url, request.headers.get("host"))
        if request.proxy is not None:
            partner.check_proxy(url, request.proxy.host or "")
        body = await _body_of(request)
        held = None if partner.turns is None else await partner.turns.take_async(partner.nonce_timeout)
        try:
            await _make(request, await partner.sign_async(request.method, url, body, held or partner.timestamp()))
            try:
                response = await handler(request)
            finally:
                _hide(request)
            _redirects.set(_Answer(partner, _call_of(request), request.url, _targets_of(request.url, response)))
            if held is not None:
                held.settle_answered(response.status, await _reason_of(response))
            return response
        finally:
            if held is not None:
                held.settle_unknown()

    return middleware


class _Answer(NamedTuple):
    partner: Partner
    call: object
    url: URL
    targets: set[URL]


#: The last answer in this task, and where it redirects. aiohttp sends a redirected request as a new one:
#: this is how to know it.
_redirects: ContextVar[_Answer | None] = ContextVar("partnersign_redirects", default=None)


def _call_of(request: ClientRequest) -> object:
    """What the requests of one call of the session, which are those that aiohttp redirects, have in common."""
    return getattr(request, "_timer", None)


def _targets_of(url: URL, response: ClientResponse) -> set[URL]:
    """Where aiohttp may go from here: a session's ``requote_redirect_url`` decides how the location is read."""
    location = response.headers.get("location") or response.headers.get("uri")
    if response.status not in (301, 302, 303, 307, 308) or not location:
        return set()
    try:
        return {url.join(URL(location, encoded=encoded)).with_fragment(None) for encoded in (False, True)}
    except ValueError:
        return set()


def _answer_that_leads_here(partner: Partner, request: ClientRequest) -> _Answer | None:
    last = _redirects.get()
    return last if last is not None and last.partner is partner and request.url in last.targets else None


async def _body_of(request: ClientRequest) -> bytes | None:
    payload = request.body
    content_type = request.headers.get("content-type", "")
    if payload and not isinstance(payload, BytesPayload):
        raise streaming(content_type)
    body = await payload.as_bytes() if payload else None
    return json_body(body, content_type, request.headers.get("content-encoding", ""))


async def _make(request: ClientRequest, signed: SignedRequest) -> None:
    """Makes the request the one that was signed."""
    if str(request.url) != signed.url:
        request.url = URL(signed.url, encoded=True)
    request.chunked = None
    for name in REPLACED:
        request.headers.popall(name, None)
    request.headers.update(signed.headers)
    await request.update_body(signed.body)


def _hide(request: ClientRequest) -> None:
    """aiohttp shows the headers of the request in the repr of its errors."""
    for name in HIDDEN:
        if name in request.headers:
            request.headers[name] = "[hidden]"


async def _reason_of(response: ClientResponse) -> str | None:
    """From a body that the caller can still read: aiohttp keeps it."""
    if response.status != 401 or (response.content_length or 0) > MAX_ERROR_BODY:
        return None
    return reason_of(await response.read())
