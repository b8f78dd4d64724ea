"""An HTTP/1.1 server that signs what it received itself, with `cryptography`, and compares.

It reads bytes from the socket: nothing decodes or normalises the request target or the body before the
signature is made. What it then answers, the path says:

    /redirect/307/LOCATION   that status, with LOCATION (percent-encoded once)
    /fail/503/N/…            that status to the first N requests for this path
    /drop/N/…                hangs up on the first N
    /hang/N/…                does not answer the first N
    /slow/SECONDS            200, after that time
    /error/401/REASON        that status, with an error body
    /large-error/SIZE        401 with a body of that many bytes
    anything else            200 and {"path": …}
"""

from __future__ import annotations

import base64
import collections
import json
import socket
import threading
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256


@dataclass
class Received:
    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    #: What `x-sign` must be for exactly this request.
    expected: str

    @property
    def valid(self) -> bool:
        return self.headers.get("x-sign") == self.expected

    @property
    def freshness(self) -> str:
        return self.headers.get("x-timestamp") or self.headers.get("x-nonce") or ""


@dataclass
class Answer:
    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


class PlainServer:
    def __init__(self, key: rsa.RSAPrivateKey) -> None:
        self._key = key
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = self._listener.getsockname()[1]
        self.origin = f"http://127.0.0.1:{self.port}"
        self.received: list[Received] = []
        self.connections = 0
        self._visits: collections.Counter[str] = collections.Counter()
        self._lock = threading.Lock()
        self._closed = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._closed.set()
        self._listener.close()

    @property
    def last(self) -> Received:
        return self.received[-1]

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as stream:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            try:
                while (received := self._read(stream)) is not None:
                    answer = self.answer(received)
                    if answer is None:
                        return
                    connection.sendall(_as_bytes(received, answer))
            except OSError:
                pass

    def _read(self, stream) -> Received | None:
        line = stream.readline().decode("latin-1").rstrip("\r\n")
        if not line:
            return None
        method, target, _ = line.split(" ", 2)
        headers: dict[str, str] = {}
        while header := stream.readline().decode("latin-1").rstrip("\r\n"):
            name, value = header.split(":", 1)
            name = name.lower()
            if name in headers:
                raise OSError(f"two headers {name}")
            headers[name] = value.strip()
        return self.receive(method, target, headers, _body(stream, headers))

    def receive(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Received:
        url = target if target.startswith("http") else self.origin + target
        if headers.get("upgrade") == "websocket":
            url = url.replace("http:", "ws:")
        fresh = headers.get("x-timestamp") or headers.get("x-nonce") or ""
        signature = self._key.sign(fresh.encode() + url.encode("latin-1") + body, padding.PKCS1v15(), SHA256())
        expected = base64.urlsafe_b64encode(signature).rstrip(b"=").decode()
        received = Received(method, target, headers, body, expected)
        with self._lock:
            self.received.append(received)
        return received

    def answer(self, received: Received) -> Answer | None:
        path = urlsplit(received.target).path if "://" in received.target[:8] else received.target.partition("?")[0]
        with self._lock:
            visit = self._visits[path]
            self._visits[path] += 1
        match path.split("/")[1:]:
            case ["redirect", status, location]:
                return Answer(int(status), b"", {"location": unquote(location)})
            case ["fail", status, count, *_] if visit < int(count):
                return Answer(int(status))
            case ["drop", count, *_] if visit < int(count):
                return None
            case ["hang", count, *_] if visit < int(count):
                self._closed.wait(30)
                return None
            case ["slow", seconds]:
                self._closed.wait(float(seconds))
            case ["error", status, reason]:
                body = {"code": int(status), "msg": "errPartnerAuth", "detail": {"reason": reason}}
                return Answer(int(status), json.dumps(body).encode())
            case ["large-error", size]:
                return Answer(401, b" " * int(size))
        if not received.valid:
            return Answer(401, b'{"code": 401, "detail": {"reason": "signature"}}')
        return Answer(200, json.dumps({"path": path}).encode(), {"set-cookie": "visited=yes; Path=/"})


def _body(stream, headers: dict[str, str]) -> bytes:
    if headers.get("transfer-encoding", "").lower() != "chunked":
        return stream.read(int(headers.get("content-length", "0")))
    body = b""
    while size := int(stream.readline(), 16):
        body += stream.read(size)
        stream.readline()
    stream.readline()
    return body


def _as_bytes(received: Received, answer: Answer) -> bytes:
    headers = {"content-type": "application/json", "content-length": str(len(answer.body)), **answer.headers}
    lines = [f"HTTP/1.1 {answer.status} Answer", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode() + (b"" if received.method == "HEAD" else answer.body)
