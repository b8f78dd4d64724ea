"""`send` over TLS: whom it trusts, and a proxy's tunnel; the server is Python's, the certificates are OpenSSL's."""

import http.server
import os
import shutil
import socket
import ssl
import subprocess
import threading
import unittest

from support import PROGRAM, VECTORS, EndToEnd

API_KEY = "eyJrZXlfaWQiOiJhIiwia2V5IjoiYiJ9"


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers each request and keeps what it was."""

    def do_GET(self):
        self.server.seen.append((self.requestline, dict(self.headers)))
        self.send_response(200)
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        pass


class Tls(EndToEnd):
    def setUp(self):
        super().setUp()
        shutil.copy(VECTORS / "keys" / "rsa2048.pkcs8.pem", self.folder / "private.pem")
        (self.folder / "apikey").write_text(API_KEY)
        for name in ["private.pem", "apikey"]:
            (self.folder / name).chmod(0o600)
        self.openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=CA")
        self.certify("server", "DNS:localhost,IP:127.0.0.1")
        self.server, self.port = self.serve("server")

    def certify(self, name, names, days="2"):
        self.openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", "/CN=x")
        (self.folder / "names").write_text(f"subjectAltName={names}\n")
        self.openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                     "-extfile", "names", "-days", days, "-out", f"{name}.pem")

    def serve(self, name, **versions):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        for attribute, version in versions.items():
            setattr(context, attribute, version)
        context.load_cert_chain(self.folder / f"{name}.pem", self.folder / f"{name}.key")
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.handle_error = lambda *_: None  # a handshake that the client refuses
        server.seen = []
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return server, server.server_address[1]

    def send(self, port, host="localhost", trust="ca.pem", **environment):
        environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")} | environment
        environment["SSL_CERT_FILE"] = str(self.folder / trust)
        return subprocess.run([PROGRAM, "send", "--url", f"https://{host}:{port}/a%20b?c=d"], cwd=self.folder,
                              env=environment, capture_output=True, text=True)

    def test_a_trusted_server_gets_the_request(self):
        for host in ["localhost", "127.0.0.1"]:
            done = self.send(self.port, host)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
        request_line, headers = self.server.seen[0]
        self.assertEqual(request_line, "GET /a%20b?c=d HTTP/1.1")
        self.assertEqual((headers["x-api-key"], headers["host"]), (API_KEY, f"localhost:{self.port}"))

    def test_both_versions_of_tls(self):
        for version in [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3]:
            server, port = self.serve("server", minimum_version=version, maximum_version=version)
            self.assertEqual(self.send(port).returncode, 0)
            self.assertEqual(len(server.seen), 1)

    def test_nothing_reaches_a_server_that_is_not_trusted(self):
        self.openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "o.key", "-out", "other.pem", "-subj", "/CN=O")
        self.certify("wrong", "DNS:api.example.com")
        wrong, wrong_port = self.serve("wrong")
        (self.folder / "empty.pem").write_text("")
        for port, trust in [(self.port, "other.pem"), (wrong_port, "ca.pem"), (self.port, "empty.pem")]:
            done = self.send(port, trust=trust)
            self.assertEqual((done.returncode, done.stdout), (6, ""), done.stderr)
            self.assertTrue(done.stderr.startswith("error: sending_failed: "), done.stderr)
        self.assertEqual(self.server.seen + wrong.seen, [])

    def test_the_proxy_sees_a_tunnel_alone(self):
        asked = []
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)

        def proxy():
            client, _ = listener.accept()
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                head += client.recv(1)
            asked.append(head)
            server = socket.create_connection(("127.0.0.1", self.port))
            client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            pumps = [threading.Thread(target=pump, args=pair, daemon=True) for pair in [(client, server), (server, client)]]
            for thread in pumps:
                thread.start()
            for thread in pumps:
                thread.join()
            client.close()
            server.close()

        threading.Thread(target=proxy, daemon=True).start()
        done = self.send(self.port, HTTPS_PROXY=f"http://127.0.0.1:{listener.getsockname()[1]}")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertTrue(asked[0].startswith(f"CONNECT localhost:{self.port} HTTP/1.1\r\n".encode()), asked)
        self.assertNotIn(API_KEY.encode(), asked[0])
        self.assertEqual(self.server.seen[0][0], "GET /a%20b?c=d HTTP/1.1")


def pump(source, sink):
    try:
        while data := source.recv(65536):
            sink.sendall(data)
    except OSError:
        pass
    finally:
        try:
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass


if __name__ == "__main__":
    unittest.main()
