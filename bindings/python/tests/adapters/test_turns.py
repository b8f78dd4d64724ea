"""The queue for the nonces of one sequencer, under threads and event loops that give up at any time."""

from __future__ import annotations

import asyncio
import gc
import random
import threading
import time
import unittest
import weakref

import partnersign
from partnersign._turns import Held, Turns

SECONDS = 1.0


class Storm:
    """Requests that are held for a moment, and settled one way or another."""

    def __init__(self, sequencer: partnersign.NonceSequencer) -> None:
        self.turns = Turns.of(sequencer)
        self.nonces: list[int] = []
        self.at_once = self.most_at_once = 0
        self.lock = threading.Lock()
        self.give_up = time.monotonic() + SECONDS

    def begin(self, held: Held) -> None:
        with self.lock:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            self.nonces.append(held.nonce)

    def end(self, held: Held) -> None:
        with self.lock:
            self.at_once -= 1
        if random.random() < 0.1:
            held.settle_unknown()
        else:
            held.settle_answered(200, None)

    def in_thread(self) -> None:
        while time.monotonic() < self.give_up:
            try:
                held = self.turns.take(random.choice([0.001, 0.05, 5]))
            except partnersign.NonceError:
                continue
            self.begin(held)
            time.sleep(random.random() / 1000)
            self.end(held)

    async def in_task(self) -> None:
        held = await self.turns.take_async(random.choice([0.001, 0.05, 5]))
        self.begin(held)
        try:
            await asyncio.sleep(random.random() / 1000)
        finally:
            self.end(held)

    async def in_loop(self) -> None:
        while time.monotonic() < self.give_up:
            tasks = [asyncio.create_task(self.in_task()) for _ in range(10)]
            await asyncio.sleep(random.random() / 50)
            for task in random.sample(tasks, 3):
                task.cancel()
            for outcome in await asyncio.gather(*tasks, return_exceptions=True):
                assert outcome is None or isinstance(outcome, partnersign.NonceError | asyncio.CancelledError), outcome


class TurnsTest(unittest.TestCase):
    def test_one_at_a_time_in_order_and_nobody_is_left(self) -> None:
        for policy in ("sequential", "increasing"):
            sequencer = partnersign.NonceSequencer(policy, 0)
            storm = Storm(sequencer)
            threads = [threading.Thread(target=storm.in_thread) for _ in range(6)]
            threads += [threading.Thread(target=lambda storm=storm: asyncio.run(storm.in_loop())) for _ in range(3)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertGreater(len(storm.nonces), 50)
            self.assertEqual((storm.most_at_once, storm.nonces), (1, sorted(storm.nonces)))
            self.assertEqual(len(storm.turns._places), 0)
            self.assertGreater(storm.turns.take(0).nonce, storm.nonces[0])

    def test_a_queue_goes_with_the_last_that_uses_it(self) -> None:
        sequencer = partnersign.NonceSequencer("increasing")
        turns = Turns.of(sequencer)
        self.assertIs(Turns.of(sequencer), turns)
        self.assertIsNot(Turns.of(partnersign.NonceSequencer("increasing")), turns)
        turns.take(0)  # and never settled
        gone = weakref.ref(turns)
        del turns
        gc.collect()
        self.assertIsNone(gone())


if __name__ == "__main__":
    unittest.main()
