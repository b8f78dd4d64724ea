"""Measures the package beside `cryptography` doing the same whole job; one JSON object on a line for each row.

    target/python/venv/bin/python bindings/python/bench.py [--quick]

`--quick` shows that it works; its figures mean nothing. The wheel must be a release build (bindings/python/build.sh).
"""

import base64
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

import partnersign
from partnersign import _native

KEYS = Path(__file__).resolve().parent.parent.parent / "tests/vectors/keys"
API_KEY = "eyJrZXlfaWQiOiJWbTNjVDByVDNzdEszeSIsImtleSI6ImIzUjNjM1F0ZG1WamRHOXlMV3RsZVMwd01USXpORFUyTnpnNVlXSmpaR1YifQ"
URL = "https://api.qredo.network/api/v1/p/company"
BODY = (
    b'{"name":"ACME Corp","city":"Paris","country":"FR","domain":"acme.com",'
    b'"ref":"9827feec-4eae-4e80-bda3-daa7c3b97add","note":"150 bytes: yes"}'
)
QUICK = "--quick" in sys.argv[1:]
RUNS = 2 if QUICK else 5


def row(
    id_: str,
    what: str,
    value: float,
    unit: str,
    *,
    at_most: float | None = None,
    at_least: float | None = None,
    beside: list[tuple[str, float, str]] | None = None,
) -> None:
    print(
        json.dumps(
            {
                "id": id_,
                "what": f"Python: {what}",
                "value": round(value, 4),
                "unit": unit,
                "at_most": at_most,
                "at_least": at_least,
                "beside": [{"what": what, "value": round(value, 4), "unit": unit} for what, value, unit in beside or []],
            }
        ),
        flush=True,
    )


def time_once(call: Callable[[], object], count: int) -> float:
    """Seconds a call takes, on average over `count`."""
    start = time.perf_counter()
    for _ in range(count):
        call()
    return (time.perf_counter() - start) / count


def interleaved(calls: list[tuple[Callable[[], object], int]]) -> list[float]:
    """The median of each over `RUNS` turns; in a turn each has its go."""
    for call, _ in calls:  # The first call prepares what the others find.
        call()
    turns = [[time_once(call, 2 if QUICK else count) for call, count in calls] for _ in range(RUNS)]
    return [statistics.median(times) for times in zip(*turns, strict=True)]


def their_sign(key: rsa.RSAPrivateKey) -> Callable[[], dict[str, str]]:
    """The whole job as it is written by hand: compact the body, sign, encode, make the headers."""

    def sign() -> dict[str, str]:
        timestamp = str(int(time.time()))
        body = json.dumps(json.loads(BODY), separators=(",", ":"), ensure_ascii=False).encode()
        signature = key.sign(timestamp.encode() + URL.encode() + body, padding.PKCS1v15(), hashes.SHA256())
        return {
            "x-api-key": API_KEY,
            "x-sign": base64.urlsafe_b64encode(signature).decode().rstrip("="),
            "x-timestamp": timestamp,
            "accept": "application/json",
            "content-type": "application/json",
        }

    return sign


def sign_rows(bits: int, count: int) -> None:
    pem = (KEYS / f"rsa{bits}.pkcs8.pem").read_bytes()
    signer = partnersign.Signer(partnersign.SigningKey.from_pem(pem), API_KEY)
    private = serialization.load_pem_private_key(pem, None)
    assert isinstance(private, rsa.RSAPrivateKey)
    public, ours_public = private.public_key(), signer.verifying_key
    signed = signer.sign("POST", URL, BODY)
    signature = base64.urlsafe_b64decode(signed.signature + "==")
    digest, payload = signed.digest, signed.payload
    ours, theirs, our_verify, their_verify = interleaved(
        [
            (lambda: signer.sign("POST", URL, BODY).headers, count),
            (their_sign(private), count),
            (lambda: ours_public.verify_digest(digest, signature), count),
            (lambda: public.verify(signature, payload, padding.PKCS1v15(), hashes.SHA256()), count),
        ]
    )
    beside = [
        ("partnersign", ours * 1e6, "us"),
        ("cryptography", theirs * 1e6, "us"),
        ("partnersign's verification", our_verify * 1e6, "us"),
        ("cryptography's verification", their_verify * 1e6, "us"),
    ]
    job = f"sign, RSA-{bits}, 150-byte body, against cryptography"
    row(f"python_sign_{bits}", f"{job} (we verify, they don't)", ours / theirs, "x", at_most=1.03, beside=beside)
    less = (ours - our_verify) / theirs
    row(f"python_sign_{bits}_neither_verifies", f"{job}, neither verifies", less, "x", at_most=1.0, beside=beside)
    both = ours / (theirs + their_verify)
    row(f"python_sign_{bits}_both_verify", f"{job}, both verify", both, "x", at_most=1.0, beside=beside)


def overhead_row() -> None:
    signer = partnersign.Signer(partnersign.SigningKey.from_pem((KEYS / "rsa2048.pkcs8.pem").read_bytes()))
    count = 1000 if QUICK else 100_000
    face, core = [], []
    for _ in range(RUNS):
        face.append(time_once(lambda: signer._prepare("POST", URL, BODY, timestamp=1639490495), count) * 1e6)
        core.append(_native._time_prepare(URL, BODY, count) / 1e3)
    above = statistics.median(face) - statistics.median(core)
    beside = [("prepare from Python", statistics.median(face), "us"), ("core's prepare", statistics.median(core), "us")]
    row("python_call_overhead", "call overhead above core, on prepare", above, "us", at_most=2.0, beside=beside)


def batch_row() -> None:
    signer = partnersign.Signer(partnersign.SigningKey.from_pem((KEYS / "rsa2048.pkcs8.pem").read_bytes()), API_KEY)
    cores = len(os.sched_getaffinity(0))
    requests: list[Any] = [("POST", URL, BODY)] * (20 if QUICK else 1000)
    one, many = interleaved(
        [(lambda: signer.sign_batch(requests, threads=1), 1), (lambda: signer.sign_batch(requests, threads=cores), 1)]
    )
    beside = [("one core", one * 1e3, "ms"), (f"{cores} cores", many * 1e3, "ms")]
    row("python_batch", f"batch of {len(requests)} on {cores} cores", one / many, "x", at_least=0.95 * cores, beside=beside)


OUR_START = """
import partnersign
key = partnersign.SigningKey.from_file({path!r}, allow_insecure=True)
partnersign.Signer(key).sign("GET", "https://a.example/x")
"""
THEIR_START = """
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
key = serialization.load_pem_private_key(open({path!r}, "rb").read(), None)
key.sign(b"1https://a.example/x", padding.PKCS1v15(), hashes.SHA256())
"""


def start_rows() -> None:
    path = str(KEYS / "rsa2048.pkcs8.pem")

    def process(code: str) -> Callable[[], object]:
        return lambda: subprocess.run([sys.executable, "-I", "-c", code], check=True)

    empty, ours, theirs = interleaved(
        [(process("pass"), 10), (process(OUR_START.format(path=path)), 10), (process(THEIR_START.format(path=path)), 10)]
    )
    beside = [
        ("partnersign", (ours - empty) * 1e3, "ms"),
        ("cryptography", (theirs - empty) * 1e3, "ms"),
        ("empty interpreter", empty * 1e3, "ms"),
    ]
    what = "import, key load and first signature, above an empty interpreter, against cryptography"
    row("python_start", what, (ours - empty) / (theirs - empty), "x", at_most=0.2, beside=beside)
    loads = []
    for _ in range(RUNS):
        code = (
            "import partnersign, time\n"
            "times = [time.perf_counter()]\n"
            "for _ in range(2):\n"
            f"    key = partnersign.SigningKey.from_file({path!r}, allow_insecure=True)\n"
            "    partnersign.Signer(key).sign('GET', 'https://a.example/x')\n"
            "    times.append(time.perf_counter())\n"
            "print(times[1] - times[0], times[2] - times[1])"
        )
        done = subprocess.run([sys.executable, "-I", "-c", code], check=True, capture_output=True, text=True)
        loads.append([float(seconds) * 1e3 for seconds in done.stdout.split()])
    first, second = (statistics.median(times) for times in zip(*loads, strict=True))
    what = "key load and signature, the first of a fresh process"
    row("python_first_use", what, first, "ms", beside=[("the second", second, "ms")])


def load_rows() -> None:
    for bits, at_most in ((2048, 3.0), (3072, None), (4096, 10.0)):
        pem = (KEYS / f"rsa{bits}.pkcs8.pem").read_bytes()

        def ours(pem: bytes = pem) -> object:
            return partnersign.SigningKey.from_pem(pem)

        def theirs(pem: bytes = pem) -> object:
            return serialization.load_pem_private_key(pem, None)

        one, other = interleaved([(ours, 50), (theirs, 10)])
        what = f"key load from PEM, RSA-{bits}, every check and a sign/verify pair included"
        beside = [("cryptography", other * 1e3, "ms")]
        row(f"python_load_{bits}", what, one * 1e3, "ms", at_most=at_most, beside=beside)


def main() -> None:
    for bits, count in ((2048, 400), (3072, 150), (4096, 60)):
        sign_rows(bits, count)
    overhead_row()
    batch_row()
    start_rows()
    load_rows()


if __name__ == "__main__":
    main()
