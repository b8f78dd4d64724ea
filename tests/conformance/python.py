"""What a user of the Python package gets for every vector: a JSON object on a line for each case.

Run it with a Python that has the wheel: target/python/venv/bin/python tests/conformance/python.py
"""

import hashlib
import json
from pathlib import Path

import partnersign

VECTORS = Path(__file__).resolve().parent.parent / "vectors"
KEY = "rsa2048.pkcs8.pem"
URL = "https://api.qredo.network/api/v1/p/company/search"


def load(file):
    return json.loads((VECTORS / f"{file}.json").read_text(encoding="utf-8"))["cases"]


KEYS = {case["name"]: case for case in load("keys")}


def to_bytes(value):
    """A bytes value of the vectors (tests/vectors/README.md)."""
    if value is None:
        return None
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, list):
        return b"".join(map(to_bytes, value))
    if "hex" in value:
        return bytes.fromhex(value["hex"])
    return value["repeat"].encode() * value["times"]


def load_key(case):
    data = (VECTORS / case["file"]).read_bytes() if "file" in case else to_bytes(case["bytes"])
    if case["kind"] == "private":
        loaders = {"pem": partnersign.SigningKey.from_pem, "der": partnersign.SigningKey.from_der}
        return loaders[case["encoding"]](data, to_bytes(case["passphrase"]))
    return {"pem": partnersign.VerifyingKey.from_pem, "der": partnersign.VerifyingKey.from_der}[case["encoding"]](data)


def named_key(name, loaded={}):
    if name not in loaded:
        loaded[name] = load_key(KEYS[name])
    return loaded[name]


def signer():
    return partnersign.Signer(named_key(KEY))


def keys(case):
    key = load_key(case)
    return {"bits": key.bits, "fingerprint": key.fingerprint, "public_pem": key.public_pem()}


def hexadecimal(data):
    return None if data is None else data.hex()


def signing(case):
    signed = partnersign.Signer(named_key(case["key"]), case["api_key"]).sign(
        case["method"], case["url"], to_bytes(case["body_in"]), form=case["form"], **case["freshness"]
    )
    return {
        "method": signed.method,
        "url": signed.url,
        "headers": [list(header) for header in signed.headers.items()],
        "body": hexadecimal(signed.body),
        "payload": signed.payload.hex(),
        "digest": signed.digest.hex(),
        "signature": signed.signature,
    }


def compaction(case):
    output = partnersign.compact_json(to_bytes(case["input"]))
    return {"output_sha256": hashlib.sha256(output).hexdigest(), "length": len(output)}


def urls(case):
    signed = signer().sign("GET", to_bytes(case["url"]).decode(), timestamp=1)
    return {"url": signed.url, "digest": signed.digest.hex()}


def freshness(case):
    headers = signer().sign("GET", URL, **case["freshness"]).headers
    [(name, value)] = [header for header in headers.items() if header[0] in ("x-timestamp", "x-nonce")]
    return {"header": name, "value": value}


def api_keys(case):
    api_key = partnersign.ApiKey(case["api_key"])
    signed = partnersign.Signer(named_key(KEY), api_key).sign("GET", URL, timestamp=1)
    return {"key_id": api_key.key_id, "sent": signed.headers["x-api-key"]}


def requests(case):
    signed = signer().sign(
        case["method"],
        case["url"],
        to_bytes(case["body_in"]),
        form=case["form"],
        **case.get("freshness", {"timestamp": 1}),
    )
    body_sha256 = None if signed.body is None else hashlib.sha256(signed.body).hexdigest()
    return {"method": signed.method, "body_sha256": body_sha256, "digest": signed.digest.hex()}


def registered(case):
    if case.get("public_key"):
        return named_key(case["public_key"])
    return {entry["api_key"]: named_key(entry["public_key"]) for entry in case["api_keys"]}


def verify(verifier, request):
    return verifier.verify(
        request["method"], request["url"], request["headers"], to_bytes(request["body"]), request["now"]
    )


def verifying(case):
    replay = partnersign.MemoryReplay(case["replay"]) if case["replay"] else None
    verifier = partnersign.Verifier(registered(case), window_seconds=case["window_seconds"], replay=replay)
    verified = verify(verifier, case)
    return {"key_id": verified.key_id, "freshness": list(verified.freshness), "digest": verified.digest.hex()}


def replay(case):
    memory = partnersign.MemoryReplay(case["policy"])
    verifier = partnersign.Verifier(registered(case), window_seconds=case["window_seconds"], replay=memory)
    return [result(lambda step: verify(verifier, step) and {"ok": True}, step) for step in case["steps"]]


def diagnosis(case):
    public_keys = [named_key(name) for name in case["public_keys"]]
    found = partnersign.diagnose(public_keys, case["method"], case["url"], case["headers"], to_bytes(case["body"]))
    return {
        "found": found.found,
        "message": found.message,
        "causes": list(found.causes),
        "signed_digest": hexadecimal(found.signed_digest),
        "signed_payload": hexadecimal(found.signed_payload),
    }


def outcome_of_http(case):
    return {"outcome": partnersign.Outcome.of_http(case["status"], case["reason"]).value}


def result(call, case):
    try:
        return call(case)
    except partnersign.PartnerSignError as error:
        return {
            "error": {
                "code": error.code,
                "number": error.number,
                "message": error.message,
                "position": error.position,
            }
        }


FILES = {
    call.__name__: call
    for call in (
        keys,
        signing,
        compaction,
        urls,
        freshness,
        api_keys,
        requests,
        verifying,
        replay,
        diagnosis,
        outcome_of_http,
    )
}


def main():
    for file, call in FILES.items():
        for case in load(file):
            print(json.dumps({"file": file, "name": case["name"], "result": result(call, case)}))


if __name__ == "__main__":
    main()
