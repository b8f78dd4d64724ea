"""Beyond the quick start: whitelist, withdrawal, transfer, their approvals, and core clients."""

import json
import re
import time
import unittest

from case import SandboxCase

SHORT_CODE = re.compile(r"\S+[ .-]\S+[ .-]\S+")
FUNDED = 100_000_000


class Custody(SandboxCase):
    """A funded wallet; people and core clients guard it."""

    def setUp(self):
        super().setUp()
        self.company_id = self.company()

    def core_client(self, name="bot"):
        return self.ok("POST", "/coreclient", {"name": name})

    def trusted_client(self, name="bot"):
        client = self.core_client(name)["id"]
        answer = self.ok("POST", f"/company/{self.company_id}/trustedparty", {"address": client})
        self.assertEqual(answer, {"code": 200, "msg": "OK"})
        return client

    def funded(self, members, threshold=1, **changes):
        """The path of a new fund, and its one wallet with money in it."""
        made = self.assert_status(self.fund(self.company_id, members, threshold, **changes), 200).json
        path = f"/company/{self.company_id}/fund/{made['fund_id']}"
        deposit = self.ok("GET", f"{path}/deposit")["list"][0]
        self.sandbox.control("/deposits", {"address": deposit["address"], "amount": FUNDED})
        return path, self.ok("GET", path)["wallets"][0]

    def withdrawal(self, wallet, to, **changes):
        return {"wallet_id": wallet["wallet_id"], "address": to, "expires": int(time.time()) + 3600,
                "reference": "r", "benefit_of": "b", "account_no": "a",
                "send": {"symbol": "BTC-TESTNET", "amount": 200_000}} | changes

    def withdraw(self, body, status=200):
        return self.assert_status(self.client.post(f"/company/{self.company_id}/withdraw", body), status).json

    def status_of(self, kind, tx_id):
        return self.ok("GET", f"/company/{self.company_id}/{kind}/{tx_id}")

    def balance(self, path):
        return self.ok("GET", f"{path}/deposit")["list"][0]["balance"]

    def whitelist(self, path, address="mzRvXPmMDSYC5SBfGTxmqkY5zNFPJRdMFr"):
        self.ok("POST", f"{path}/whitelist", {"asset": "BTC-TESTNET", "address": address, "name": "Cold"})
        return address

    def test_the_fund_s_details_have_the_swagger_s_shape(self):
        user = self.trusted_user(self.company_id)
        path, wallet = self.funded([user])
        fund = self.ok("GET", path)
        for field in ["fund_id", "name", "description", "custodygroup_withdraw", "custodygroup_tx", "policy_withdraw",
                      "policy_tx", "members", "assets", "wallets"]:
            self.assertIn(field, fund)
        for field in ["wallet_id", "name", "asset", "type", "status", "address", "address_type", "short_code", "balance"]:
            self.assertIn(field, wallet)
        self.assertEqual((wallet["balance"], wallet["status"], wallet["type"]), (FUNDED, "ready", 0))
        self.assertTrue(SHORT_CODE.fullmatch(wallet["short_code"]), wallet)
        self.assertRegex(wallet["address"], r"^[mn][1-9A-HJ-NP-Za-km-z]{25,34}$")
        policy = fund["policy_withdraw"]
        self.assertEqual((policy["threshold"], len(policy["members"])), (1, 1))
        # Members are nested, as the later client reads them.
        self.assertEqual(policy["members"][0]["entity"]["id"] if "entity" in policy["members"][0]
                         else policy["members"][0]["id"], user)
        holding = self.ok("GET", f"/company/{self.company_id}/holding")
        self.assertEqual([(entry["code"], entry["amount"]) for entry in holding["holdings"]], [("BTC-TESTNET", FUNDED)])
        self.assertEqual(self.ok("POST", f"/company/{self.company_id}/holding", {}), holding)

    def test_a_withdrawal_needs_the_whitelist_and_the_custodians(self):
        first, second = self.trusted_user(self.company_id), self.trusted_user(self.company_id, "second@example.com")
        path, wallet = self.funded([first, second], threshold=2)
        address = "mzRvXPmMDSYC5SBfGTxmqkY5zNFPJRdMFr"
        self.withdraw(self.withdrawal(wallet, address), status=400)
        self.whitelist(path, address)
        listed = self.ok("GET", f"{path}/whitelist")
        self.assertEqual((listed["total_count"], listed["list"]),
                         (1, [{"asset": "BTC-TESTNET", "address": address, "name": "Cold"}]))
        self.assertEqual(self.ok("GET", f"{path}/whitelist?address={address}")["total_count"], 1)
        self.assertEqual(self.ok("GET", f"{path}/whitelist?address=nowhere")["total_count"], 0)

        made = self.withdraw(self.withdrawal(wallet, address, partner_txID="mine-1"))
        self.assertEqual(made["status"], "new")
        again = self.withdraw(self.withdrawal(wallet, address, partner_txID="mine-1"))
        self.assertEqual(again, {"tx_id": made["tx_id"], "status": "existing"})
        self.assertEqual(self.status_of("withdraw", made["tx_id"])["txStatus"], "pending")

        approvals = [entry for entry in self.sandbox.control("/approvals")["list"] if entry["tx_id"] == made["tx_id"]]
        self.assertEqual(len(approvals), 2)
        self.sandbox.control(f"/approvals/{approvals[0]['id']}/approve", {})
        self.assertEqual(self.status_of("withdraw", made["tx_id"])["txStatus"], "pending")
        self.assertEqual(self.balance(path), FUNDED)
        self.sandbox.control(f"/approvals/{approvals[1]['id']}/approve", {})
        done = self.status_of("withdraw", made["tx_id"])
        self.assertEqual(done["txStatus"], "approved")
        # amount = net + fees, at a thousandth.
        details = done["statusDetails"]
        self.assertEqual((details["netAmount"], details["fees"], details["amount"]), (200_000, 200, 200_200))
        self.assertEqual(self.balance(path), FUNDED - 200_200)
        answer = self.sandbox.request("POST", f"/_sandbox/approvals/{approvals[1]['id']}/approve", body=b"{}")
        self.assertIn(answer.status, (404, 409))
        self.assertEqual(self.balance(path), FUNDED - 200_200)

    def test_a_rejected_and_an_expired_withdrawal_move_nothing(self):
        user = self.trusted_user(self.company_id)
        path, wallet = self.funded([user])
        address = self.whitelist(path)
        rejected = self.withdraw(self.withdrawal(wallet, address))
        self.assertTrue(self.sandbox.decide("approvals", "reject", tx_id=rejected["tx_id"]))
        self.assertEqual(self.status_of("withdraw", rejected["tx_id"])["txStatus"], "custody_rejected")
        expiring = self.withdraw(self.withdrawal(wallet, address, expires=int(time.time()) + 60))
        self.addCleanup(self.sandbox.control, "/clock", {"real": True})
        now = self.advance(61)
        answer = self.client.get(f"/company/{self.company_id}/withdraw/{expiring['tx_id']}", timestamp=now)
        self.assertEqual(self.assert_status(answer, 200).json["txStatus"], "expired")
        answer = self.client.get(f"{path}/deposit", timestamp=now)
        self.assertEqual(answer.json["list"][0]["balance"], FUNDED)

    def test_no_more_money_than_numbers_are_exact_for(self):
        user = self.trusted_user(self.company_id)
        path, first = self.funded([user], assets=["BTC-TESTNET", "ETH-TESTNET"], wallets=[{"asset": "BTC-TESTNET"}])
        second = self.ok("GET", path)["wallets"][2]
        self.assertEqual(second["asset"], "BTC-TESTNET")
        for wallet in [first, second]:
            body = json.dumps({"address": wallet["address"], "amount": 2**53 - 1}).encode()
            self.assert_status(self.sandbox.request("POST", "/_sandbox/deposits", [], body), 400, "amount")
        holding = self.ok("GET", f"/company/{self.company_id}/holding")["holdings"]
        self.assertIn({"code": "BTC-TESTNET", "amount": FUNDED}, holding)

    def test_more_than_there_is(self):
        user = self.trusted_user(self.company_id)
        path, wallet = self.funded([user])
        address = self.whitelist(path)
        for amount in [0, -1, 1.5, "200", 2**64, None]:
            body = self.withdrawal(wallet, address, send={"symbol": "BTC-TESTNET", "amount": amount})
            self.withdraw(body, status=400)
        # The fee comes on top; what the wallet does not hold when the custodians agree, the chain refuses.
        made = self.withdraw(self.withdrawal(wallet, address, send={"symbol": "BTC-TESTNET", "amount": FUNDED}))
        self.assertTrue(self.sandbox.decide("approvals", tx_id=made["tx_id"]))
        self.assertEqual(self.status_of("withdraw", made["tx_id"])["txStatus"], "chain_rejected")
        for changes in [{"wallet_id": "nowhere"}, {"address": "nowhere"}, {"expires": "soon"}, {"expires": -1},
                        {"send": {"symbol": "ETH-TESTNET", "amount": 1}}, {"send": None}]:
            answer = self.client.post(f"/company/{self.company_id}/withdraw", self.withdrawal(wallet, address, **changes))
            self.assertIn(answer.status, (400, 404), (changes, answer))
        self.assertEqual(self.balance(path), FUNDED)

    def test_a_transfer_to_the_three_words_of_a_wallet(self):
        user = self.trusted_user(self.company_id)
        path, wallet = self.funded([user])
        self.addCleanup(self.sandbox.control, "/clock", {"real": True})
        now = self.advance(20)
        group = {"threshold": 1, "members": [user]}
        body = {"name": "Other", "custodygroup_withdraw": group, "custodygroup_tx": group, "assets": ["BTC-TESTNET"]}
        made = self.assert_status(self.client.post(f"/company/{self.company_id}/fund", body, timestamp=now), 200).json
        self.sandbox.control("/clock", {"real": True})
        other = f"/company/{self.company_id}/fund/{made['fund_id']}"
        to = self.ok("GET", other)["wallets"][0]
        for recipient in [to["short_code"], to["wallet_id"]]:
            before = self.balance(other)
            sent = self.ok("POST", f"/company/{self.company_id}/transfer", {
                "wallet_id": wallet["wallet_id"], "counterparty_wallet_address": recipient, "reference": "r",
                "expires": str(int(time.time()) + 3600), "send": {"symbol": "BTC-TESTNET", "amount": 2800}})
            self.assertEqual(self.status_of("transfer", sent["tx_id"])["txStatus"], "pending")
            self.assertTrue(self.sandbox.decide("approvals", tx_id=sent["tx_id"]))
            done = self.status_of("transfer", sent["tx_id"])
            self.assertEqual((done["txStatus"], done["statusDetails"]["fees"]), ("approved", 3))
            self.assertEqual(self.balance(other), before + 2800)
        self.assertEqual(self.balance(path), FUNDED - 2 * 2803)
        answer = self.client.post(f"/company/{self.company_id}/transfer", {
            "wallet_id": wallet["wallet_id"], "counterparty_wallet_address": to["address"],
            "expires": int(time.time()) + 60, "send": {"symbol": "BTC-TESTNET", "amount": 1}})
        self.assertIn(answer.status, (400, 404), answer)

    def test_core_clients_approve_and_reject(self):
        client = self.core_client("approver")
        self.assertTrue(client["feed"].startswith("ws://"), client)
        self.assertTrue(client["feed"].endswith(f"/api/v1/p/coreclient/{client['id']}/feed"), client)
        listed = self.ok("GET", "/coreclient")
        self.assertIn(client["id"], [entry["id"] for entry in listed["clients"]])
        self.ok("POST", f"/company/{self.company_id}/trustedparty", {"address": client["id"]})
        party = self.ok("GET", f"/company/{self.company_id}/trustedparty")["list"][0]
        self.assertEqual((party["type"], party["address"], party["trusted_entity_id"]),
                         ("core-client", client["id"], client["id"]))
        path, wallet = self.funded([client["id"]])
        address = self.whitelist(path)
        actions = f"/coreclient/{client['id']}/action"
        for method, status in [("PUT", "approved"), ("DELETE", "custody_rejected")]:
            made = self.withdraw(self.withdrawal(wallet, address))
            pending = self.ok("GET", f"{actions}s")["actions"]
            self.assertEqual([(entry["type"], entry["status"]) for entry in pending], [("ApproveWithdraw", "pending")])
            action = f"{actions}/{pending[0]['id']}"
            self.assertEqual(self.ok("GET", action)["status"], "pending")
            self.ok(method, action)
            self.assertEqual(self.status_of("withdraw", made["tx_id"])["txStatus"], status)
            self.assertEqual(self.ok("GET", f"{actions}s")["actions"], [])
            # What is decided stays so.
            self.assertIn(self.client.call("PUT", action).status, (400, 404, 409))
            self.assertIn(self.client.call("DELETE", action).status, (400, 404, 409))
            self.assertEqual(self.status_of("withdraw", made["tx_id"])["txStatus"], status)
        self.assertEqual(self.balance(path), FUNDED - 200_200)

    def test_assets(self):
        assets = self.ok("GET", "/assets")["assets"]
        self.assertIn(("BTC-TESTNET", 100_000_000), [(entry["code"], entry["scale"]) for entry in assets])
        for entry in assets:
            self.assertLessEqual({"code", "name", "unitCode", "scale", "enabled"}, set(entry))


if __name__ == "__main__":
    unittest.main()
