"""A `dict` or `list` as the one JSON text that is signed and sent."""

from __future__ import annotations

import json
import math

from partnersign._errors import InputTypeError, PartnerSignError, error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: In characters: longer ones are not shown.
_LONGEST_PLACE = 100

_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def dumps(body: dict[Any, Any] | list[Any]) -> bytes:
    """Compact JSON in UTF-8, without NaN and infinities."""
    refused: PartnerSignError
    try:
        written = _ENCODER.encode(body).encode()
        if not _has_a_key_twice(body):
            return written
        refused = error("invalid_json", "the body has an object with two keys that JSON writes alike, such as 1 and '1'")
    except TypeError as why:
        # Names types, never values.
        refused = InputTypeError("invalid_json", f"the body cannot be written as JSON: {why}")
    except UnicodeEncodeError:
        refused = error("invalid_json", "the body has a lone surrogate, which no UTF-8 text can hold")
    except RecursionError:
        refused = error("invalid_json", "the body is nested too deeply to be written as JSON")
    except ValueError:
        place = _place_of_float(body)
        if place is None:
            refused = error("invalid_json", "the body contains itself, which JSON cannot write")
        else:
            refused = error("invalid_json", f"the float body{place} is NaN or infinite, which JSON cannot hold")
    raise refused


def _has_a_key_twice(body: Any) -> bool:
    """JSON's keys are texts; Python writes numbers, booleans and `None` as such, beside the same text too."""
    rest = [body]
    while rest:
        part = rest.pop()
        if isinstance(part, dict):
            if set(map(type, part)) > {str} and len({_ENCODER.encode({key: 0}) for key in part}) < len(part):
                return True
            part = part.values()
        rest += [one for one in part if isinstance(one, (dict, list, tuple))]
    return False


def _place_of_float(body: Any) -> str | None:
    """The keys that lead to a float that is no number."""
    rest, seen = [("", body)], set[int]()
    while rest:
        place, part = rest.pop()
        if isinstance(part, float) and not math.isfinite(part):
            return place if len(place) <= _LONGEST_PLACE else "[...]"
        if isinstance(part, (dict, list, tuple)) and id(part) not in seen:
            seen.add(id(part))
            items = part.items() if isinstance(part, dict) else enumerate(part)
            rest.extend((f"{place}[{key!r}]", value) for key, value in items)
    return None
