"""What the tests share: the repository's folders, the vectors, a key, counts."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import partnersign

TESTS = Path(__file__).resolve().parent
PACKAGE = TESTS.parent
ROOT = PACKAGE.parent.parent
KEYS = ROOT / "tests/vectors/keys"

URL = "https://api.qredo.network/api/v1/p/company"
BODY = b'{"name":"ACME Corp","city":"Paris","country":"FR","domain":"acme.com"}'
API_KEY = "eyJrZXlfaWQiOiJWbTNjVDByVDNzdEszeSIsImtleSI6ImIzUjNjM1F0ZG1WamRHOXlMV3RsZVMwd01USXpORFUyTnpnNVlXSmpaR1YifQ"
PEM = (KEYS / "rsa2048.pkcs8.pem").read_bytes()
KEY = partnersign.SigningKey.from_pem(PEM)


def scaled(full):
    """A count that the issue names: all of it, or a fiftieth in CI."""
    return full if os.environ.get("SCALE") == "full" else full // 50


def python(code, *arguments, **settings):
    """Runs code in a fresh interpreter of the virtual environment."""
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=300, **settings
    )


def conformance():
    """The conformance runner, as a module."""
    spec = importlib.util.spec_from_file_location("conformance_python", ROOT / "tests/conformance/python.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
