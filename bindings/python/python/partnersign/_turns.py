"""Nonces for requests that are sent side by side: who may send next, and what became of the last."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager, suppress
from typing import Protocol
from weakref import WeakValueDictionary

from . import Outcome, PartnerSignError, Reservation
from ._errors import error as refusal

#: How often the next in the queue looks by itself, for what nobody tells it, in seconds.
_LOOK_AGAIN = 0.05


class Nonces(Protocol):
    """A ``NonceSequencer``, or what reserves and settles like one.

    If its ``policy`` is not ``"unique"``, or it has none, one request is under way at a time.
    """

    def reserve(self) -> Reservation: ...
    def settle(self, reservation: Reservation, outcome: Outcome, /) -> None: ...


class Held:
    """A reserved nonce until its outcome is known. Only the first outcome counts."""

    def __init__(self, turns: Turns, place: _Place, reservation: Reservation) -> None:
        self._turns = turns
        self.place = place
        self.reservation: Reservation | None = reservation
        self.nonce = reservation.nonce

    def settle(self, outcome: Outcome) -> None:
        self._turns.settle(self, outcome)

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


class _Place:
    """A request in the queue. The first is under way, or about to be."""

    def __init__(self, wake: Callable[[], object]) -> None:
        self.wake = wake
        self.held: Held | None = None
        self.round = 0
        #: Whether nobody is left who would settle its nonce, or wait for one.
        self.is_gone: Callable[[], bool] = lambda: False


class Turns:
    """The queue for the nonces of one sequencer: all adapters that are given it share one.

    Order of arrival counts under the policies ``sequential`` and ``increasing``. So there a request
    waits until the one before it is answered; ``nonce_busy`` if it waits longer than its time-out.
    """

    def __init__(self, nonces: Nonces) -> None:
        self._nonces = nonces
        self.in_order = getattr(nonces, "policy", None) != "unique"
        self._make_locks()

    @staticmethod
    def of(nonces: Nonces) -> Turns:
        with _TURNS_LOCK:
            turns = _TURNS.get(id(nonces))  # which nobody else can have while they are: they hold the nonces
            if turns is None:
                _TURNS[id(nonces)] = turns = Turns(nonces)
            return turns

    def _make_locks(self) -> None:
        self._process = os.getpid()
        # Reentrant, for a garbage collection may close a request in the middle of anything.
        self._lock = threading.RLock()
        self._places: deque[_Place] = deque()
        self.of_thread = threading.local()

    def _after_fork(self) -> None:
        """A thread of the parent may have held a lock, which nobody here would ever release."""
        if self._process != os.getpid():
            self._make_locks()

    def take(self, timeout: float, is_gone: Callable[[], bool] = lambda: False) -> Held:
        """A nonce for a request of this thread. ``is_gone`` tells whether the request has ended unnoticed."""
        called = threading.Event()
        place = _Place(called.set)
        with closing(self._taking(place, timeout)) as taking:
            for seconds in taking:
                called.wait(seconds)
                called.clear()
        assert place.held is not None
        place.is_gone = is_gone
        return place.held

    async def take_async(self, timeout: float) -> Held:
        """A nonce for a request of this event loop. Those of a loop that was closed have ended unnoticed."""
        loop = asyncio.get_running_loop()
        called = asyncio.Event()
        place = _Place(lambda: loop.call_soon_threadsafe(called.set))
        place.is_gone = loop.is_closed
        with closing(self._taking(place, timeout)) as taking:
            for seconds in taking:
                with suppress(TimeoutError):
                    async with asyncio.timeout(seconds):
                        await called.wait()
                called.clear()
        assert place.held is not None
        return place.held

    def _taking(self, place: _Place, timeout: float) -> Generator[float, None, None]:
        """Yields how many seconds to wait at most for being woken, until the place has a nonce."""
        self._after_fork()
        give_up = time.monotonic() + timeout
        with self._lock:
            self._places.append(place)
        try:
            while True:
                self._dismiss_who_is_gone()
                with self._lock:
                    ahead = self._places.index(place) if self.in_order else 0
                if not ahead:
                    try:
                        place.round = self._round()
                        place.held = Held(self, place, self._nonces.reserve())
                    except PartnerSignError as error:
                        if error.code != "nonce_busy":
                            raise
                    else:
                        return
                left = give_up - time.monotonic()
                if left <= 0:
                    raise refusal(
                        "nonce_busy",
                        f"no nonce in {timeout:g} seconds (nonce_timeout): other requests with nonces of this sequencer "
                        "are still under way",
                    )
                yield min(left, _LOOK_AGAIN * max(ahead, 1))
        except BaseException:
            self._leave(place)
            raise

    def _dismiss_who_is_gone(self) -> None:
        while True:
            with self._lock:
                first = self._places[0] if self._places else None
            if first is None:
                return
            abandoned = first.held is not None and first.round != self._round()
            if not abandoned and not first.is_gone():
                return
            if first.held is not None:
                first.held.settle_unknown()
            self._leave(first)

    def _round(self) -> int:
        """How often ``abandon`` was called: its caller says that all who were under way before are gone."""
        return getattr(self._nonces, "_abandoned", 0)

    def _leave(self, place: _Place) -> None:
        with self._lock:
            if place not in self._places:
                return
            self._places.remove(place)
            following = self._places[0] if self._places else None
        if following is not None:
            with suppress(RuntimeError):  # its event loop is closed
                following.wake()

    def settle(self, held: Held, outcome: Outcome) -> None:
        self._after_fork()
        with self._lock:
            reservation, held.reservation = held.reservation, None
        if reservation is None:
            return
        try:
            self._nonces.settle(reservation, outcome)
        except PartnerSignError as error:
            if error.code != "invalid_argument":  # settled already: somebody called abandon
                raise
        finally:
            self._leave(held.place)


def lock_that_no_fork_splits() -> threading.Lock:
    """A fork waits for it, so that the child never has it locked by a thread that is not there."""
    lock = threading.Lock()
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(before=lock.acquire, after_in_parent=lock.release, after_in_child=lock.release)
    return lock


_TURNS: WeakValueDictionary[int, Turns] = WeakValueDictionary()
_TURNS_LOCK = lock_that_no_fork_splits()
