"""What holds for every adapter. Each library's test file runs all of it with its driver."""

from __future__ import annotations

import io
import json
import traceback
from typing import Any
from urllib.parse import parse_qsl, quote

import partnersign
from cases import OBJECTS, PATHS, QUERIES, REDIRECTS, TEXTS
from plain_server import PlainServer
from support import API_KEY, KEY, PEM, SECRET, Everything, make_signer


class Contract:
    """Mixed into a `unittest.TestCase` that names its `driver`."""

    driver: Any
    server: PlainServer
    other: PlainServer

    @classmethod
    def setUpClass(cls) -> None:
        cls.server, cls.other = PlainServer(KEY), PlainServer(KEY)
        cls.signer = make_signer()

    @classmethod
    def tearDownClass(cls) -> None:
        cls.server.close()
        cls.other.close()

    def setUp(self) -> None:
        self.server.received.clear()
        self.other.received.clear()
        self.other.connections = 0

    def open(self, **options: Any) -> Any:
        opened = self.driver(options.pop("signer", self.signer), **options)
        self.addCleanup(opened.close)
        return opened

    def refused(self, code: str, opened: Any, method: str, url: str, **kwargs: Any) -> partnersign.PartnerSignError:
        """Nothing may reach the server, and the error says what to do."""
        before = len(self.server.received)
        with self.assertRaises(partnersign.PartnerSignError) as caught:
            opened.send(method, url, **kwargs)
        self.assertEqual(caught.exception.code, code, caught.exception)
        self.assertEqual(len(self.server.received), before)
        return caught.exception

    # Bodies

    def test_objects_arrive_as_they_were_signed(self) -> None:
        opened = self.open()
        for method in ("POST", "PUT", "PATCH"):
            for given in OBJECTS:
                with self.subTest(method=method, given=str(given)[:60]):
                    answer = opened.send(method, self.server.origin + "/objects", json=given)
                    received = self.server.last
                    self.assertEqual((answer.status, received.valid), (200, True))
                    self.assertEqual(json.loads(received.body), given)
                    self.assertEqual(received.body, partnersign.compact_json(received.body))
                    self.assertEqual(received.headers["content-length"], str(len(received.body)))
                    self.assertEqual(received.headers["content-type"], "application/json")
                    self.assertEqual(received.headers["accept"], "application/json")
                    self.assertEqual(received.headers["x-api-key"], API_KEY)
                    self.assertNotIn("x-nonce", received.headers)

    def test_text_arrives_as_it_was_signed(self) -> None:
        opened = self.open()
        for text, sent in TEXTS:
            for given in (text, text.encode()):
                for argument in ("data", "content"):
                    with self.subTest(given=given, argument=argument):
                        answer = opened.send("POST", self.server.origin + "/text", **{argument: given})
                        self.assertEqual((answer.status, self.server.last.body), (200, sent))

    def test_exact_text_is_left_alone(self) -> None:
        opened = self.open(form="exact")
        for text, _ in TEXTS:
            with self.subTest(text=text):
                answer = opened.send("POST", self.server.origin + "/exact", data=text)
                self.assertEqual((answer.status, self.server.last.body), (200, text.encode()))

    def test_no_body_is_no_body(self) -> None:
        opened = self.open()
        for method in ("GET", "HEAD", "DELETE", "POST", "PUT", "PATCH", "get", "Post"):
            with self.subTest(method=method):
                answer = opened.send(method, self.server.origin + "/none")
                self.assertEqual((answer.status, self.server.last.body), (200, b""))
                self.assertEqual(self.server.last.method, method.upper())
                self.assertTrue(self.server.last.valid)
        for empty in (b"", ""):
            answer = opened.send("POST", self.server.origin + "/none", content=empty)
            self.assertEqual((answer.status, self.server.last.body), (200, b""))

    def test_bodies_that_cannot_be_signed(self) -> None:
        opened = self.open()
        url = self.server.origin + "/refused"
        for code, method, kwargs in (
            ("invalid_body", "POST", {"data": {"form": "entered"}}),
            ("invalid_body", "POST", self.files()),
            ("invalid_body", "POST", {"content": self.chunks()}),
            ("invalid_body", "POST", {"content": self.stream()}),
            ("invalid_body", "POST", {"content": b"\x1f\x8b\x08", "headers": {"Content-Encoding": "gzip"}}),
            ("invalid_body", "GET", {"headers": {"Content-Encoding": "gzip"}}),
            ("invalid_body", "POST", {"content": b"a=1", "headers": {"Content-Type": "application/x-www-form-urlencoded"}}),
            ("invalid_body", "POST", {"json": "scalar"}),
            ("invalid_json", "POST", {"content": b"{'a': 1}"}),
            ("invalid_json", "POST", {"content": b'{"a":\xff}'}),
            ("body_not_allowed", "GET", {"json": {"a": 1}}),
            ("body_not_allowed", "DELETE", {"content": b"{}"}),
            ("body_not_allowed", "HEAD", {"json": {}}),
            ("invalid_method", "OPTIONS", {}),
        ):
            with self.subTest(code=code, method=method, kwargs=str(kwargs)):
                error = self.refused(code, opened, method, url, **kwargs)
                self.assertNotIn("entered", str(error))

    def files(self) -> dict[str, Any]:
        if self.driver.name == "aiohttp":
            return {"data": {"file": io.BytesIO(b"{}")}}
        return {"files": {"file": ("name", b"{}")}}

    def chunks(self) -> Any:
        if self.driver.is_async:

            async def generate() -> Any:
                yield b"{}"

            return generate()
        return (part for part in (b"{", b"}"))

    def stream(self) -> Any:
        return io.BytesIO(b"{}") if self.driver.name != "httpx async" else self.chunks()

    def test_a_chunked_body_is_sent_with_its_length(self) -> None:
        kwargs = {"chunked": True} if self.driver.name == "aiohttp" else {"headers": {"Transfer-Encoding": "chunked"}}
        answer = self.open().send("POST", self.server.origin + "/chunked", content=b'{"a": 1}', **kwargs)
        self.assertEqual((answer.status, self.server.last.body), (200, b'{"a":1}'))
        self.assertEqual(self.server.last.headers.get("content-length"), "7")
        self.assertNotIn("transfer-encoding", self.server.last.headers)

    # URLs

    def test_queries_are_signed_as_they_arrive(self) -> None:
        opened = self.open()
        for query in QUERIES:
            with self.subTest(query):
                kwargs = {} if query.params is None else {"params": query.params}
                answer = opened.send("GET", self.server.origin + query.url, **kwargs)
                self.assertEqual((answer.status, self.server.last.valid), (200, True))
                if query.sent is not None:
                    target = self.server.last.target.partition("?")[2]
                    self.assertEqual(parse_qsl(target, keep_blank_values=True), query.sent)

    def test_paths_are_signed_as_they_arrive(self) -> None:
        opened = self.open()
        for path in PATHS:
            with self.subTest(path):
                answer = opened.send("GET", self.server.origin + path)
                self.assertEqual((answer.status, self.server.last.valid), (200, True))

    def test_host_names_are_signed_as_they_arrive(self) -> None:
        answer = self.open().send("GET", f"HTTP://LOCALHOST:{self.server.port}/host")
        self.assertEqual(answer.status, 401)  # the server knows itself as 127.0.0.1: the signature is not for that
        self.server.origin, origin = f"http://localhost:{self.server.port}", self.server.origin
        try:
            self.assertEqual(self.open().send("GET", f"HTTP://LOCALHOST:{self.server.port}/host").status, 200)
        finally:
            self.server.origin = origin

    def test_urls_that_cannot_be_signed(self) -> None:
        opened = self.open()
        if self.driver.name != "aiohttp":  # which makes a header of it
            self.refused("invalid_url", opened, "GET", f"http://user:password@127.0.0.1:{self.server.port}/")
        self.refused("too_large", opened, "GET", self.server.origin + "/" + "x" * 9000)

    def test_plain_http_stays_on_this_machine(self) -> None:
        opened = self.open()
        for host in ("192.0.2.1", "example.test", "127.0.0.1.example.test", "[2001:db8::1]", "localhost.example.test"):
            with self.subTest(host):
                error = self.refused("invalid_url", opened, "GET", f"http://{host}:9/")
                self.assertIn("allow_http", str(error))
        allowed = self.open(allow_http=True)
        with self.assertRaises(self.driver.error):
            allowed.send("GET", "http://192.0.2.1:9/", timeout=0.05)

    def test_a_proxy_is_left_alone(self) -> None:
        url = "http://127.0.0.1:9/through/a/proxy"
        answer = self.send_through(self.server.origin, url)
        self.assertEqual((answer.status, self.server.last.target, self.server.last.valid), (200, url, True))
        answer = self.send_through(self.server.origin, "http://127.0.0.1:9/redirect/307/%2Ftarget")
        self.assertEqual((answer.status, self.server.last.target), (200, "http://127.0.0.1:9/target"))
        self.assertEqual((self.server.last.valid, self.server.last.body), (True, b'{"a":1}'))
        self.server.received.clear()
        with self.assertRaises(partnersign.PartnerSignError):
            self.send_through(self.server.origin, f"http://127.0.0.1:9/redirect/307/{quote('http://127.0.0.1:8/x', safe='')}")
        self.assertEqual(len(self.server.received), 1)

    def send_through(self, proxy: str, url: str) -> Any:
        raise NotImplementedError

    def test_plain_http_to_this_machine_is_not_sent_over_another(self) -> None:
        # Nobody is there: it is refused before a connection is opened.
        for proxy in ("http://192.0.2.1:9", "http://proxy.invalid:9"):
            with self.assertRaises(partnersign.PartnerSignError) as caught:
                self.send_through(proxy, self.server.origin + "/p")
            self.assertEqual(caught.exception.code, "invalid_url")
            self.assertIn("proxy", caught.exception.message)
        self.assertEqual(self.server.received, [])

    def test_another_host_header_than_the_urls_is_refused(self) -> None:
        opened = self.open()
        for host in ("api.example.test", f"localhost:{self.server.port}", "127.0.0.1"):
            error = self.refused("invalid_argument", opened, "GET", self.server.origin + "/p", headers={"Host": host})
            self.assertIn("Host", error.message)
        headers = {"host": f"127.0.0.1:{self.server.port}"}
        self.assertEqual(opened.send("GET", self.server.origin + "/p", headers=headers).status, 200)

    def test_origins(self) -> None:
        opened = self.open(origins=[self.server.origin])
        self.assertEqual(opened.send("GET", self.server.origin + "/p").status, 200)
        self.refused("invalid_url", opened, "GET", self.other.origin + "/p")
        self.assertEqual(self.other.connections, 0)

    # Redirects

    def test_redirects_within_the_origin_are_signed_anew(self) -> None:
        opened = self.open()
        for status, method, then in REDIRECTS:
            with self.subTest(status=status, method=method):
                kwargs = {"json": {"a": "é"}} if method in ("POST", "PUT") else {}
                target = quote("/target?q=it's", safe="")
                answer = opened.send(method, f"{self.server.origin}/redirect/{status}/{target}", **kwargs)
                first, last = self.server.received[-2:]
                self.assertEqual((answer.status, answer.history), (200, [status]))
                self.assertEqual((first.valid, last.valid, last.method), (True, True, then))
                self.assertTrue(last.target.startswith("/target"), last.target)
                self.assertEqual(last.body, first.body if then == method else b"")
                self.assertNotEqual(first.headers["x-sign"], last.headers["x-sign"])

    def test_redirects_of_redirects_are_signed_anew(self) -> None:
        url = "/target"
        for _ in range(3):
            url = f"/redirect/307/{quote(url, safe='')}"
        answer = self.open().send("POST", self.server.origin + url, json={"a": 1})
        self.assertEqual((answer.status, answer.history), (200, [307, 307, 307]))
        self.assertTrue(all(received.valid for received in self.server.received))

    def test_redirects_to_another_origin_are_refused(self) -> None:
        opened = self.open()
        for target in (
            self.other.origin + "/stolen",
            f"http://localhost:{self.server.port}/stolen",
            f"https://127.0.0.1:{self.server.port}/stolen",
            f"//127.0.0.1:{self.other.port}/stolen",
            "https://127.0.0.1:1/stolen",
        ):
            for status, method, _ in REDIRECTS:
                with self.subTest(target=target, status=status, method=method):
                    self.server.received.clear()
                    kwargs = {"json": {"a": "é"}} if method in ("POST", "PUT") else {}
                    with self.assertRaises(partnersign.PartnerSignError) as caught:
                        opened.send(method, f"{self.server.origin}/redirect/{status}/{quote(target, safe='')}", **kwargs)
                    self.assertEqual(caught.exception.code, "invalid_url")
                    self.assertIn("another origin", str(caught.exception))
                    self.assertIn("allow_other_origin", str(caught.exception))
                    self.assertEqual(len(self.server.received), 1)
        self.assertEqual((self.other.received, self.other.connections), ([], 0))

    def test_a_redirect_that_leads_away_later_is_refused(self) -> None:
        away = f"/redirect/307/{quote(self.other.origin + '/stolen', safe='')}"
        with self.assertRaises(partnersign.PartnerSignError):
            self.open().send("GET", f"{self.server.origin}/redirect/302/{quote(away, safe='')}")
        self.assertEqual(len(self.server.received), 2)
        self.assertEqual((self.other.received, self.other.connections), ([], 0))

    def test_redirects_to_another_origin_can_be_allowed(self) -> None:
        opened = self.open(allow_other_origin=True)
        target = quote(self.other.origin + "/allowed", safe="")
        answer = opened.send("POST", f"{self.server.origin}/redirect/307/{target}", json={"a": 1})
        self.assertEqual((answer.status, self.other.last.valid, self.other.last.body), (200, True, b'{"a":1}'))
        error_url = f"{self.server.origin}/redirect/307/{quote('http://192.0.2.1/', safe='')}"
        with self.assertRaises(partnersign.PartnerSignError):
            opened.send("GET", error_url)

    def test_a_redirect_that_is_not_followed_is_an_answer(self) -> None:
        opened = self.open()
        for target in (self.other.origin + "/stolen", "/target"):
            answer = opened.send("GET", f"{self.server.origin}/redirect/302/{quote(target, safe='')}", follow=False)
            self.assertEqual((answer.status, len(self.server.received)), (302, 1))
            self.server.received.clear()
        self.assertEqual(opened.send("GET", self.server.origin + "/target").status, 200)

    # Freshness

    def test_every_request_is_signed_with_the_time_of_its_own(self) -> None:
        times = iter(range(1_700_000_000, 1_800_000_000))
        opened = self.open(clock=lambda: next(times) + 0.9)
        for _ in range(3):
            self.assertEqual(opened.send("POST", self.server.origin + "/time", json={}).status, 200)
        stamps = [int(received.headers["x-timestamp"]) for received in self.server.received]
        self.assertEqual(stamps, sorted(set(stamps)))

    def test_headers_of_the_caller_stay_but_those_of_the_signature(self) -> None:
        headers = {"X-Nonce": "mine", "x-timestamp": "1", "X-SIGN": "mine", "Accept": "text/html"}
        headers |= {"X-Trace": "7", "Cookie": "a=b"}
        answer = self.open().send("GET", self.server.origin + "/headers", headers=headers)
        received = self.server.last
        self.assertEqual((answer.status, received.valid), (200, True))
        self.assertEqual((received.headers["x-trace"], received.headers["cookie"]), ("7", "a=b"))
        self.assertNotIn("x-nonce", received.headers)

    def test_cookies_are_kept(self) -> None:
        opened = self.open()
        opened.send("GET", self.server.origin + "/cookies")
        opened.send("GET", self.server.origin + "/cookies")
        self.assertIn("visited=yes", self.server.last.headers.get("cookie", ""))

    # External keys

    def test_external_signers(self) -> None:
        from cryptography.hazmat.primitives.asymmetric import padding
        from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
        from cryptography.hazmat.primitives.hashes import SHA256

        def sign(digest: bytes) -> bytes:
            return KEY.sign(digest, padding.PKCS1v15(), Prehashed(SHA256()))

        async def sign_async(digest: bytes) -> bytes:
            return sign(digest)

        public = partnersign.SigningKey.from_pem(PEM).public_pem()
        opened = self.open(signer=partnersign.Signer.external(public, sign, API_KEY))
        self.assertEqual(opened.send("POST", self.server.origin + "/external", json={"a": 1}).status, 200)
        opened = self.open(signer=partnersign.Signer.external(public, sign_async, API_KEY))
        if self.driver.is_async:
            self.assertEqual(opened.send("POST", self.server.origin + "/external", json={"a": 1}).status, 200)
        else:
            error = self.refused("invalid_argument", opened, "POST", self.server.origin + "/external", json={"a": 1})
            self.assertIn("async", str(error))

    # Secrets

    def test_no_log_error_or_repr_shows_a_secret(self) -> None:
        texts: list[str] = []
        with Everything() as lines:
            opened = self.open()
            for path in ("/ok", "/error/401/signature", f"/redirect/307/{quote('/ok', safe='')}", "/fail/503/9/x"):
                texts.append(opened.send("POST", self.server.origin + path, json={"a": 1}).shown)
            for method, url, timeout in (
                ("POST", self.server.origin + "/hang/9/x", 0.2),
                ("POST", self.server.origin + "/drop/9/x", 5),
                ("GET", "http://127.0.0.1:1/", 5),
                ("GET", f"{self.server.origin}/redirect/302/{quote(self.other.origin, safe='')}", 5),
                ("GET", f"{self.server.origin}/redirect/302/{quote('http://[bad', safe='')}", 5),
            ):
                try:
                    opened.send(method, url, timeout=timeout, **({"json": {}} if method == "POST" else {}))
                except Exception as error:
                    texts += [repr(error), str(error), "".join(traceback.format_exception(error))]
                    request = getattr(error, "request", None)
                    texts += [repr(request), str(getattr(request, "headers", ""))]
                else:
                    self.fail(f"{url}: no error")
            texts += self.raised_for_status(opened)
        self.assertGreater(len(texts), 20)
        if self.driver.name != "aiohttp":  # which logs nothing of this
            self.assertGreater(len(lines), 5)
        signatures = {received.headers["x-sign"] for received in self.server.received}
        self.assertGreater(len(signatures), 5)
        for text in texts + lines:
            for secret in (API_KEY, SECRET, *signatures):
                self.assertNotIn(secret, text)

    def raised_for_status(self, opened: Any) -> list[str]:
        raise NotImplementedError
