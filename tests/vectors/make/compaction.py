"""compaction.json: what Go's encoding/json.Compact makes of each input, less invalid UTF-8 and
top-level scalars (design 4.4)."""

from . import compact
from .compaction_bad_inputs import BAD
from .compaction_inputs import DEEP, GOOD, SCALARS
from .values import error, expand, literal


def make(numbers):
    cases = []
    for name, value in GOOD:
        cases.append({"name": name, "input": value, "output": literal(_whole(name, value))})
    for name, value, output in DEEP:
        if output is not None:
            if _whole(name, value) != expand(output):
                raise ValueError(f"{name}: Go gives another output")
            cases.append({"name": name, "input": value, "output": output})
    for name, value in SCALARS:
        if _whole(name, value)[:1] in (b"{", b"["):
            raise ValueError(f"{name}: not a scalar")
        cases.append({"name": name, "input": value, "error": error("invalid_body", numbers)})
    refused = [(name, value, None) for name, value, output in DEEP if output is None]
    for name, value, position in BAD + refused:
        found = error("invalid_json", numbers)
        if position is not None:
            found["position"] = position
        _check_refused(name, expand(value), position)
        cases.append({"name": name, "input": value, "error": found})
    return {"description": "Compaction of a body: the bytes of Go's encoding/json.Compact, or the error (design 4.4).",
            "cases": cases}


def _whole(name, value):
    """Go's output for an input that must be well-formed and UTF-8."""
    data = expand(value)
    data.decode()
    try:
        return compact.by_go(data)
    except compact.Refused as refusal:
        raise ValueError(f"{name}: Go refuses it: {refusal}") from refusal


def _check_refused(name, data, position):
    """Go must refuse it too, at the same byte, unless only its UTF-8 is wrong."""
    try:
        compact.by_go(data)
    except compact.Refused as refusal:
        if position is not None and refusal.offset != position:
            raise ValueError(f"{name}: Go stops at {refusal.offset}, not at {position}") from refusal
        return
    try:
        data.decode()
    except UnicodeDecodeError as invalid:
        if position not in (None, invalid.start):
            raise ValueError(f"{name}: the first bad byte is {invalid.start}") from invalid
        return
    raise ValueError(f"{name}: Go accepts it")
