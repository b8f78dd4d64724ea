"""Malformed and tricky requests over raw sockets: the bytes verified are the bytes parsed."""

import contextlib
import socket
import unittest

from case import SandboxCase
from running import API

NOBODY = "1fB50cYTXCVEFyeqZbDhTEiPBFc"


class RawRequests(SandboxCase):
    def exchange(self, data, shut=False):
        """Sends exactly these bytes; gives all that comes back until the server has closed or kept still."""
        with socket.create_connection(("127.0.0.1", self.sandbox.port), timeout=20) as stream:
            # A server that has seen enough may be gone before all is said.
            with contextlib.suppress(OSError):
                stream.sendall(data)
                if shut:
                    stream.shutdown(socket.SHUT_WR)
            stream.settimeout(3)
            got = b""
            while True:
                try:
                    part = stream.recv(65536)
                except (TimeoutError, ConnectionResetError):
                    break
                if not part:
                    break
                got += part
        return got

    def statuses(self, data, **how):
        """The status of each answer, in their order."""
        got = self.exchange(data, **how)
        found, rest = [], got
        while rest:
            head, _, rest = rest.partition(b"\r\n\r\n")
            self.assertTrue(head.startswith(b"HTTP/1.1 "), got)
            found.append(int(head.split()[1]))
            length = next((int(line.split(b":")[1]) for line in head.lower().split(b"\r\n")
                           if line.startswith(b"content-length:")), 0)
            rest = rest[length:]
        return found

    def raw(self, method, target, signed_url=None, body=b"", headers=(), host=None, length=True, close=True,
            version=b"HTTP/1.1", **freshness):
        """A request as bytes, signed over `signed_url` (as it is sent, unless given) and `body`."""
        url = signed_url or f"{self.sandbox.origin}{target}"
        pairs = [("host", host or f"127.0.0.1:{self.sandbox.port}")] if host != "" else []
        pairs += self.client.headers(url, body, **freshness)
        if body and length:
            pairs.append(("content-length", str(len(body))))
        if close:
            pairs.append(("connection", "close"))
        head = f"{method} {target} ".encode() + version + b"\r\n"
        head += b"".join(f"{name}: {value}\r\n".encode() for name, value in [*pairs, *headers])
        return head + b"\r\n" + body

    def assert_statuses(self, expected, data, **how):
        got = self.statuses(data, **how)
        self.assertEqual(got, expected, data)

    def companies(self, query):
        return self.ok("GET", f"/company/search?query={query}")["total_count"]

    # What is signed is what is parsed.

    def test_a_plain_request_passes(self):
        self.assert_statuses([200], self.raw("GET", f"{API}/company/search"))
        self.assert_statuses([200], self.raw("POST", f"{API}/company", body=b'{"name":"plainone"}'))
        self.assertEqual(self.companies("plainone"), 1)

    def test_the_query_is_signed_as_it_is_sent(self):
        for target in ["/company/search?query=a%20b", "/company/search?query=a+b", "/company/search?query=a&query=b",
                       "/company/search?query=%C3%A9", "/company/search?b&a=", "/company/search?query=a?b/c"]:
            self.assert_statuses([200], self.raw("GET", API + target))
        for signed, sent in [("?query=a%20b", "?query=a+b"), ("?query=a", "?query=%61"), ("?a=1&b=2", "?b=2&a=1"),
                             ("", "?query=a"), ("?query=a", "?query=a&"), ("?query=%C3%A9", "?query=%c3%a9")]:
            url = f"{self.sandbox.origin}{API}/company/search{signed}"
            got = self.statuses(self.raw("GET", f"{API}/company/search{sent}", url))
            self.assertIn(got, ([401], [400]), sent)

    def test_no_other_spelling_of_the_path_gets_in(self):
        for target in [f"{API}/company/%2e%2e/company/search", f"{API}/x/../company/search", f"{API}/./company/search",
                       f"{API}/company/%2E/search", f"{API}/compan%79/search", f"//api/v1/p/company/search",
                       f"{API}//company/search", f"{API}/company/search/", f"{API}/company%2Fsearch",
                       "/api/v1/p;a=b/company/search", f"{API}/COMPANY/search", f"{API}/company/search#a"]:
            for signed in [None, f"{self.sandbox.origin}{API}/company/search"]:
                got = self.statuses(self.raw("GET", target, signed))
                self.assertTrue(got and all(status in (400, 401, 404, 501) for status in got), (target, signed, got))

    def test_an_encoded_slash_is_no_separator(self):
        company = self.company(name="Slash", domain="slash.example")
        got = self.statuses(self.raw("GET", f"{API}/company/{company}%2Ftrustedparty"))
        self.assertEqual(got, [404])

    def test_absolute_form_and_asterisk(self):
        origin = self.sandbox.origin
        for target in [f"{origin}{API}/company/search", f"http://evil.example{API}/company/search",
                       f"https://api.qredo.network{API}/company/search"]:
            for signed in [target, f"{origin}{API}/company/search"]:
                got = self.statuses(self.raw("GET", target, signed))
                # Either refused, or taken for what it says and signed as such.
                if got == [200]:
                    self.assertEqual((target, signed), (f"{origin}{API}/company/search",) * 2)
                else:
                    self.assertTrue(got and got[0] in (400, 401, 403, 404), (target, signed, got))
        got = self.statuses(self.raw("OPTIONS", "*", f"{origin}{API}/company/search"))
        self.assertTrue(got and 400 <= got[0] < 500 or got == [501], got)

    def test_the_host_header_decides_nothing(self):
        for host in ["evil.example", "api.qredo.network", f"localhost:{self.sandbox.port}", "127.0.0.1:1"]:
            self.assert_statuses([200], self.raw("GET", f"{API}/company/search", host=host))
            foreign = f"http://{host}{API}/company/search"
            if not host.startswith("localhost"):
                self.assert_statuses([401], self.raw("GET", f"{API}/company/search", foreign, host=host))

    # The body.

    def test_a_chunked_body_is_what_its_chunks_say(self):
        body = b'{"name":"chunkedone"}'
        chunks = b"5\r\n" + body[:5] + b"\r\n" + f"{len(body) - 5:x}\r\n".encode() + body[5:] + b"\r\n0\r\n\r\n"
        head = self.raw("POST", f"{API}/company", body=body, length=False, headers=[("transfer-encoding", "chunked")])
        got = self.statuses(head.removesuffix(body) + chunks)
        self.assertIn(got, ([200], [400], [411]))
        self.assertEqual(self.companies("chunkedone"), 1 if got == [200] else 0)

    def test_length_and_chunked_together(self):
        """Request smuggling: two readers would see two bodies."""
        body = b'{"name":"smuggled"}'
        for headers in [[("transfer-encoding", "chunked")], [("Transfer-Encoding", "chunked"), ("Content-Length", "5")]]:
            data = self.raw("POST", f"{API}/company", body=body, headers=headers)
            got = self.statuses(data, shut=True)
            self.assertTrue(all(status in (400, 401, 411, 415) for status in got), got)
        self.assertEqual(self.companies("smuggled"), 0)

    def test_lengths_that_contradict_each_other(self):
        body = b'{"name":"twolengths"}'
        for lengths in [[len(body), 3], [3, len(body)], [f"{len(body)}, 3"], ["-1"], ["+21"], ["0x15"], [" "]]:
            data = self.raw("POST", f"{API}/company", body=body, length=False,
                            headers=[("content-length", length) for length in lengths])
            got = self.statuses(data, shut=True)
            self.assertNotIn(200, got, lengths)
        self.assertEqual(self.companies("twolengths"), 0)

    def test_a_body_that_is_cut_creates_nothing(self):
        body = b'{"name":"cutshort"}'
        data = self.raw("POST", f"{API}/company", body=body)
        self.assertNotIn(200, self.statuses(data[:-1], shut=True))
        self.assertEqual(self.companies("cutshort"), 0)

    def test_what_follows_the_body_is_another_request(self):
        """Pipelining: each of them is verified for itself, and no byte belongs to two."""
        first = self.raw("POST", f"{API}/company", body=b'{"name":"pipefirst"}', close=False)
        second = self.raw("GET", f"{API}/company/search", close=False)
        unsigned = f"GET {API}/company/search?query=x HTTP/1.1\r\nhost: a\r\n\r\n".encode()
        last = self.raw("GET", f"{API}/company/{NOBODY}")
        got = self.statuses(first + second + unsigned + last)
        self.assertEqual(got[:3], [200, 200, 401])
        self.assertIn(got[3:], ([404], []))  # after a refusal the connection may end
        smuggled = self.raw("POST", f"{API}/company", body=b'{"name":"piped"}' + unsigned, length=False,
                            headers=[("content-length", "16")])
        got = self.statuses(smuggled)
        self.assertNotIn(200, got)
        self.assertEqual(self.companies("pipefirst"), 1)
        self.assertEqual(self.companies("piped"), 0)

    def test_a_body_of_another_kind(self):
        for body in [b'"text"', b"17", b"true", b"null", b"{", b'{"a":1}x', b"\xff", b'{"name":"\xff"}',
                     b"\xef\xbb\xbf{}", b" ", b"name=a"]:
            got = self.statuses(self.raw("POST", f"{API}/company", body=body))
            self.assertTrue(got and 400 <= got[0] < 500, (body, got))

    def test_whitespace_belongs_to_the_bytes(self):
        body = b' {\r\n\t"name" : "Spaced Inc" } \n'
        self.assert_statuses([200], self.raw("POST", f"{API}/company", body=body))
        data = self.raw("POST", f"{API}/company", body=body)
        self.assert_statuses([401], data.removesuffix(body) + body.replace(b"\t", b" "))
        self.assertEqual(self.companies("Spaced"), 1)

    def test_a_body_over_the_limit(self):
        head = self.raw("POST", f"{API}/company", body=b'{"name":"big"}', length=False,
                        headers=[("content-length", str(11 * 1024 * 1024))])
        got = self.statuses(head, shut=True)
        self.assertTrue(got and got[0] in (400, 413), got)

    # The head.

    def test_doubled_and_folded_headers(self):
        good = self.raw("GET", f"{API}/company/search", close=False)
        line = next(line for line in good.split(b"\r\n") if line.startswith(b"x-sign"))
        for spoiled in [good.replace(line, line + b"\r\n" + line), good.replace(line, line + b"\r\nX-SIGN: " + line[8:]),
                        good.replace(line, line.replace(b": ", b" : ")), good.replace(line, line + b"\r\n folded"),
                        good.replace(line, line[:40] + b"\r\n " + line[40:]), good.replace(line, line + b", " + line[8:])]:
            got = self.statuses(spoiled, shut=True)
            self.assertTrue(got and all(status in (400, 401) for status in got), (spoiled, got))

    def test_a_head_over_the_limit(self):
        more = [("x-fill", "a" * 8000)] * 4
        self.assert_statuses([200], self.raw("GET", f"{API}/company/search", headers=more[:3]))
        for headers in [more + [("x-fill", "a" * 600)], more + [("x-fill", "a" * 6000)]]:
            got = self.statuses(self.raw("GET", f"{API}/company/search", headers=headers), shut=True)
            self.assertIn(got, ([400], [431]))

    def test_bytes_that_are_no_text_in_headers(self):
        good = self.raw("GET", f"{API}/company/search")
        for value in [b"\xff\xfe", b"\x00", b"\x01", b"a\x7fb"]:
            for name in [b"x-api-key", b"x-sign", b"x-timestamp"]:
                lines = [name + b": " + value if line.startswith(name) else line for line in good.split(b"\r\n")]
                got = self.statuses(b"\r\n".join(lines), shut=True)
                self.assertTrue(got and all(status in (400, 401) for status in got), (name, value, got))

    def test_odd_heads_do_no_harm(self):
        for data in [b"\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\x16\x03\x01\x02\x00", b"A" * 70000,
                     b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nhost: a\r\n\r\n",
                     b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 5000 + b"\r\n", b"GET / HTTP/1.1\nhost: a\n\n",
                     self.raw("GET", f"{API}/company/search", version=b"HTTP/0.9"),
                     self.raw("get", f"{API}/company/search"), self.raw("TRACE", f"{API}/company/search"),
                     self.raw("CONNECT", f"{API}/company/search"), self.raw("PRI", f"{API}/company/search")]:
            got = self.exchange(data, shut=True)
            self.assertFalse(got.startswith(b"HTTP/1.1 200"), data[:80])
            self.assertFalse(got.startswith(b"HTTP/1.1 500"), data[:80])
        self.assert_statuses([200], self.raw("GET", f"{API}/company/search"))

    def test_method_override_headers_mean_nothing(self):
        company = self.company(name="Override", domain="override.example")
        headers = [("x-http-method-override", "DELETE"), ("x-original-url", f"{API}/company/search")]
        self.assert_statuses([200], self.raw("GET", f"{API}/company/{company}", headers=headers))


if __name__ == "__main__":
    unittest.main()
