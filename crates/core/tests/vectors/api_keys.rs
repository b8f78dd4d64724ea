use partnersign::ApiKey;

use crate::support::{expect, long_text, run, same, text};

#[test]
fn api_keys() {
    run("api_keys.json", 20, |case| {
        let api_key = long_text(&case["api_key"]);
        let Some(parsed) = expect(case, ApiKey::parse(&api_key))? else { return Ok(()) };
        same("key_id", parsed.key_id(), text(&case["ok"], "key_id"))?;
        same("what is sent", parsed.expose_secret(), text(&case["ok"], "sent"))
    });
}
