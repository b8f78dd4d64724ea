"""api_keys.json: API keys, good and bad (design 4.6)."""

import json

from .api_key_texts import ALPHA, KEY, KEY_ID, SANDBOX, encode
from .values import error

_PLAIN = {"key_id": KEY_ID, "key": KEY}
# Its base64 has both characters in which the two alphabets differ.
_DIFFERING = {"key_id": "ÿþ>?", "key": "~~~ÿÿÿ???>>>"}


def make(numbers):
    cases = [{"name": name, "api_key": text, "ok": {"key_id": key_id, "sent": text.strip(" \t\r\n")}}
             for name, text, key_id in _good()]
    cases += [{"name": f"bad: {name}", "api_key": text, "error": error("invalid_api_key", numbers)}
              for name, text in _bad()]
    return {"description": "API keys, good and bad (design 4.6); `sent` is what goes into x-api-key.", "cases": cases}


def _good():
    urlsafe, standard = encode(_DIFFERING), encode(_DIFFERING, urlsafe=False)
    if not ({"-", "_"} & set(urlsafe) and {"+", "/"} & set(standard)):
        raise ValueError("the alphabets do not differ")
    yield "unpadded", ALPHA, KEY_ID
    yield "sandbox", SANDBOX, "Sandb0xK3yId00"
    yield "URL-safe alphabet", urlsafe, _DIFFERING["key_id"]
    yield "standard alphabet", standard, _DIFFERING["key_id"]
    for filler in range(3):
        document = {"key_id": "x" * (14 + filler), "key": KEY}
        for urlsafe in (True, False):
            text = encode(document, urlsafe=urlsafe, padded=True)
            alphabet = "URL-safe" if urlsafe else "standard"
            yield f"{alphabet}, padded with {text.count('=')}", text, document["key_id"]
    yield "line feed after", ALPHA + "\n", KEY_ID
    yield "CRLF after", ALPHA + "\r\n", KEY_ID
    yield "whitespace around", f" \t{ALPHA} \n\n", KEY_ID
    yield "key before key_id", encode({"key": KEY, "key_id": KEY_ID}), KEY_ID
    yield "sandbox before the others", encode({"sandbox": True, **_PLAIN}), KEY_ID
    yield "other fields of every kind", encode({"a": None, **_PLAIN, "b": [1, {"key_id": 2}], "c": 1.5, "d": {"key": 3}}), KEY_ID
    yield "pretty-printed", encode(json.dumps(_PLAIN, indent=2) + "\n"), KEY_ID
    yield "escapes in the JSON", encode('{"key\\u005fid":"\\u0041b","k\\u0065y":"\\/"}'), "Ab"
    yield "non-ASCII key_id", encode({"key_id": "Zürich-東京", "key": KEY}), "Zürich-東京"


def _bad():
    yield "empty", ""
    yield "whitespace only", " \n"
    yield "not base64", "this is not base64!"
    yield "base64 of nothing but padding", "===="
    yield "raw JSON", json.dumps(_PLAIN)
    yield "one character", "e"
    yield "length 1 modulo 4", ALPHA[:len(ALPHA) // 4 * 4 - 3]
    yield "cut off", ALPHA[:len(ALPHA) // 2 // 4 * 4]
    yield "space within", f"{ALPHA[:40]} {ALPHA[40:]}"
    yield "line feed within", f"{ALPHA[:40]}\n{ALPHA[40:]}"
    yield "quoted", f'"{ALPHA}"'
    yield "padding within", f"{ALPHA[:40]}=={ALPHA[40:]}"
    yield "two API keys", f"{ALPHA},{ALPHA}"
    yield "header name before", f"x-api-key: {ALPHA}"
    yield "non-ASCII characters", f"{ALPHA[:40]}é{ALPHA[40:]}"
    yield "NUL after", f"{ALPHA}\0"
    yield "base64 of text", encode("hello")
    yield "base64 of nothing but whitespace", encode("   ")
    yield "base64 of a string", encode('"key_id"')
    yield "base64 of a number", encode("123")
    yield "base64 of null", encode("null")
    yield "base64 of an array", encode([KEY_ID, KEY])
    yield "base64 of an array around the object", encode([_PLAIN])
    yield "empty object", encode({})
    yield "key_id missing", encode({"key": KEY})
    yield "key missing", encode({"key_id": KEY_ID})
    yield "key_id a number", encode({"key_id": 1, "key": KEY})
    yield "key a number", encode({"key_id": KEY_ID, "key": 1})
    yield "key_id null", encode({"key_id": None, "key": KEY})
    yield "key null", encode({"key_id": KEY_ID, "key": None})
    yield "key an array", encode({"key_id": KEY_ID, "key": [KEY]})
    yield "names in another case", encode({"Key_ID": KEY_ID, "Key": KEY})
    yield "names in camel case", encode({"keyId": KEY_ID, "key": KEY})
    yield "object not closed", encode(json.dumps(_PLAIN)[:-1])
    yield "two objects", encode(json.dumps(_PLAIN) * 2)
    yield "text after the object", encode(json.dumps(_PLAIN) + "x")
    yield "invalid UTF-8 in the JSON", encode(b'{"key_id":"\xff","key":"k"}')
    yield "invalid UTF-8 in a field that nobody reads", encode(b'{"key_id":"a","key":"b","c":"\xff"}')
    yield "encoded twice", encode(ALPHA)
    yield "single quotes in the JSON", encode("{'key_id':'a','key':'b'}")
