"""The list of vector files: what goes into each, and in which order they are made."""

import json
import os

from . import (api_keys, bad_keys, bad_public_keys, compaction, diagnosis, freshness, good_keys, replay, request_cases,
               signing, structure, urls, verifying)
from .entries import Entries
from .values import print_json

# The codes that vectors name (design 4.8).
ERROR_NUMBERS = {
    "invalid_url": 101, "invalid_timestamp": 102, "invalid_nonce": 103, "invalid_method": 104, "invalid_json": 105,
    "invalid_body": 106, "body_not_allowed": 107, "too_large": 108,
    "invalid_private_key": 201, "encrypted_private_key": 202, "wrong_passphrase": 203, "unsupported_key": 204,
    "weak_key": 205, "inconsistent_key": 206, "invalid_public_key": 207, "invalid_api_key": 208,
    "missing_header": 401, "conflicting_headers": 402, "malformed_signature": 403, "signature_mismatch": 404,
    "timestamp_out_of_window": 405, "nonce_rejected": 406, "unknown_api_key": 407, "replayed_request": 408,
}
# Made by hand, elsewhere; only its structure is checked here.
BY_HAND = ["outcome_of_http.json"]


def make_all(store):
    """Makes every file into the store and returns the number of cases of each."""
    entries = Entries(store, ERROR_NUMBERS)
    good_keys.add(entries)
    bad_keys.add(entries)
    bad_public_keys.add(entries)
    documents = {
        "keys.json": {"description": "Key files and what a loader must say of each (design 4.5).",
                      "cases": entries.cases},
        "signing.json": signing.make(entries),
        "compaction.json": compaction.make(ERROR_NUMBERS),
        "urls.json": urls.make(ERROR_NUMBERS),
        "freshness.json": freshness.make(ERROR_NUMBERS),
        "api_keys.json": api_keys.make(ERROR_NUMBERS),
        "requests.json": request_cases.make(ERROR_NUMBERS),
        "verifying.json": verifying.make(entries, ERROR_NUMBERS),
        "replay.json": replay.make(entries, ERROR_NUMBERS),
        "diagnosis.json": diagnosis.make(entries),
    }
    for name, document in documents.items():
        store.put(name, print_json(document))
    for name in BY_HAND:
        path = os.path.join(store.root, name)
        if os.path.exists(path):
            documents[name] = _read(path)
    _check(documents, _read(os.path.join(store.root, "schema.json")))
    return {name: len(document["cases"]) for name, document in documents.items()}


def _check(documents, schema):
    """Names are unique, the structure is the schema's, and every code occurs."""
    for name, document in documents.items():
        names = [case["name"] for case in document["cases"]]
        twice = {case for case in names if names.count(case) > 1}
        if twice:
            raise ValueError(f"{name}: {sorted(twice)} twice")
        structure.check(schema, document, name.removesuffix(".json"))
    text = json.dumps(documents)
    never = [code for code in ERROR_NUMBERS if f'"code": "{code}"' not in text]
    if never:
        raise ValueError(f"no vector names {never}")


def _read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)
