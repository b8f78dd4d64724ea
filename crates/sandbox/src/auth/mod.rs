//! Who sent a request, by the raw bytes that arrived.
//!
//! Core's verifier does the work. Here: which URLs the client may have signed, what an API key alone
//! is worth, and how a refusal is told. Signature and window are checked before the request gets its
//! turn at the database, the replay memory inside of it.

pub(crate) mod accounts;
pub(crate) mod replay;
mod refusal;

use std::sync::Arc;

use partnersign::{ApiKey, Error, ErrorCode, ReceivedRequest, Verifier};

use self::accounts::{Account, Accounts};
pub(crate) use self::refusal::{explain, refused};
use self::replay::{Proof, Witness};
use crate::answer::Answer;
use crate::args::AuthMode;
use crate::received::{MAX_BODY_BYTES, Received};

/// How requests are checked: from the command line.
pub(crate) struct Rules {
    pub(crate) mode: AuthMode,
    pub(crate) window_seconds: u64,
    /// What may stand in front of the request target in the URL that was signed.
    pub(crate) origins: Vec<String>,
}

/// A request whose sender is known.
pub(crate) struct Authenticated {
    pub(crate) account: Arc<Account>,
    /// What the replay memory must still check; none if an API key alone was enough.
    pub(crate) proof: Option<Proof>,
}

/// Finds out who sent the request, all but the replay memory; `now` is the sandbox's time.
///
/// About 17 us of RSA for each origin that is tried: less than handing it to another thread.
pub(crate) fn authenticate(
    rules: &Rules,
    accounts: &Accounts,
    received: &Received,
    now: u64,
) -> Result<Authenticated, Refused> {
    if received.values("content-encoding").next().is_some() {
        let why = "the request has Content-Encoding, which is not signed; send the body as it was signed";
        return Err(Refused::plain(Answer::bad_request("content-encoding").diagnosed(why)));
    }
    let mut api_keys = received.values("x-api-key").filter(|value| !value.is_empty());
    let Some(text) = api_keys.next() else {
        return Err(Refused::plain(Answer::empty_token("the header x-api-key is missing or empty")));
    };
    let parsed = ApiKey::parse(text);
    let account = parsed.as_ref().ok().and_then(|api_key| accounts.find(api_key));
    let is_signed = received.values("x-sign").any(|value| !value.is_empty());
    if rules.mode == AuthMode::Relaxed && !is_signed {
        check_unsigned(received)?;
        parsed.map_err(|error| Refused::of(&error, None))?;
        let account = account.ok_or_else(|| Refused::of(&unknown_api_key(), None))?;
        return Ok(Authenticated { account, proof: None });
    }
    verify(rules, account.as_ref(), received, now).map_err(|error| Refused::of(&error, account.clone()))
}

/// What holds without a signature too.
fn check_unsigned(received: &Received) -> Result<(), Refused> {
    let conflicting = |why: String| Refused::of(&Error::new(ErrorCode::ConflictingHeaders, why), None);
    for name in ["x-api-key", "x-sign", "x-timestamp", "x-nonce"] {
        if received.values(name).count() > 1 {
            return Err(conflicting(format!("the header {name} appears more than once")));
        }
    }
    let has = |name| received.values(name).any(|value| !value.is_empty());
    if has("x-timestamp") && has("x-nonce") {
        return Err(conflicting("both x-timestamp and x-nonce are present; send one".to_owned()));
    }
    let allows_body =
        partnersign::Method::parse(&received.method).is_ok_and(partnersign::Method::allows_body);
    if !received.body.is_empty() && !allows_body {
        let why = "a request with this method carries no body";
        return Err(Refused::of(&Error::new(ErrorCode::BodyNotAllowed, why), None));
    }
    Ok(())
}

fn verify(
    rules: &Rules,
    account: Option<&Arc<Account>>,
    received: &Received,
    now: u64,
) -> Result<Authenticated, Error> {
    let headers = received.header_pairs();
    let public_key = account.map(|account| account.public_key.clone());
    let witness = Witness::default();
    let verifier = Verifier::with_lookup(move |_| public_key.clone())
        .window_seconds(rules.window_seconds)
        .max_body_bytes(MAX_BODY_BYTES)
        .replay(witness.clone());
    let mut first_refusal = None;
    for origin in &rules.origins {
        let url = received.url(origin);
        let request = ReceivedRequest::new(&received.method, &url, &headers, &received.body);
        match verifier.verify(&request, now) {
            Ok(_) => {
                let account = account.cloned().ok_or_else(unknown_api_key)?;
                let proof = witness.into_proof();
                return Ok(Authenticated { account, proof });
            }
            // Another origin may be the one that was signed.
            Err(error) if error.code() == ErrorCode::SignatureMismatch => {
                first_refusal.get_or_insert(error);
            }
            Err(error) => return Err(error),
        }
    }
    Err(first_refusal.unwrap_or_else(unknown_api_key))
}

fn unknown_api_key() -> Error {
    Error::new(ErrorCode::UnknownApiKey, "no public key is registered for the API key")
}

/// A request that is not taken.
pub(crate) struct Refused {
    pub(crate) answer: Answer,
    /// Whose signature is worth a search for what was signed instead.
    pub(crate) diagnose_for: Option<Arc<Account>>,
}

impl Refused {
    fn plain(answer: Answer) -> Self {
        Self { answer, diagnose_for: None }
    }

    fn of(error: &Error, account: Option<Arc<Account>>) -> Self {
        let is_signature =
            matches!(error.code(), ErrorCode::SignatureMismatch | ErrorCode::MalformedSignature);
        Self { answer: refused(error), diagnose_for: account.filter(|_| is_signature) }
    }
}
