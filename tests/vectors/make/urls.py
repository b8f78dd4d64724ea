"""urls.json: URLs, good and bad (design 4.3), and what real clients would have sent for the bad ones."""

import json
import os

from .url_inputs import BAD, GOOD, TOO_LARGE
from .values import error, expand


def make(numbers):
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "clients.json")
    with open(path, encoding="utf-8") as found:
        clients = json.load(found)
    cases = [{"name": name, "url": url, "ok": True} for name, url in GOOD]
    if max(len(expand(url)) for _, url in GOOD) != 8192:
        raise ValueError("no URL of exactly 8 KiB")
    for name, url, why in BAD:
        if name not in clients["urls"]:
            raise ValueError(f"{name}: unknown to clients.json; run make/probe_clients.py")
        cases.append({"name": name, "url": url, "error": error("invalid_url", numbers), "why": why,
                      **clients["urls"][name]})
    for name, url in TOO_LARGE:
        cases.append({"name": name, "url": url, "error": error("too_large", numbers), "why": "at most 8 KiB",
                      "rewritten_by": {}, "refused_by": []})
    versions = ", ".join(f"{name} {version}" for name, version in clients["versions"].items())
    return {"description": "URLs, good and bad (design 4.3). `rewritten_by` says what a client sent instead of "
                           f"the URL, `refused_by` who sent nothing, as observed with {versions}.",
            "cases": cases}
