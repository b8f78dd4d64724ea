"""schemathesis against /openapi.json, each request signed by `cryptography`; and the published swagger beside it."""

import unittest

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from independent import Client, Key
from running import API, Sandbox, scaled
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

EXAMPLES = max(10, scaled(500))


class Sign(requests.auth.AuthBase):
    """Signs the prepared request: its URL and body as they go out."""

    def __init__(self, client):
        self.client = client

    def __call__(self, prepared):
        body = prepared.body or b""
        body = body.encode() if isinstance(body, str) else body
        for name in ["x-api-key", "x-sign", "x-timestamp", "x-nonce"]:
            prepared.headers.pop(name, None)
        for name, value in self.client.headers(prepared.url, body):
            if name.startswith("x-"):
                prepared.headers[name] = value
        return prepared


class OpenApi(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.sandbox = Sandbox()
        cls.addClassCleanup(cls.sandbox.stop)
        cls.client = Client(cls.sandbox, Key())
        cls.document = cls.sandbox.request("GET", "/openapi.json").json

    def test_every_published_operation_is_there(self):
        described = {(method.upper(), path.removeprefix(API)) for path, item in self.document["paths"].items()
                     for method in item if method in ("get", "post", "put", "delete")}
        for operation in [("POST", "/company"), ("GET", "/company/{company_id}"), ("PUT", "/company/{company_id}"),
                          ("GET", "/company/search"), ("POST", "/company/{company_id}/trustedparty"),
                          ("GET", "/company/{company_id}/trustedparty"),
                          ("DELETE", "/company/{company_id}/trustedparty/{trustedparty_id}"),
                          ("GET", "/company/{company_id}/holding"), ("POST", "/company/{company_id}/fund"),
                          ("GET", "/company/{company_id}/fund/{fund_id}"),
                          ("GET", "/company/{company_id}/fund/{fund_id}/deposit"),
                          ("POST", "/company/{company_id}/fund/{fund_id}/whitelist"),
                          ("POST", "/company/{company_id}/transfer"), ("POST", "/company/{company_id}/withdraw"),
                          ("GET", "/assets"), ("GET", "/coreclient"), ("POST", "/coreclient"),
                          ("GET", "/coreclient/{client_id}/actions"),
                          ("PUT", "/coreclient/{client_id}/action/{action_id}")]:
            self.assertIn(operation, described)

    def test_schemathesis_finds_no_broken_promise(self):
        schema = schemathesis.openapi.from_dict(self.document)
        schema.config.update(base_url=self.sandbox.origin + API)
        statuses = {}
        limits = settings(max_examples=EXAMPLES, deadline=None, database=None, phases=[Phase.explicit, Phase.generate],
                          suppress_health_check=list(HealthCheck))
        count = 0
        for result in schema.get_all_operations():
            operation = result.ok()
            count += 1
            self.explore(operation, limits, statuses)
        print(f"{count} operations: {dict(sorted(statuses.items()))}")
        self.assertGreaterEqual(count, 20)
        self.assertGreater(statuses.get(200, 0), 0)

    def explore(self, operation, limits, statuses):
        @limits
        @given(case=operation.as_strategy())
        def each(case):
            answer = case.call(base_url=self.sandbox.origin + API, auth=Sign(self.client))
            statuses[answer.status_code] = statuses.get(answer.status_code, 0) + 1
            self.assertNotEqual(answer.status_code, 401, answer.headers.get("x-sandbox-diagnosis"))
            # One would say that the API takes invalid keys: our hook has put the valid one in. The other knows no
            # rule that a schema cannot express, as that a threshold is at most the number of members.
            case.validate_response(answer, excluded_checks=[ignored_auth, positive_data_acceptance])

        each()


if __name__ == "__main__":
    unittest.main()
