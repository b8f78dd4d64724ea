//! Every history up to a bounded length, and random longer ones, of the [`World`].

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use proptest::prelude::{any, prop};
use proptest::test_runner::{Config, TestRunner};

use super::world::World;
use super::{Limits, Step};
use crate::nonce::NoncePolicy;

/// How many steps a history has: 57,000, 77,000 and 42,000 states in a few seconds; with `SCALE=full`
/// (`make soak`) 630,000, 1,580,000 and 740,000 in a minute, or in several without optimisation.
fn depth(policy: NoncePolicy) -> usize {
    let (ci, full) = match policy {
        NoncePolicy::Sequential => (14, 22),
        NoncePolicy::Increasing | NoncePolicy::Unique => (9, 13),
    };
    if is_full() { full } else { ci }
}

/// Random histories per policy and start, and their length.
const WALKS: u32 = 20;
const WALKS_FULL: u32 = 2_000;
const WALK_LENGTH: usize = 300;

const SMALL: Limits = Limits { holders: 2, copies: 3, doubles: 1, resyncs: 2, others: 1 };
const LARGE: Limits = Limits { holders: 4, copies: 8, doubles: 20, resyncs: 1_000, others: 5 };

/// What the client believes and what the server has seen at the start: in step, a new key, a server
/// that has forgotten, a server ahead, a server far ahead, a server behind.
const STARTS: [(Option<u64>, Option<u64>); 6] = [
    (Some(3), Some(3)),
    (None, None),
    (Some(3), None),
    (None, Some(2)),
    (None, Some(12)),
    (Some(4), Some(2)),
];

#[test]
fn every_history_of_a_sequential_sequencer() {
    explore(NoncePolicy::Sequential);
}

#[test]
fn every_history_of_an_increasing_sequencer() {
    explore(NoncePolicy::Increasing);
}

#[test]
fn every_history_of_a_unique_sequencer() {
    explore(NoncePolicy::Unique);
}

#[test]
fn long_random_histories() {
    let cases = if is_full() { WALKS_FULL } else { WALKS };
    for policy in [NoncePolicy::Sequential, NoncePolicy::Increasing, NoncePolicy::Unique] {
        for (client, server) in STARTS {
            let config = Config { cases, failure_persistence: None, ..Config::default() };
            let choices = prop::collection::vec(any::<usize>(), 1..WALK_LENGTH);
            let walk = |choices: Vec<usize>| {
                let mut world = World::new(policy, client, server, LARGE);
                for choice in choices {
                    let weighted = |step: Step| std::iter::repeat_n(step, step.weight());
                    let steps: Vec<Step> = world.steps().into_iter().flat_map(weighted).collect();
                    world.take(steps[choice % steps.len()]);
                }
                world.clone().check_progress(true);
                world.check_progress(false);
                Ok(())
            };
            TestRunner::new(config).run(&choices, walk).unwrap();
        }
    }
}

/// Takes every step in every state that can be reached in [`depth`] steps, each state once, and checks
/// that progress is possible from each.
fn explore(policy: NoncePolicy) {
    let depth = depth(policy);
    let mut known = BTreeSet::new();
    let mut layer: Vec<World> =
        STARTS.iter().map(|&(client, server)| World::new(policy, client, server, SMALL)).collect();
    let mut steps_taken = 0_usize;
    for _ in 0..depth {
        let mut next = Vec::new();
        for world in layer {
            for step in world.steps() {
                let mut after = world.clone();
                after.take(step);
                steps_taken += 1;
                if known.insert(digest(&after)) {
                    after.clone().check_progress(true);
                    after.clone().check_progress(false);
                    next.push(after);
                }
            }
        }
        layer = next;
    }
    println!("{}: {} states, {steps_taken} steps, depth {depth}", policy.as_str(), known.len());
    assert!(known.len() > 10_000, "the model has become too small to say anything");
}

/// 128 bits that stand for a state, so that millions fit into memory.
fn digest(world: &World) -> (u64, u64) {
    let key = world.key();
    let half = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        salt.hash(&mut hasher);
        key.hash(&mut hasher);
        hasher.finish()
    };
    (half(0), half(1))
}

#[allow(clippy::disallowed_methods, reason = "a test chooses its length by the environment")]
fn is_full() -> bool {
    std::env::var("SCALE").is_ok_and(|scale| scale == "full")
}
