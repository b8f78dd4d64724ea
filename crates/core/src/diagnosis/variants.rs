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
        self.all.push(Variant { causes: causes.to_vec(), bytes: bytes.into() });
    }

    /// The same, unless something simpler gives the same bytes: for parts that are long to hash.
    pub(super) fn add(&mut self, causes: &[Cause], bytes: impl Into<Vec<u8>>) {
        let bytes = bytes.into();
        if self.all.iter().all(|variant| variant.bytes != bytes) {
            self.push(causes, bytes);
        }
    }

    /// What was received.
    pub(super) fn received(&self) -> impl Iterator<Item = &Variant> {
        self.with_causes(0..1)
    }

    /// One mistake.
    pub(super) fn alone(&self) -> impl Iterator<Item = &Variant> {
        self.with_causes(1..2)
    }

    /// Several mistakes in this part.
    pub(super) fn combined(&self) -> impl Iterator<Item = &Variant> {
        self.with_causes(2..usize::MAX)
    }

    fn with_causes(&self, counts: std::ops::Range<usize>) -> impl Iterator<Item = &Variant> {
        self.all.iter().filter(move |variant| counts.contains(&variant.causes.len()))
    }
}
