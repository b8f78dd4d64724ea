"""`Signer`: what the native signer does, and asyncio."""

from __future__ import annotations

import os

from partnersign import _native
from partnersign._errors import InputTypeError, PartnerSignError, error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable, Mapping
    from typing import Any, SupportsIndex

    from partnersign._batch import Request
    from partnersign._native import SignedRequest
    from partnersign._types import Body, BodyForm, PublicKey, SignDigest, TextLike

__all__ = ["Signer"]

_MAX_BODY_BYTES = 10 * 1024 * 1024
#: A longer body is checked and hashed in a thread.
_SHORT_BODY_BYTES = 16 * 1024


class Signer(_native.Signer):
    """Signs requests. Immutable; share it between threads, event loops and forked processes."""

    __slots__ = ()

    @classmethod
    def external(
        cls,
        public_key: PublicKey,
        sign_digest: SignDigest,
        api_key: _native.ApiKey | TextLike | None = None,
    ) -> Signer:
        """A signer whose private key is elsewhere: an HSM, a KMS, another machine.

        `sign_digest` gets the 32 bytes of the SHA-256 and returns the RSASSA-PKCS1-v1_5 signature over
        it, or an awaitable of one (then use `sign_async`). Each signature is verified against
        `public_key` before it leaves. What the function raises is passed on as it is.
        """
        return cls(_native.ExternalKey(public_key, sign_digest), api_key)

    def sign_async(
        self,
        method: str,
        url: str,
        body: Body | None = None,
        *,
        timestamp: SupportsIndex | str | None = None,
        nonce: str | SupportsIndex | None = None,
        form: BodyForm = "compact",
        max_body_bytes: SupportsIndex = _MAX_BODY_BYTES,
    ) -> Coroutine[Any, Any, SignedRequest]:
        """`sign`, while the event loop goes on.

        The body is taken now, in the call: change your `bytearray` or `dict` as you like afterwards. What
        is wrong with it is raised where you await. With neither timestamp nor nonce, the clock is read
        when it is signed.

        An own key and a plain `sign_digest` work in a thread of the loop's default executor, an async
        `sign_digest`, and what a plain one returns to be awaited, in the loop. When the task is cancelled,
        so is an async `sign_digest`; a thread finishes its signature, which is then dropped.
        """
        try:
            content = _content(body)
        except PartnerSignError as refused:
            return _refuse(refused)
        settings = {"timestamp": timestamp, "nonce": nonce, "form": form, "max_body_bytes": max_body_bytes}
        return self._sign_async(method, url, content, settings)

    async def _sign_async(
        self, method: str, url: str, content: bytes | str | None, settings: dict[str, Any]
    ) -> SignedRequest:
        # Here, so that who signs without a loop need not wait for the import.
        import asyncio
        import functools
        import inspect

        sign_digest = self._external
        if sign_digest is None:
            sign = functools.partial(self.sign, method, url, content, **settings)
            return await asyncio.to_thread(sign)
        prepare = functools.partial(self._prepare, method, url, content, **settings)
        short = content is None or len(content) <= _SHORT_BODY_BYTES
        prepared = prepare() if short else await asyncio.to_thread(prepare)
        if _is_async(sign_digest):
            signature = sign_digest(prepared.digest)
        else:
            signature = await asyncio.to_thread(sign_digest, prepared.digest)
        return self._finish(prepared, await signature if inspect.isawaitable(signature) else signature)

    def sign_batch(
        self, requests: Iterable[Request | tuple[Any, ...] | Mapping[str, Any]], *, threads: int | None = None
    ) -> list[SignedRequest | Exception]:
        """Signs all requests on all cores; the results are in the order of the input.

        Each request is a `Request`, a tuple in its order, or a mapping with its names. Each result is
        a `SignedRequest` or the exception that signing it alone would have raised. The clock is read
        once for all that have neither timestamp nor nonce. `threads` bounds how many work at once.
        """
        from partnersign._batch import read_request

        if not hasattr(requests, "__iter__"):
            raise InputTypeError("invalid_argument", f"the requests must be a list, not {type(requests).__name__}")
        calls = [read_request(request) for request in requests]
        if threads is None:
            threads = 0
        elif not isinstance(threads, int) or isinstance(threads, bool):
            raise InputTypeError("invalid_argument", f"threads must be an int, not {type(threads).__name__}")
        elif threads < 1:
            raise error("invalid_argument", "threads must be at least 1")
        threads = min(threads, len(calls))  # more would have nothing to do
        sign_digest = self._external
        if sign_digest is None:
            return self._sign_batch(calls, threads)
        if _is_async(sign_digest):
            raise error("invalid_argument", "sign_digest is async; use asyncio.gather over sign_async")
        from concurrent.futures import ThreadPoolExecutor

        clock = _native._clock()

        def sign(call: Request | Exception) -> SignedRequest | Exception:
            if isinstance(call, Exception):
                return call
            method, url, body, timestamp, nonce, form = call
            if timestamp is None and nonce is None:
                timestamp = clock
            try:
                return self.sign(method, url, body, timestamp=timestamp, nonce=nonce, form=form)
            except Exception as why:
                return why

        with ThreadPoolExecutor(threads or os.cpu_count() or 1) as executor:
            return list(executor.map(sign, calls))


async def _refuse(why: PartnerSignError) -> SignedRequest:
    raise why


def _content(body: Body | None) -> bytes | str | None:
    """The body as it is now: the caller may change a `bytearray`, `dict` or `list` during the wait."""
    if body is None or isinstance(body, (bytes, str)):
        return body
    if isinstance(body, (dict, list)):
        from partnersign import _json

        return _json.dumps(body)
    buffer: Any = body
    refused: PartnerSignError
    try:
        return memoryview(buffer).tobytes()
    except TypeError:
        wanted = "bytes, bytearray, memoryview, str, dict, list or None"
        refused = InputTypeError("invalid_argument", f"the body must be {wanted}, not {type(body).__name__}")
    except ValueError:
        refused = error("invalid_argument", "the body is a memoryview that was released")
    raise refused


def _is_async(function: Callable[..., object]) -> bool:
    """Whether calling it gives a coroutine, through `functools.partial` and `__call__` too."""
    import functools
    import inspect

    while isinstance(function, functools.partial):
        function = function.func
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(getattr(function, "__call__", None))
