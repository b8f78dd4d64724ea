"""Many clients at once: of those that carry the same nonce or the same signed change exactly one wins."""

import threading
import unittest
from concurrent.futures import ThreadPoolExecutor

from case import SandboxCase
from independent import Client, Key
from running import API, Sandbox, scaled

CLIENTS = 64


class Race(SandboxCase):
    def race(self, requests):
        """Sends all at the same moment; gives the answers."""
        start = threading.Barrier(len(requests))

        def run(request):
            start.wait(timeout=60)
            return self.sandbox.request(*request)

        with ThreadPoolExecutor(len(requests)) as pool:
            return list(pool.map(run, requests))

    def test_64_clients_on_one_sequence(self):
        """Each number is won by one client, in order, whoever it is; and what it created is there once."""
        client = Client(self.sandbox, Key())
        url, last = self.sandbox.url("/company"), scaled(1000)
        wins, lock = {}, threading.Lock()
        state = {"next": 1}

        def work(name):
            while True:
                with lock:
                    nonce = state["next"]
                if nonce > last:
                    return
                body = f'{{"name":"n{nonce}w{name}x"}}'.encode()
                answer = self.sandbox.request("POST", f"{API}/company", client.headers(url, body, nonce=nonce), body)
                with lock:
                    if answer.status == 200:
                        wins.setdefault(nonce, []).append(name)
                        state["next"] = max(state["next"], nonce + 1)
                    else:
                        assert (answer.status, answer.reason) == (401, "nonce"), answer

        with ThreadPoolExecutor(CLIENTS) as pool:
            for done in [pool.submit(work, name) for name in range(CLIENTS)]:
                done.result()
        self.assertEqual({nonce: len(names) for nonce, names in wins.items()},
                         {nonce: 1 for nonce in range(1, last + 1)})
        found = client.get("/company/search").json["matches"]
        self.assertEqual(sorted(match["name"] for match in found),
                         sorted(f"n{nonce}w{names[0]}x" for nonce, names in wins.items()))

    def test_64_at_the_same_moment_under_one_nonce(self):
        client = Client(self.sandbox, Key())
        url = self.sandbox.url("/company")
        for nonce in range(1, 4):
            bodies = [f'{{"name":"m{nonce}w{number}"}}'.encode() for number in range(CLIENTS)]
            answers = self.race([("POST", f"{API}/company", client.headers(url, body, nonce=nonce), body) for body in bodies])
            self.assertEqual(sorted(answer.status for answer in answers), [200] + [401] * (CLIENTS - 1))
        self.assertEqual(client.get("/company/search").json["total_count"], 3)

    def test_one_signed_change_64_times(self):
        client = Client(self.sandbox, Key())
        body = b'{"name":"Once"}'
        request = ("POST", f"{API}/company", client.headers(self.sandbox.url("/company"), body), body)
        answers = self.race([request] * CLIENTS)
        self.assertEqual(sorted(answer.status for answer in answers), [200] + [401] * (CLIENTS - 1))
        self.assertEqual(client.get("/company/search").json["total_count"], 1)

    def test_one_signature_with_many_methods(self):
        """GET, PUT and DELETE share a signature: of the changes at most one gets through."""
        client = Client(self.sandbox, Key())
        client_id = client.post("/coreclient", {"name": "bot"}).json["id"]
        path = f"/coreclient/{client_id}/action/1fB50cYTXCVEFyeqZbDhTEiPBFc"
        headers = client.headers(self.sandbox.url(path))
        answers = self.race([(method, f"{API}{path}", headers) for method in ["PUT", "DELETE"] * 16])
        self.assertEqual(sorted(answer.status for answer in answers), [401] * 31 + [404])

    def test_no_step_of_the_clock_is_lost(self):
        self.addCleanup(self.sandbox.control, "/clock", {"real": True})
        start = self.sandbox.control("/clock", {"now": 2_000_000_000})["now"]
        answers = self.race([("POST", "/_sandbox/clock", [], b'{"advance":1}')] * 64)
        self.assertEqual(sorted(answer.json["now"] for answer in answers), [start + step for step in range(1, 65)])

    def test_funds_at_the_same_moment(self):
        client = Client(self.sandbox, Key())
        self.client = client
        company = self.company()
        user = self.trusted_user(company, "racer@example.com")
        group = {"threshold": 1, "members": [user]}
        requests = []
        for number in range(16):
            body = (f'{{"name":"F{number}","custodygroup_withdraw":{group},"custodygroup_tx":{group},'
                    '"assets":["BTC-TESTNET"]}').replace("'", '"').encode()
            path = f"/company/{company}/fund"
            requests.append(("POST", f"{API}{path}", client.headers(self.sandbox.url(path), body), body))
        answers = self.race(requests)
        self.assertEqual(sorted(answer.status for answer in answers), [200] + [429] * 15)


class SlowClients(unittest.TestCase):
    def test_silent_connections_hold_up_nobody(self):
        import socket

        with Sandbox() as sandbox:
            client = Client(sandbox, Key())
            idle = [socket.create_connection(("127.0.0.1", sandbox.port)) for _ in range(200)]
            for stream in idle:
                stream.sendall(b"POST /api/v1/p/company HTTP/1.1\r\n")
            self.assertEqual(client.get("/company/search").status, 200)
            for stream in idle:
                stream.close()


if __name__ == "__main__":
    unittest.main()
