"""What is refused, and in which words: signatures, replays, methods, keys, clocks, freshness."""

import json
import time
import unittest

from case import ACME, KEY, OTHER_KEY, SandboxCase
from independent import Client

AUTH = "errPartnerAuth"


class Strict(SandboxCase):
    def refused(self, answer, reason):
        self.assert_status(answer, 401, reason)
        self.assertEqual(answer.json["msg"], AUTH)
        self.assertTrue(answer.diagnosis, answer)
        return answer

    def raw_call(self, method, path, headers, body=None):
        return self.sandbox.request(method, f"/api/v1/p{path}", headers, body)

    def test_the_vendor_s_two_bodies_exactly(self):
        answer = self.raw_call("GET", "/company/search", [])
        self.assertEqual((answer.status, answer.json),
                         (401, {"code": 401, "msg": "Unauthorized", "detail": {"reason": "empty token"}}))
        headers = self.client.headers(self.sandbox.url("/company/other"))
        answer = self.raw_call("GET", "/company/search", headers)
        self.assertEqual((answer.status, answer.json),
                         (401, {"code": 401, "msg": AUTH, "detail": {"reason": "signature"}}))

    def test_the_diagnosis_is_in_the_header_and_in_the_log(self):
        body = b'{\n  "name": "ACME Corp"\n}'
        headers = self.client.headers(self.sandbox.url("/company"), b'{"name":"ACME Corp"}')
        answer = self.refused(self.raw_call("POST", "/company", headers, body), "signature")
        self.assertIn("compacted", answer.diagnosis)
        newest = self.sandbox.control("/requests")["list"][0]
        self.assertEqual((newest["method"], newest["status"], newest["diagnosis"]), ("POST", 401, answer.diagnosis))
        self.assertTrue(newest["url"].endswith("/api/v1/p/company"), newest)
        self.assertIn("verdict", newest)

    def test_a_missing_or_cut_signature(self):
        good = self.client.headers(self.sandbox.url("/company/search"))
        sign = dict(good)["x-sign"]

        def with_sign(value):
            return [(name, value if name == "x-sign" else was) for name, was in good]

        without = [pair for pair in good if pair[0] != "x-sign"]
        for headers in [without, with_sign(""), with_sign(sign[:-1]), with_sign(sign + "=="), with_sign(sign + "A"),
                        with_sign(" ".join([sign[:10], sign[10:]])), with_sign("A" * len(sign)),
                        with_sign(sign.replace("-", "+").replace("_", "/") + "=="), with_sign(sign.swapcase())]:
            self.refused(self.raw_call("GET", "/company/search", headers), "signature")
        self.assert_status(self.raw_call("GET", "/company/search", good), 200)

    def test_a_replay_of_a_change_is_refused_and_changes_nothing(self):
        body = b'{"name":"Replayed"}'
        headers = self.client.headers(self.sandbox.url("/company"), body)
        self.assert_status(self.raw_call("POST", "/company", headers, body), 200)
        for _ in range(3):
            self.refused(self.raw_call("POST", "/company", headers, body), "timestamp")
        self.assertEqual(self.ok("GET", "/company/search?query=Replayed")["total_count"], 1)

    def test_the_same_get_twice_in_a_second_is_honest(self):
        headers = self.client.headers(self.sandbox.url("/company/search"))
        for _ in range(3):
            self.assert_status(self.raw_call("GET", "/company/search", headers), 200)

    def test_another_method_under_the_same_signature_is_a_replay(self):
        """The method is not signed: what was read must not be approved with the same signature."""
        client_id = self.ok("POST", "/coreclient", {"name": "bot"})["id"]
        path = f"/coreclient/{client_id}/action/1fB50cYTXCVEFyeqZbDhTEiPBFc"
        for first, then in [("GET", "PUT"), ("GET", "DELETE"), ("PUT", "DELETE"), ("PUT", "GET")]:
            headers = self.client.headers(self.sandbox.url(path))
            self.assert_status(self.raw_call(first, path, headers), 404)
            self.refused(self.raw_call(then, path, headers), "timestamp")

    def test_a_key_of_another_account_opens_nothing(self):
        stranger = Client(self.sandbox, OTHER_KEY)
        url = self.sandbox.url("/company/search")
        mixed = [("x-api-key", self.client.api_key)] + stranger.headers(url)[1:]
        self.refused(self.raw_call("GET", "/company/search", mixed), "signature")
        mixed = [("x-api-key", stranger.api_key)] + self.client.headers(url)[1:]
        self.refused(self.raw_call("GET", "/company/search", mixed), "signature")

    def test_unknown_and_spoiled_api_keys(self):
        good = self.client.headers(self.sandbox.url("/company/search"))
        for api_key in ["nonsense", "e30", self.client.api_key[:-4], self.client.api_key[:-2] + "AA"]:
            self.refused(self.raw_call("GET", "/company/search", [("x-api-key", api_key)] + good[1:]), "key")

    def test_the_clock(self):
        now = int(time.time())
        for timestamp in [now - 290, now + 290, now]:
            self.assert_status(self.client.get("/company/search", timestamp=timestamp), 200)
        for timestamp in [now - 320, now + 320, 0, 1, now * 1000, f"0{now}", f"+{now}", f"{now}.0", "now", "9" * 30]:
            self.refused(self.client.get("/company/search", timestamp=timestamp), "timestamp")

    def test_the_clock_can_be_set(self):
        self.addCleanup(self.sandbox.control, "/clock", {"real": True})
        self.assertEqual(self.sandbox.control("/clock", {"now": 1634226826})["now"], 1634226826)
        self.assert_status(self.client.get("/company/search", timestamp=1634226826), 200)
        self.refused(self.client.get("/company/search", timestamp=int(time.time())), "timestamp")
        self.assertEqual(self.sandbox.control("/clock", {"advance": 301})["now"], 1634227127)
        self.refused(self.client.get("/company/search", timestamp=1634226826), "timestamp")

    def test_exactly_one_freshness(self):
        url = self.sandbox.url("/company/search")
        both = self.client.headers(url) + [("x-nonce", "1")]
        self.refused(self.raw_call("GET", "/company/search", both), "timestamp/nonce")
        neither = [pair for pair in self.client.headers(url) if pair[0] != "x-timestamp"]
        self.refused(self.raw_call("GET", "/company/search", neither), "timestamp/nonce")
        self.refused(self.raw_call("GET", "/company/search", neither + [("x-nonce", "")]), "timestamp/nonce")
        # Another vendor's client sends an empty x-nonce beside its timestamp.
        empty = self.client.headers(url) + [("x-nonce", "")]
        self.assert_status(self.raw_call("GET", "/company/search", empty), 200)
        empty = self.client.headers(url, nonce=1) + [("x-timestamp", "")]
        self.assert_status(self.raw_call("GET", "/company/search", empty), 200)

    def test_doubled_headers(self):
        good = self.client.headers(self.sandbox.url("/company/search"))
        for name, reason in [("x-api-key", "key"), ("x-sign", "signature"), ("x-timestamp", "timestamp")]:
            doubled = good + [(name.upper(), dict(good)[name])]
            self.refused(self.raw_call("GET", "/company/search", doubled), reason)
        nonce = self.client.headers(self.sandbox.url("/company/search"), nonce=1)
        self.refused(self.raw_call("GET", "/company/search", nonce + [("x-nonce", "1")]), "nonce")

    def test_a_body_where_none_belongs(self):
        for method in ["GET", "DELETE"]:
            body = b'{"a":1}'
            path = "/company/1fB50cYTXCVEFyeqZbDhTEiPBFc/trustedparty" + ("/a" if method == "DELETE" else "")
            headers = self.client.headers(self.sandbox.url(path), body)
            self.assert_status(self.raw_call(method, path, headers, body), 400)

    def test_content_encoding(self):
        body = b'{"name":"encoded"}'
        for encoding in ["gzip", "identity", "deflate, gzip"]:
            headers = self.client.headers(self.sandbox.url("/company"), body) + [("content-encoding", encoding)]
            answer = self.raw_call("POST", "/company", headers, body)
            self.assertIn(answer.status, (400, 415), (encoding, answer))
        self.assertEqual(self.ok("GET", "/company/search?query=encoded")["total_count"], 0)

    def test_the_content_type_may_be_missing(self):
        body = b'{"name":"No type"}'
        headers = [pair for pair in self.client.headers(self.sandbox.url("/company"), body) if pair[0][0] == "x"]
        self.assert_status(self.raw_call("POST", "/company", headers, body), 200)

    def test_both_origins_are_signed_for_whatever_the_host(self):
        for origin in [f"http://127.0.0.1:{self.sandbox.port}", f"http://localhost:{self.sandbox.port}"]:
            headers = self.client.headers(f"{origin}/api/v1/p/company/search")
            self.assert_status(self.raw_call("GET", "/company/search", headers), 200)
        headers = self.client.headers("https://api.qredo.network/api/v1/p/company/search")
        answer = self.refused(self.raw_call("GET", "/company/search", headers), "signature")
        self.assertIn("another host", answer.diagnosis)


class Nonces(SandboxCase):
    def nonce(self, value):
        return self.client.get("/company/search", nonce=value)

    def expect(self, value, accepted):
        answer = self.nonce(value)
        if accepted:
            self.assert_status(answer, 200)
        else:
            self.assert_status(answer, 401, "nonce")

    def setUp(self):
        self.client = Client(self.sandbox)  # a fresh key: nonces are counted per key


class Sequential(Nonces):
    def test_exactly_the_next(self):
        for value, accepted in [(10, True), (10, False), (12, False), (9, False), (11, True), ("012", False), ("x", False),
                                (12, True), (11, False)]:
            self.expect(value, accepted)

    def test_a_refused_request_uses_up_no_nonce(self):
        self.expect(5, True)
        headers = self.client.headers(self.sandbox.url("/company/other"), nonce=6)
        self.assert_status(self.sandbox.request("GET", "/api/v1/p/company/search", headers), 401, "signature")
        self.expect(6, True)

    def test_a_business_refusal_uses_it_up(self):
        self.expect(1, True)
        self.assert_status(self.client.get("/company/1fB50cYTXCVEFyeqZbDhTEiPBFc", nonce=2), 404)
        self.expect(2, False)
        self.expect(3, True)

    def test_a_method_that_is_not_there_uses_it_up(self):
        self.expect(1, True)
        headers = self.client.headers(self.sandbox.url("/assets"), nonce=2)
        answer = self.assert_status(self.sandbox.request("DELETE", "/api/v1/p/assets", headers), 405, "method")
        self.assertEqual(answer.headers["allow"], "GET, HEAD")
        self.expect(2, False)
        self.expect(3, True)
        # Unsigned, it is told no more than any other request.
        self.assert_status(self.sandbox.request("DELETE", "/api/v1/p/assets"), 401)

    def test_head_is_get_without_the_body(self):
        headers = self.client.headers(self.sandbox.url("/company/search"))
        answer = self.sandbox.request("HEAD", "/api/v1/p/company/search", headers)
        self.assertEqual((answer.status, answer.body), (200, b""))
        self.assertEqual(self.sandbox.request("HEAD", "/api/v1/p/company/search").status, 401)

    def test_a_timestamp_is_no_nonce(self):
        self.expect(int(time.time()), False)


class Increasing(Nonces):
    ARGS = ("--nonce", "increasing")

    def test_gaps_are_normal(self):
        for value, accepted in [(10, True), (10, False), (9, False), (12, True), (11, False), (2**53 - 1, True)]:
            self.expect(value, accepted)


class Unique(Nonces):
    ARGS = ("--nonce", "unique")

    def test_any_text_once(self):
        for value, accepted in [("a", True), ("b", True), ("a", False), ("A", True), ("7", True), ("3", True), ("7", False)]:
            self.expect(value, accepted)


class Relaxed(SandboxCase):
    ARGS = ("--auth", "relaxed")

    def test_an_api_key_alone_suffices(self):
        headers = [("x-api-key", self.client.api_key), ("content-type", "application/json")]
        answer = self.sandbox.request("POST", "/api/v1/p/company", headers, b'{"name":"Relaxed"}')
        self.assert_status(answer, 200)
        self.assert_status(self.sandbox.request("GET", "/api/v1/p/company/search", []), 401, "empty token")

    def test_doubled_and_contradicting_headers_are_refused_without_a_signature_too(self):
        for more, reason in [([("x-api-key", "")], "key"), ([("x-sign", ""), ("x-sign", "")], "signature"),
                             ([("x-timestamp", "1"), ("x-timestamp", "2")], "timestamp"),
                             ([("x-nonce", ""), ("x-nonce", "2")], "nonce"),
                             ([("x-timestamp", "1"), ("x-nonce", "2")], "timestamp/nonce")]:
            headers = [("x-api-key", self.client.api_key), *more]
            self.assert_status(self.sandbox.request("GET", "/api/v1/p/company/search", headers), 401, reason)
        headers = [("x-api-key", self.client.api_key), ("x-sign", ""), ("x-timestamp", "1"), ("x-nonce", "")]
        self.assert_status(self.sandbox.request("GET", "/api/v1/p/company/search", headers), 200)

    def test_a_signature_that_is_sent_is_verified(self):
        headers = self.client.headers(self.sandbox.url("/company/search"))
        self.assert_status(self.sandbox.request("GET", "/api/v1/p/company/search", headers), 200)
        wrong = [(name, "A" * len(value) if name == "x-sign" else value) for name, value in headers]
        self.assert_status(self.sandbox.request("GET", "/api/v1/p/company/search", wrong), 401, "signature")

    def test_the_replay_of_a_signed_change_is_refused(self):
        self.assert_status(self.client.call("POST", "/company", ACME, timestamp=int(time.time())), 200)
        self.assert_status(self.client.call("POST", "/company", ACME, timestamp=int(time.time())), 401, "timestamp")


class Origins(SandboxCase):
    ARGS = ("--origin", "https://api.qredo.network", "--origin", "http://localhost:8001")

    def test_the_named_origins_and_no_others(self):
        for origin, status in [("https://api.qredo.network", 200), ("http://localhost:8001", 200),
                               (self.sandbox.origin, 401), ("http://api.qredo.network", 401)]:
            url = f"{origin}/api/v1/p/company/search"
            answer = self.sandbox.request("GET", "/api/v1/p/company/search", self.client.headers(url))
            self.assertEqual(answer.status, status, (origin, answer))


class ControlPlane(SandboxCase):
    def test_foreign_hosts_and_origins_are_kept_out(self):
        for headers in [[("host", "evil.example")], [("origin", "http://evil.example")], [("origin", "null")]]:
            host = [] if headers[0][0] == "host" else [("host", f"127.0.0.1:{self.sandbox.port}")]
            answer = self.request_with(host + headers)
            self.assertEqual(answer.status, 403, answer)
        self.assertEqual(self.request_with([("host", f"localhost:{self.sandbox.port}")]).status, 200)

    def request_with(self, headers):
        import http.client

        from running import Answer

        connection = http.client.HTTPConnection(self.sandbox.host, self.sandbox.port, timeout=20)
        connection.putrequest("GET", "/_sandbox/requests", skip_host=True, skip_accept_encoding=True)
        for name, value in headers:
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        got = Answer(answer.status, answer.getheaders(), answer.read())
        connection.close()
        return got

    def test_reset_begins_anew(self):
        self.company()
        self.sandbox.control("/reset", {})
        self.assert_status(self.client.get("/company/search"), 401, "key")
        self.client = Client(self.sandbox, KEY)
        self.assertEqual(self.ok("GET", "/company/search")["total_count"], 0)

    def test_another_method_is_told_which_there_are(self):
        for method, path, allow in [("GET", "/reset", "POST"), ("DELETE", "/requests", "GET,HEAD")]:
            answer = self.assert_status(self.sandbox.request(method, f"/_sandbox{path}"), 405, "method")
            self.assertEqual(answer.headers["allow"], allow)

    def test_feed_events(self):
        event = {"feed": "liquidityhub", "message": {"txID": "1", "status": "taker_pending"}}
        for good in [event, event | {"feed": "wallets", "message": {}}]:
            self.assertEqual(self.sandbox.control("/feed-events", good, expect=(200,)), {"code": 200, "msg": "OK"})
        for bad, field in [({"feed": "wallets"}, "message"), (event | {"feed": "coreclient"}, "feed"),
                           (event | {"message": "text"}, "message"), (event | {"message": [1]}, "message"), ([], "body")]:
            answer = self.sandbox.request("POST", "/_sandbox/feed-events", [], json.dumps(bad).encode())
            self.assert_status(answer, 400, field)

    def test_health_and_pages(self):
        self.assertEqual(self.sandbox.request("GET", "/healthz").status, 200)
        self.assertEqual(self.sandbox.request("GET", "/openapi.json").status, 200)
        for path in ["/", "/docs"]:
            self.assertEqual(self.sandbox.request("GET", path).status, 501)


class Remote(unittest.TestCase):
    def test_only_loopback_unless_allowed(self):
        from running import Sandbox

        with self.assertRaises(RuntimeError):
            Sandbox(listen="0.0.0.0:0")
        with Sandbox("--allow-remote", listen="0.0.0.0:0") as sandbox:
            self.assertGreater(sandbox.port, 0)


if __name__ == "__main__":
    unittest.main()
