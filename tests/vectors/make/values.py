"""Bytes values: how a vector file writes bytes, and the one way in which all files are printed.

A bytes value is a string (its UTF-8), {"hex": "..."}, {"repeat": "...", "times": n}, or a list of
bytes values to concatenate.
"""

import json


def expand(value):
    """The bytes that a bytes value stands for."""
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, list):
        return b"".join(map(expand, value))
    if "hex" in value:
        return bytes.fromhex(value["hex"])
    return value["repeat"].encode() * value["times"]


def literal(data):
    """The bytes value of some bytes: a string where they are UTF-8, else hex."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return {"hex": data.hex()}


def repeat(text, times):
    return {"repeat": text, "times": times}


def join(*values):
    """One bytes value for several, as a plain string where that is possible."""
    if all(isinstance(value, str) for value in values):
        return "".join(values)
    flat = []
    for value in values:
        flat.extend(value if isinstance(value, list) else [value])
    return [value for value in flat if value != ""]


def error(code, numbers):
    """The error object of a case: the stable code and its number."""
    return {"code": code, "number": numbers[code]}


def print_json(document):
    """A vector file: two spaces, LF, readable UTF-8; what cannot be seen is escaped."""
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    return "".join(map(_readable, text)).encode()


def _readable(character):
    if character == "\n" or character.isprintable():
        return character
    units = character.encode("utf-16-be")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))
