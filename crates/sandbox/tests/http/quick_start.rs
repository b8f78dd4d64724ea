//! The quick start of the documents, step by step, with its negative checks.

use serde_json::{Value, json};

use crate::support::Server;

#[test]
fn the_quick_start_of_the_documents() {
    let server = Server::start(&[]);
    let mut partner = server.partner();
    let john = partner.post(
        "/company",
        &json!({ "name": "John Doe Group", "city": "Birmingham", "country": "UK", "domain": "johndoe.co.uk",
            "ref": "9827feec-4eae-4e80-bda3-daa7c3b97add" }),
    );
    assert_eq!(john["ref"], "9827feec-4eae-4e80-bda3-daa7c3b97add");
    let acme = partner.post(
        "/company",
        &json!({ "name": "ACME Corp", "city": "London", "country": "FR", "domain": "acmecorp.com",
            "ref": "9821feec-4eae-4e80-bda3-daa7c3b97acd" }),
    );
    let (john, acme) = (john["company_id"].as_str().unwrap(), acme["company_id"].as_str().unwrap());
    assert_eq!(acme.len(), 27);

    let added = partner
        .post(&format!("/company/{john}/trustedparty"), &json!({ "address": "acme.com", "type": "company" }));
    assert_eq!(added, json!({ "code": 200, "msg": "OK" }));
    let user = json!({ "email": "IKatsuyoshi@gmail.com", "name": "Izumi Katsuyoshi" });
    let entity = server.control("POST", "/users", &user).expect(201).text("trusted_entity_id");
    assert!((43..=44).contains(&entity.len()));
    let parties = format!("/company/{acme}/trustedparty");
    partner.post(&parties, &json!({ "address": "IKatsuyoshi@gmail.com", "type": "user" }));
    assert_eq!(partner.get(&parties), json!({ "company_id": acme, "total_count": 0, "list": [] }));

    let funds = format!("/company/{acme}/fund");
    let group = |threshold: u32, member: &str| json!({ "threshold": threshold, "members": [member] });
    let fund = |tx: Value| {
        json!({ "name": "Fund 1", "description": "Fund for demonstration purposes", "theme": 2,
            "custodygroup_withdraw": group(1, &entity), "custodygroup_tx": tx, "assets": ["BTC-TESTNET"] })
    };
    partner.call("POST", &funds, &fund(group(1, &entity))).refused(400, "custodygroup_withdraw.members");

    let invitations = server.control("GET", "/invitations", &Value::Null).json();
    assert_eq!(invitations["list"][0]["email"], "IKatsuyoshi@gmail.com");
    let invitation = invitations["list"][0]["id"].as_str().unwrap();
    server.control("POST", &format!("/invitations/{invitation}/approve"), &Value::Null).expect(200);
    let listed = partner.get(&parties);
    assert_eq!(listed["total_count"], 1);
    assert_eq!(listed["list"][0]["trusted_entity_id"], entity.as_str());
    assert_eq!(listed["list"][0]["type"], "user");
    assert_eq!(listed["list"][0]["internal"], false);

    let created = partner.post(&funds, &fund(group(1, &entity)));
    for id in ["fund_id", "custodygroup_withdraw", "custodygroup_tx"] {
        assert_eq!(created[id].as_str().unwrap().len(), 27, "{id}");
    }
    partner.call("POST", &funds, &fund(group(2, &entity))).refused(400, "custodygroup_tx.threshold");
    let companys_entity =
        partner.get(&format!("/company/{john}/trustedparty"))["list"][0]["trusted_entity_id"].clone();
    partner
        .call("POST", &funds, &fund(group(1, companys_entity.as_str().unwrap())))
        .refused(400, "custodygroup_tx.members");

    let fund_id = created["fund_id"].as_str().unwrap();
    let deposits = format!("{funds}/{fund_id}/deposit");
    let deposit = partner.get(&deposits);
    assert_eq!((&deposit["total_count"], &deposit["list"][0]["balance"]), (&json!(1), &json!(0)));
    let address = deposit["list"][0]["address"].as_str().unwrap();
    server.control("POST", "/deposits", &json!({ "address": address, "amount": 100_000 })).expect(200);
    assert_eq!(partner.get(&deposits)["list"][0]["balance"], 100_000);
    assert_eq!(
        partner.get(&format!("/company/{acme}/holding")),
        json!({ "total_count": 1, "holdings": [{ "code": "BTC-TESTNET", "amount": 100_000 }] })
    );

    partner.call("DELETE", &format!("{parties}/{entity}"), &Value::Null).refused(409, "assigned to fund");
    partner.call("GET", "/company/1fB50nbY9Tw2TT12K6VH46gDKWE", &Value::Null).refused(404, "company_id");
    partner.call("POST", "/fees", &json!({ "type": "withdraw" })).refused(501, "POST /fees: Calculate fees");
}

#[test]
fn one_fund_in_fifteen_seconds_for_each_api_key() {
    let server = Server::start(&[]);
    server.control("POST", "/clock", &json!({ "now": 1_634_226_826 })).expect(200);
    let mut partner = server.partner();
    let custody = crate::support::Custody::new(&mut partner);
    let funds = format!("/company/{}/fund", custody.company);
    partner.call("POST", &funds, &custody.new_fund(1)).expect(200);
    server.control("POST", "/clock", &json!({ "advance": 14 })).expect(200);
    let refused = partner.call("POST", &funds, &custody.new_fund(1));
    assert_eq!((refused.status, refused.header("retry-after")), (429, Some("1")));
    server.control("POST", "/clock", &json!({ "advance": 1 })).expect(200);
    partner.call("POST", &funds, &custody.new_fund(1)).expect(200);
}

#[test]
fn companies_are_found_and_changed_field_by_field_and_stay_their_partners_own() {
    let server = Server::start(&[]);
    let mut partner = server.partner();
    let company = partner.post("/company", &json!({ "name": "Company One", "city": "Paris", "ref": "r" }));
    let path = format!("/company/{}", company["company_id"].as_str().unwrap());
    partner.post("/company", &json!({ "name": "Other" }));
    partner.call("PUT", &path, &json!({ "domain": "one.example" })).expect(200);
    let read = partner.get(&path);
    assert_eq!(
        (&read["name"], &read["city"], &read["domain"], &read["ref"]),
        (&json!("Company One"), &json!("Paris"), &json!("one.example"), &json!("r"))
    );
    partner.call("PUT", &path, &json!({})).refused(400, "body");
    partner.call("POST", "/company", &json!({ "city": "Paris" })).refused(400, "name");
    assert_eq!(partner.get("/company/search?query=pany%20o")["total_count"], 1);
    assert_eq!(partner.get("/company/search")["total_count"], 2);

    let other_api_key = server.register(crate::support::OTHER_PUBLIC_KEY);
    let signature = crate::support::sign(crate::support::OTHER_KEY, "1", &server.url(&path), b"");
    let headers = [("x-api-key", other_api_key.as_str()), ("x-sign", &signature), ("x-nonce", "1")];
    server.send("GET", &format!("/api/v1/p{path}"), &headers, b"").refused(404, "company_id");
}
