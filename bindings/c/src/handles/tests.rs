use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::{FIRST_CHUNK, SLOTS, Table, first_generation, place};

#[test]
fn a_handle_finds_its_object_until_it_is_freed() {
    let table = Table::new(7);
    let handle = table.insert("object").unwrap();
    assert_eq!(table.find(handle).as_deref(), Some(&"object"));
    assert!(table.remove(handle));
    assert!(table.find(handle).is_none());
    assert!(!table.remove(handle), "freed twice");
}

#[test]
fn a_stale_handle_does_not_find_the_next_object_in_its_slot() {
    let table = Table::new(7);
    let stale = table.insert(1).unwrap();
    table.remove(stale);
    let fresh = table.insert(2).unwrap();
    assert_eq!(stale >> 32, fresh >> 32, "the slot is used again");
    assert!(table.find(stale).is_none());
    assert!(!table.remove(stale));
    assert_eq!(table.find(fresh).as_deref(), Some(&2));
}

#[test]
fn forged_handles_find_nothing() {
    let table = Table::new(7);
    let handles: Vec<u64> = (0..200).map(|object| table.insert(object).unwrap()).collect();
    for &handle in &handles {
        for bit in 0..64 {
            assert!(table.find(handle ^ 1 << bit).is_none(), "{handle:x} bit {bit}");
        }
        for step in [1, 1 << 32, 1 << 56] {
            assert!(table.find(handle.wrapping_add(step)).is_none());
            assert!(table.find(handle.wrapping_sub(step)).is_none());
        }
    }
    for forged in [0, 1, u64::MAX, 7 << 56, 7 << 56 | u64::from(u32::MAX)] {
        assert!(table.find(forged).is_none() && !table.remove(forged));
    }
    assert!(Table::<i32>::new(8).find(handles[0]).is_none(), "another kind");
}

#[test]
fn chunks_follow_each_other_without_a_gap() {
    let mut expected = (0, 0);
    for index in 0..FIRST_CHUNK * 15 {
        assert_eq!(place(index), expected);
        expected.1 += 1;
        if expected.1 == (FIRST_CHUNK as usize) << expected.0 {
            expected = (expected.0 + 1, 0);
        }
    }
    assert_eq!(place(SLOTS - 1), (17, (FIRST_CHUNK << 17) as usize - 1));
}

#[test]
fn a_slot_that_has_gone_through_all_generations_is_retired() {
    let table = Table::new(7);
    let handle = table.insert(()).unwrap();
    let slot = table.slot(0).unwrap();
    table.remove(handle);
    slot.state.store(u64::from(first_generation(0).wrapping_sub(1)), Ordering::Relaxed);
    let last = table.insert(()).unwrap();
    assert_eq!(last >> 32 & 0xFF_FFFF, 0);
    table.remove(last);
    assert_eq!(table.insert(()).unwrap() >> 32 & 0xFF_FFFF, 1, "slot 0 is used no more");
}

/// Counts the objects that are alive.
struct Counted(Arc<AtomicUsize>, u64);

impl Counted {
    fn new(live: &Arc<AtomicUsize>, number: u64) -> Self {
        live.fetch_add(1, Ordering::SeqCst);
        Self(Arc::clone(live), number)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[test]
fn threads_that_insert_use_and_free_the_same_handles_agree() {
    const THREADS: u64 = 4;
    const ROUNDS: u64 = if cfg!(miri) { 20 } else { 5_000 };
    let (table, live) = (Table::new(7), Arc::new(AtomicUsize::new(0)));
    let shared: Vec<AtomicUsize> = (0..8).map(|_| AtomicUsize::new(0)).collect();
    let freed = AtomicUsize::new(0);
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let (table, live, shared, freed) = (&table, &live, &shared, &freed);
            scope.spawn(move || {
                for round in 0..ROUNDS {
                    let number = thread * ROUNDS + round;
                    let handle = table.insert(Counted::new(live, number)).unwrap();
                    assert_eq!(table.find(handle).map(|object| object.1), Some(number));
                    // Whoever finds a handle here frees it too, so most are freed by two threads.
                    let place = &shared[(number % 8) as usize];
                    let before = place.swap(usize::try_from(handle).unwrap(), Ordering::SeqCst) as u64;
                    drop(table.find(before));
                    freed.fetch_add(usize::from(table.remove(before)), Ordering::SeqCst);
                    if round % 2 == 0 {
                        freed.fetch_add(usize::from(table.remove(handle)), Ordering::SeqCst);
                    }
                }
            });
        }
    });
    let mut rest = 0;
    for place in &shared {
        rest += usize::from(table.remove(place.load(Ordering::SeqCst) as u64));
    }
    assert_eq!((freed.load(Ordering::SeqCst) + rest) as u64, THREADS * ROUNDS, "each freed once");
    assert_eq!(live.load(Ordering::SeqCst), 0, "none leaked");
}
