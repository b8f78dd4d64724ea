#!/usr/bin/env python3
"""Writes the seed corpora, fuzz/corpus/TARGET/, from the contract vectors and the examples of --help.

A seed's name is the hash of its content, so a second run adds nothing.
"""

import hashlib
import json
import pathlib
import re
import shlex
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
VECTORS = ROOT / "tests" / "vectors"
CORPUS = ROOT / "fuzz" / "corpus"
sys.dont_write_bytecode = True
sys.path.insert(0, str(VECTORS))

from make.values import expand  # noqa: E402

# Larger inputs slow the fuzzer down and teach it nothing; the vectors test them.
MAX_BYTES = 32 * 1024
# Loading such a private key takes long.
MAX_PRIVATE_KEY_BYTES = 2600
KEYS = {"rsa2048.spki.pem": "", "rsa2048-other.spki.pem": "other"}


def cases(name):
    return json.loads((VECTORS / f"{name}.json").read_text())["cases"]


def compact():
    yield from (expand(case["input"]) for case in cases("compaction"))
    yield from (expand(case["body"]) for case in cases("verifying") if case["body"] is not None)


def key_files(kind):
    for case in cases("keys"):
        if case["kind"] == kind:
            yield expand(case["bytes"]) if "bytes" in case else (VECTORS / case["file"]).read_bytes()


def private_key():
    return (key for key in key_files("private") if len(key) <= MAX_PRIVATE_KEY_BYTES)


def public_key():
    return (key for key in key_files("public") if len(key) <= 4096)


def url():
    return (expand(case["url"]) for case in cases("urls"))


def freshness():
    return (expand(value) for case in cases("freshness") for value in case["freshness"].values())


def api_key():
    return (expand(case["api_key"]) for case in cases("api_keys"))


def received(settings, request, body=b""):
    """A received request as fuzz/src/lib.rs reads it."""
    lines = [settings, request["method"], request["url"], *(f"{name}: {value}" for name, value in request["headers"])]
    return "\n".join(lines).encode() + b"\n\n" + body


def body_of(case):
    return b"" if case["body"] is None else expand(case["body"])


def verifier():
    for case in cases("verifying"):
        if case["public_key"] in (None, "rsa2048.spki.pem"):
            words = ["lookup"] * (case["public_key"] is None) + [case["replay"]] * (case["replay"] is not None)
            settings = " ".join([f"now={case['now']}", f"window={case['window_seconds']}", *words])
            yield received(settings, case, body_of(case))


def diagnosis():
    """Each cause once, and some unknown ones. Where it is known what was signed, it is signed anew."""
    seen = set()
    for case in sorted(cases("diagnosis"), key=lambda case: len(case["expected"].get("causes", ()))):
        causes = frozenset(case["expected"].get("causes", ["unknown", "valid"]))
        if causes <= seen or case["public_keys"][0] not in KEYS or len(body_of(case)) > 1024:
            continue
        seen |= causes
        yield received("", case, body_of(case))
        if case["signed_payload"] is not None:
            settings = " ".join(sorted(causes & {"sha1", "sha224", "sha384", "sha512"})) or "sha256"
            yield received(settings, case, body_of(case) + b"\0" + expand(case["signed_payload"]))


def payload_injectivity():
    yield from (expand(case["payload"]) for case in cases("signing"))
    for case in cases("freshness"):
        for value in case["freshness"].values():
            yield expand(value) + b'https://api.h/note{"memo":"https://h/[1]"}'
    yield from (b"7" + expand(case["url"]) + b'["ws://h/",{}]' for case in cases("urls"))


def examples():
    """The command lines of the help texts, as lists of words."""
    text = (ROOT / "crates" / "cli" / "src" / "args" / "help.rs").read_text()
    for line in re.findall(r"^  partnerapi-sign (.*)$", text, re.MULTILINE):
        try:
            yield shlex.split(line)
        except ValueError:
            continue


def command_line():
    for words in examples():
        yield "\n".join(words).encode()
        yield "\n".join(word[1:] if word.startswith("--") else word for word in words).encode()


def pasted_request():
    for case in cases("signing"):
        body = b"" if case["body_sent"] is None else expand(case["body_sent"])
        headers = "".join(f"{name}: {value}\r\n" for name, value in case["headers"])
        yield f"http\n{case['method_sent']} {case['url']} HTTP/1.1\r\n{headers}\r\n".encode() + body
        command = ["curl", "-X", case["method_sent"], case["url"]]
        command += [word for name, value in case["headers"] for word in ("-H", f"{name}: {value}")]
        command += ["--data-raw", body.decode(errors="replace")] if body else []
        yield b"curl\n" + shlex.join(command).encode()
    for words in ("curl -sSL --compressed 'https://h/a#b' | jq .", "curl -XPUT --url https://h/a -d @body.json",
                  "curl https://h/a $'-d\\u007b\\x7d' \\\n -H \"x-sign: $(cat sign)\"", "curl h -G -d a=b",
                  "$ curl h/a -I > out", "curl h --json '{' --json '}' -H 'Accept:' -H 'x-nonce;'"):
        yield b"curl\n" + words.encode()
    for text in ("GET /a?b HTTP/1.1\r\nHost: h:8\r\nUpgrade: websocket\r\n\r\n",
                 "POST http://h/ HTTP/1.1\nContent-Length: 2\n\n{}\n"):
        yield b"http\n" + text.encode()


TARGETS = [compact, private_key, public_key, url, freshness, api_key, verifier, diagnosis, payload_injectivity,
           command_line, pasted_request]


def main():
    for target in TARGETS:
        folder = CORPUS / target.__name__
        folder.mkdir(parents=True, exist_ok=True)
        seeds = {seed for seed in target() if len(seed) <= MAX_BYTES}
        for seed in seeds:
            (folder / hashlib.sha1(seed).hexdigest()).write_bytes(seed)
        print(f"{target.__name__:20} {len(seeds):4} seeds")


if __name__ == "__main__":
    main()
