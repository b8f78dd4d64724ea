"""Bodies of diagnosis.json, and the forms in which a JSON text is written; text of numbers and strings stays."""

import json
import re

from . import compact
from .signing import COMPANY, COMPANY_LINES

_TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|[\[\]{}:,]|[^\s\[\]{}:,"]+')

INTERNATIONAL = '{"name":"Žluťoučký kůň","city":"東京","sign":"🖋"}'
NESTED = '{"to":[{"address":"0xA1","amount":"1.50"},{"tags":[],"extra":{}}],"a":{"z":null,"b":[true,false]}}'
NUMBERS = '{"amount":1.0,"fee":1e5,"gas":1E+05,"big":123456789012345678901234567890,"zero":-0}'
ESCAPES = '{"note":"line\\nbreak \\"quoted\\" \\\\ tab\\t","path":"a/b"}'
ARRAY = '[{"b":1,"a":2},[3,4],"x"]'
DUPLICATES = '{"address":"one","address":"two","address":"three"}'
PUNCTUATION = '{"text":"a, b: {c}  [d]","url":"https://x/y?z=\\"1, 2\\""}'
ZURICH, ZURICH_ESCAPED = '{"city":"Zürich","n":1}', '{"city":"Z\\u00fcrich","n":1}'
BODIES = {"company": COMPANY, "non-ASCII": INTERNATIONAL, "nested": NESTED, "numbers": NUMBERS, "escapes": ESCAPES,
          "array": ARRAY, "duplicate keys": DUPLICATES, "punctuation in strings": PUNCTUATION}
INDENTS = {"2 spaces": "  ", "4 spaces": "    ", "tab": "\t", "one field per line": ""}


def tokens(text):
    return _TOKEN.findall(text)


def compacted(text):
    """`encoding/json.Compact`, by Go itself."""
    return compact.by_go(text.encode()).decode()


def spaced(text):
    """The separators of Python's `json.dumps`."""
    return "".join({",": ", ", ":": ": "}.get(token, token) for token in tokens(text))


def pretty(text, indent="  "):
    """The layout of `JSON.stringify(x, null, indent)` and `json.dumps(x, indent=...)`."""
    out, depth, before = [], 0, ""
    for token in tokens(text):
        if token in "]}":
            depth -= 1
            if before not in "[{":
                out.append("\n" + indent * depth)
        elif before and before in "[{,":
            out.append("\n" + indent * depth)
        out.append(": " if token == ":" else token)
        depth += token in "[{"
        before = token
    return "".join(out)


def ascii_escaped(text):
    """Non-ASCII characters as lower-case \\u escapes, as `json.dumps` writes them."""
    return "".join(c if c.isascii() else json.dumps(c)[1:-1] for c in text)


def crlf(text):
    return text.replace("\n", "\r\n")


def check():
    """The forms above are those of Python's own json wherever that keeps the text."""
    for text in (COMPANY, INTERNATIONAL, NESTED, ESCAPES, ARRAY, PUNCTUATION):
        value = json.loads(text)
        made = [spaced(text), ascii_escaped(spaced(text)), *(pretty(text, indent) for indent in INDENTS.values())]
        true = [json.dumps(value, ensure_ascii=False), json.dumps(value),
                *(json.dumps(value, ensure_ascii=False, indent=indent or 0) for indent in INDENTS.values())]
        if made != true or "".join(tokens(text)) != text:
            raise ValueError(f"json.dumps writes {text} otherwise")
    if pretty(COMPANY, "") != COMPANY_LINES:
        raise ValueError("one field per line is not as in the documents")
