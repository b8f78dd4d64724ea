"""The adapters over TLS, directly and through a proxy that only passes bytes on."""

from __future__ import annotations

import datetime
import ipaddress
import socket
import ssl
import tempfile
import threading
import unittest
from pathlib import Path
from typing import Any
from urllib.parse import quote

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

import partnersign
from plain_server import PlainServer
from support import KEY, PEM, AiohttpDriver, HttpxAsyncDriver, HttpxDriver, RequestsDriver, make_signer


def make_certificate() -> bytes:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    now = datetime.datetime.now(datetime.UTC)
    until = now + datetime.timedelta(1)
    builder = x509.CertificateBuilder(name, name, KEY.public_key(), x509.random_serial_number(), now, until)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    return builder.add_extension(address, False).sign(KEY, SHA256()).public_bytes(Encoding.PEM)


class TlsServer(PlainServer):
    def __init__(self, certificate: Path) -> None:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate, certificate.with_name("key.pem"))
        super().__init__(KEY)
        self.origin = f"https://127.0.0.1:{self.port}"

    def _serve(self, connection: socket.socket) -> None:
        try:
            super()._serve(self._context.wrap_socket(connection, server_side=True))
        except OSError:
            connection.close()


class Tunnel:
    """A proxy for CONNECT."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.targets: list[str] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += client.recv(1)
        assert b"x-sign" not in head.lower() and b"x-api-key" not in head.lower(), head
        target = head.split()[1].decode()
        self.targets.append(target)
        host, port = target.rsplit(":", 1)
        with client, socket.create_connection((host, int(port))) as server:
            client.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
            back = threading.Thread(target=_pass_on, args=(server, client), daemon=True)
            back.start()
            _pass_on(client, server)
            back.join()


def _pass_on(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass


class Tls(unittest.TestCase):
    def setUp(self) -> None:
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.certificate = folder / "certificate.pem"
        self.certificate.write_bytes(make_certificate())
        self.certificate.with_name("key.pem").write_bytes(PEM)
        self.server, self.other, self.tunnel = TlsServer(self.certificate), TlsServer(self.certificate), Tunnel()
        for opened in (self.server, self.other, self.tunnel):
            self.addCleanup(opened.close)

    def senders(self, proxy: str | None) -> dict[str, Any]:
        """For each library, what sends a request that trusts the certificate, through the proxy."""
        context = ssl.create_default_context(cafile=str(self.certificate))
        signer = make_signer()
        in_requests = RequestsDriver(signer)
        in_requests.session.trust_env = False  # REQUESTS_CA_BUNDLE would come first
        in_requests.session.verify = str(self.certificate)
        in_requests.session.proxies = {} if proxy is None else {"https": proxy}
        client = {"verify": context, "proxy": proxy}
        in_httpx = [driver(signer, client=client) for driver in (HttpxDriver, HttpxAsyncDriver)]
        opened = [in_requests, *in_httpx, AiohttpDriver(signer)]
        for one in opened:
            self.addCleanup(one.close)
        senders = {one.name: one.send for one in opened}
        in_aiohttp = senders["aiohttp"]
        senders["aiohttp"] = lambda method, url, **kwargs: in_aiohttp(method, url, ssl=context, proxy=proxy, **kwargs)
        return senders

    def check(self, proxy: str | None) -> None:
        for name, send in self.senders(proxy).items():
            with self.subTest(name):
                for path in ("/ok?q=é", "/redirect/307/%2Ftarget"):
                    answer = send("POST", self.server.origin + path, json={"a": "é"})
                    self.assertEqual((answer.status, self.server.last.valid, self.server.last.method), (200, True, "POST"))
                away = quote(self.other.origin + "/stolen", safe="")
                with self.assertRaises(partnersign.PartnerSignError) as caught:
                    send("POST", f"{self.server.origin}/redirect/307/{away}", json={"a": 1})
                self.assertIn("another origin", str(caught.exception))
        self.assertEqual(self.other.connections, 0)

    def test_directly(self) -> None:
        self.check(None)

    def test_through_a_proxy(self) -> None:
        self.check(self.tunnel.url)
        self.assertEqual(set(self.tunnel.targets), {self.server.origin.removeprefix("https://")})
        self.assertGreaterEqual(len(self.tunnel.targets), 4)


if __name__ == "__main__":
    unittest.main()
