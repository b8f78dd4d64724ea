"""Two mistakes in one request."""

from .api_key_texts import ALPHA
from .diagnosis_forms import INTERNATIONAL, NESTED, NUMBERS, ascii_escaped, pretty, spaced
from .diagnosis_signatures import padded, spare_bits, standard
from .diagnosis_signers import BARE, HEX, HEX_UPPER, NOT_HASHED, TWICE, WITHOUT_NULL, hashed, pss
from .signing import API, COMPANY, COMPANY_LINES

T = "1639490495"
URL, SEARCH = f"{API}/company", f"{API}/company/search?query=cme"
LOCAL = "http://127.0.0.1:8080/api/v1/p/company"
# How the body was sent and how it was signed; each with the one cause, and others that give the same bytes.
FORMS = {
    "body_compacted": (pretty(COMPANY), COMPANY, ()),
    "body_spaced": (INTERNATIONAL, spaced(INTERNATIONAL), ()),
    "body_missing": (COMPANY_LINES, "", ()),
    "body_no_final_newline": (NUMBERS + "\n", NUMBERS, ("body_compacted",)),
}
# URL as sent and as signed.
URLS = {
    "url_scheme": (URL, URL.replace("https", "http")),
    "url_path_only": (URL, "/api/v1/p/company"),
    "url_other_origin": (LOCAL, URL),
    "url_without_query": (f"{URL}?dry=1", URL),
    "url_trailing_slash": (URL, f"{URL}/"),
    "url_without_prefix": (LOCAL, "http://127.0.0.1:8080/company"),
}
STAMPS = {"timestamp_milliseconds": f"{T}042", "freshness_missing": ""}
BOTH = {"timestamp": T, "nonce": "10"}


def add(maker):
    _read_off(maker)
    _parts(maker)
    _layouts(maker)
    _hashes(maker)


def _pair(maker, first, second, also=(), name="", **request):
    maker.cause(f"{first} and {second}{name and ': '}{name}", f"{first} {second}", also, **request)


def _read_off(maker):
    """What is read off the header or the number, together with a mistake in the payload."""
    other = {"key": "rsa2048-other", "public_keys": ("rsa2048", "rsa2048-other")}
    mistakes = {
        "body_compacted": {"body": pretty(COMPANY), "signed": {"body": COMPANY}},
        "body_missing": {"body": COMPANY, "signed": {"body": ""}},
        "url_path_only": {"url": SEARCH, "signed": {"url": SEARCH.removeprefix("https://api.qredo.network")}},
        "url_scheme": {"url": LOCAL, "signed": {"url": LOCAL.replace("http", "https")}},
        "timestamp_milliseconds": {"url": SEARCH, "signed": {"freshness": f"{T}789"}},
        "freshness_missing": {"url": SEARCH, "signed": {"freshness": ""}},
        "parts_reordered": {"url": SEARCH, "payload": f"{SEARCH}{T}"},
        "parts_separated": {"body": COMPANY, "payload": f"{T}\n{URL}\n{COMPANY}"},
        "payload_newline": {"url": SEARCH, "payload": f"{T}{SEARCH}\n"},
        "method_signed": {"body": COMPANY, "payload": f"{T}POST{URL}{COMPANY}"},
        "api_key_signed": {"body": COMPANY, "payload": f"{ALPHA}{T}{URL}{COMPANY}"},
    }
    for second, request in mistakes.items():
        for first, how in {
            "signature_padded": {"spell": padded}, "signature_spelling": {"spell": spare_bits(9)},
            "other_key": other, "sha1": {"sign": hashed("sha1")}, "pss": {"sign": pss(32)},
            "no_digest_info": {"sign": BARE},
        }.items():
            _pair(maker, first, second, **request, **how)
    compacted, path = mistakes["body_compacted"], mistakes["url_path_only"]
    for first, how in {
        "signature_standard_base64": {"spell": standard}, "signature_hex": {"spell": bytes.hex},
        "sha224": {"sign": hashed("sha224")}, "sha384": {"sign": hashed("sha384")}, "sha512": {"sign": hashed("sha512")},
        "digest_info_without_null": {"sign": WITHOUT_NULL},
    }.items():
        _pair(maker, first, "body_compacted", **compacted, **how)
        _pair(maker, first, "url_path_only", **path, **how)
    _pair(maker, "not_hashed", "url_path_only", **path, sign=NOT_HASHED)
    _pair(maker, "not_hashed", "body_compacted", **compacted, sign=NOT_HASHED)
    _pair(maker, "not_hashed", "timestamp_milliseconds", **mistakes["timestamp_milliseconds"], sign=NOT_HASHED)
    _pair(maker, "pss", "body_compacted", name="no salt", **compacted, sign=pss(0))
    for first, how in {"signature_padded": {"spell": padded}, "signature_hex": {"spell": bytes.hex}}.items():
        for second, sign in {"sha1": hashed("sha1"), "pss": pss(32), "no_digest_info": BARE, "hex_digest_signed": HEX,
                             "hashed_twice": TWICE}.items():
            _pair(maker, first, second, body=COMPANY, sign=sign, **how)
        _pair(maker, first, "other_key", body=COMPANY, **other, **how)
    for second, sign in {"sha512": hashed("sha512"), "pss": pss("max"), "no_digest_info": BARE,
                         "hex_digest_signed": HEX}.items():
        _pair(maker, "other_key", second, url=SEARCH, sign=sign, **other)


def _parts(maker):
    """Two of the body, the URL and the freshness."""
    for form, (sent, signed, equal) in FORMS.items():
        for cause, (url, signed_url) in URLS.items():
            _pair(maker, form, cause, [f"{other} {cause}" for other in equal], url=url, body=sent,
                  signed={"body": signed, "url": signed_url})
        for cause, text in STAMPS.items():
            _pair(maker, form, cause, [f"{other} {cause}" for other in equal], body=sent,
                  signed={"body": signed, "freshness": text})
        _pair(maker, form, "freshness_swapped", [f"{other} freshness_swapped" for other in equal], body=sent,
              freshness=BOTH, signed={"body": signed, "freshness": "10"})
    for cause, (url, signed_url) in URLS.items():
        for name, body in (("body", COMPANY), ("no body", None)):
            _pair(maker, cause, "timestamp_milliseconds", name=name, url=url, body=body,
                  signed={"url": signed_url, "freshness": f"{T}500"})
            _pair(maker, cause, "freshness_missing", name=name, url=url, body=body,
                  signed={"url": signed_url, "freshness": ""})
            _pair(maker, cause, "freshness_swapped", name=name, url=url, body=body, freshness=BOTH,
                  signed={"url": signed_url, "freshness": "10"})


def _layouts(maker):
    for form in ("body_compacted", "body_spaced"):
        sent, signed, _ = FORMS[form]
        for name, payload in {"LF": f"{T}\n{URL}\n{signed}", "bar": f"{T}|{URL}|{signed}"}.items():
            _pair(maker, "parts_separated", form, name=name, body=sent, payload=payload)
        for name, payload in {"POST after the freshness": f"{T}POST{URL}{signed}", "post first": f"post{T}{URL}{signed}",
                              "POST after the URL": f"{T}{URL}POST{signed}"}.items():
            _pair(maker, "method_signed", form, name=name, body=sent, payload=payload)
        for name, payload in {"URL first": f"{URL}{T}{signed}", "body before the URL": f"{T}{signed}{URL}",
                              "freshness last": f"{URL}{signed}{T}"}.items():
            _pair(maker, "parts_reordered", form, name=name, body=sent, payload=payload)
    for name, payload in {
        "POST after the freshness": f"{T}\nPOST\n{URL}\n{COMPANY}", "POST first": f"POST\n{T}\n{URL}\n{COMPANY}",
        "post after the URL": f"{T}\n{URL}\npost\n{COMPANY}",
    }.items():
        _pair(maker, "method_signed", "parts_separated", name=name, body=COMPANY, payload=payload)
    _pair(maker, "method_signed", "parts_separated", name="GET first, no body", url=SEARCH, payload=f"GET\n{T}\n{SEARCH}")
    _pair(maker, "body_sorted_keys", "body_spaced", name="2 spaces sent", body=pretty('{"b":1.0,"a":[2]}'),
          signed={"body": '{"a": [2], "b": 1.0}'})
    _pair(maker, "body_spaced", "body_ascii_escaped", name="2 spaces sent", body=pretty(INTERNATIONAL),
          signed={"body": ascii_escaped(spaced(INTERNATIONAL))})


def _hashes(maker):
    for first, sign in {"hex_digest_signed": HEX, "hashed_twice": TWICE}.items():
        _pair(maker, first, "body_compacted", body=pretty(NESTED), signed={"body": NESTED}, sign=sign)
        _pair(maker, first, "url_path_only", url=SEARCH, sign=sign,
              signed={"url": SEARCH.removeprefix("https://api.qredo.network")})
    _pair(maker, "hex_digest_signed", "body_compacted", name="upper case", body=pretty(COMPANY),
          signed={"body": COMPANY}, sign=HEX_UPPER)
