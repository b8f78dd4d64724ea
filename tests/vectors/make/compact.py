"""Compacted bytes from Go's encoding/json.Compact, by compact.go: the outside authority."""

import atexit
import os
import subprocess

_HERE = os.path.dirname(os.path.abspath(__file__))
_process = None


class Refused(Exception):
    """Go refuses the input; `offset` is that of the byte that cannot continue, if Go names one."""

    def __init__(self, message, offset):
        super().__init__(message)
        self.offset = offset


def by_go(data):
    """What Go makes of the input, or Refused. One `go run` answers line by line, in hex."""
    global _process
    if _process is None:
        _process = _start()
    _process.stdin.write(data.hex() + "\n")
    _process.stdin.flush()
    verdict, _, rest = _process.stdout.readline().rstrip("\n").partition(" ")
    if verdict == "ok":
        return bytes.fromhex(rest)
    if verdict != "error":
        raise RuntimeError("compact.go has died")
    offset, _, message = rest.partition(" ")
    raise Refused(message, int(offset))


def _start():
    environment = {**os.environ, "GO111MODULE": "off"}
    process = subprocess.Popen(["go", "run", os.path.join(_HERE, "compact.go")], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, text=True, env=environment)

    def stop():
        process.stdin.close()
        process.wait()

    atexit.register(stop)
    return process
