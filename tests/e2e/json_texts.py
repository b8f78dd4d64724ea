"""Random JSON texts, and mutations of them that are sometimes no JSON any more."""

import json

STRINGS = ["", "a", "é", "\u2028", "\\", '"', "\u0000", "日本", "🖋", " x ", "/", "{}", "a" * 40, "\\\\\"" * 9]
NUMBERS = ["0", "-0", "1.0", "1e5", "1E+05", "0.10", "12345678901234567890", "-1.5e-300", "9" * 40]
PIECES = [b" ", b"\t", b"\n", b"\r", b'"', b"\\", b"{", b"}", b"[", b"]", b":", b",", b"0", b"-", b".", b"e", b"+",
          b"true", b"null", b"\\u0041", b"\\ud800", b"\x00", b"\x7f", b"\x80", b"\xc3\xa9", b"\xed\xa0\x80",
          b"\xef\xbb\xbf", b"/", b"'", b"1 2", b"\x0b", b"\xc2\xa0"]


def value(random, depth=0):
    """A JSON value as text, with whitespace between its tokens."""
    kind = random.randrange(7 if depth < 5 else 4)
    if kind == 0:
        return random.choice(NUMBERS)
    if kind == 1:
        return random.choice(["true", "false", "null"])
    if kind < 4:
        return json.dumps(random.choice(STRINGS), ensure_ascii=random.random() < 0.5)
    if kind == 4:
        return container(random, "[", "]", lambda: value(random, depth + 1))
    return container(random, "{", "}", lambda: f"{json.dumps(random.choice(STRINGS))}{space(random)}:{space(random)}"
                                               f"{value(random, depth + 1)}")


def container(random, opening, closing, member):
    members = [f"{space(random)}{member()}{space(random)}" for _ in range(random.randrange(4))]
    return f"{opening}{space(random)}{','.join(members)}{space(random)}{closing}"


def space(random):
    return "".join(random.choice(" \t\r\n") for _ in range(random.choice([0, 0, 1, 2, 9])))


def mutated(random, text):
    """A few pieces put in, cut out or doubled."""
    text = bytearray(text)
    for _ in range(random.randrange(4)):
        at = random.randrange(len(text) + 1)
        choice = random.randrange(3)
        if choice == 0:
            text[at:at] = random.choice(PIECES)
        elif choice == 1:
            del text[at:at + random.randrange(1, 5)]
        else:
            text[at:at] = text[at:at + random.randrange(1, 9)]
    return bytes(text)
