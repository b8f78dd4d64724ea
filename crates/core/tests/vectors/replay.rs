use partnersign::{MemoryReplay, NoncePolicy};

use crate::support::{expect, run, text};
use crate::verifying::{verifier, verify};

#[test]
fn replay() {
    run("replay.json", 10, |case| {
        let policy = NoncePolicy::parse(text(case, "policy")).unwrap();
        let verifier = verifier(case).replay(MemoryReplay::new(policy));
        for (index, step) in case["steps"].as_array().unwrap().iter().enumerate() {
            let outcome = verify(&verifier, step, step["now"].as_u64().unwrap());
            expect(step, outcome).map_err(|why| format!("step {index}: {why}"))?;
        }
        Ok(())
    });
}
