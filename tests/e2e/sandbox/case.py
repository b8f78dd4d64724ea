"""What the tests of the sandbox share: one sandbox for a class, one client for a test, the quick start's world."""

import unittest

from independent import Client, Key
from running import Sandbox

EMAIL = "IKatsuyoshi@gmail.com"
REF = "9827feec-4eae-4e80-bda3-daa7c3b97add"
ACME = {"name": "ACME Corp", "city": "London", "country": "FR", "domain": "acmecorp.com", "ref": REF}
KEY = Key()
OTHER_KEY = Key()


class SandboxCase(unittest.TestCase):
    """Each class has a fresh sandbox with its `ARGS`; each test a fresh API key, so clocks and nonces begin anew."""

    ARGS = ()

    @classmethod
    def setUpClass(cls):
        cls.sandbox = Sandbox(*cls.ARGS)
        cls.addClassCleanup(cls.sandbox.stop)

    def setUp(self):
        self.client = Client(self.sandbox, KEY)

    def assert_status(self, answer, status, reason=None):
        self.assertEqual(answer.status, status, answer)
        if status >= 400:
            self.assertEqual(answer.json["code"], status)
            self.assertIsInstance(answer.json["msg"], str)
        if reason is not None:
            self.assertEqual(answer.reason, reason, answer)
        return answer

    def ok(self, method, path, body=None):
        return self.assert_status(self.client.call(method, path, body), 200).json

    def company(self, **changes):
        return self.ok("POST", "/company", ACME | changes)["company_id"]

    def user(self, email=EMAIL, name="Ichiro Katsuyoshi"):
        return self.sandbox.control("/users", {"email": email, "name": name}, expect=(200, 201))["trusted_entity_id"]

    def trusted_user(self, company, email=EMAIL):
        """A user that the company trusts and that has approved."""
        entity = self.user(email)
        self.ok("POST", f"/company/{company}/trustedparty", {"address": email, "type": "user"})
        self.assertTrue(self.sandbox.decide("invitations", company_id=company, email=email))
        return entity

    def fund(self, company, members, threshold=1, **changes):
        group = {"threshold": threshold, "members": members}
        body = {"name": "ACME Fund", "description": "test", "theme": 2, "custodygroup_withdraw": group,
                "custodygroup_tx": group, "assets": ["BTC-TESTNET"]} | changes
        return self.client.post(f"/company/{company}/fund", body)

    def advance(self, seconds):
        return self.sandbox.control("/clock", {"advance": seconds})["now"]

    def now(self):
        """The sandbox's time."""
        return self.advance(0)
