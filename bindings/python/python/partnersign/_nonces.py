"""`Outcome`: what became of a nonce."""

from __future__ import annotations

import enum

from partnersign import _native

__all__ = ["Outcome"]


class Outcome(enum.StrEnum):
    """What the sender of a request learned about the nonce that it carried."""

    CONSUMED = "consumed"
    """The server has taken the nonce, whether or not it then did what was asked."""
    NOT_CONSUMED = "not_consumed"
    """The request never left. For the caller alone to say: no answer and no transport error proves it."""
    UNKNOWN = "unknown"
    """Nobody knows: a time-out, a lost connection, an answer that is not the server's own."""
    REFUSED = "refused"
    """The server refused the nonce itself."""

    @classmethod
    def of_http(cls, status: int | None, reason: str | None = None) -> Outcome:
        """What an HTTP answer says: its status (`None` if there was no answer) and the body's `reason`."""
        return cls(_native._outcome_of_http(status, reason))
