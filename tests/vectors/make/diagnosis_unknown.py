"""What no cause explains: a diagnosis must claim nothing."""

from .api_key_texts import BETA
from .diagnosis_forms import DUPLICATES, INTERNATIONAL, NESTED, NUMBERS, pretty
from .diagnosis_signers import HEX, TWICE
from .diagnosis_layouts import REQUESTS
from .signing import API, COMPANY, COMPANY_LINES

T = "1639490495"
URL, SEARCH = f"{API}/company", f"{API}/company/search?query=cme"
TRANSFER = '{"to":"0xA1","amount":"1.50","memo":"a b"}'


def add(maker):
    _bodies(maker)
    _urls(maker)
    _freshness(maker)
    _layouts(maker)


def _bodies(maker):
    for name, sent, signed in [
        ("amount changed", TRANSFER, TRANSFER.replace("1.50", "1.51")),
        ("amount changed and compacted", pretty(TRANSFER), TRANSFER.replace("1.50", "15.0")),
        ("one letter changed", COMPANY, COMPANY.replace("ACME", "ACNE")),
        ("letter case of a value", COMPANY, COMPANY.replace("Paris", "paris")),
        ("letter case of a key", COMPANY, COMPANY.replace('"city"', '"City"')),
        ("key renamed", COMPANY, COMPANY.replace('"ref"', '"reference"')),
        ("keys in camel case", '{"trusted_party":"a"}', '{"trustedParty":"a"}'),
        ("field added", COMPANY, COMPANY.replace("}", ',"x":null}')),
        ("field removed", COMPANY, COMPANY.replace('"city":"Paris",', "")),
        ("truncated", COMPANY, COMPANY[:-1]),
        ("truncated in the middle", COMPANY, COMPANY[:60]),
        ("first byte missing", COMPANY, COMPANY[1:]),
        ("twice", COMPANY, COMPANY + COMPANY),
        ("empty object for a body", COMPANY, "{}"),
        ("null for a body", COMPANY, "null"),
        ("wrapped in an array", COMPANY, f"[{COMPANY}]"),
        ("form encoded", '{"name":"ACME","city":"Paris"}', "name=ACME&city=Paris"),
        ("number 1.0 as 1", NUMBERS, NUMBERS.replace("1.0", "1")),
        ("number 1e5 as 100000.0", NUMBERS, NUMBERS.replace("1e5", "100000.0")),
        ("long number rounded", NUMBERS, NUMBERS.replace("123456789012345678901234567890", "1.2345678901234568e29")),
        ("number as a string", '{"n":1}', '{"n":"1"}'),
        ("array reordered", "[1,2,3]", "[3,2,1]"),
        ("keys in reverse order", NESTED, '{"a":{"z":null,"b":[true,false]},"to":[]}'),
        ("keys in another order that is not sorted", '{"a":1,"b":2,"c":3}', '{"b":2,"a":1,"c":3}'),
        ("duplicate keys merged", DUPLICATES, '{"address":"three"}'),
        ("space within a string removed", TRANSFER, TRANSFER.replace("a b", "ab")),
        ("all spaces removed, also within strings", pretty(TRANSFER), TRANSFER.replace(" ", "")),
        ("true for false", '{"a":false}', '{"a":true}'),
        ("accent lost", INTERNATIONAL, INTERNATIONAL.replace("ů", "u")),
        ("decomposed letters", '{"city":"Zürich"}', '{"city":"Zu\u0308rich"}'),
        ("Latin-1 misread as UTF-8", '{"city":"Zürich"}', '{"city":"ZÃ¼rich"}'),
        ("three line feeds after it", COMPANY, COMPANY + "\n\n\n"),
        ("space after it", COMPANY, COMPANY + " "),
        ("NUL after it", COMPANY, COMPANY + "\0"),
        ("encoded thrice", '{"a":1}', '"\\"{\\\\\\"a\\\\\\":1}\\""'),
        ("single quotes", '{"a":1}', "{'a':1}"),
        ("base64 of the body", '{"a":1}', "eyJhIjoxfQ=="),
        ("hexadecimal of the body", '{"a":1}', "7b2261223a317d"),
    ]:
        maker.unknown(f"unknown, body: {name}", body=sent, signed={"body": signed})
    maker.unknown("unknown, body: [{}] signed without a body", signed={"body": "[{}]"})
    maker.unknown("unknown, body: undefined signed without a body", signed={"body": "undefined"})
    maker.unknown("unknown, body: one signed, none sent", signed={"body": COMPANY})


def _urls(maker):
    for name, sent, signed in [
        ("another id", f"{URL}/5zPGLHvQrTSxqqm", f"{URL}/5zPGLHvQrTSxqqn"),
        ("another resource", URL, f"{API}/fund"),
        ("another query value", SEARCH, SEARCH.replace("cme", "acme")),
        ("one query field added, others reversed", f"{URL}?a=1&b=2", f"{URL}?b=2&a=1&c=3"),
        ("query added", URL, f"{URL}?a=1"),
        ("one query field of two", f"{URL}?a=1&b=2", f"{URL}?a=1"),
        ("question mark lost, query kept", SEARCH, SEARCH.replace("?", "")),
        ("escaped thrice", f"{URL}/a%20b", f"{URL}/a%252520b"),
        ("space left out", f"{URL}?q=a%20b", f"{URL}?q=ab"),
        ("unknown host", URL, "https://api.example.com/api/v1/p/company"),
        ("unknown port", "http://127.0.0.1:8080/api/v1/p/company", "http://127.0.0.1:8081/api/v1/p/company"),
        ("port that is not the default", URL, URL.replace("network/", "network:8443/")),
        ("sister API", URL, URL.replace("/api/", "/qapi/")),
        ("version 2", URL, URL.replace("/v1/", "/v2/")),
        ("half the prefix", URL, URL.replace("/api/v1/p", "/api/v1")),
        ("prefix twice", URL, URL.replace("/api/v1/p", "/api/v1/p/api/v1/p")),
        ("path in upper case", URL, f"{API}/COMPANY"),
        ("two slashes at its end", URL, f"{URL}//"),
        ("two slashes within", URL, f"{API}//company"),
        ("fragment", URL, f"{URL}#top"),
        ("user information", URL, URL.replace("//", "//user@")),
        ("ftp", URL, URL.replace("https", "ftp")),
        ("origin alone", URL, "https://api.qredo.network"),
        ("host alone", URL, "api.qredo.network"),
        ("missing", URL, ""),
        ("last segment alone", URL, "company"),
        ("parent", f"{URL}/1", URL),
        ("URL of another method", f"{API}/coreclient/c/action/a", f"{API}/coreclient/c/action"),
        ("space after it", URL, f"{URL} "),
    ]:
        maker.unknown(f"unknown, URL: {name}", url=sent, signed={"url": signed})
    maker.unknown("unknown, URL: a host that the Host header does not name", url=URL, headers=[("host", "partner.example")],
                  signed={"url": "https://partner.invalid/api/v1/p/company"})
    maker.unknown("unknown, URL: another id, with a body", url=f"{URL}/1", body=COMPANY, signed={"url": f"{URL}/2"})


def _freshness(maker):
    for name, sent, signed in [
        ("61 s later", T, str(int(T) + 61)), ("61 s earlier", T, str(int(T) - 61)), ("an hour later", T, str(int(T) + 3600)),
        ("a day earlier", T, str(int(T) - 86400)), ("microseconds", T, f"{T}000000"), ("nanoseconds", T, f"{T}000000000"),
        ("milliseconds of a minute later", T, f"{int(T) + 61}000"),
        ("milliseconds of an hour earlier", T, f"{int(T) - 3600}999"),
        ("with a fraction", T, f"{T}.123"), ("with a zero in front", T, f"0{T}"), ("hundredths", T, f"{T}00"),
        ("as a date", T, "2021-12-14T14:01:35Z"), ("in hexadecimal", T, f"{int(T):x}"), ("0", T, "0"), ("null", T, "null"),
    ]:
        for kind, body in (("body", COMPANY), ("no body", None)):
            maker.unknown(f"unknown, timestamp: {name}, {kind}", freshness={"timestamp": sent}, body=body,
                          signed={"freshness": signed})
    for name, sent, signed in [("one more", "10", "11"), ("one less", "10", "9"), ("zero in front", "10", "010"),
                               ("thousandfold", "10", "10000"), ("quoted", "10", '"10"'),
                               ("letter case", "order-A", "order-a")]:
        maker.unknown(f"unknown, nonce: {name}", freshness={"nonce": sent}, body=COMPANY, signed={"freshness": signed})
    maker.unknown("unknown, both sent: another nonce signed", freshness={"timestamp": T, "nonce": "10"}, body=COMPANY,
                  signed={"freshness": "11"})


def _layouts(maker):
    for name, payload in {
        "separated by §": f"{T}§{URL}§{COMPANY}", "separated by three line feeds": f"{T}\n\n\n{URL}\n\n\n{COMPANY}",
        "one separator alone": f"{T}\n{URL}{COMPANY}", "the other separator alone": f"{T}{URL}\n{COMPANY}",
        "separators of two kinds": f"{T}\n{URL}|{COMPANY}",
        "another method": f"{T}GET{URL}{COMPANY}", "another API key": f"{BETA}{T}{URL}{COMPANY}",
        "part of the API key": f"eyJrZXlf{T}{URL}{COMPANY}", "URL twice": f"{T}{URL}{URL}{COMPANY}",
        "named fields": f"timestamp={T}&url={URL}&body={COMPANY}", "JSON of all": f'{{"timestamp":{T},"url":"{URL}"}}',
        "nothing at all": "", "something else": "The quick brown fox jumps over the lazy dog",
        "content type": f"{T}{URL}application/json{COMPANY}", "a secret after it": f"{T}{URL}{COMPANY}secret",
        "URL reversed": f"{T}{URL[::-1]}{COMPANY}", "all in upper case": f"{T}{URL}{COMPANY}".upper(),
    }.items():
        maker.unknown(f"unknown, payload: {name}", body=COMPANY, payload=payload)
    maker.unknown("unknown, payload: two line feeds after it", payload=f"{T}{URL}\n\n")
    maker.unknown("unknown, payload: separated by §, no body", payload=f"{T}§{URL}")
    for name, sign in {"hexadecimal digest": HEX, "hashed twice": TWICE}.items():
        maker.unknown(f"unknown, {name} of another body", body=COMPANY, sign=sign, signed={"body": "{}"})
    flipped = bytearray(COMPANY_LINES.encode())
    for position in (0, 5, 50, len(flipped) - 1):
        copy = bytes(flipped[:position]) + bytes([flipped[position] ^ 1]) + bytes(flipped[position + 1:])
        maker.unknown(f"unknown, one bit of the body at {position}", body=COMPANY_LINES, signed={"body": copy.decode()})
    for name, (request, parts) in REQUESTS.items():
        maker.unknown(f"unknown, last byte missing: {name}", **request, payload="".join(parts)[:-1])
        maker.unknown(f"unknown, first byte missing: {name}", **request, payload="".join(parts)[1:])
