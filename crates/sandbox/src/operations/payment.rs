//! The life of a transfer or withdrawal: asked for, approved by custodians, carried out.
//!
//! ```text
//! pending_initiate --core client approves--> pending --threshold reached--> approved, chain_rejected
//!        |  rejects: initiate_rejected         |  too many reject: custody_rejected
//!        +------------- its time passes ---------> expired
//! ```

use rusqlite::{Connection, OptionalExtension, params};

use crate::ids;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Transfer,
    Withdraw,
}

impl Kind {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Transfer => "transfer",
            Self::Withdraw => "withdraw",
        }
    }
}

/// What a new payment is made of; the sender's wallet is checked.
pub(crate) struct NewPayment<'a> {
    pub(crate) kind: Kind,
    pub(crate) company_id: &'a str,
    pub(crate) wallet_id: &'a str,
    pub(crate) policy_id: &'a str,
    pub(crate) partner_tx_id: Option<&'a str>,
    pub(crate) net_amount: u64,
    pub(crate) recipient: &'a str,
    pub(crate) reference: &'a str,
    pub(crate) benefit_of: &'a str,
    pub(crate) account_no: &'a str,
    /// The core client that must authorize it before the custodians are asked.
    pub(crate) authorizer: Option<&'a str>,
    pub(crate) expires: u64,
}

/// One in a thousand, rounded up: what the published examples show.
pub(crate) const fn fees(net_amount: u64) -> u64 {
    net_amount.div_ceil(1000)
}

/// Stores the payment and asks whoever is first; returns its id.
pub(crate) fn begin(db: &Connection, new: &NewPayment<'_>, now: u64) -> rusqlite::Result<String> {
    let id = ids::ksuid(now);
    let status = if new.authorizer.is_some() { "pending_initiate" } else { "pending" };
    db.prepare_cached(
        "INSERT INTO payment VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
    )?
    .execute(params![
        id,
        new.kind.as_str(),
        new.company_id,
        new.wallet_id,
        new.partner_tx_id,
        new.net_amount,
        fees(new.net_amount),
        new.recipient,
        new.reference,
        new.benefit_of,
        new.account_no,
        new.authorizer,
        new.policy_id,
        status,
        now,
        new.expires,
    ])?;
    match new.authorizer {
        Some(client) => ask(db, &id, client, true, now)?,
        None => ask_custodians(db, &id, now)?,
    }
    Ok(id)
}

fn ask(
    db: &Connection,
    payment: &str,
    entity: &str,
    is_authorization: bool,
    now: u64,
) -> rusqlite::Result<()> {
    db.prepare_cached("INSERT INTO action VALUES (?1, ?2, ?3, ?4, 'pending', ?5, NULL)")?
        .execute(params![ids::ksuid(now), payment, entity, is_authorization, now])
        .map(drop)
}

fn ask_custodians(db: &Connection, payment: &str, now: u64) -> rusqlite::Result<()> {
    let mut statement = db.prepare_cached(
        "SELECT entity_id FROM policy_member WHERE policy_id = (SELECT policy_id FROM payment WHERE id = ?1) ORDER BY position",
    )?;
    for entity in statement.query_map([payment], |row| row.get::<_, String>(0))? {
        ask(db, payment, &entity?, false, now)?;
    }
    Ok(())
}

/// Whose time has passed is expired, with what it still waits for.
pub(crate) fn expire_due(db: &Connection, now: u64) -> rusqlite::Result<()> {
    const DUE: &str = "status IN ('pending', 'pending_initiate') AND expires <= ?1";
    db.prepare_cached(&format!(
        "UPDATE action SET status = 'expired', settled = ?1 WHERE status = 'pending'
         AND payment_id IN (SELECT id FROM payment WHERE {DUE})"
    ))?
    .execute([now])?;
    db.prepare_cached(&format!("UPDATE payment SET status = 'expired' WHERE {DUE}"))?.execute([now])?;
    Ok(())
}

/// Settles a pending action; false if it is none (any more). Call [`expire_due`] first.
pub(crate) fn settle(db: &Connection, action: &str, approves: bool, now: u64) -> rusqlite::Result<bool> {
    let pending: Option<(String, bool)> = db
        .prepare_cached(
            "SELECT payment_id, is_authorization FROM action WHERE id = ?1 AND status = 'pending'",
        )?
        .query_row([action], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((payment, is_authorization)) = pending else { return Ok(false) };
    db.prepare_cached("UPDATE action SET status = ?2, settled = ?3 WHERE id = ?1")?.execute(params![
        action,
        if approves { "approved" } else { "rejected" },
        now
    ])?;
    match (is_authorization, approves) {
        (true, true) => {
            set_status(db, &payment, "pending", now)?;
            ask_custodians(db, &payment, now)?;
        }
        (true, false) => set_status(db, &payment, "initiate_rejected", now)?,
        (false, _) => count(db, &payment, now)?,
    }
    Ok(true)
}

/// Carries the payment out, or gives it up, once the custodians have decided.
fn count(db: &Connection, payment: &str, now: u64) -> rusqlite::Result<()> {
    let (asked, approved, rejected, threshold): (u32, u32, u32, u32) = db
        .prepare_cached(
            "SELECT count(*), count(*) FILTER (WHERE action.status = 'approved'),
             count(*) FILTER (WHERE action.status = 'rejected'), threshold
             FROM action JOIN payment ON payment.id = payment_id JOIN policy ON policy.id = policy_id
             WHERE payment_id = ?1 AND NOT is_authorization",
        )?
        .query_row([payment], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
    if approved >= threshold {
        let status = if carry_out(db, payment)? { "approved" } else { "chain_rejected" };
        set_status(db, payment, status, now)
    } else if asked - rejected < threshold {
        set_status(db, payment, "custody_rejected", now)
    } else {
        Ok(())
    }
}

/// A decided payment waits for nobody.
fn set_status(db: &Connection, payment: &str, status: &str, now: u64) -> rusqlite::Result<()> {
    db.prepare_cached("UPDATE payment SET status = ?2 WHERE id = ?1")?.execute([payment, status])?;
    db.prepare_cached(
        "UPDATE action SET status = 'expired', settled = ?2 WHERE payment_id = ?1 AND status = 'pending'",
    )?
    .execute(params![payment, now])
    .map(drop)
}

/// Moves the money; false if there is not enough of it.
fn carry_out(db: &Connection, payment: &str) -> rusqlite::Result<bool> {
    let (kind, wallet, net, gross, recipient): (String, String, u64, u64, String) = db
        .prepare_cached(
            "SELECT kind, wallet_id, net_amount, net_amount + fees, recipient FROM payment WHERE id = ?1",
        )?
        .query_row([payment], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)))?;
    let taken = db
        .prepare_cached("UPDATE wallet SET balance = balance - ?2 WHERE id = ?1 AND balance >= ?2")?
        .execute(params![wallet, gross])?;
    if taken == 0 {
        return Ok(false);
    }
    if kind == Kind::Transfer.as_str() {
        db.prepare_cached("UPDATE wallet SET balance = balance + ?2 WHERE id = ?1")?
            .execute(params![recipient, net])?;
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::{Kind, NewPayment, begin, expire_due, fees, settle};
    use crate::store::for_test;
    use rusqlite::Connection;

    /// A company with two wallets under a policy of two out of three.
    fn world() -> Connection {
        let db = for_test();
        db.execute_batch(
            "INSERT INTO company VALUES ('c', 1, 'e', 'C', '', '', '', '');
             INSERT INTO fund VALUES ('f', 'c', 'F', '', 'p', 'p');
             INSERT INTO policy VALUES ('p', 'f', 'tx policy', 2);
             INSERT INTO policy_member VALUES ('p', 0, 'u1'), ('p', 1, 'u2'), ('p', 2, 'u3');
             INSERT INTO wallet VALUES ('w1', 'f', '', 'BTC-TESTNET', 0, 'a1', 's1', 1000, 'p', 'p');
             INSERT INTO wallet VALUES ('w2', 'f', '', 'BTC-TESTNET', 0, 'a2', 's2', 0, 'p', 'p');",
        )
        .unwrap();
        db
    }

    fn transfer(db: &Connection, net_amount: u64, authorizer: Option<&str>) -> String {
        let new = NewPayment {
            kind: Kind::Transfer,
            company_id: "c",
            wallet_id: "w1",
            policy_id: "p",
            partner_tx_id: None,
            net_amount,
            recipient: "w2",
            reference: "",
            benefit_of: "",
            account_no: "",
            authorizer,
            expires: 2000,
        };
        begin(db, &new, 1000).unwrap()
    }

    fn status(db: &Connection, payment: &str) -> String {
        db.query_row("SELECT status FROM payment WHERE id = ?1", [payment], |row| row.get(0)).unwrap()
    }

    fn act(db: &Connection, payment: &str, entity: &str, approves: bool) -> bool {
        let action: String = db
            .query_row(
                "SELECT id FROM action WHERE payment_id = ?1 AND entity_id = ?2",
                [payment, entity],
                |row| row.get(0),
            )
            .unwrap();
        settle(db, &action, approves, 1001).unwrap()
    }

    fn balances(db: &Connection) -> (i64, i64) {
        let balance =
            |id| db.query_row("SELECT balance FROM wallet WHERE id = ?1", [id], |row| row.get(0)).unwrap();
        (balance("w1"), balance("w2"))
    }

    #[test]
    fn fees_are_those_of_the_examples() {
        assert_eq!([fees(200_000), fees(800), fees(2800)], [200, 1, 3]);
    }

    #[test]
    fn the_threshold_moves_the_money_once() {
        let db = world();
        let payment = transfer(&db, 800, None);
        assert!(act(&db, &payment, "u1", true));
        assert_eq!((status(&db, &payment).as_str(), balances(&db)), ("pending", (1000, 0)));
        assert!(!act(&db, &payment, "u1", true));
        assert!(act(&db, &payment, "u2", true));
        assert_eq!((status(&db, &payment).as_str(), balances(&db)), ("approved", (199, 800)));
        assert!(!act(&db, &payment, "u3", false));
        assert_eq!(status(&db, &payment), "approved");
    }

    #[test]
    fn too_many_rejections_end_it_and_so_does_time() {
        let db = world();
        let rejected = transfer(&db, 800, None);
        act(&db, &rejected, "u1", false);
        assert_eq!(status(&db, &rejected), "pending");
        act(&db, &rejected, "u2", false);
        assert_eq!(status(&db, &rejected), "custody_rejected");
        let late = transfer(&db, 800, None);
        expire_due(&db, 1999).unwrap();
        assert_eq!(status(&db, &late), "pending");
        expire_due(&db, 2000).unwrap();
        assert_eq!(status(&db, &late), "expired");
        assert!(!act(&db, &late, "u1", true));
        assert_eq!(balances(&db), (1000, 0));
    }

    #[test]
    fn what_the_wallet_does_not_hold_the_chain_rejects() {
        let db = world();
        let payment = transfer(&db, 1000, None);
        act(&db, &payment, "u1", true);
        act(&db, &payment, "u2", true);
        assert_eq!((status(&db, &payment).as_str(), balances(&db)), ("chain_rejected", (1000, 0)));
    }

    #[test]
    fn an_authorizer_comes_first() {
        let db = world();
        let payment = transfer(&db, 1, Some("client"));
        assert_eq!(status(&db, &payment), "pending_initiate");
        assert!(act(&db, &payment, "client", true));
        assert_eq!(status(&db, &payment), "pending");
        assert!(act(&db, &payment, "u3", true));
        let refused = transfer(&db, 1, Some("client"));
        assert!(act(&db, &refused, "client", false));
        assert_eq!(status(&db, &refused), "initiate_rejected");
    }
}
