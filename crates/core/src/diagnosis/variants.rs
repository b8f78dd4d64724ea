//! What one part of the payload may have been, each with the causes that would explain it.

use super::cause::Cause;

/// The bytes that one part may have had when it was signed.
pub(super) struct Variant {
    pub(super) causes: Vec<Cause>,
    pub(super) bytes: Vec<u8>,
}

/// All variants of a part, the simplest first; the first is what was received.
pub(super) struct Variants {
    all: Vec<Variant>,
}

impl Variants {
    /// Only what was received, so far.
    pub(super) fn of(received: impl Into<Vec<u8>>) -> Self {
        Self { all: vec![Variant { causes: Vec::new(), bytes: received.into() }] }
    }

    /// Adds what would be signed by a mistake. Where a simpler one gives the same bytes it is found
    /// first, so that this one only costs its hash.
    pub(super) fn push(&mut self, causes: &[Cause], bytes: impl Into<Vec<u8>>) {
        self.insert(causes, bytes.into());
    }

    /// The same, unless something simpler gives the same bytes: for parts that are long to hash.
    pub(super) fn add(&mut self, causes: &[Cause], bytes: impl Into<Vec<u8>>) {
        self.insert_new(causes, bytes.into());
    }

    // Called from hundreds of places: not copied into each.
    #[inline(never)]
    fn insert(&mut self, causes: &[Cause], bytes: Vec<u8>) {
        self.all.push(Variant { causes: causes.to_vec(), bytes });
    }

    #[inline(never)]
    fn insert_new(&mut self, causes: &[Cause], bytes: Vec<u8>) {
        if self.all.iter().all(|variant| variant.bytes != bytes) {
            self.insert(causes, bytes);
        }
    }

    /// What was received.
    pub(super) fn received(&self) -> Vec<&Variant> {
        self.with_causes(0..1)
    }

    /// One mistake.
    pub(super) fn alone(&self) -> Vec<&Variant> {
        self.with_causes(1..2)
    }

    /// Several mistakes in this part.
    pub(super) fn combined(&self) -> Vec<&Variant> {
        self.with_causes(2..usize::MAX)
    }

    fn with_causes(&self, counts: std::ops::Range<usize>) -> Vec<&Variant> {
        self.all.iter().filter(|variant| counts.contains(&variant.causes.len())).collect()
    }
}
