"""Nonces for requests that are sent side by side: who may send next, and what became of the last."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Callable, Generator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Protocol
from weakref import WeakKeyDictionary

from . import Outcome, PartnerSignError, Reservation

#: How often somebody who waits looks by itself, for nonces that others settle, in seconds.
_LOOK_AGAIN = 0.05


class Nonces(Protocol):
    """A ``NonceSequencer``, or what reserves and settles like one."""

    def reserve(self) -> Reservation: ...
    def settle(self, reservation: Reservation, outcome: Outcome, /) -> None: ...


class Held:
    """A reserved nonce until its outcome is known. Only the first outcome counts."""

    def __init__(self, turns: Turns, reservation: Reservation) -> None:
        self._turns = turns
        self._reservation: Reservation | None = reservation
        self.nonce = reservation.nonce

    def settle(self, outcome: Outcome) -> None:
        with self._turns.lock:
            reservation, self._reservation = self._reservation, None
        if reservation is not None:
            self._turns.settle(reservation, outcome)

    def settle_unknown(self) -> None:
        """No answer, and none will come: the request may have arrived all the same."""
        self.settle(Outcome.of_http(None, None))

    def settle_answered(self, status: int, reason: str | None) -> None:
        self.settle(Outcome.of_http(status, reason))

    @contextmanager
    def settled_if_not_sent(self) -> Generator[None, None, None]:
        """An error in here happens before anything has left."""
        try:
            yield
        except BaseException:
            self.settle(Outcome.NOT_CONSUMED)
            raise


class Turns:
    """Hands the nonces of one sequencer to requests, and waits while there is none.

    A sequential one has one nonce out at a time, so the others wait: one of them for the answer, the
    rest behind it. ``nonce_busy`` if that answer does not come within ``timeout`` seconds.
    """

    def __init__(self, nonces: Nonces, timeout: float) -> None:
        self._nonces = nonces
        self._timeout = timeout
        self._make_locks()

    def _make_locks(self) -> None:
        self._process = os.getpid()
        self.lock = threading.Lock()
        self._queue = threading.Lock()
        self._queues: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()
        self._next_settled: Future[None] = Future()

    def _after_fork(self) -> None:
        """A thread of the parent may have held a lock, which nobody here would ever release."""
        if self._process != os.getpid():
            self._make_locks()

    def take(self, settle_abandoned: Callable[[], None] = lambda: None) -> Held:
        """A nonce for a request of this thread. ``settle_abandoned`` is called while somebody has it."""
        self._after_fork()
        with self._queue:
            give_up = time.monotonic() + self._timeout
            while True:
                settled = self._next_settled
                try:
                    return Held(self, self._nonces.reserve())
                except PartnerSignError as error:
                    if error.code != "nonce_busy" or time.monotonic() >= give_up:
                        raise
                settle_abandoned()
                try:
                    settled.result(timeout=_LOOK_AGAIN)
                except TimeoutError:
                    pass

    async def take_async(self) -> Held:
        """A nonce for a request of this event loop."""
        self._after_fork()
        loop = asyncio.get_running_loop()
        with self.lock:
            queue = self._queues.setdefault(loop, asyncio.Lock())
        async with queue:
            give_up = time.monotonic() + self._timeout
            while True:
                settled = self._next_settled
                try:
                    return Held(self, self._nonces.reserve())
                except PartnerSignError as error:
                    if error.code != "nonce_busy" or time.monotonic() >= give_up:
                        raise
                await asyncio.wait([asyncio.wrap_future(settled)], timeout=_LOOK_AGAIN)

    def settle(self, reservation: Reservation, outcome: Outcome) -> None:
        try:
            self._nonces.settle(reservation, outcome)
        except PartnerSignError as error:
            if error.code != "invalid_argument":  # settled already: somebody called abandon
                raise
        finally:
            with self.lock:
                settled, self._next_settled = self._next_settled, Future()
            settled.set_result(None)
