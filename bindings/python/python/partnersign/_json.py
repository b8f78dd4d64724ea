"""A `dict` or `list` as the one JSON text that is signed and sent."""

from __future__ import annotations

import json

from partnersign._errors import InputTypeError, PartnerSignError, error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def dumps(body: dict[str, Any] | list[Any]) -> bytes:
    """Compact JSON in UTF-8, without NaN and infinities."""
    refused: PartnerSignError
    try:
        return _ENCODER.encode(body).encode()
    except TypeError as why:
        # Names types, never values.
        refused = InputTypeError("invalid_json", f"the body cannot be written as JSON: {why}")
    except UnicodeEncodeError:
        refused = error("invalid_json", "the body has a lone surrogate, which no UTF-8 text can hold")
    except RecursionError:
        refused = error("invalid_json", "the body is nested too deeply to be written as JSON")
    except ValueError:
        refused = error("invalid_json", "the body contains itself, or a float that JSON cannot hold (NaN, infinity)")
    raise refused
