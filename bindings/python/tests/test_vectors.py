"""All of tests/vectors, through the package: the expected values come from OpenSSL, Go and the design."""

import hashlib
import unittest

import support

RUNNER = support.conformance()
to_bytes = RUNNER.to_bytes


def expect_key(case):
    ok = case["ok"]
    pem = (RUNNER.VECTORS / ok["public_pem_file"]).read_text()
    return {"bits": ok["bits"], "fingerprint": ok["spki_sha256"], "public_pem": pem}


def expect_signed(case):
    body = case["body_sent"]
    return {
        "method": case["method_sent"],
        "url": case["url"],
        "headers": case["headers"],
        "body": None if body is None else to_bytes(body).hex(),
        "payload": to_bytes(case["payload"]).hex(),
        "digest": case["sha256"],
        "signature": case["signature"],
    }


def expect_compact(case):
    output = to_bytes(case["output"])
    return {"output_sha256": hashlib.sha256(output).hexdigest(), "length": len(output)}


def expect_url(case):
    url = to_bytes(case["url"])
    return {"url": url.decode(), "digest": hashlib.sha256(b"1" + url).hexdigest()}


def expect_freshness(case):
    [(kind, value)] = case["freshness"].items()
    return {"header": f"x-{kind}", "value": value}


def expect_request(case):
    body = to_bytes(case["ok"]["body_sent"])
    body_sha256 = None if body is None else hashlib.sha256(body).hexdigest()
    return {"method": case["method"].upper(), "body_sha256": body_sha256, "digest": case["ok"]["sha256"]}


def expect_verified(case):
    [freshness] = case["ok"]["freshness"].items()
    return {"key_id": case["ok"]["key_id"], "freshness": list(freshness), "digest": case["ok"]["sha256"]}


class Vectors(unittest.TestCase):
    def check(self, file, expect):
        cases = RUNNER.load(file)
        for case in cases:
            with self.subTest(file=file, name=case["name"]):
                result = RUNNER.result(RUNNER.FILES[file], case)
                self.check_result(case, result, lambda case=case: expect(case))
        print(f"{file}: {len(cases)} cases")

    def check_result(self, case, result, expected):
        if "error" in case:
            self.assertIn("error", result)
            for field, value in case["error"].items():
                self.assertEqual(result["error"][field], value)
        else:
            self.assertEqual(result, expected())

    def test_keys(self):
        self.check("keys", expect_key)

    def test_signing(self):
        self.check("signing", expect_signed)

    def test_compaction(self):
        self.check("compaction", expect_compact)

    def test_exact_bodies_get_the_same_verdicts_and_stay_as_they_are(self):
        signer = RUNNER.signer()
        for case in RUNNER.load("compaction"):
            body = to_bytes(case["input"])
            with self.subTest(name=case["name"]):
                result = RUNNER.result(
                    lambda _: {"body": signer.sign("POST", support.URL, body, timestamp=1, form="exact").body}, case
                )
                self.check_result(case, result, lambda body=body: {"body": body})

    def test_urls(self):
        self.check("urls", expect_url)

    def test_freshness(self):
        self.check("freshness", expect_freshness)

    def test_api_keys(self):
        self.check("api_keys", lambda case: case["ok"])

    def test_requests(self):
        self.check("requests", expect_request)

    def test_verifying(self):
        self.check("verifying", expect_verified)

    def test_outcome_of_http(self):
        self.check("outcome_of_http", lambda case: {"outcome": case["outcome"]})

    def test_replay(self):
        cases = RUNNER.load("replay")
        for case in cases:
            for index, (step, result) in enumerate(zip(case["steps"], RUNNER.replay(case), strict=True)):
                with self.subTest(name=case["name"], step=index):
                    self.check_result(step, result, lambda: {"ok": True})
        print(f"replay: {len(cases)} cases")

    def test_diagnosis(self):
        cases = RUNNER.load("diagnosis")
        for case in cases:
            with self.subTest(name=case["name"]):
                self.check_diagnosis(case, RUNNER.diagnosis(case))
        print(f"diagnosis: {len(cases)} cases")

    def check_diagnosis(self, case, found):
        expected = case["expected"]
        causes = sorted(found["causes"])
        if "valid" in expected:
            self.assertEqual((found["found"], causes), (True, []))
        elif "unknown" in expected:
            self.assertEqual((found["found"], causes), (False, []))
        else:
            right = [expected["causes"], *expected.get("also", [])]
            self.assertIn(causes, [sorted(causes) for causes in right])
        # What cannot be known is None; what is told is true.
        if case["signed_digest"] is None or found["signed_digest"] is not None:
            self.assertEqual(found["signed_digest"], case["signed_digest"])
        if case["signed_payload"] is not None and found["signed_payload"] is not None:
            self.assertEqual(found["signed_payload"], to_bytes(case["signed_payload"]).hex())


if __name__ == "__main__":
    unittest.main()
