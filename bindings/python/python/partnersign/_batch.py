"""`Request`: one request of a batch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, SupportsIndex

from partnersign._errors import InputTypeError, PartnerSignError
from partnersign._types import Body, BodyForm

__all__ = ["Request"]


class Request(NamedTuple):
    """One request of a batch: what `Signer.sign` is called with."""

    method: str
    url: str
    body: Body | None = None
    timestamp: SupportsIndex | str | None = None
    nonce: str | SupportsIndex | None = None
    form: BodyForm = "compact"

    def __repr__(self) -> str:
        """Without the body."""
        given = [f"{name}={value!r}" for name, value in self._asdict().items() if name != "body" and value is not None]
        return f"Request({', '.join(given)}{'' if self.body is None else ', with a body'})"


def read_request(request: Request | tuple[Any, ...] | Mapping[str, Any]) -> Request | PartnerSignError:
    """The request, or why it is none."""
    try:
        if isinstance(request, Mapping):
            return Request(**request)
        if isinstance(request, tuple):
            return Request(*request)
    except TypeError:
        names = ", ".join(Request._fields)
        return InputTypeError("invalid_argument", f"a request of a batch has the fields {names}, the first two at least")
    return InputTypeError(
        "invalid_argument", f"a request of a batch is a Request, tuple or mapping, not {type(request).__name__}"
    )
