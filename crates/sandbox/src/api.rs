//! A request to the API: read, authenticated, executed in one transaction, logged, answered.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, Response};
use partnersign::Method;
use rusqlite::Connection;

use crate::answer::Answer;
use crate::auth::accounts::Account;
use crate::auth::{Authenticated, Refused, accounts, authenticate, explain, refused, replay};
use crate::log::Verdict;
use crate::operations::{Call, Operation, Route, Stop, route};
use crate::received::Received;
use crate::sandbox::Sandbox;

/// How many other accounts' keys the diagnosis tries.
const MAX_OTHER_KEYS: usize = 16;

pub(crate) async fn handle(State(sandbox): State<Arc<Sandbox>>, request: Request<Body>) -> Response<Body> {
    let received = match Received::read(request).await {
        Ok(received) => Arc::new(received),
        Err(answer) => return answer.into_response(),
    };
    let (answer, verdict) = answer(&sandbox, &received).await;
    let url = format!("{}{}", sandbox.origin(), received.target);
    sandbox.log.record(&received.method, &url, answer.status.as_u16(), verdict, answer.diagnosis.as_deref());
    answer.into_response()
}

async fn answer(sandbox: &Arc<Sandbox>, received: &Arc<Received>) -> (Answer, Verdict) {
    let route = route(&received.method, received.path());
    if let Route::OtherMethod { allow } = &route {
        // Nobody can sign for a method that the rules do not know.
        if Method::parse(&received.method).is_err() {
            return (Answer::method_not_allowed(Some(allow.clone())), Verdict::Refused);
        }
    }
    let authenticated = match authenticate(&sandbox.rules, &sandbox.accounts, received, sandbox.clock.now()) {
        Ok(authenticated) => authenticated,
        Err(refused) => return (diagnosed(sandbox, received, refused).await, Verdict::Refused),
    };
    let taken = if authenticated.proof.is_some() { Verdict::Verified } else { Verdict::ApiKeyAlone };
    let work = Work { sandbox: Arc::clone(sandbox), received: Arc::clone(received), authenticated, route };
    match sandbox.store.transact(move |connection| work.run(connection)).await {
        Ok(Executed::Answered(answer)) => (answer, taken),
        Ok(Executed::Refused(answer)) => (answer, Verdict::Refused),
        Err(_) => (Answer::unavailable("the database failed; nothing of the request happened"), taken),
    }
}

/// The refusal, with what was signed instead where that can be found out.
async fn diagnosed(sandbox: &Arc<Sandbox>, received: &Arc<Received>, refused: Refused) -> Answer {
    let Refused { answer, diagnose_for } = refused;
    let Some(account) = diagnose_for else { return answer };
    let Ok(_permit) = sandbox.diagnoses.acquire().await else { return answer };
    let (sandbox, received) = (Arc::clone(sandbox), Arc::clone(received));
    let found = tokio::task::spawn_blocking(move || search(&sandbox, &account, &received)).await;
    match found {
        Ok(Some(sentence)) => answer.diagnosed(&sentence),
        _ => answer,
    }
}

fn search(sandbox: &Sandbox, account: &Account, received: &Received) -> Option<String> {
    let mut keys = vec![account.public_key.clone()];
    keys.extend(sandbox.accounts.other_keys(account, MAX_OTHER_KEYS));
    explain(&keys, sandbox.origin(), received)
}

/// Everything that happens in the transaction.
struct Work {
    sandbox: Arc<Sandbox>,
    received: Arc<Received>,
    authenticated: Authenticated,
    route: Route,
}

enum Executed {
    /// Authenticated: the nonce is used up, whatever the answer says.
    Answered(Answer),
    Refused(Answer),
}

impl Work {
    fn run(self, connection: &Connection) -> rusqlite::Result<Executed> {
        let Self { sandbox, received, authenticated: Authenticated { account, proof }, route } = self;
        if !accounts::exists(connection, account.id)? {
            return Ok(Executed::Refused(Answer::not_authentic("key", "the API key was deleted by a reset")));
        }
        if let Some(proof) = proof {
            let seen = replay::check_and_insert(connection, account.signer, sandbox.nonce_policy, &proof)?;
            if let Err(error) = seen {
                return Ok(Executed::Refused(refused(&error)));
            }
        }
        let (operation, parameters) = match route {
            Route::Operation(operation, parameters) => (operation, parameters),
            Route::OtherMethod { allow } => {
                return Ok(Executed::Answered(Answer::method_not_allowed(Some(allow))));
            }
            Route::Unknown => return Ok(Executed::Answered(Answer::not_found("path"))),
        };
        let now_millis = sandbox.clock.now_millis();
        let call = Call {
            db: connection,
            account: account.id,
            now: now_millis / 1000,
            now_millis,
            parameters,
            query: received.query(),
            body: &received.body,
            feed_origin: sandbox.origin(),
        };
        execute(operation, &call).map(Executed::Answered)
    }
}

/// Runs the operation; what a refused one wrote is taken back, the nonce stays used.
fn execute(operation: &Operation, call: &Call<'_>) -> rusqlite::Result<Answer> {
    call.db.execute_batch("SAVEPOINT operation")?;
    let answer = match operation.run(call) {
        Ok(answer) => answer,
        Err(Stop::Database(why)) => return Err(why),
        Err(Stop::Refused(answer)) => {
            call.db.execute_batch("ROLLBACK TO operation")?;
            answer
        }
    };
    call.db.execute_batch("RELEASE operation")?;
    Ok(answer)
}
