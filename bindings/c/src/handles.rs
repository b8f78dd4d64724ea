//! The tables behind the handles: from a number that C holds to an object, or to nothing.
//!
//! ```text
//! handle = kind (8 bits) | slot (24 bits) | generation (32 bits)
//! ```
//! A slot holds an object together with the generation of its handle. Freeing empties the slot; the
//! next object in it gets another generation. So a stale, forged or doubly freed handle finds nothing,
//! in any thread. Look-ups take no lock and touch no shared counter; an object that is freed while
//! others use it lives until the last of them is done. Nothing here is unsafe, and nothing waits for
//! another thread but the first use of a chunk.

use std::ops::Deref;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use arc_swap::{ArcSwapOption, Guard};
use partnersign::forking::undivided;

/// The slots come in chunks, each twice as large as the one before, which never move.
const CHUNKS: usize = 18;
const FIRST_CHUNK: u32 = 64;
/// All slots of all chunks: what 24 bits can count.
const SLOTS: u32 = FIRST_CHUNK * ((1 << CHUNKS) - 1);
const _: () = assert!(SLOTS < 1 << 24);

/// All live objects of one kind.
pub(crate) struct Table<T> {
    /// The handle's first byte: one kind's handle is no other's.
    kind: u8,
    chunks: [OnceLock<Box<[Slot<T>]>>; CHUNKS],
    /// How many slots were ever used.
    used: AtomicU32,
    /// The empty slots among them, as a stack: a count of changes (so that a slow thread notices) and
    /// one more than the topmost slot, or 0.
    empty: AtomicU64,
}

/// In a slot's state: it has an object that nobody has freed.
const LIVE: u64 = 1 << 32;

struct Slot<T> {
    entry: ArcSwapOption<Entry<T>>,
    /// The generation of the object in this slot, with [`LIVE`], or what the next one gets.
    state: AtomicU64,
    /// One more than the empty slot below this one in the stack, or 0.
    below: AtomicU32,
}

struct Entry<T> {
    generation: u32,
    object: T,
}

/// An object that stays alive as long as this does.
pub(crate) struct Found<T>(Guard<Option<Arc<Entry<T>>>>);

impl<T> Deref for Found<T> {
    type Target = T;

    fn deref(&self) -> &T {
        // `Table::find` makes none without an entry.
        &self.0.as_deref().expect("a found object").object
    }
}

impl<T> Table<T> {
    pub(crate) const fn new(kind: u8) -> Self {
        Self {
            kind,
            chunks: [const { OnceLock::new() }; CHUNKS],
            used: AtomicU32::new(0),
            empty: AtomicU64::new(0),
        }
    }

    /// A handle for the object, never 0; `None` if there are 16 million already.
    pub(crate) fn insert(&self, object: T) -> Option<u64> {
        let index = self.take_empty().or_else(|| self.take_unused())?;
        let slot = self.slot(index)?;
        let generation = low_half(slot.state.load(Ordering::Acquire));
        slot.entry.store(Some(Arc::new(Entry { generation, object })));
        slot.state.store(LIVE | u64::from(generation), Ordering::Release);
        Some(u64::from(self.kind) << 56 | u64::from(index) << 32 | u64::from(generation))
    }

    /// The object of a live handle.
    pub(crate) fn find(&self, handle: u64) -> Option<Found<T>> {
        let (index, generation) = self.parts(handle)?;
        let entry = self.slot(index)?.entry.load();
        let live = entry.as_ref().is_some_and(|entry| entry.generation == generation);
        live.then_some(Found(entry))
    }

    /// Ends a handle; `false` if it is not live. Of several threads that free it, one succeeds.
    pub(crate) fn remove(&self, handle: u64) -> bool {
        let Some((index, generation)) = self.parts(handle) else { return false };
        let Some(slot) = self.slot(index) else { return false };
        let next = generation.wrapping_add(1);
        let (live, empty) = (LIVE | u64::from(generation), u64::from(next));
        if slot.state.compare_exchange(live, empty, Ordering::AcqRel, Ordering::Acquire).is_err() {
            return false;
        }
        slot.entry.store(None);
        // A slot that has gone through all generations is used no more.
        if next != first_generation(index) {
            self.recycle(slot, index);
        }
        true
    }

    fn parts(&self, handle: u64) -> Option<(u32, u32)> {
        let [kind, a, b, c, generation @ ..] = handle.to_be_bytes();
        (kind == self.kind).then_some((u32::from_be_bytes([0, a, b, c]), u32::from_be_bytes(generation)))
    }

    fn slot(&self, index: u32) -> Option<&Slot<T>> {
        let (chunk, offset) = place(index);
        self.chunks.get(chunk)?.get()?.get(offset)
    }

    /// Makes a slot free for another object.
    fn recycle(&self, slot: &Slot<T>, index: u32) {
        let mut top = self.empty.load(Ordering::Acquire);
        loop {
            slot.below.store(low_half(top), Ordering::Release);
            match self.empty.compare_exchange_weak(
                top,
                changed(top, index + 1),
                Ordering::AcqRel,
                Ordering::Acquire,
            ) {
                Ok(_) => return,
                Err(now) => top = now,
            }
        }
    }

    fn take_empty(&self) -> Option<u32> {
        let mut top = self.empty.load(Ordering::Acquire);
        loop {
            let index = low_half(top).checked_sub(1)?;
            let below = self.slot(index)?.below.load(Ordering::Acquire);
            match self.empty.compare_exchange_weak(
                top,
                changed(top, below),
                Ordering::AcqRel,
                Ordering::Acquire,
            ) {
                Ok(_) => return Some(index),
                Err(now) => top = now,
            }
        }
    }

    fn take_unused(&self) -> Option<u32> {
        let next = |used: u32| (used < SLOTS).then_some(used + 1);
        let index = self.used.fetch_update(Ordering::AcqRel, Ordering::Acquire, next).ok()?;
        let (chunk, _) = place(index);
        let first = FIRST_CHUNK * ((1 << chunk) - 1);
        let chunk_of_slots = || {
            let indices = first..first + (FIRST_CHUNK << chunk);
            indices.map(|index| Slot::new(first_generation(index))).collect()
        };
        let place = self.chunks.get(chunk)?;
        if place.get().is_none() {
            undivided(|| place.get_or_init(chunk_of_slots));
        }
        Some(index)
    }
}

impl<T> Slot<T> {
    fn new(generation: u32) -> Self {
        Self {
            entry: ArcSwapOption::const_empty(),
            state: AtomicU64::new(u64::from(generation)),
            below: AtomicU32::new(0),
        }
    }
}

/// In which chunk a slot is, and where in it.
fn place(index: u32) -> (usize, usize) {
    let nth = index / FIRST_CHUNK + 1;
    let chunk = nth.ilog2();
    let first = FIRST_CHUNK * ((1 << chunk) - 1);
    (chunk as usize, (index - first) as usize)
}

/// Neighbours begin far apart, so that no handle is a small step from another.
const fn first_generation(index: u32) -> u32 {
    (index + 1).wrapping_mul(0x9E37_79B9)
}

const fn low_half(top: u64) -> u32 {
    (top & 0xFFFF_FFFF) as u32
}

fn changed(top: u64, slot: u32) -> u64 {
    ((top >> 32) + 1) << 32 | u64::from(slot)
}

#[cfg(test)]
mod tests;
