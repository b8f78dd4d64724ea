use partnersign::{Freshness, Method, Request, Timestamp, compact_json, prepare};

use crate::support::{bytes, expect, run, same};

#[test]
fn compaction() {
    run("compaction.json", 150, |case| {
        let input = bytes(&case["input"]).unwrap();
        let Some(compacted) = expect(case, compact_json(&input))? else { return Ok(()) };
        same("output", &*compacted, &*bytes(&case["output"]).unwrap())
    });
}

/// `Exact` gives the same verdict and changes nothing; `Compact` within a request gives the same bytes.
#[test]
fn both_body_forms_give_the_same_verdict() {
    let freshness: Freshness = Timestamp::from_seconds(1).unwrap().into();
    run("compaction.json", 150, |case| {
        let input = bytes(&case["input"]).unwrap();
        let request = Request::new(Method::Post, "https://h/").body(&input);
        let compact = expect(case, prepare(&request, &freshness))?;
        let exact = expect(case, prepare(&request.form(partnersign::BodyForm::Exact), &freshness))?;
        let (Some(compact), Some(exact)) = (compact, exact) else { return Ok(()) };
        let prefix = "1https://h/".len();
        same("compact", &compact.payload()[prefix..], &bytes(&case["output"]).unwrap())?;
        same("exact", &exact.payload()[prefix..], &input)
    });
}
