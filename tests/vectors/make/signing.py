"""signing.json: every stage from the request to the signature, signed and verified by OpenSSL."""

import base64
import hashlib

from . import api_key_texts, compact, openssl
from .values import expand, join, literal, repeat

API = "https://api.qredo.network/api/v1/p"
COMPANY = ('{"name":"ACME Corp","city":"Paris","country":"FR","domain":"acme.com",'
           '"ref":"9827feec-4eae-4e80-bda3-daa7c3b97add"}')
COMPANY_LINES = COMPANY.replace('{"', '{\n"').replace('":"', '": "').replace('",', '",\n').replace('"}', '"\n}')

# partner-api.md 1.2: derived there from the documents, checked here.
DOCUMENTED = [
    ("company search, README", {"timestamp": "1634226826"}, f"{API}/company/search", None,
     "82614f51fe6a425c7a22bdf06df27ab1b13669bddabf2bcacb278afe829472f8"),
    ("company search, 2020", {"timestamp": "1605779886"}, f"{API}/company/search", None,
     "50d5fb356b93705d83789078ba72355b3f454567ad85cf6239c2e7f1cc62e686"),
    ("company search with a query", {"timestamp": "1605779886"}, f"{API}/company/search?query=cme", None,
     "c27431dc029912f7c7342a0cceca0f9e5a2e62546b27e5077fe8cbe3349b0259"),
    ("company, compact", {"timestamp": "1639490495"}, f"{API}/company", COMPANY,
     "ddf3f9f7831d2ae1a0e2163a75844bcf814726b55ec9eedf9644dd80deac32b5"),
    ("company, one field per line", {"timestamp": "1639490495"}, f"{API}/company", COMPANY_LINES,
     "bf704c9f4b22cfe2c3eb315d2bfca6b906628619dd1376a42df53b9bedffcf2c"),
    ("company, nonce", {"nonce": "10"}, f"{API}/company", COMPANY,
     "5cb7b6c06fc15134c0d15933b3ddec5dfe0fb5bec14553acf53c8033a1577c8c"),
    ("liquidity hub feed", {"timestamp": "1636125880"}, "wss://api.qredo.network/api/v1/p/liquidityhub/feed", None,
     "cbebd5f88dafdb488280805633b33e944409c6163711c599db032a99421ed73b"),
]

TIMESTAMP = {"timestamp": "1639490495"}


def base64url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def make(entries):
    signer = Signer(entries)
    for name, freshness, url, body, sha256 in DOCUMENTED:
        method = "POST" if body else "GET"
        signer.add(f"documented: {name}", method, url, body, freshness=freshness, form="exact", sha256=sha256)
    _matrix(signer)
    _requests(signer)
    _bodies(signer)
    _freshness(signer)
    _keys(signer)
    _leading_zero(signer)
    return {"description": "Every stage from the request to the signature (design 4.1 to 4.7).",
            "cases": signer.cases}


class Signer:
    """Signs with OpenSSL what the design says must be signed."""

    def __init__(self, entries):
        self.files = entries.store.files
        self.pem = entries.pem
        self.keys = {case["name"]: case for case in entries.cases if "ok" in case and "file" in case}
        self.cases = []

    def signature(self, key, payload):
        """The signature of the fresh key behind a key file, checked with its public half."""
        public = self.keys[key]["ok"]["public_pem_file"]
        key = public.removeprefix("keys/").removesuffix(".spki.pem")
        signature = openssl.sign(self.pem[key], payload)
        openssl.verify(self.files[public], payload, signature)
        return signature

    def add(self, name, method, url, body=None, *, key="rsa2048.pkcs8.pem", api_key=api_key_texts.ALPHA,
            freshness=TIMESTAMP, form="compact", sent=None, sha256=None):
        """One case. `sent` is the bytes value of a compacted body where it is not worked out here."""
        if body is not None and sent is None:
            sent = literal(compact.by_go(expand(body))) if form == "compact" else body
        (freshness_kind, freshness_text), = freshness.items()
        payload = join(freshness_text, url, "" if sent is None else sent)
        digest = hashlib.sha256(expand(payload)).hexdigest()
        if sha256 not in (None, digest):
            raise ValueError(f"{name}: the payload hashes to {digest}, not to {sha256}")
        signature = base64url(self.signature(key, expand(payload)))
        headers = [["x-api-key", api_key]] if api_key else []
        headers += [["x-sign", signature], [f"x-{freshness_kind}", freshness_text], ["accept", "application/json"]]
        if sent is not None:
            headers.append(["content-type", "application/json"])
        self.cases.append({
            "name": name, "key": key, "api_key": api_key, "freshness": freshness, "method": method, "url": url,
            "form": form, "body_in": body, "body_sent": sent, "method_sent": method.upper(), "headers": headers,
            "payload": payload, "sha256": digest, "signature": signature,
        })


def _matrix(signer):
    pretty = '{\n  "name": "ACME Corp",\n  "amount": 1.50,\n  "to": [ "Zürich", "東京" ]\n}\n'
    for bits in (2048, 3072, 4096):
        for form in ("pkcs1", "pkcs8", "encrypted"):
            for freshness in (TIMESTAMP, {"nonce": "42"}):
                for body_form, method, body in (("no body", "GET", None), ("compact", "POST", pretty),
                                                ("exact", "POST", pretty)):
                    signer.add(f"{bits}, {form}, {next(iter(freshness))}, {body_form}", method,
                               f"{API}/company", body, key=f"rsa{bits}.{form}.pem", freshness=freshness,
                               form="exact" if body_form == "exact" else "compact")


def _requests(signer):
    for name, method, url in [
        ("ws URL", "GET", "ws://localhost:8080/api/v1/p/liquidityhub/feed"),
        ("wss URL with a query", "GET", "wss://api.qredo.network/api/v1/p/wallets/feed?since=1"),
        ("query with several fields", "GET", f"{API}/company/search?query=ACME%20Corp&limit=10&empty="),
        ("query of slashes, colons and question marks", "GET", f"{API}/x?next=/a/b:c?d@e"),
        ("plus in the query", "GET", f"{API}/company/search?query=ACME+Corp"),
        ("escaped UTF-8", "GET", f"{API}/company/Z%C3%BCrich"),
        ("escaped slash", "GET", f"{API}/company/a%2Fb"),
        ("apostrophe in the path", "GET", f"{API}/company/o'neill"),
        ("sub-delims in the path", "GET", f"{API}/a!$&()*+,;=:@b"),
        ("port", "GET", "http://localhost:8001/api/v1/p/company"),
        ("IPv4", "GET", "http://127.0.0.1:8080/api/v1/p/company"),
        ("IPv6", "GET", "http://[::1]:8080/api/v1/p/company"),
        ("IPv6 with many groups", "GET", "https://[2001:db8::8a2e:370:7334]/api/v1/p/company"),
        ("root path", "GET", "https://api.qredo.network/"),
        ("trailing slash", "GET", f"{API}/company/"),
        ("double slash in the path", "GET", f"{API}//company"),
        ("sandbox", "GET", "https://sandbox-api.qredo.network/api/v1/p/company"),
        ("HEAD", "HEAD", f"{API}/company"),
        ("DELETE", "DELETE", f"{API}/company/5zPGLHvQrTSxqqm"),
        ("POST without a body", "POST", f"{API}/company"),
        ("PUT without a body", "PUT", f"{API}/coreclient/c/action/a"),
        ("PATCH without a body", "PATCH", f"{API}/company"),
        ("lower-case method", "get", f"{API}/company"),
        ("mixed-case method", "DeLeTe", f"{API}/company/x"),
        ("a URL of 8192 bytes", "GET", f"{API}/x?q=" + "a" * (8192 - len(f"{API}/x?q="))),
    ]:
        signer.add(name, method, url)
    signer.add("no API key", "GET", f"{API}/company", api_key=None)
    signer.add("no API key, with a body", "POST", f"{API}/company", COMPANY, api_key=None)
    signer.add("sandbox API key", "GET", f"{API}/company", api_key=api_key_texts.SANDBOX)
    padded = api_key_texts.encode({"key": api_key_texts.KEY, "key_id": "PaddedK3yId0"}, padded=True)
    if not padded.endswith("="):
        raise ValueError("the padded API key needs no padding")
    signer.add("padded API key", "GET", f"{API}/company", api_key=padded)
    for method in ("PUT", "PATCH", "post"):
        signer.add(f"{method} with a body", method, f"{API}/company/x", '{ "city": "Lyon" }')


def _bodies(signer):
    pretty = '{\n    "b": 2,\n    "a": 1\n}\n'
    for name, body in [
        ("empty object", "{}"),
        ("empty array", "[]"),
        ("empty object with whitespace", " { \t\r\n } \n"),
        ("array of scalars", '[ 1, "two", null, true, false ]'),
        ("pretty-printed, a line feed after it", pretty),
        ("pretty-printed with CRLF", pretty.replace("\n", "\r\n")),
        ("key order and duplicate keys", '{"b": 1, "a": 2, "b": 3, "": 4, "": 5}'),
        ("non-ASCII", '{"name": "Žluťoučký kůň", "city": "東京", "sign": "🖋"}'),
        ("U+2028 and U+2029", '{"text": "a\u2028b\u2029c"}'),
        ("characters of HTML", '{"html": "<a href=\'x\'>&</a>"}'),
        ("escapes", '{"text": "\\/ \\u0041 \\u00e9 \\u00E9 \\ud83d\\ude00 \\b\\f\\n\\r\\t\\"\\\\"}'),
        ("escaped NUL", '{"text": "\\u0000"}'),
        ("lone surrogate escape", '{"text": "\\ud800 x \\udc00"}'),
        ("DEL and NBSP in a string", '{"text": "\u007f\u00a0"}'),
        ("numbers", '[ 1.0, 0.10, 1e5, 1E+05, -0, -0.0, 0e-0, 1e400, 9007199254740993 ]'),
        ("long numbers", '[ 123456789012345678901234567890, 0.1000000000000000055511151231257827021181583404541 ]'),
        ("whitespace in strings stays", '{ "a  b" : " c  d " }'),
        ("brackets and quotes in strings", '{ "a": "{ [ \\" ] }" , "b\\\\": " , " }'),
        ("private name of serde_json", '{"$serde_json::private::Number": "1.0"}'),
        ("a URL in the body", '{"memo":"https://api.h/api/v1/p/fund/1/freeze?x="}'),
        ("nested", '{"a": [ { "b": [ [ ], { } ] } ] }'),
    ]:
        for form in ("compact", "exact"):
            signer.add(f"{name}, {form}", "POST", f"{API}/company", body, form=form)
    big = ['{ "blob" : "', repeat("0123456789abcdef", 6400), '" }']
    signer.add("100 KiB, exact", "POST", f"{API}/company", big, form="exact")
    signer.add("100 KiB, compact", "POST", f"{API}/company", big, sent=['{"blob":"', big[1], '"}'])
    if compact.by_go(expand(big)) != expand(['{"blob":"', big[1], '"}']):
        raise ValueError("Go compacts the big body otherwise")


def _freshness(signer):
    for name, freshness in [
        ("timestamp 0", {"timestamp": "0"}),
        ("timestamp 9999999999", {"timestamp": "9999999999"}),
        ("timestamp 2147483648", {"timestamp": "2147483648"}),
        ("nonce 0", {"nonce": "0"}),
        ("nonce 1", {"nonce": "1"}),
        ("nonce 9007199254740991", {"nonce": "9007199254740991"}),
        ("nonce of letters", {"nonce": "order_7-A"}),
        ("nonce of 128 characters", {"nonce": "n" * 128}),
        ("nonce that is a UUID", {"nonce": "9827feec-4eae-4e80-bda3-daa7c3b97add"}),
    ]:
        signer.add(name, "GET", f"{API}/company", freshness=freshness)


def _keys(signer):
    """Keys of other sizes, exponents and orders, and other forms of the usual one."""
    for name in [
        "rsa2048-other.pkcs8.pem", "rsa2056.pkcs8.pem", "rsa8192.pkcs8.pem", "rsa2048-e-65539.pkcs8.pem",
        "rsa2048-e-2p32-plus-1.pkcs8.pem", "rsa2048-e-2p33-minus-1.pkcs8.pem",
        "rsa2048-primes-2p925-apart.pkcs1.pem", "rsa2048.pkcs1.der", "rsa2048.pkcs8.der", "rsa2048.encrypted.der",
        "rsa2048.encrypted-scrypt.pem", "rsa2048.bom.pem", "rsa2048.one-line-with-spaces.pem",
        "rsa2048.smaller-prime-first.pem", "rsa2048.d-modulo-phi.pem",
    ]:
        signer.add(f"key {name}", "POST", f"{API}/company", COMPANY, key=name)


def _leading_zero(signer):
    """A signature whose first byte is 0: it keeps its full length."""
    url = f"{API}/company"
    for second in range(1639490495, 1639490495 + 5000):
        signature = openssl.sign(signer.pem["rsa2048"], f"{second}{url}".encode())
        if signature[0] == 0:
            signer.add("signature with a leading zero byte", "GET", url, freshness={"timestamp": str(second)})
            return
    raise ValueError("no signature with a leading zero byte")
