"""A sandbox of one's own: started on a free port, its control plane, stopped or killed."""

import http.client
import json
import os
import pathlib
import signal
import subprocess
import threading

ROOT = pathlib.Path(__file__).resolve().parents[3]
BUILT = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve() / "debug"
PROGRAM = BUILT / "partnerapi-sandbox"
VECTORS = ROOT / "tests" / "vectors"
API = "/api/v1/p"


def scaled(full):
    """A count that an issue names, or a fiftieth of it at CI size."""
    return full if os.environ.get("SCALE") == "full" else max(1, full // 50)


class Answer:
    """A whole HTTP answer."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, {name.lower(): value for name, value in headers}, body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def reason(self):
        """The `detail.reason` of an error body."""
        return self.json.get("detail", {}).get("reason")

    @property
    def diagnosis(self):
        return self.headers.get("x-sandbox-diagnosis", "")

    def __repr__(self):
        return f"{self.status} {self.body!r} {self.diagnosis}"


class Sandbox:
    """A running `partnerapi-sandbox serve`; use it as a context."""

    def __init__(self, *args, listen="127.0.0.1:0"):
        command = [PROGRAM, "serve", "--listen", listen, *map(str, args)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line.startswith("listening on http://"):
            self.process.kill()
            raise RuntimeError(f"the sandbox did not start: {line!r} {self.process.communicate()[1]}")
        self.origin = line.removeprefix("listening on ").strip()
        self.host, port = self.origin.removeprefix("http://").rsplit(":", 1)
        self.port = int(port)
        # What nobody reads must not stop it.
        self.said = []
        for stream in [self.process.stdout, self.process.stderr]:
            threading.Thread(target=self.listen_to, args=(stream,), daemon=True).start()

    def listen_to(self, stream):
        with stream:
            self.said.extend(stream)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        """Ends it as Ctrl-C does; gives the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise

    def kill(self):
        """kill -9."""
        self.process.kill()
        self.process.wait()

    def url(self, path):
        return f"{self.origin}{API}{path}"

    def request(self, method, path, headers=(), body=None, timeout=30):
        """One request on one connection, exactly with these headers."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=timeout)
        try:
            connection.putrequest(method, path, skip_accept_encoding=True)
            for name, value in headers:
                connection.putheader(name, value)
            if body is not None:
                connection.putheader("content-length", str(len(body)))
            connection.endheaders(body)
            answer = connection.getresponse()
            return Answer(answer.status, answer.getheaders(), answer.read())
        finally:
            connection.close()

    def control(self, path, body=None, method=None, expect=(200, 201)):
        """A control-plane call; gives its JSON."""
        method = method or ("GET" if body is None else "POST")
        data = None if body is None else json.dumps(body).encode()
        headers = [("content-type", "application/json")] if body is not None else []
        answer = self.request(method, f"/_sandbox{path}", headers, data)
        if answer.status not in expect:
            raise AssertionError(f"{method} /_sandbox{path}: {answer}")
        return answer.json if answer.body else None

    def decide(self, kind, verdict="approve", **wanted):
        """Approves or rejects every invitation or approval that has the wanted fields, as on the phone."""
        pending = [entry for entry in self.control(f"/{kind}")["list"] if wanted.items() <= entry.items()]
        for entry in pending:
            self.control(f"/{kind}/{entry['id']}/{verdict}", {})
        return pending
