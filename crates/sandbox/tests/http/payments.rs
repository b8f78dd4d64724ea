//! What follows the quick start: whitelist, withdrawal, transfer, approvals by phone and by program.

use serde_json::{Value, json};

use crate::support::{Custody, Partner, Server, now};

/// A fund with 100000 in its wallet; returns its id and the wallet as `GET fund` shows it.
fn funded(partner: &mut Partner<'_>, custody: &Custody) -> (String, Value) {
    let funds = format!("/company/{}/fund", custody.company);
    let fund_id = partner.post(&funds, &custody.new_fund(1))["fund_id"].as_str().unwrap().to_owned();
    let detail = partner.get(&format!("{funds}/{fund_id}"));
    let wallet = detail["wallets"][0].clone();
    partner
        .server
        .control("POST", "/deposits", &json!({ "address": wallet["address"], "amount": 100_000 }))
        .expect(200);
    partner.server.control("POST", "/clock", &json!({ "advance": 15 })).expect(200);
    (fund_id, wallet)
}

fn approve_on_the_phone(server: &Server, verdict: &str) {
    let approvals = server.control("GET", "/approvals", &Value::Null).json();
    let id = approvals["list"][0]["id"].as_str().unwrap();
    server.control("POST", &format!("/approvals/{id}/{verdict}"), &Value::Null).expect(200);
}

#[test]
fn a_withdrawal_needs_a_whitelisted_address_and_its_custodian() {
    let server = Server::start(&[]);
    let mut partner = server.partner();
    let custody = Custody::new(&mut partner);
    let (fund, wallet) = funded(&mut partner, &custody);
    let company = format!("/company/{}", custody.company);
    let withdrawal = json!({ "wallet_id": wallet["wallet_id"], "address": "mfXXBW8Tmzkd7bRKKsUmjucpLQLThv8eYX",
        "expires": now() + 1000, "reference": "CX15R99XX", "partner_txID": "mine-1",
        "send": { "symbol": "BTC-TESTNET", "amount": 800 } });
    let withdraw = format!("{company}/withdraw");
    partner.call("POST", &withdraw, &withdrawal).refused(400, "address");
    let address =
        json!({ "asset": "BTC-TESTNET", "address": "mfXXBW8Tmzkd7bRKKsUmjucpLQLThv8eYX", "name": "ours" });
    partner.post(&format!("{company}/fund/{fund}/whitelist"), &address);
    assert_eq!(partner.get(&format!("{company}/fund/{fund}/whitelist"))["list"][0], address);

    let begun = partner.post(&withdraw, &withdrawal);
    assert_eq!(begun["status"], "new");
    assert_eq!(
        partner.post(&withdraw, &withdrawal),
        json!({ "tx_id": begun["tx_id"], "status": "existing" })
    );
    let status_path = format!("{withdraw}/{}", begun["tx_id"].as_str().unwrap());
    let status = partner.get(&status_path);
    assert_eq!((&status["txStatus"], &status["approvedCount"]), (&json!("pending"), &json!(0)));
    let details = &status["statusDetails"];
    assert_eq!(
        (&details["amount"], &details["fees"], &details["netAmount"]),
        (&json!(801), &json!(1), &json!(800))
    );
    approve_on_the_phone(&server, "approve");
    let status = partner.get(&status_path);
    assert_eq!((&status["txStatus"], &status["approvedCount"]), (&json!("approved"), &json!(1)));
    assert_eq!(partner.get(&format!("{company}/holding"))["holdings"][0]["amount"], 99_199);

    let late = json!({ "wallet_id": wallet["wallet_id"], "address": address["address"],
        "expires": (now() + 100).to_string(), "send": { "symbol": "BTC-TESTNET", "amount": 1 } });
    let late = partner.post(&withdraw, &late)["tx_id"].as_str().unwrap().to_owned();
    server.control("POST", "/clock", &json!({ "advance": 100 })).expect(200);
    assert_eq!(partner.get(&format!("{withdraw}/{late}"))["txStatus"], "expired");
    partner.call("GET", &format!("{company}/transfer/{late}"), &Value::Null).refused(404, "tx_id");
}

#[test]
fn a_transfer_goes_to_three_words_and_a_core_client_authorizes_and_approves() {
    let server = Server::start(&[]);
    let mut partner = server.partner();
    let custody = Custody::new(&mut partner);
    let company = format!("/company/{}", custody.company);
    let client = partner.post("/coreclient", &json!({ "name": "approver" }));
    let client_id = client["id"].as_str().unwrap();
    assert_eq!(client["feed"], format!("ws://{}/api/v1/p/coreclient/{client_id}/feed", server.address));
    partner.post(&format!("{company}/trustedparty"), &json!({ "address": client_id }));
    let listed = partner.get(&format!("{company}/trustedparty"));
    assert_eq!((&listed["total_count"], &listed["list"][1]["type"]), (&json!(2), &json!("core-client")));

    let (_, from) = funded(&mut partner, &custody);
    let program = Custody { company: custody.company.clone(), custodian: client_id.to_owned() };
    let (_, to) = funded(&mut partner, &program);
    assert_eq!(to["policy_tx"]["members"][0]["entity"]["coreClient"]["name"], "approver");
    let transfer = json!({ "wallet_id": to["wallet_id"], "counterparty_wallet_address": from["short_code"],
        "expires": now() + 1000, "authorize_id": client_id, "send": { "symbol": "BTC-TESTNET", "amount": 2800 } });
    let begun = partner.post(&format!("{company}/transfer"), &transfer);
    let status_path = format!("{company}/transfer/{}", begun["tx_id"].as_str().unwrap());
    for (before, after) in [("pending_initiate", "pending"), ("pending", "approved")] {
        assert_eq!(partner.get(&status_path)["txStatus"], before);
        let actions = partner.get(&format!("/coreclient/{client_id}/actions"));
        assert_eq!(
            (&actions["count"], &actions["actions"][0]["type"]),
            (&json!(1), &json!("ApproveTransfer"))
        );
        let action =
            format!("/coreclient/{client_id}/action/{}", actions["actions"][0]["id"].as_str().unwrap());
        assert_eq!(partner.get(&action)["details"]["netAmount"], 2800);
        assert_eq!(partner.call("PUT", &action, &Value::Null).expect(200).json()["status"], "approved");
        partner.call("DELETE", &action, &Value::Null).refused(400, "status");
        assert_eq!(partner.get(&status_path)["txStatus"], after);
    }
    assert_eq!(partner.get(&format!("{company}/holding"))["holdings"][0]["amount"], 199_997);
}
