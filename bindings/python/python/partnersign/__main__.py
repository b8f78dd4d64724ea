"""`python -m partnersign`: the version, the backend, and a self-test. Exits with 1 if it fails."""

from __future__ import annotations

import base64
import platform
import sys

import partnersign
from partnersign import _native

# Of the Partner API's documentation: SHA-256 of this timestamp and URL.
_TIMESTAMP = 1634226826
_URL = "https://api.qredo.network/api/v1/p/company/search"
_DIGEST = "82614f51"


def _self_test() -> None:
    key = partnersign.SigningKey.generate()
    signed = partnersign.Signer(key).sign("GET", _URL, timestamp=_TIMESTAMP)
    if not signed.digest.hex().startswith(_DIGEST):
        raise RuntimeError("the digest is wrong")
    if len(base64.urlsafe_b64decode(signed.signature + "==")) != 256:
        raise RuntimeError("the signature is not one of 2048 bits")
    verifier = partnersign.Verifier(key.verifying_key)
    verifier.verify(signed.method, signed.url, signed.headers, signed.body, now=_TIMESTAMP)
    try:
        verifier.verify("GET", _URL + "?changed=1", signed.headers, now=_TIMESTAMP)
    except partnersign.VerificationError as refused:
        if refused.code == "signature_mismatch":
            return
    raise RuntimeError("a changed URL was accepted")


def main() -> int:
    """Prints what is installed and whether it works."""
    print(f"partnersign {partnersign.__version__}")
    print(f"backend: {_native.BACKEND}")
    print(f"python: {platform.python_implementation()} {platform.python_version()}")
    try:
        _self_test()
    except Exception as why:
        print(f"self-test: failed ({why})")
        return 1
    print("self-test: passed (made a key, signed, verified, refused a changed URL)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
