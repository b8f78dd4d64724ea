"""The cases of keys.json and the files behind them."""

import hashlib

from . import der, keytools


class Entries:
    """Collects key files and what a loader must say of each."""

    def __init__(self, store, error_numbers):
        self.store = store
        self.error_numbers = error_numbers
        self.cases = []
        self.facts = {}
        self.pem = {}

    def describe(self, key, private_pem):
        """Notes what a load of this key must find, and writes its SPKI file."""
        public = keytools.spki(private_pem)
        file = f"keys/{key}.spki.pem"
        self.store.put(file, public)
        modulus, exponent = keytools.numbers(private_pem)[:2]
        self.facts[key] = {
            "bits": modulus.bit_length(),
            "public_exponent": exponent,
            "spki_sha256": hashlib.sha256(der.unpem(public)).hexdigest(),
            "public_pem_file": file,
        }
        self.pem[key] = private_pem

    def accepted(self, name, data, key, *, kind="private", encoding="pem", passphrase=None, file=None):
        """A key that loads; `key` names the described key that it holds."""
        self._add(name, data, kind, encoding, passphrase, f"keys/{name}", file, {"ok": self.facts[key]})

    def refused(self, name, data, code, *, kind="private", encoding="pem", passphrase=None, file=None):
        """A key that must be refused with this code."""
        error = {"error": {"code": code, "number": self.error_numbers[code]}}
        self._add(name, data, kind, encoding, passphrase, f"keys/bad/{name}", file, error)

    def _add(self, name, data, kind, encoding, passphrase, own_file, file, outcome):
        """`data` is bytes (written to a file), a bytes value (kept in the JSON), or None: see `file`."""
        case = {"name": name}
        if isinstance(data, bytes):
            file = file or own_file
            self.store.put(file, data)
        if file:
            case["file"] = file
        else:
            case["bytes"] = data
        case.update(kind=kind, encoding=encoding, passphrase=passphrase, **outcome)
        self.cases.append(case)
