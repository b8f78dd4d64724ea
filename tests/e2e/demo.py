#!/usr/bin/env python3
"""The documents' quick start against a local sandbox; every request is signed and sent by partnerapi-sign.

Ends with a non-zero exit code if any answer is not what it should be. KEEP=1 leaves the sandbox running.
"""

import base64
import http.client
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILT = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve() / "debug"
SIGN, SANDBOX = BUILT / "partnerapi-sign", BUILT / "partnerapi-sandbox"
EMAIL = "IKatsuyoshi@gmail.com"
REF = "9827feec-4eae-4e80-bda3-daa7c3b97add"
KEEP = os.environ.get("KEEP") == "1"
COLOUR = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def paint(code, text):
    return f"\x1b[{code}m{text}\x1b[0m" if COLOUR else text


class Failed(Exception):
    """An answer is not what it should be."""


class Demo:
    """The steps in their order; `folder` holds the key, the API key and the bodies."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.sandbox = None
        self.origin = None
        self.step_number = 0

    # What is shown.

    def title(self, text):
        self.step_number += 1
        print(f"\n{paint('1', f'{self.step_number:2}. {text}')}", flush=True)

    def note(self, text):
        print(paint("2", f"    {text}"), flush=True)

    def check(self, right, text):
        print(f"    {paint('32', 'ok') if right else paint('31;1', 'WRONG')}  {text}", flush=True)
        if not right:
            raise Failed(text)

    # What is done.

    def start(self):
        """On any free port; its first line names it. A sandbox that is kept outlives us and our terminal's Ctrl-C."""
        said, log = self.folder / "sandbox.out", self.folder / "sandbox.log"
        with open(said, "wb") as stdout, open(log, "wb") as stderr:
            self.sandbox = subprocess.Popen([SANDBOX, "serve", "--listen", "127.0.0.1:0"], stdin=subprocess.DEVNULL,
                                            stdout=stdout, stderr=stderr, start_new_session=True)
        deadline = time.monotonic() + 20
        while not (line := said.read_text()).endswith("\n"):
            if self.sandbox.poll() is not None or time.monotonic() > deadline:
                raise Failed(f"the sandbox did not start: {log.read_text().strip()}")
            time.sleep(0.02)
        self.origin = line.splitlines()[0].removeprefix("listening on ")

    def stop(self):
        if self.sandbox and self.sandbox.poll() is None:
            self.sandbox.terminate()
            try:
                self.sandbox.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.sandbox.kill()
                self.sandbox.wait()

    def run(self, *args, expect=(0,)):
        """One command of ours."""
        done = subprocess.run([SIGN, *args], cwd=self.folder, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        if done.returncode not in expect:
            raise Failed(f"partnerapi-sign {args[0]}: exit code {done.returncode}\n{done.stdout}{done.stderr}".strip())
        return done

    def control(self, path, body=None):
        """A control-plane call: what the web application, a phone or the chain would do."""
        connection = http.client.HTTPConnection(self.origin.removeprefix("http://"), timeout=20)
        data = None if body is None else json.dumps(body)
        connection.request("GET" if body is None else "POST", f"/_sandbox{path}", data, {"content-type": "application/json"})
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        if answer.status not in (200, 201):
            raise Failed(f"/_sandbox{path}: {answer.status} {text}")
        return json.loads(text)

    def send(self, method, path, body=None, status=200):
        """Signs and sends one request with partnerapi-sign and shows it; gives the answer's JSON."""
        url = f"{self.origin}/api/v1/p{path}"
        args = ["send", "--json", "--method", method, "--url", url]
        if body is not None:
            (self.folder / "body.json").write_text(json.dumps(body, indent=2) + "\n")
            args += ["--body-file", "body.json"]
        self.note(f"$ partnerapi-sign send --method {method} --url $API{path}" + (" --body-file body.json" if body else ""))
        if body is not None:
            self.note(f"  body.json: {shortened(json.dumps(body))}")
        answer = json.loads(self.run(*args, expect=(0, 7)).stdout)
        self.note(f"  x-sign: {answer['request']['headers']['x-sign'][:24]}…")
        if answer["diagnosis"]:
            self.note(f"  diagnosis: {answer['diagnosis']}")
        self.check(answer["status"] == status, f"{answer['status']} {answer['reason']}  {shortened(answer['body'].strip())}")
        self.last = answer
        return json.loads(answer["body"])

    # The steps.

    def tell(self):
        self.make_key()
        self.check_with_openssl()
        company = self.companies()
        user = self.trusted_network(company)
        fund = self.make_fund(company, user)
        self.deposit(company, fund)
        self.spoil()

    def make_key(self):
        self.title("Make an RSA key and register its public half, as the web application would")
        self.note("$ partnerapi-sign keygen")
        self.run("keygen")
        registered = self.control("/api-keys", {"public_key": (self.folder / "public.pem").read_text(), "sandbox": False})
        path = self.folder / "apikey"
        path.touch(mode=0o600)
        path.write_text(registered["api_key"] + "\n")
        self.check(bool(registered["key_id"]), f"API key {registered['key_id']}; its secret stays in {path.name}")
        self.user = self.control("/users", {"email": EMAIL, "name": "Ichiro Katsuyoshi"})["trusted_entity_id"]
        self.note(f"and {EMAIL} is a user of the network")

    def check_with_openssl(self):
        """The signature is OpenSSL's to judge, not ours."""
        self.title("Let OpenSSL judge a signature over timestamp + URL + body")
        url = f"{self.origin}/api/v1/p/company"
        (self.folder / "body.json").write_text('{ "name": "ACME Corp" }\n')
        self.note("$ partnerapi-sign sign --url $API/company --body-file body.json")
        signed = json.loads(self.run("sign", "--json", "--url", url, "--body-file", "body.json").stdout)
        sign = signed["headers"]["x-sign"]
        (self.folder / "payload").write_text(signed["headers"]["x-timestamp"] + url + signed["body"])
        (self.folder / "signature").write_bytes(base64.urlsafe_b64decode(sign + "=="))
        self.note("$ openssl dgst -sha256 -verify public.pem -signature signature payload")
        command = ["openssl", "dgst", "-sha256", "-verify", "public.pem", "-signature", "signature", "payload"]
        said = subprocess.run(command, cwd=self.folder, capture_output=True, text=True)
        self.check(said.returncode == 0 and "Verified OK" in said.stdout, f"OpenSSL: {said.stdout.strip() or said.stderr.strip()}")

    def companies(self):
        self.title("Create the two companies")
        john = self.send("POST", "/company", {"name": "John Doe Group", "city": "London", "country": "UK",
                                              "domain": "johndoe.co.uk", "ref": REF})
        acme = self.send("POST", "/company", {"name": "ACME Corp", "city": "London", "country": "FR",
                                              "domain": "acmecorp.com", "ref": REF})
        self.check(john["ref"] == acme["ref"] == REF and john["company_id"] != acme["company_id"],
                   "each has an id of its own; the reference came back")
        self.title("Let John Doe trust ACME")
        self.send("POST", f"/company/{john['company_id']}/trustedparty", {"address": "acme.com", "type": "company"})
        return acme["company_id"]

    def trusted_network(self, company):
        self.title("Let ACME trust a user, who must agree on the phone")
        path = f"/company/{company}/trustedparty"
        self.send("POST", path, {"address": EMAIL, "type": "user"})
        listed = self.send("GET", path)
        self.check(listed["total_count"] == 0, "not listed before the user agrees")
        self.note("the user agrees (control plane)")
        invitation = next(entry for entry in self.control("/invitations")["list"] if entry["email"] == EMAIL)
        self.control(f"/invitations/{invitation['id']}/approve", {})
        listed = self.send("GET", path)
        self.check([party["trusted_entity_id"] for party in listed["list"]] == [self.user], "now listed")
        return self.user

    def make_fund(self, company, user):
        self.title("Make a fund with two custody groups")
        group = {"threshold": 1, "members": [user]}
        fund = {"name": "ACME Fund", "description": "Quick start", "theme": 2, "custodygroup_withdraw": group,
                "custodygroup_tx": group, "assets": ["BTC-TESTNET"]}
        made = self.send("POST", f"/company/{company}/fund", fund)
        self.title("A second one within 15 seconds is too fast")
        self.send("POST", f"/company/{company}/fund", fund | {"name": "Second Fund"}, status=429)
        wait = self.last["headers"].get("retry-after", "0")
        self.check(1 <= int(wait) <= 15, f"retry-after: {wait} s")
        return made["fund_id"]

    def deposit(self, company, fund):
        self.title("Ask for the deposit address, deposit, and look again")
        path = f"/company/{company}/fund/{fund}/deposit"
        wallet = self.send("GET", path)["list"][0]
        self.check(wallet["balance"] == 0, f"{wallet['asset']} {wallet['address']}: 0")
        self.note("100000 satoshi arrive (control plane)")
        self.control("/deposits", {"address": wallet["address"], "amount": 100000})
        wallet = self.send("GET", path)["list"][0]
        self.check(wallet["balance"] == 100000, f"{wallet['asset']} {wallet['address']}: 100000")

    def spoil(self):
        self.title("Spoil one request: sign the body compacted, send it with its whitespace")
        url = f"{self.origin}/api/v1/p/company"
        body = b'{\n  "name": "ACME Corp"\n}\n'
        (self.folder / "body.json").write_bytes(body)
        signed = json.loads(self.run("sign", "--json", "--url", url, "--body-file", "body.json", "--key-file", "apikey").stdout)
        self.note("$ curl --data-binary @body.json …, with the x-sign of `partnerapi-sign sign --body-file body.json`")
        connection = http.client.HTTPConnection(self.origin.removeprefix("http://"), timeout=20)
        connection.request("POST", "/api/v1/p/company", body, signed["headers"])
        answer = connection.getresponse()
        text, diagnosis = answer.read().decode(), answer.getheader("x-sandbox-diagnosis", "")
        connection.close()
        self.check(answer.status == 401, f"{answer.status} {answer.reason}  {shortened(text.strip())}")
        self.check("compact" in diagnosis, f"diagnosis: {paint('1', diagnosis)}")


def shortened(text, width=90):
    text = " ".join(text.split())
    return text if len(text) <= width else text[:width - 1] + "…"


def main():
    # A terminated demo stops its sandbox too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    folder = tempfile.mkdtemp(prefix="partnersign-demo-")
    demo = Demo(folder)
    done = False
    begin = time.monotonic()
    try:
        demo.start()
        print("The quick start of the documents, each request signed and sent by partnerapi-sign, to a sandbox that verifies")
        print(f"API={paint('1', demo.origin + '/api/v1/p')}", flush=True)
        demo.tell()
        done = True
        print(f"\n{paint('32;1', 'Done')} in {time.monotonic() - begin:.1f} s: every answer is what it should be.")
    except Failed as failure:
        print(f"\n{paint('31;1', 'Failed')}: {failure}", file=sys.stderr)
    except KeyboardInterrupt:
        print("\nInterrupted.", file=sys.stderr)
        sys.exit(130)
    finally:
        if done and KEEP:
            print(f"\nThe sandbox runs on at {paint('1', demo.origin)} (requests: {demo.origin}/_sandbox/requests).")
            print(f"Key and API key: {folder}. Try:\n")
            print(f"    cd {folder}\n    {SIGN} send --url {demo.origin}/api/v1/p/company/search\n")
            print(f"It ends with: kill {demo.sandbox.pid}", flush=True)
        else:
            demo.stop()
            shutil.rmtree(folder, ignore_errors=True)
    sys.exit(0 if done else 1)


if __name__ == "__main__":
    main()
