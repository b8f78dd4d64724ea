"""The key, the servers and the drivers of the adapter tests."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import threading
import traceback
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import httpx
import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

import partnersign
import partnersign.aiohttp
import partnersign.httpx
import partnersign.requests

KEY = rsa.generate_private_key(65537, 2048)
PEM = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
SECRET = "a-secret-that-nobody-may-see"
API_KEY = base64.urlsafe_b64encode(json.dumps({"key_id": "key-1", "key": SECRET}).encode()).decode()


def make_signer() -> partnersign.Signer:
    return partnersign.Signer(partnersign.SigningKey.from_pem(PEM), API_KEY)


@dataclass
class Answer:
    status: int
    body: bytes
    #: What the library shows of the exchange.
    shown: str = ""
    history: list[int] = field(default_factory=list)


class RequestsDriver:
    name = "requests"
    is_async = False
    error = requests.RequestException

    def __init__(self, signer: Any, **options: Any) -> None:
        self.session = requests.Session()
        self.session.auth = partnersign.requests.PartnerAuth(signer, **options)

    def send(self, method: str, url: str, *, follow: bool = True, stream: bool = False, **kwargs: Any) -> Answer:
        kwargs.setdefault("timeout", 10)
        kwargs["data"] = kwargs.pop("content", kwargs.pop("data", None))
        response = self.session.request(method, url, allow_redirects=follow, stream=stream, **kwargs)
        body = b"".join(response.iter_content(7)) if stream else response.content
        request = response.request
        shown = f"{response!r} {response.headers!r} {request!r} {request.headers!r} {request.headers}"
        return Answer(response.status_code, body, shown, [past.status_code for past in response.history])

    def close(self) -> None:
        self.session.close()


class HttpxDriver:
    name = "httpx"
    is_async = False
    error = httpx.HTTPError

    def __init__(self, signer: Any, *, client: dict[str, Any] | None = None, **options: Any) -> None:
        self.client = httpx.Client(auth=partnersign.httpx.PartnerAuth(signer, **options), **(client or {}))

    def send(self, method: str, url: str, *, follow: bool = True, stream: bool = False, **kwargs: Any) -> Answer:
        kwargs.setdefault("timeout", 10)
        request_arguments = _content(kwargs)
        timeout = request_arguments.pop("timeout")
        request = self.client.build_request(method, url, timeout=timeout, **request_arguments)
        response = self.client.send(request, follow_redirects=follow, stream=stream)
        body = b"".join(response.iter_bytes(7)) if stream else response.content
        return Answer(response.status_code, body, _shown(response), [past.status_code for past in response.history])

    def close(self) -> None:
        self.client.close()


class Loop:
    """An event loop in a thread of its own."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()

    def run(self, coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(60)


LOOP = Loop()


class HttpxAsyncDriver:
    name = "httpx async"
    is_async = True
    error = httpx.HTTPError

    def __init__(self, signer: Any, *, client: dict[str, Any] | None = None, **options: Any) -> None:
        self.client = httpx.AsyncClient(auth=partnersign.httpx.PartnerAuth(signer, **options), **(client or {}))

    async def send_async(
        self, method: str, url: str, *, follow: bool = True, stream: bool = False, **kwargs: Any
    ) -> Answer:
        kwargs.setdefault("timeout", 10)
        request = self.client.build_request(method, url, **_content(kwargs))
        response = await self.client.send(request, follow_redirects=follow, stream=stream)
        body = b"".join([part async for part in response.aiter_bytes(7)]) if stream else response.content
        return Answer(response.status_code, body, _shown(response), [past.status_code for past in response.history])

    def send(self, method: str, url: str, **kwargs: Any) -> Answer:
        return LOOP.run(self.send_async(method, url, **kwargs))

    def close(self) -> None:
        LOOP.run(self.client.aclose())


class AiohttpDriver:
    name = "aiohttp"
    is_async = True
    error = (aiohttp.ClientError, TimeoutError)

    def __init__(self, signer: Any, *, client: dict[str, Any] | None = None, **options: Any) -> None:
        async def open_session() -> aiohttp.ClientSession:
            middleware = partnersign.aiohttp.partner_middleware(signer, **options)
            jar = aiohttp.CookieJar(unsafe=True)  # which keeps cookies of IP addresses too
            return aiohttp.ClientSession(middlewares=[middleware], cookie_jar=jar, **(client or {}))

        self.session = LOOP.run(open_session())

    async def send_async(
        self, method: str, url: str, *, follow: bool = True, stream: bool = False, timeout: float = 10, **kwargs: Any
    ) -> Answer:
        if "content" in kwargs:
            kwargs["data"] = kwargs.pop("content")
        limit = aiohttp.ClientTimeout(total=timeout)
        async with self.session.request(method, url, allow_redirects=follow, timeout=limit, **kwargs) as response:
            body = await response.read()
            shown = f"{response!r} {response.request_info!r}"
            return Answer(response.status, body, shown, [past.status for past in response.history])

    def send(self, method: str, url: str, **kwargs: Any) -> Answer:
        return LOOP.run(self.send_async(method, url, **kwargs))

    def close(self) -> None:
        LOOP.run(self.session.close())


def _content(kwargs: dict[str, Any]) -> dict[str, Any]:
    """httpx takes JSON text as `content=`, and warns of `data=`."""
    if isinstance(kwargs.get("data"), str | bytes):
        kwargs["content"] = kwargs.pop("data")
    return kwargs


def _shown(response: httpx.Response) -> str:
    request = response.request
    return f"{response!r} {response.headers!r} {request!r} {request.headers!r} {request.headers}"


class Everything(logging.Handler):
    """Keeps the text of every record of every logger, at every level."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.name}: {record.getMessage()} {record.args!r}")
        if record.exc_info:
            self.lines.append("".join(traceback.format_exception(*record.exc_info)))

    def __enter__(self) -> list[str]:
        root = logging.getLogger()
        self._level = root.level
        root.addHandler(self)
        root.setLevel(logging.DEBUG)
        return self.lines

    def __exit__(self, *_: object) -> None:
        root = logging.getLogger()
        root.removeHandler(self)
        root.setLevel(self._level)


