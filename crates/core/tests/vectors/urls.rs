use partnersign::{Freshness, Method, Request, Timestamp, prepare};

use crate::support::{expect, long_text, run, same};

#[test]
fn urls() {
    let freshness: Freshness = Timestamp::from_seconds(1).unwrap().into();
    run("urls.json", 60, |case| {
        let url = long_text(&case["url"]);
        let Some(prepared) = expect(case, prepare(&Request::new(Method::Get, &url), &freshness))? else {
            return Ok(());
        };
        same("payload", prepared.payload(), format!("1{url}").as_bytes())
    });
}
