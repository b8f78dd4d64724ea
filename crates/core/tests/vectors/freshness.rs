use crate::support::{expect, freshness, run, same};

#[test]
fn timestamps_and_nonces() {
    run("freshness.json", 40, |case| {
        let Some(parsed) = expect(case, freshness(&case["freshness"]))? else { return Ok(()) };
        let given = case["freshness"].as_object().unwrap().values().next().unwrap();
        same("text", parsed.to_string().as_str(), given.as_str().unwrap())
    });
}
