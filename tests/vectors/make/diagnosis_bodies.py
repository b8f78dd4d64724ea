"""Bodies that were signed in another form than they were sent."""

import base64
import hashlib
import json

from .diagnosis_forms import (BODIES, ESCAPES, INDENTS, INTERNATIONAL, NESTED, NUMBERS, ZURICH, ZURICH_ESCAPED,
                              ascii_escaped, compacted, crlf, pretty, spaced)
from .signing import COMPANY, COMPANY_LINES
from .values import literal, repeat

_NONCE = {"freshness": {"nonce": "order_7-A"}}
ODD = '{\n   "b" : 2,\n   "a" : [1, 2]\n}'  # a layout that nobody's library writes


def add(maker):
    _forms(maker)
    _line_breaks(maker)
    _marks(maker)
    _keys_and_characters(maker)
    _other_bytes(maker)
    _more_or_less(maker)


def _forms(maker):
    def case(name, cause, body, signed, also=(), **request):
        maker.cause(name, cause, also, body=body, signed={"body": signed}, **request)

    for name, body in BODIES.items():
        case(f"{name}: 2 spaces sent, compacted signed", "body_compacted", pretty(body), compacted(body))
        case(f"{name}: compact sent, 2 spaces signed", "body_pretty", body, pretty(body))
        case(f"{name}: compact sent, json.dumps signed", "body_spaced", body, spaced(body))
        case(f"{name}: json.dumps sent, compacted signed", "body_compacted", spaced(body), compacted(body), **_NONCE)
    for name, indent in INDENTS.items():
        case(f"compact sent, {name} signed", "body_pretty", COMPANY, pretty(COMPANY, indent), **_NONCE)
        case(f"numbers, compact sent, {name} signed", "body_pretty", NUMBERS, pretty(NUMBERS, indent))
        case(f"nested, json.dumps sent, {name} signed", "body_pretty", spaced(NESTED), pretty(NESTED, indent))
        case(f"{name} sent, compacted signed", "body_compacted", pretty(COMPANY, indent), COMPANY)
        case(f"nested, {name} sent, json.dumps signed", "body_spaced", pretty(NESTED, indent), spaced(NESTED))
    case("one field per line sent, 2 spaces signed", "body_pretty", COMPANY_LINES, pretty(COMPANY))
    case("2 spaces sent, tab signed", "body_pretty", pretty(COMPANY), pretty(COMPANY, "\t"))
    case("odd layout sent, compacted signed", "body_compacted", ODD, compacted(ODD))
    case("odd layout sent, 4 spaces signed", "body_pretty", ODD, pretty(ODD, "    "))
    case("odd layout sent, json.dumps signed", "body_spaced", ODD, spaced(ODD))
    case("sorted keys, 2 spaces sent, compacted signed", "body_compacted", pretty('{"a":1,"b":"c"}'), '{"a":1,"b":"c"}')
    for kibibytes in (10, 100):
        text = repeat("0123456789abcdef", kibibytes * 64)
        case(f"{kibibytes} KiB, 2 spaces sent, compacted signed", "body_compacted", ['{\n  "blob": "', text, '"\n}'],
             ['{"blob":"', text, '"}'])
        case(f"{kibibytes} KiB: body not signed", "body_missing", ['{"blob":"', text, '"}'], "")
        case(f"{kibibytes} KiB: line feed signed", "body_final_newline", ['{"blob":"', text, '"}'],
             ['{"blob":"', text, '"}\n'], also="payload_newline")
    case("CRLF sent, compacted signed", "body_compacted", crlf(pretty(COMPANY)), COMPANY)
    case("all kinds of whitespace sent, compacted signed", "body_compacted", ' \t\r\n{ "a"\t:\r[ 1.0 ,\n2 ] } \n',
         '{"a":[1.0,2]}')
    case("spaces in an empty object sent, compacted signed", "body_compacted", "{ }", "{}",
         also=("body_spaced", "body_pretty"))
    case("spaces in an array of one sent, compacted signed", "body_compacted", "[ 1.0 ]", "[1.0]", also="body_spaced")
    case("characters of HTML and U+2028, compacted signed", "body_compacted", '{ "a": "<&>\u2028" }', '{"a":"<&>\u2028"}')
    case("escapes that need none, compacted signed", "body_compacted", '{ "a": "\\/\\u0041\\u00E9" }',
         '{"a":"\\/\\u0041\\u00E9"}')


def _line_breaks(maker):
    def case(name, cause, body, signed, also=(), **request):
        maker.cause(name, cause, also, body=body, signed={"body": signed}, **request)

    for name, body in {"compact": COMPANY, "json.dumps": spaced(NESTED), "2 spaces": pretty(INTERNATIONAL),
                       "one field per line": COMPANY_LINES, "odd layout": ODD}.items():
        case(f"{name}: line feed signed", "body_final_newline", body, body + "\n", also="payload_newline")
    case("CRLF after the body signed", "body_final_newline", COMPANY, COMPANY + "\r\n", **_NONCE)
    case("compact: line feed sent", "body_no_final_newline", COMPANY + "\n", COMPANY, also="body_compacted")
    case("compact, nonce: line feed sent", "body_no_final_newline", NUMBERS + "\n", NUMBERS, also="body_compacted", **_NONCE)
    case("compact: CRLF sent", "body_no_final_newline", COMPANY + "\r\n", COMPANY, also="body_compacted")
    case("json.dumps: line feed sent", "body_no_final_newline", spaced(ESCAPES) + "\n", spaced(ESCAPES), also="body_spaced")
    case("2 spaces: line feed sent", "body_no_final_newline", pretty(NESTED) + "\n", pretty(NESTED), also="body_pretty")
    case("one field per line: line feed sent", "body_no_final_newline", COMPANY_LINES + "\n", COMPANY_LINES,
         also="body_pretty")
    case("odd layout: line feed sent", "body_no_final_newline", ODD + "\n", ODD)
    case("one field per line: CRLF signed", "body_crlf", COMPANY_LINES, crlf(COMPANY_LINES))
    case("2 spaces and a final line feed: CRLF signed", "body_crlf", pretty(NESTED) + "\n", crlf(pretty(NESTED) + "\n"))
    case("odd layout: CRLF signed", "body_crlf", ODD, crlf(ODD), **_NONCE)
    case("compact and a line feed sent, CRLF signed", "body_crlf", COMPANY + "\n", COMPANY + "\r\n")
    case("one field per line with CRLF sent, LF signed", "body_lf", crlf(COMPANY_LINES), COMPANY_LINES, also="body_pretty")
    case("2 spaces with CRLF sent, LF signed", "body_lf", crlf(pretty(NESTED)), pretty(NESTED), also="body_pretty", **_NONCE)
    case("2 spaces with CRLF, also at the end, sent, LF signed", "body_lf", crlf(pretty(NESTED) + "\n"),
         pretty(NESTED) + "\n")
    case("odd layout with CRLF sent, LF signed", "body_lf", crlf(ODD), ODD)
    case("compact and CRLF sent, line feed signed", "body_lf", COMPANY + "\r\n", COMPANY + "\n")


def _marks(maker):
    for name, body in {"compact": COMPANY, "non-ASCII": INTERNATIONAL, "one field per line": COMPANY_LINES}.items():
        maker.cause(f"{name}: byte order mark signed", "body_bom", body=body, signed={"body": "\ufeff" + body})
        maker.cause(f"{name}: byte order mark sent", "body_no_bom", body="\ufeff" + body, signed={"body": body}, **_NONCE)


def _keys_and_characters(maker):
    def case(name, cause, body, signed, also=(), **request):
        maker.cause(name, cause, also, body=body, signed={"body": signed}, **request)

    def dumps(text, **options):
        return json.dumps(json.loads(text), ensure_ascii=False, **{"separators": (",", ":"), **options})

    case("company: keys sorted", "body_sorted_keys", COMPANY, dumps(COMPANY, sort_keys=True))
    case("company, 2 spaces sent: keys sorted", "body_sorted_keys", pretty(COMPANY), dumps(COMPANY, sort_keys=True))
    case("nested: keys sorted at all levels", "body_sorted_keys", NESTED, dumps(NESTED, sort_keys=True), **_NONCE)
    case("numbers: keys sorted", "body_sorted_keys", NUMBERS,
         '{"amount":1.0,"big":123456789012345678901234567890,"fee":1e5,"gas":1E+05,"zero":-0}')
    case("array: keys sorted in its objects", "body_sorted_keys", '[{"b":1,"a":2},[3],{"B":0,"A":{"y":1,"x":2}}]',
         '[{"a":2,"b":1},[3],{"A":{"x":2,"y":1},"B":0}]')
    case("keys sorted by code point", "body_sorted_keys",
         '{"é":1,"z":2,"Z":3,"😀":4,"～":5,"a":6,"aa":7,"":8,"10":9,"9":10}',
         '{"":8,"10":9,"9":10,"Z":3,"a":6,"aa":7,"z":2,"é":1,"～":5,"😀":4}')
    case("keys sorted, json.dumps separators", "body_sorted_keys body_spaced", COMPANY,
         dumps(COMPANY, sort_keys=True, separators=None))
    case("nested, keys sorted, json.dumps separators", "body_sorted_keys body_spaced", NESTED,
         dumps(NESTED, sort_keys=True, separators=None))
    case("keys sorted, 2 spaces", "body_sorted_keys body_pretty", COMPANY,
         dumps(COMPANY, sort_keys=True, indent=2, separators=None))
    for name, body in {"non-ASCII": INTERNATIONAL, "Zürich": ZURICH, "emoji": '{"😀":"\u2028é","a":["ÿ",1.0]}'}.items():
        case(f"{name}: escapes signed", "body_ascii_escaped", body, ascii_escaped(body))
        case(f"{name}: escapes sent", "body_not_escaped", ascii_escaped(body), body, **_NONCE)
        case(f"{name}: json.dumps with escapes signed", "body_spaced body_ascii_escaped", body, ascii_escaped(spaced(body)))
    _other_serialisers(case)
    case("2 spaces sent, compact with escapes signed", "body_compacted body_ascii_escaped", pretty(INTERNATIONAL),
         ascii_escaped(INTERNATIONAL))
    case("2 spaces with escapes sent, compact without signed", "body_compacted body_not_escaped", pretty(ZURICH_ESCAPED), ZURICH)
    case("escapes in upper case sent", "body_not_escaped", '{"city":"Z\\u00FCrich","s":"\\uD83D\\uDE00"}',
         '{"city":"Zürich","s":"😀"}')
    case("escapes sent, json.dumps with the same escapes signed", "body_spaced", ZURICH_ESCAPED, spaced(ZURICH_ESCAPED))
    case("escapes sent, json.dumps without signed", "body_spaced body_not_escaped", ZURICH_ESCAPED, spaced(ZURICH))
    case("keys sorted and escapes", "body_sorted_keys body_ascii_escaped",
         '{"z":"ž","a":"ä"}', '{"a":"\\u00e4","z":"\\u017e"}')
    case("2 spaces with escapes signed", "body_pretty body_ascii_escaped", INTERNATIONAL,
         pretty(ascii_escaped(INTERNATIONAL)))


def _other_serialisers(case):
    """Go escapes what HTML would read, PHP escapes slashes, JavaScript writes numbers anew."""
    markup = '{"memo":"<b>Q&A</b>","url":"https://acme.com/a?b=1&c=2"}'

    def html(text):
        return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")

    case("markup: json.Marshal of Go signed", "body_html_escaped", markup, html(markup))
    case("markup, 2 spaces sent: json.Marshal of Go signed", "body_compacted body_html_escaped", pretty(markup), html(markup))
    case("company and Co: json.Marshal of a map in Go signed", "body_sorted_keys body_html_escaped",
         '{"name":"ACME & Co","city":"Paris"}', '{"city":"Paris","name":"ACME \\u0026 Co"}')
    case("markup: json_encode of PHP signed", "body_slashes_escaped", markup, markup.replace("/", "\\/"))
    case("Zürich with a slash: json_encode of PHP signed", "body_slashes_escaped body_ascii_escaped",
         '{"city":"Zürich/CH"}', '{"city":"Z\\u00fcrich\\/CH"}')
    case("amounts: JSON.stringify signed", "body_numbers_rewritten", '{"amount":1500.50,"fee":1e5,"zero":-0,"n":[1.0,0.10]}',
         '{"amount":1500.5,"fee":100000,"zero":0,"n":[1,0.1]}')
    case("amounts, 2 spaces sent: JSON.stringify signed", "body_compacted body_numbers_rewritten",
         pretty('{"amount":1500.50,"name":"a"}'), '{"amount":1500.5,"name":"a"}')


def _other_bytes(maker):
    """Escapes, numbers, character sets and hashes as other languages' libraries make them of the same text."""
    def case(name, cause, body, signed, also=(), **request):
        maker.cause(name, cause, also, body=body, signed={"body": signed}, **request)

    case("upper-case escapes of Jackson signed", "body_ascii_escaped", '{"city":"Zürich","s":"😀"}',
         '{"city":"Z\\u00FCrich","s":"\\uD83D\\uDE00"}')
    case("Gson signed", "body_html_escaped", '{"memo":"a=b & \'c\' <d>"}',
         '{"memo":"a\\u003db \\u0026 \\u0027c\\u0027 \\u003cd\\u003e"}')
    case("System.Text.Json signed", "body_html_escaped body_ascii_escaped", '{"memo":"é+\\"q\\" & \'c\' <d> `"}',
         '{"memo":"\\u00E9\\u002B\\u0022q\\u0022 \\u0026 \\u0027c\\u0027 \\u003Cd\\u003E \\u0060"}')
    case("slashes escaped in what was sent", "body_not_escaped", '{"url":"https:\\/\\/acme.com\\/a"}',
         '{"url":"https://acme.com/a"}', **_NONCE)
    case("json.Marshal of Go sent, JSON.stringify signed", "body_not_escaped", '{"memo":"Q\\u0026A \\u003cb\\u003e"}',
         '{"memo":"Q&A <b>"}')
    amounts = '{"amount":1500.50,"fee":1e5,"count":7,"n":[1.0,0.10]}'
    case("amounts: json.dumps signed, compact", "body_numbers_rewritten", amounts,
         json.dumps(json.loads(amounts), separators=(",", ":")))
    case("amounts: json.dumps signed", "body_spaced body_numbers_rewritten", amounts, json.dumps(json.loads(amounts)))
    for name, charset in {"Latin-1": "latin-1", "UTF-16, little-endian": "utf-16-le", "UTF-16, big-endian": "utf-16-be"}.items():
        case(f"{name} signed", "body_other_charset", ZURICH, literal(ZURICH.encode(charset)))
    case("ASCII with question marks signed", "body_other_charset", INTERNATIONAL,
         INTERNATIONAL.encode("ascii", "replace").decode())
    case("ASCII with two question marks for an emoji signed", "body_other_charset", '{"sign":"🖋"}', '{"sign":"??"}', **_NONCE)
    case("2 spaces sent, Latin-1 and compacted signed", "body_compacted body_other_charset", pretty(ZURICH),
         literal(ZURICH.encode("latin-1")))
    nested = '{"a":1,"list":[1,{"b":2}],"none":{},"empty":[]}'
    jackson = '{\n  "a" : 1,\n  "list" : [ 1, {\n    "b" : 2\n  } ],\n  "none" : { },\n  "empty" : [ ]\n}'
    case("Jackson's pretty printer signed", "body_pretty", nested, jackson)
    for indent in (1, 3, 8):
        case(f"indent {indent} signed", "body_pretty", COMPANY, json.dumps(json.loads(COMPANY), indent=indent))
    case("2 spaces and CRLF of .NET signed", "body_crlf body_pretty", COMPANY, crlf(pretty(COMPANY)))
    case("JSON_PRETTY_PRINT of PHP signed", "body_pretty body_slashes_escaped", '{"url":"https://acme.com/"}',
         '{\n    "url": "https:\\/\\/acme.com\\/"\n}')
    case("json.MarshalIndent of Go signed", "body_html_escaped body_pretty", '{"memo":"Q&A"}', '{\n  "memo": "Q\\u0026A"\n}')
    case("space behind colons alone signed", "body_spaced", COMPANY, json.dumps(json.loads(COMPANY), separators=(",", ": ")))
    case("json.dumps and a line feed signed", "body_final_newline body_spaced", COMPANY, spaced(COMPANY) + "\n")
    case("json.dumps of json.dumps signed", "body_double_encoded body_spaced", COMPANY, json.dumps(spaced(COMPANY)))
    case("Double of Java signed", "body_numbers_rewritten", '{"amount":12345678.90,"rate":0.00012,"n":7}',
         '{"amount":1.23456789E7,"rate":1.2E-4,"n":7}')
    case("a map of Gson signed", "body_numbers_rewritten", '{"amount":1,"n":[20,10000000000]}', '{"amount":1.0,"n":[20.0,1.0E10]}')
    digest = hashlib.sha256(COMPANY.encode())
    case("hexadecimal hash in upper case signed", "body_hashed", COMPANY, digest.hexdigest().upper())
    case("SHA-512 signed", "body_hashed", COMPANY, hashlib.sha512(COMPANY.encode()).hexdigest())
    case("hexadecimal hash signed", "body_hashed", COMPANY, digest.hexdigest())
    case("base64 hash signed", "body_hashed", COMPANY, base64.b64encode(digest.digest()).decode(), **_NONCE)
    case("2 spaces sent, hash of the compact body signed", "body_compacted body_hashed", pretty(COMPANY), digest.hexdigest())
    for name, body in {"company": COMPANY, "one field per line": COMPANY_LINES, "non-ASCII": INTERNATIONAL}.items():
        case(f"{name}: sent encoded twice", "body_sent_double_encoded", json.dumps(body), body)
    case("one field per line: sent encoded twice, compacted signed", "body_sent_double_encoded body_compacted",
         json.dumps(COMPANY_LINES), COMPANY)


def _more_or_less(maker):
    for name, body in {"company": COMPANY, "one field per line": COMPANY_LINES, "escapes": ESCAPES,
                       "non-ASCII": INTERNATIONAL, "array": "[1,2.0]"}.items():
        maker.cause(f"{name}: encoded twice", "body_double_encoded", body=body,
                    signed={"body": json.dumps(body, ensure_ascii=False)})
    for name, request in {"company": {"body": COMPANY}, "one field per line, nonce": {"body": COMPANY_LINES, **_NONCE},
                          "PUT": {"body": "{}", "method": "PUT"}, "non-ASCII": {"body": INTERNATIONAL}}.items():
        maker.cause(f"{name}: body not signed", "body_missing", **request, signed={"body": ""})
    for empty in ("{}", "[]", "null", '""'):
        maker.cause(f"no body: {empty} signed", "body_empty_object", signed={"body": empty})
        maker.cause(f"no body, nonce, DELETE: {empty} signed", "body_empty_object", method="DELETE",
                    signed={"body": empty}, **_NONCE)
