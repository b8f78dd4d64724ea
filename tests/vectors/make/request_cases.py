"""requests.json: requests that are refused for their method or body, and bodies at the size limit."""

import hashlib

from .signing import API, COMPANY, TIMESTAMP
from .values import error, expand, join, repeat

LIMIT = 10 * 1024 * 1024


def make(numbers):
    cases = []

    def refused(name, method, body, code, form="compact"):
        cases.append({"name": name, "method": method, "url": f"{API}/company", "freshness": TIMESTAMP, "form": form,
                      "body_in": body, "error": error(code, numbers)})

    def accepted(name, method, body, sent, form="compact"):
        payload = expand(join(TIMESTAMP["timestamp"], f"{API}/company", "" if sent is None else sent))
        cases.append({"name": name, "method": method, "url": f"{API}/company", "freshness": TIMESTAMP, "form": form,
                      "body_in": body, "ok": {"body_sent": sent, "sha256": hashlib.sha256(payload).hexdigest()}})

    for method in ("", "OPTIONS", "TRACE", "CONNECT", "GETS", "GE", "FETCH", "QUERY", "PROPFIND", " GET", "GET ",
                   "GET\n", "GET\0", "GET POST", "G\u0415T", "ＧＥＴ", "po\u017ft", "*", "GET,HEAD"):
        refused(f"method {method!a}", method, None, "invalid_method")
    for method in ("GET", "HEAD", "DELETE", "get", "delete"):
        for form in ("compact", "exact"):
            refused(f"{method} with a body, {form}", method, COMPANY, "body_not_allowed", form)
    for form in ("compact", "exact"):
        for name, body, code in [
            ("empty body", "", "invalid_json"),
            ("body of whitespace", " \n", "invalid_json"),
            ("body that is no JSON", "name=ACME", "invalid_json"),
            ("body cut off", COMPANY[:-1], "invalid_json"),
            ("body with a trailing comma", '{"a":1,}', "invalid_json"),
            ("body with invalid UTF-8", {"hex": "7b2261223a22ff227d"}, "invalid_json"),
            ("body with a BOM", "\ufeff{}", "invalid_json"),
            ("body nested 10,001 deep", [repeat("[", 10001), repeat("]", 10001)], "invalid_json"),
            ("null body", "null", "invalid_body"),
            ("number as body", "1", "invalid_body"),
            ("string as body", '"{\\"a\\":1}"', "invalid_body"),
            ("true as body", "true", "invalid_body"),
        ]:
            refused(f"{name}, {form}", "POST", body, code, form)
    for form in ("compact", "exact"):
        limit = ['["', repeat("a", LIMIT - 4), '"]']
        accepted(f"body of 10 MiB, {form}", "POST", limit, limit, form)
        refused(f"body of 10 MiB and a byte, {form}", "POST", ['["', repeat("a", LIMIT - 3), '"]'], "too_large", form)
    accepted("body of 10 MiB, most of it whitespace", "POST", ["[", repeat(" ", LIMIT - 2), "]"], "[]")
    for method in ("GET", "HEAD", "DELETE", "POST", "PUT", "PATCH", "patch", "Head"):
        accepted(f"{method} without a body", method, None, None)
    return {"description": "Requests that are refused for their method or body, and bodies at the size limit of "
                           "10 MiB (design 4.4, 4.7).", "cases": cases}
