#!/usr/bin/env python3
"""Finds out what real HTTP clients send for each URL of urls.json, and writes clients.json.

Not part of make.py: it needs curl, Go, Node.js, and a Python with `requests` and `httpx`. Run it from
anywhere; every client talks to a proxy in this process that notes the request and answers 204.
For ws and wss only WHATWG URL parsing is asked, as a browser's or Node.js's WebSocket does it.
"""

import importlib
import json
import os
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import warnings

sys.dont_write_bytecode = True

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
values = importlib.import_module("make.values")
inputs = importlib.import_module("make.url_inputs")

# In no vector, as the design does not say; printed only.
UNDECIDED = [
    ("(path begins with two slashes)", "https://api.example.com//a"),
    ("(IPv4 in IPv6)", "http://[::ffff:1.2.3.4]/a"),
    ("(host with a dot after)", "https://api.example.com./a"),
]


class Proxy:
    """Answers every request with 204 and keeps the URL that was asked for."""

    def __init__(self, work):
        certificate, key = os.path.join(work, "cert.pem"), os.path.join(work, "key.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=probe",
                        "-keyout", key, "-out", certificate], check=True, capture_output=True)
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(certificate, key)
        self.seen = None
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            connection, _ = self.listener.accept()
            threading.Thread(target=self.answer, args=(connection,), daemon=True).start()

    def answer(self, connection):
        try:
            connection.settimeout(5)
            head = self.head(connection)
            if head.startswith(b"CONNECT "):
                connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                connection = self.tls.wrap_socket(connection, server_side=True)
                head = self.head(connection)
                host = next(line[5:].strip() for line in head.split(b"\r\n") if line.lower().startswith(b"host:"))
                self.seen = b"https://" + host + self.target(head)
            else:
                self.seen = self.target(head)
            connection.sendall(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        except (OSError, StopIteration, IndexError):
            pass
        finally:
            connection.close()

    @staticmethod
    def head(connection):
        data = b""
        while b"\r\n\r\n" not in data:
            piece = connection.recv(65536)
            if not piece:
                raise OSError("closed")
            data += piece
        return data

    @staticmethod
    def target(head):
        return head.split(b"\r\n")[0][4:].rsplit(b" ", 1)[0]


def curl(url, proxy):
    subprocess.run(["curl", "-s", "-k", "-g", "-m", "5", "--noproxy", "", "--proxy", f"http://127.0.0.1:{proxy.port}", url],
                   capture_output=True)


def requests_get(url, proxy):
    import requests
    session = requests.Session()
    session.trust_env = False
    address = f"http://127.0.0.1:{proxy.port}"
    session.get(url, proxies={"http": address, "https": address}, verify=False, timeout=5)


def httpx_get(url, proxy):
    import httpx
    with httpx.Client(proxy=f"http://127.0.0.1:{proxy.port}", verify=False, trust_env=False, timeout=5) as client:
        client.get(url)


GO = """package main
import ("bufio";"crypto/tls";"fmt";"net/http";"net/url";"os";"strconv";"time")
func main() {
	proxy, _ := url.Parse(os.Args[1])
	client := &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{Proxy: http.ProxyURL(proxy),
		DisableKeepAlives: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	lines := bufio.NewReader(os.Stdin)
	for {
		line, err := lines.ReadString('\\n')
		if err != nil { return }
		text, err := strconv.Unquote(line[:len(line)-1])
		if err != nil { panic(err) }
		answer, err := client.Get(text)
		if err == nil { answer.Body.Close() }
		fmt.Println("done")
	}
}
"""

NODE = """
for (const url of JSON.parse(require('fs').readFileSync(0))) {
  let sent = null
  try {
    const u = new URL(url)
    const query = u.href.split('#')[0].endsWith('?') ? '?' : u.search
    if (u.host && /^(https?|wss?):$/.test(u.protocol)) sent = u.protocol + '//' + u.host + u.pathname + query
  } catch {}
  console.log(JSON.stringify(sent))
}
"""


def main():
    warnings.simplefilter("ignore")
    good = [(name, values.expand(url).decode()) for name, url in inputs.GOOD]
    bad = [(name, values.expand(url).decode()) for name, url, _ in inputs.BAD]
    urls = good + bad + UNDECIDED
    answers = {name: {} for name, _ in urls}
    with tempfile.TemporaryDirectory() as work:
        proxy = Proxy(work)
        source = os.path.join(work, "probe.go")
        with open(source, "w") as out:
            out.write(GO)
        go = subprocess.Popen(["go", "run", source, f"http://127.0.0.1:{proxy.port}"], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True, env={**os.environ, "GO111MODULE": "off"})

        def go_get(url, _):
            go.stdin.write('"' + "".join(f"\\x{byte:02x}" for byte in url.encode()) + '"\n')
            go.stdin.flush()
            go.stdout.readline()

        for client, get in {"curl": curl, "go": go_get, "requests": requests_get, "httpx": httpx_get}.items():
            for name, url in urls:
                if url.startswith(("ws", "WS")) or client == "curl" and "\0" in url:
                    continue
                if client == "httpx" and "[" in url[:10]:  # through a proxy it loses the brackets
                    continue
                proxy.seen = None
                try:
                    get(url, proxy)
                except Exception:  # a client that refuses a URL does so in many ways
                    pass
                answers[name][client] = proxy.seen and proxy.seen.decode("utf-8", "backslashreplace")
        go.stdin.close()
        go.wait()
    lines = subprocess.run(["node", "-e", NODE], input=json.dumps([url for _, url in urls]), text=True,
                           capture_output=True, check=True).stdout.splitlines()
    for (name, _), line in zip(urls, lines):
        answers[name]["fetch"] = json.loads(line)

    verdicts = {}
    for name, url in urls:
        rewritten = {client: sent for client, sent in answers[name].items() if sent not in (None, url)}
        refused = [client for client, sent in answers[name].items() if sent is None]
        verdicts[name] = {"rewritten_by": rewritten, "refused_by": refused}
    with open(os.path.join(HERE, "clients.json"), "wb") as out:
        out.write(values.print_json({"versions": versions(), "urls": {name: verdicts[name] for name, _ in bad}}))
    for name, _ in urls:
        if not any(name == other for other, _ in bad) and (verdicts[name]["rewritten_by"] or verdicts[name]["refused_by"]):
            print(f"accepted, but: {name}: {verdicts[name]}")


def versions():
    import httpx
    import requests
    import urllib3

    def first_word(pattern_index, *command):
        return subprocess.run(command, capture_output=True, text=True).stdout.split()[pattern_index]

    return {"curl": first_word(1, "curl", "--version"), "go": first_word(2, "go", "version").removeprefix("go"),
            "requests": f"{requests.__version__} with urllib3 {urllib3.__version__}", "httpx": httpx.__version__,
            "fetch": f"WHATWG URL of Node.js {first_word(0, 'node', '--version')}"}


main()
