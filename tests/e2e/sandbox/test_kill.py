"""kill -9 at any moment under load: nothing is accepted twice, nothing that was acknowledged is lost."""

import http.client
import pathlib
import random
import tempfile
import threading
import time
import unittest

from independent import Client, Key
from running import API, Sandbox, scaled

WORKERS = 4


class Kill(unittest.TestCase):
    def test_killed_and_started_again(self):
        seed = random.SystemRandom().randrange(2**32)
        print(f"seed {seed}")
        chance = random.Random(seed)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        args = ("--database", pathlib.Path(folder.name) / "sandbox.sqlite", "--nonce", "sequential",
                "--origin", "https://api.qredo.network")
        sandbox = Sandbox(*args)
        self.addCleanup(lambda: sandbox.process.poll() is None and sandbox.kill())
        workers = [Worker(sandbox, number) for number in range(WORKERS)]
        for _ in range(scaled(1000)):
            stop = threading.Event()
            threads = [threading.Thread(target=worker.work, args=(sandbox, stop)) for worker in workers]
            for thread in threads:
                thread.start()
            time.sleep(chance.random() * 0.25)
            sandbox.kill()
            stop.set()
            for thread in threads:
                thread.join(timeout=60)
                self.assertFalse(thread.is_alive())
            sandbox = Sandbox(*args)
            for worker in workers:
                worker.check(self, sandbox)
        counts = [len(worker.acknowledged) for worker in workers]
        print(f"acknowledged: {counts}")
        self.assertGreater(min(counts), 0)
        self.assertEqual(sandbox.stop(), 0)


class Worker:
    """One account that creates companies: by nonce n the company `n`, or the same by timestamp."""

    def __init__(self, sandbox, number):
        self.client = Client(sandbox, Key())
        self.by_nonce = number % 2 == 0
        self.next = 1
        self.acknowledged = {}
        self.in_flight = None
        self.checks = 0

    def request(self, number):
        """What was signed once is sent again as it is: the server must know it."""
        body = f'{{"name":"n{number}"}}'.encode()
        freshness = {"nonce": number} if self.by_nonce else {"timestamp": int(time.time())}
        url = f"https://api.qredo.network{API}/company"
        return ("POST", f"{API}/company", self.client.headers(url, body, **freshness), body)

    def work(self, sandbox, stop):
        while not stop.is_set():
            self.in_flight = self.in_flight or self.request(self.next)
            try:
                answer = sandbox.request(*self.in_flight)
            except (OSError, http.client.HTTPException):
                return  # killed: whether it was accepted is unknown
            assert answer.status == 200, answer
            self.acknowledged[self.next] = answer.json["company_id"]
            self.replayed, self.in_flight, self.next = self.in_flight, None, self.next + 1

    def check(self, test, sandbox):
        # What was in flight, once more: accepted now, or refused because it had been.
        if self.in_flight:
            answer = sandbox.request(*self.in_flight)
            test.assertIn(answer.status, (200, 401), answer)
            if answer.status == 401:
                test.assertEqual(answer.reason, "nonce" if self.by_nonce else "timestamp", answer)
            test.assertEqual(sandbox.request(*self.in_flight).status, 401)
            self.acknowledged[self.next] = answer.json["company_id"] if answer.status == 200 else None
            self.in_flight, self.next = None, self.next + 1
        # What was acknowledged is never accepted again.
        if self.next > 2 and hasattr(self, "replayed"):
            test.assertEqual(sandbox.request(*self.replayed).status, 401)
        # Another URL each time: a thousand of one in five minutes would be more than there are seconds.
        self.checks += 1
        path = f"{API}/company/search?check={self.checks}"
        found = sandbox.request("GET", path, self.client.headers(f"https://api.qredo.network{path}")).json["matches"]
        names = sorted(match["name"] for match in found)
        # Each once, in spite of all that was sent twice; none lost.
        test.assertEqual(names, sorted(f"n{number}" for number in self.acknowledged))
        ids = {match["name"]: match["company_id"] for match in found}
        for number, company_id in self.acknowledged.items():
            test.assertIn(company_id, (None, ids[f"n{number}"]))


if __name__ == "__main__":
    unittest.main()
