use partnersign::{BodyForm, Method, Request, prepare};

use crate::support::{bytes, expect, freshness, run, text};

#[test]
fn requests_that_data_can_spoil() {
    run("requests.json", 10, |case| {
        let body = bytes(&case["body_in"]);
        let form = if case["form"] == "exact" { BodyForm::Exact } else { BodyForm::Compact };
        let outcome = Method::parse(text(case, "method")).and_then(|method| {
            let mut request = Request::new(method, text(case, "url")).form(form);
            request.body = body.as_deref();
            prepare(&request, &freshness(&case["freshness"]).unwrap())
        });
        expect(case, outcome).map(|_| ())
    });
}
