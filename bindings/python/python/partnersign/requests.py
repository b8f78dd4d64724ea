"""Signs what the library ``requests`` sends: ``requests.post(url, json=…, auth=PartnerAuth(signer))``."""

from __future__ import annotations

import gc
import sys
import threading
import weakref
from collections.abc import Callable, ItemsView, Iterable
from types import FrameType
from typing import Any, cast
from urllib.parse import urlsplit

from . import BodyForm, SignedRequest, Signer
from ._adapter import HIDDEN, MAX_ERROR_BODY, REPLACED, Partner, json_body, reason_of, streaming
from ._turns import Held, Nonces, Turns, lock_that_no_fork_splits

try:
    from requests import PreparedRequest, Response, Session
    from requests.adapters import HTTPAdapter
    from requests.auth import AuthBase
    from requests.structures import CaseInsensitiveDict
    from requests.utils import select_proxy
except ImportError as _missing:
    raise ImportError("partnersign.requests needs the library requests: pip install requests") from _missing

__all__ = ["PartnerAuth"]


class PartnerAuth(AuthBase):
    """Signs every request that it is the ``auth`` of, or of whose session it is.

    The body and its length are replaced by the signed bytes. A request is signed when it is prepared,
    and anew when it leaves in a later second, is tried again, or is redirected within its origin.
    With ``nonces`` it is signed only when it leaves.
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
        self._sender = _Sender(self._partner)

    def __call__(self, r: PreparedRequest) -> PreparedRequest:
        r.url = self._partner.destination(r.url or "")
        self._partner.check_host(r.url, _text(r.headers.get("host")) or None)
        r.body = self._partner.body(_body_of(r))
        request = _Outgoing.of(r, self._sender, r.url)
        if self._sender.answered not in request.hooks["response"]:
            request.hooks["response"].append(self._sender.answered)
        if self._partner.turns is None:
            request.sign()
        return request


class _Sender:
    """Signs what leaves, and settles its nonce."""

    def __init__(self, partner: Partner) -> None:
        self.partner = partner

    def sign(
        self, method: str, url: str, body: bytes | None, last: SignedRequest | None, was_sent: bool
    ) -> SignedRequest:
        """The signature of a request that leaves now: never one that was sent, for that would be a replay."""
        if self.partner.turns is not None:
            return self.partner.sign(method, url, body, self._take(self.partner.turns))
        now = self.partner.timestamp()
        if last is not None and (method, url, body) == (last.method, last.url, last.body):
            then = int(last.headers["x-timestamp"])
            if then == now and not was_sent:
                return last
            now = max(now, then + 1) if was_sent else now
        return self.partner.sign(method, url, body, now)

    def _take(self, turns: Turns) -> Held:
        """A nonce for what this thread is about to send.

        A request that fails does not tell its auth. But then its thread sends another, or sends no more.
        """
        earlier = _held_here(turns)
        if earlier is not None:
            earlier.settle_unknown()
        turns.of_thread.held = held = turns.take(self.partner.nonce_timeout, _ended(threading.current_thread()))
        return held

    def answered(self, response: Response, **_: Any) -> None:
        """The hook that requests calls with every answer."""
        if isinstance(response.request, _Outgoing):
            response.request.leaving = False
            response.request.was_redirected = response.is_redirect
        held = None if self.partner.turns is None else _held_here(self.partner.turns)
        if held is None:
            return
        try:
            reason = reason_of(_error_body(response)) if response.status_code == 401 else None
        except BaseException:
            held.settle_unknown()
            raise
        held.settle_answered(response.status_code, reason)


def _held_here(turns: Turns) -> Held | None:
    """The nonce that this thread took last."""
    return getattr(turns.of_thread, "held", None)


class _Outgoing(PreparedRequest):
    """A prepared request that is signed when it leaves, wherever it then goes."""

    _sender: _Sender
    _came_from: str
    _signed: SignedRequest | None
    #: From when a transport asks for it until it is answered.
    leaving: bool
    _was_sent: bool
    #: Whether its answer was a redirect, so that a copy of it is what follows.
    was_redirected: bool
    _is_redirect: bool

    @classmethod
    def of(cls, prepared: PreparedRequest, sender: _Sender, came_from: str) -> _Outgoing:
        """``prepared`` itself: requests keeps its own reference, so only the class can change."""
        prepared.__class__ = cls
        request = cast("_Outgoing", prepared)
        request.headers = _Headers(request.headers, request)
        request._sender = sender
        request._came_from = came_from
        request._signed = None
        request.leaving = False
        request._was_sent = False
        request.was_redirected = request._is_redirect = False
        return request

    @property
    def path_url(self) -> str:
        """What the transport asks for first, before it opens a connection."""
        partner = self._sender.partner
        self.url = partner.destination(self.url or "", self._came_from)
        if self._is_redirect:
            partner.check_followed("allow_redirects=False")
        proxy = _proxy_for(self.url, sys._getframe(1))  # pyright: ignore[reportPrivateUsage]
        if proxy is not None:
            partner.check_proxy(self.url, proxy)
        self.leaving = True
        return super().path_url

    def sign_if_leaving(self) -> SignedRequest | None:
        if self.leaving:
            self.sign()
            self._was_sent = True
        return self._signed

    def sign(self) -> None:
        body = cast("bytes | None", self.body)
        self._signed = self._sender.sign(self.method or "", self.url or "", body, self._signed, self._was_sent)
        cast("_Headers", self.headers).replace(self._signed)

    def copy(self) -> PreparedRequest:
        """What requests redirects is a copy."""
        copy = self.of(super().copy(), self._sender, self._came_from)
        copy._is_redirect = self.was_redirected
        return copy

    def __reduce__(self) -> tuple[Callable[[dict[str, Any]], PreparedRequest], tuple[dict[str, Any]]]:
        """A pickled response, as caches keep it, takes no secret with it."""
        kept = {name: self.headers[name] for name in self.headers if name.lower() not in HIDDEN}
        state = {name: vars(self)[name] for name in vars(PreparedRequest())}
        return _unpickled, ({**state, "headers": CaseInsensitiveDict(kept), "hooks": {"response": []}},)


def _unpickled(state: dict[str, Any]) -> PreparedRequest:
    request = PreparedRequest()
    vars(request).update(state)
    return request


class _Headers(CaseInsensitiveDict[Any]):
    """Headers that are signed when a connection writes them: urllib3 does that once for each attempt."""

    def __init__(self, headers: Any, request: _Outgoing) -> None:
        self._request = weakref.ref(request)
        super().__init__(headers)

    def items(self) -> ItemsView[str, Any]:
        request = self._request()
        if request is not None:
            signed = request.sign_if_leaving()
            if signed is not None and self is not request.headers:
                self.replace(signed)
        return super().items()

    def replace(self, signed: SignedRequest) -> None:
        for name in REPLACED:
            self.pop(name, None)
        self.update(signed.headers)
        if signed.body is not None:
            self["content-length"] = str(len(signed.body))

    def copy(self) -> CaseInsensitiveDict[Any]:
        request = self._request()
        plain = {name: self[name] for name in self}
        return CaseInsensitiveDict(plain) if request is None else _Headers(plain, request)

    def __repr__(self) -> str:
        return str({name: "[hidden]" if name.lower() in HIDDEN else self[name] for name in self})


_SENDERS = {Session.send.__code__, HTTPAdapter.send.__code__}


def _ended(thread: threading.Thread) -> Callable[[], bool]:
    return lambda: not (thread.is_alive() and _is_sending(thread.ident or 0))


def _is_sending(thread: int) -> bool:
    frame = _frame_of(thread)
    while frame is not None:
        if frame.f_code in _SENDERS:
            return True
        frame = frame.f_back
    return False


_FRAMES_LOCK = lock_that_no_fork_splits()


def _frame_of(thread: int) -> FrameType | None:
    """CPython 3.11 deadlocks where a garbage collection in here runs something that lets go of the GIL."""
    with _FRAMES_LOCK:
        was_enabled = gc.isenabled()
        gc.disable()
        try:
            return sys._current_frames().get(thread)  # pyright: ignore[reportPrivateUsage]
        finally:
            if was_enabled:
                gc.enable()


def _proxy_for(url: str, asking: FrameType) -> str | None:
    """The host of the proxy that a transport will use. It alone knows, when it asks for the path."""
    if asking.f_code is not HTTPAdapter.request_url.__code__:
        return None
    proxy = select_proxy(url, asking.f_locals["proxies"])
    return urlsplit(proxy if "://" in proxy else f"//{proxy}").hostname if proxy else None


def _body_of(request: PreparedRequest) -> bytes | None:
    body = cast("object", request.body)
    if isinstance(body, bytearray | memoryview):
        body = bytes(cast("bytearray", body))
    if not isinstance(body, bytes | str | None):
        raise streaming()
    return json_body(body, _text(request.headers.get("content-type")), _text(request.headers.get("content-encoding")))


def _text(value: str | bytes | None) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value or ""


def _error_body(response: Response) -> bytes:
    """What the caller can still read: requests keeps it."""
    length = response.headers.get("content-length", "0")
    return response.content if length.isdecimal() and int(length) <= MAX_ERROR_BODY else b""
