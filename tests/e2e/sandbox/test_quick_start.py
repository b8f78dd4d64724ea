"""The quick start of the documents, step by step, with its negative checks; `cryptography` signs."""

import re
import time
import unittest

from case import ACME, EMAIL, REF, SandboxCase

KSUID = re.compile(r"[0-9A-Za-z]{27}")
ENTITY = re.compile(r"[1-9A-HJ-NP-Za-km-z]{43,44}")
OK = {"code": 200, "msg": "OK"}


class QuickStart(SandboxCase):
    def test_step_by_step(self):
        user = self.user()
        self.assertRegex(user, ENTITY)

        john = self.ok("POST", "/company", ACME | {"name": "John Doe Group", "country": "UK", "domain": "johndoe.co.uk"})
        acme = self.ok("POST", "/company", ACME)  # 1, 2
        for company in [john, acme]:
            self.assertEqual(set(company), {"ref", "company_id"})
            self.assertEqual(company["ref"], REF)
            self.assertTrue(KSUID.fullmatch(company["company_id"]), company)
        self.assertNotEqual(john["company_id"], acme["company_id"])
        john, acme = john["company_id"], acme["company_id"]

        address = {"address": "acme.com", "type": "company"}
        self.assertEqual(self.ok("POST", f"/company/{john}/trustedparty", address), OK)  # 3
        address = {"address": EMAIL, "type": "user"}
        self.assertEqual(self.ok("POST", f"/company/{acme}/trustedparty", address), OK)  # 4
        parties = f"/company/{acme}/trustedparty"
        self.assertEqual(self.ok("GET", parties), {"company_id": acme, "total_count": 0, "list": []})  # 4a
        # Step 6 before 4b.
        self.assert_status(self.fund(acme, [user]), 400)
        self.assertEqual(len(self.sandbox.decide("invitations", company_id=acme)), 1)  # 4b
        listed = self.ok("GET", parties)  # 5
        self.assertEqual((listed["company_id"], listed["total_count"], len(listed["list"])), (acme, 1, 1))
        party = listed["list"][0]
        self.assertEqual((party["trusted_entity_id"], party["address"], party["type"]), (user, EMAIL, "user"))
        self.assertIs(party["internal"], False)
        self.assertLess(abs(party["created"] - time.time()), 60)

        made = self.assert_status(self.fund(acme, [user]), 200).json  # 6
        self.assertEqual(set(made), {"fund_id", "custodygroup_withdraw", "custodygroup_tx"})
        self.assertEqual(len(set(made.values())), 3)
        for name in made.values():
            self.assertTrue(KSUID.fullmatch(name), made)
        again = self.assert_status(self.fund(acme, [user]), 429)  # 6a
        self.assertIn(int(again.headers["retry-after"]), range(1, 16))

        deposits = f"/company/{acme}/fund/{made['fund_id']}/deposit"
        wallet = self.ok("GET", deposits)  # 7
        address = wallet["list"][0]["address"]
        self.assertEqual(wallet, {"total_count": 1,
                                  "list": [{"asset": "BTC-TESTNET", "address": address, "balance": 0}]})
        self.sandbox.control("/deposits", {"address": address, "amount": 100000})  # 8
        self.assertEqual(self.ok("GET", deposits)["list"][0]["balance"], 100000)  # 9

        # A trusted party that a fund needs stays.
        self.assert_status(self.client.call("DELETE", f"{parties}/{user}"), 409)
        self.assertEqual(self.ok("GET", parties)["total_count"], 1)

    def test_the_custody_groups_are_checked(self):
        company = self.company()
        user = self.trusted_user(company)
        self.assert_status(self.fund(company, [user], threshold=2), 400)
        self.assert_status(self.fund(company, [user], threshold=0), 400)
        self.assert_status(self.fund(company, []), 400)
        # A company cannot be a custodian.
        other = self.company(name="Other", domain="other.example")
        self.ok("POST", f"/company/{company}/trustedparty", {"address": "other.example", "type": "company"})
        listed = self.ok("GET", f"/company/{company}/trustedparty")["list"]
        entity = next(party["trusted_entity_id"] for party in listed if party["type"] == "company")
        for member in [entity, other, company, "nobody"]:
            self.assert_status(self.fund(company, [member]), 400)
        # Refused ones do not count for the limit.
        self.assert_status(self.fund(company, [user]), 200)

    def test_one_fund_in_15_seconds(self):
        company = self.company()
        user = self.trusted_user(company)
        self.assert_status(self.fund(company, [user]), 200)
        before = self.ok("GET", f"/company/{company}/holding")
        wait = int(self.assert_status(self.fund(company, [user]), 429).headers["retry-after"])
        self.assertEqual(self.ok("GET", f"/company/{company}/holding"), before)
        self.addCleanup(self.sandbox.control, "/clock", {"real": True})
        now = self.advance(wait)
        group = {"threshold": 1, "members": [user]}
        body = {"name": "F", "custodygroup_withdraw": group, "custodygroup_tx": group, "assets": ["BTC-TESTNET"]}
        self.assert_status(self.client.post(f"/company/{company}/fund", body, timestamp=now), 200)
        self.assert_status(self.client.post(f"/company/{company}/fund", body, timestamp=now + 1), 429)

    def test_the_limit_to_the_second(self):
        company = self.company()
        user = self.trusted_user(company)
        self.addCleanup(self.sandbox.control, "/clock", {"real": True})
        self.sandbox.control("/clock", {"now": self.now()})
        group = {"threshold": 1, "members": [user]}
        body = {"name": "F", "custodygroup_withdraw": group, "custodygroup_tx": group, "assets": ["BTC-TESTNET"]}
        for step, status, wait in [(0, 200, None), (0, 429, "15"), (14, 429, "1"), (1, 200, None), (1, 429, "14")]:
            now = self.advance(step)
            answer = self.client.post(f"/company/{company}/fund", body | {"name": f"{step} {status}"}, timestamp=now)
            self.assert_status(answer, status)
            self.assertEqual(answer.headers.get("retry-after"), wait)

    def test_companies(self):
        first = self.company(name="Zebra Holding", domain="zebra.example")
        self.company(name="Another", domain="another.example")
        self.assertEqual(self.ok("GET", f"/company/{first}")["name"], "Zebra Holding")
        found = self.ok("GET", "/company/search?query=ebr")
        self.assertEqual(found, {"total_count": 1, "matches": [
            {"company_id": first, "name": "Zebra Holding", "domain": "zebra.example"}]})
        self.assertGreaterEqual(self.ok("GET", "/company/search")["total_count"], 2)
        self.assertEqual(self.ok("PUT", f"/company/{first}", {"city": "Basel"}),
                         {"ref": REF, "company_id": first})
        company = self.ok("GET", f"/company/{first}")
        self.assertEqual((company["city"], company["name"], company["country"]), ("Basel", "Zebra Holding", "FR"))

    def test_what_is_not_there_is_404(self):
        company = self.company()
        nobody = "1fB50cYTXCVEFyeqZbDhTEiPBFc"
        for path in [f"/company/{nobody}", f"/company/{nobody}/trustedparty", f"/company/{nobody}/holding",
                     f"/company/{company}/fund/{nobody}", f"/company/{company}/fund/{nobody}/deposit",
                     f"/company/{company}/transfer/{nobody}", f"/company/{company}/withdraw/{nobody}",
                     f"/coreclient/{nobody}/actions"]:
            self.assert_status(self.client.get(path), 404)
        self.assert_status(self.client.post(f"/company/{nobody}/trustedparty", {"address": "a.com"}), 404)
        self.assert_status(self.client.call("DELETE", f"/company/{company}/trustedparty/{nobody}"), 404)

    def test_malformed_bodies_are_400(self):
        for body in [{}, {"name": 1}, {"name": None}, {"name": ""}, [], [1]]:
            self.assert_status(self.client.post("/company", body), 400)

    def test_the_last_of_doubled_keys_or_none_counts(self):
        """The signature is over the raw bytes either way."""
        answer = self.client.post("/company", b'{"name": "One", "name": "Two"}')
        self.assertIn(answer.status, (200, 400), answer)
        if answer.status == 200:
            self.assertEqual(self.ok("GET", f"/company/{answer.json['company_id']}")["name"], "Two")

    def test_other_operations_answer_501_with_their_names(self):
        company = self.company()
        for method, path, body in [("POST", "/fees", {"type": "withdraw"}), ("GET", "/exchanges", None),
                                   ("GET", "/liquidityhub", None), ("GET", f"/company/{company}/fund/search", None),
                                   ("POST", "/coreclient/verify", {"a": 1})]:
            self.assert_status(self.client.call(method, path, body), 501)
        self.assert_status(self.client.get("/no-such-thing"), 404)

    def test_another_account_sees_nothing_of_it(self):
        from independent import Client

        company = self.company()
        stranger = Client(self.sandbox)
        self.assert_status(stranger.get(f"/company/{company}"), 404)


if __name__ == "__main__":
    unittest.main()
