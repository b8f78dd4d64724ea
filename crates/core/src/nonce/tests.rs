//! Each rule of the nonce module by its name; `explore.rs` looks for the histories that nobody thought of.

use super::number;
use super::{NoncePolicy, NonceSequencer, Outcome};
use crate::ErrorCode;

const POLICIES: [NoncePolicy; 3] = [NoncePolicy::Sequential, NoncePolicy::Increasing, NoncePolicy::Unique];
const GAPS_ALLOWED: [NoncePolicy; 2] = [NoncePolicy::Increasing, NoncePolicy::Unique];
const OUTCOMES: [Outcome; 4] = [Outcome::Consumed, Outcome::NotConsumed, Outcome::Unknown, Outcome::Refused];

fn sequencer(policy: NoncePolicy, last: u64) -> NonceSequencer {
    NonceSequencer::new(policy, Some(last)).unwrap()
}

/// Reserves and settles at once; gives the number and whether it was uncertain.
fn pass(sequencer: &mut NonceSequencer, outcome: Outcome) -> (u64, bool) {
    let reservation = sequencer.reserve().unwrap();
    let seen = (reservation.nonce(), reservation.uncertain());
    sequencer.settle(reservation, outcome).unwrap();
    seen
}

fn reserve_fails(sequencer: &mut NonceSequencer) -> ErrorCode {
    let before = sequencer.fingerprint();
    let error = sequencer.reserve().unwrap_err();
    assert_eq!(sequencer.fingerprint(), before);
    error.code()
}

#[test]
fn a_new_key_starts_at_one() {
    for policy in POLICIES {
        for last in [None, Some(0)] {
            let mut sequencer = NonceSequencer::new(policy, last).unwrap();
            assert_eq!((sequencer.policy(), sequencer.last()), (policy, None));
            assert_eq!(pass(&mut sequencer, Outcome::Consumed), (1, false));
            assert_eq!(sequencer.last(), Some(1));
        }
    }
}

#[test]
fn sequential_has_one_live_reservation() {
    let mut sequencer = sequencer(NoncePolicy::Sequential, 10);
    let reservation = sequencer.reserve().unwrap();
    assert_eq!(reserve_fails(&mut sequencer), ErrorCode::NonceBusy);
    sequencer.settle(reservation, Outcome::Consumed).unwrap();
    assert_eq!(pass(&mut sequencer, Outcome::Consumed), (12, false));
}

#[test]
fn sequential_offers_an_unknown_number_again_as_uncertain() {
    let mut sequencer = sequencer(NoncePolicy::Sequential, 10);
    assert_eq!(pass(&mut sequencer, Outcome::Unknown), (11, false));
    assert_eq!(pass(&mut sequencer, Outcome::Unknown), (11, true));
    assert_eq!(pass(&mut sequencer, Outcome::Consumed), (11, true));
    assert_eq!(pass(&mut sequencer, Outcome::Consumed), (12, false));
}

#[test]
fn sequential_offers_a_number_that_never_left_again_as_it_was() {
    let mut sequencer = sequencer(NoncePolicy::Sequential, 10);
    assert_eq!(pass(&mut sequencer, Outcome::NotConsumed), (11, false));
    assert_eq!(pass(&mut sequencer, Outcome::Unknown), (11, false));
    assert_eq!(pass(&mut sequencer, Outcome::NotConsumed), (11, true));
    assert_eq!(pass(&mut sequencer, Outcome::NotConsumed), (11, true));
}

#[test]
fn sequential_takes_a_refused_uncertain_number_for_consumed() {
    let mut sequencer = sequencer(NoncePolicy::Sequential, 10);
    pass(&mut sequencer, Outcome::Unknown);
    assert_eq!(pass(&mut sequencer, Outcome::Refused), (11, true));
    assert_eq!(sequencer.reserve().unwrap().nonce(), 12);
}

#[test]
fn sequential_stops_at_a_refused_certain_number_until_resync() {
    let mut sequencer = sequencer(NoncePolicy::Sequential, 10);
    pass(&mut sequencer, Outcome::Refused);
    assert_eq!(reserve_fails(&mut sequencer), ErrorCode::NonceRejected);
    sequencer.abandon();
    assert_eq!(reserve_fails(&mut sequencer), ErrorCode::NonceRejected);
    sequencer.resync(40).unwrap();
    assert_eq!(pass(&mut sequencer, Outcome::Consumed), (41, false));
}

/// The server was behind: 11 and 12 were refused, but copies of them may still be under way.
#[test]
fn sequential_returns_to_numbers_that_have_left_as_uncertain() {
    let mut sequencer = sequencer(NoncePolicy::Sequential, 10);
    pass(&mut sequencer, Outcome::Unknown);
    pass(&mut sequencer, Outcome::Refused);
    assert_eq!(pass(&mut sequencer, Outcome::Refused), (12, false));
    sequencer.resync(9).unwrap();
    let seen = [(); 4].map(|()| pass(&mut sequencer, Outcome::Consumed));
    assert_eq!(seen, [(10, false), (11, true), (12, true), (13, false)]);
}

#[test]
fn sequential_never_returns_to_a_number_that_was_answered_for() {
    let mut sequencer = sequencer(NoncePolicy::Sequential, 10);
    pass(&mut sequencer, Outcome::Consumed);
    let before = sequencer.fingerprint();
    assert_eq!(sequencer.resync(10).unwrap_err().code(), ErrorCode::InvalidArgument);
    assert_eq!(sequencer.fingerprint(), before);
    sequencer.resync(11).unwrap();
    assert_eq!(pass(&mut sequencer, Outcome::Consumed), (12, false));
}

#[test]
fn gaps_policies_never_offer_a_number_again() {
    for policy in GAPS_ALLOWED {
        for outcome in [Outcome::Consumed, Outcome::NotConsumed, Outcome::Unknown] {
            let mut sequencer = sequencer(policy, 10);
            assert_eq!(pass(&mut sequencer, outcome), (11, false));
            assert_eq!(pass(&mut sequencer, outcome), (12, false));
            sequencer.resync(3).unwrap();
            assert_eq!(pass(&mut sequencer, outcome), (13, false));
            sequencer.resync(20).unwrap();
            assert_eq!(pass(&mut sequencer, outcome), (21, false));
        }
    }
}

#[test]
fn gaps_policies_have_many_live_reservations_but_not_endlessly() {
    for policy in GAPS_ALLOWED {
        let mut sequencer = sequencer(policy, 0);
        let held: Vec<_> = (0..65_536).map(|_| sequencer.reserve().unwrap()).collect();
        assert!(held.iter().map(super::Reservation::nonce).eq(1..=65_536));
        assert_eq!(reserve_fails(&mut sequencer), ErrorCode::NonceBusy);
        sequencer.abandon();
        assert_eq!(sequencer.reserve().unwrap().nonce(), 65_537);
    }
}

#[test]
fn unique_stops_at_any_refusal() {
    let mut sequencer = sequencer(NoncePolicy::Unique, 10);
    let [first, _second] = [(); 2].map(|()| sequencer.reserve().unwrap());
    sequencer.settle(first, Outcome::Refused).unwrap();
    assert_eq!(reserve_fails(&mut sequencer), ErrorCode::NonceRejected);
    assert_eq!(sequencer.resync(10).unwrap_err().code(), ErrorCode::NonceBusy);
    sequencer.abandon();
    sequencer.resync(10).unwrap();
    assert_eq!(sequencer.reserve().unwrap().nonce(), 13);
}

#[test]
fn increasing_stops_at_a_refusal_that_nothing_of_ours_explains() {
    let mut sequencer = sequencer(NoncePolicy::Increasing, 10);
    pass(&mut sequencer, Outcome::Consumed);
    pass(&mut sequencer, Outcome::Refused);
    assert_eq!(reserve_fails(&mut sequencer), ErrorCode::NonceRejected);
    sequencer.resync(90).unwrap();
    assert_eq!(pass(&mut sequencer, Outcome::Consumed), (91, false));
}

#[test]
fn increasing_goes_on_after_a_lost_race() {
    for winner in [Outcome::Consumed, Outcome::Unknown] {
        for late_first in [true, false] {
            let mut sequencer = sequencer(NoncePolicy::Increasing, 10);
            let [late, early] = [(); 2].map(|()| sequencer.reserve().unwrap());
            let mut answers = [(late, Outcome::Refused), (early, winner)];
            if !late_first {
                answers.reverse();
            }
            for (reservation, outcome) in answers {
                sequencer.settle(reservation, outcome).unwrap();
                assert!(!sequencer.state().stopped);
            }
            assert_eq!(pass(&mut sequencer, Outcome::Consumed), (13, false));
        }
    }
}

/// With always one more request under way, a server far ahead would otherwise never be noticed.
#[test]
fn increasing_stops_once_all_that_could_explain_a_refusal_is_refused() {
    let mut sequencer = sequencer(NoncePolicy::Increasing, 10);
    let [first, second] = [(); 2].map(|()| sequencer.reserve().unwrap());
    sequencer.settle(first, Outcome::Refused).unwrap();
    let _third = sequencer.reserve().unwrap();
    sequencer.settle(second, Outcome::Refused).unwrap();
    assert_eq!(reserve_fails(&mut sequencer), ErrorCode::NonceRejected);
}

#[test]
fn increasing_is_not_outrun_by_a_request_that_never_left() {
    let mut sequencer = sequencer(NoncePolicy::Increasing, 10);
    let [refused, unsent] = [(); 2].map(|()| sequencer.reserve().unwrap());
    sequencer.settle(refused, Outcome::Refused).unwrap();
    sequencer.settle(unsent, Outcome::NotConsumed).unwrap();
    assert_eq!(reserve_fails(&mut sequencer), ErrorCode::NonceRejected);
}

#[test]
fn increasing_holds_no_refusal_against_the_server_after_resync() {
    let mut sequencer = sequencer(NoncePolicy::Increasing, 10);
    pass(&mut sequencer, Outcome::Refused);
    sequencer.resync(90).unwrap();
    assert_eq!(pass(&mut sequencer, Outcome::NotConsumed), (91, false));
    assert_eq!(pass(&mut sequencer, Outcome::Consumed), (92, false));
}

#[test]
fn a_stale_or_foreign_reservation_changes_nothing() {
    for policy in POLICIES {
        for outcome in OUTCOMES {
            let mut sequencer = sequencer(policy, 10);
            let abandoned = sequencer.reserve().unwrap();
            sequencer.abandon();
            let settled = sequencer.reserve().unwrap();
            sequencer.settle(settled.clone(), Outcome::Consumed).unwrap();
            let foreign = sequencer.clone_as_another().reserve().unwrap();
            let live = sequencer.reserve().unwrap();
            assert_eq!(foreign.nonce(), live.nonce());
            let before = sequencer.fingerprint();
            for stale in [foreign, abandoned, settled] {
                assert_eq!(sequencer.settle(stale, outcome).unwrap_err().code(), ErrorCode::InvalidArgument);
                assert_eq!(sequencer.fingerprint(), before);
            }
        }
    }
}

#[test]
fn abandon_is_unknown_without_the_reservation() {
    for policy in POLICIES {
        let mut settled = sequencer(policy, 10);
        let mut abandoned = settled.clone_as_another();
        pass(&mut settled, Outcome::Unknown);
        let _gone = abandoned.reserve().unwrap();
        abandoned.abandon();
        assert_eq!(abandoned.fingerprint(), settled.fingerprint());
        abandoned.abandon();
        assert_eq!(abandoned.fingerprint(), settled.fingerprint());
    }
}

#[test]
fn resync_is_refused_while_a_reservation_is_live() {
    for policy in POLICIES {
        let mut sequencer = sequencer(policy, 10);
        let _live = sequencer.reserve().unwrap();
        let before = sequencer.fingerprint();
        assert_eq!(sequencer.resync(20).unwrap_err().code(), ErrorCode::NonceBusy);
        assert_eq!(sequencer.fingerprint(), before);
    }
}

#[test]
fn numbers_that_could_be_timestamps_are_never_handed_out() {
    for inside in [1_483_228_799, 1_600_000_000, 2_524_607_998] {
        for policy in GAPS_ALLOWED {
            assert_eq!(sequencer(policy, inside).reserve().unwrap().nonce(), 2_524_608_000);
        }
        let error = sequencer(NoncePolicy::Sequential, inside).reserve().unwrap_err();
        assert_eq!(error.code(), ErrorCode::NonceExhausted);
        assert!(error.message().contains("timestamp"), "{error}");
    }
    for policy in POLICIES {
        assert_eq!(sequencer(policy, 1_483_228_798).reserve().unwrap().nonce(), 1_483_228_799);
        assert_eq!(sequencer(policy, 2_524_607_999).reserve().unwrap().nonce(), 2_524_608_000);
    }
}

#[test]
fn numbers_end_at_two_to_the_53_minus_1() {
    for policy in POLICIES {
        let mut sequencer = sequencer(policy, number::MAX - 1);
        assert_eq!(pass(&mut sequencer, Outcome::Consumed), (number::MAX, false));
        assert_eq!(reserve_fails(&mut sequencer), ErrorCode::NonceExhausted);
        for beyond in [number::MAX + 1, u64::MAX] {
            let error = NonceSequencer::new(policy, Some(beyond)).unwrap_err();
            assert_eq!(error.code(), ErrorCode::InvalidArgument);
            assert_eq!(sequencer.resync(beyond).unwrap_err().code(), ErrorCode::InvalidArgument);
        }
    }
}

#[test]
fn a_restored_sequencer_takes_every_holder_for_gone() {
    for policy in POLICIES {
        let mut original = sequencer(policy, 10);
        pass(&mut original, Outcome::Consumed);
        let reservation = original.reserve().unwrap();
        let mut restored = NonceSequencer::restore(&original.state()).unwrap();
        assert!(restored.settle(reservation, Outcome::Consumed).is_err());
        original.abandon();
        assert_eq!(restored.state(), original.state());
        let sequential = policy == NoncePolicy::Sequential;
        assert_eq!(pass(&mut restored, Outcome::Consumed), if sequential { (12, true) } else { (13, false) });
    }
}

#[test]
fn a_stop_outlives_a_restart() {
    for policy in POLICIES {
        let mut original = sequencer(policy, 10);
        pass(&mut original, Outcome::Refused);
        let mut restored = NonceSequencer::restore(&original.state()).unwrap();
        assert_eq!(reserve_fails(&mut restored), ErrorCode::NonceRejected);
    }
}

#[test]
fn no_message_is_cut() {
    let mut stopped = sequencer(NoncePolicy::Sequential, 0);
    pass(&mut stopped, Outcome::Refused);
    let mut busy = sequencer(NoncePolicy::Sequential, number::MAX - 1);
    let _live = busy.reserve().unwrap();
    let mut proven = sequencer(NoncePolicy::Sequential, number::MAX - 1);
    pass(&mut proven, Outcome::Consumed);
    let errors = [
        stopped.reserve().unwrap_err(),
        busy.reserve().unwrap_err(),
        busy.resync(0).unwrap_err(),
        proven.reserve().unwrap_err(),
        proven.resync(number::MAX - 1).unwrap_err(),
        sequencer(NoncePolicy::Sequential, 2_000_000_000).reserve().unwrap_err(),
    ];
    for error in errors {
        assert!(error.message().len() < crate::Error::MAX_MESSAGE_BYTES, "{error}");
    }
}
