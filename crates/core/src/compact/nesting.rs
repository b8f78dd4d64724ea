//! Which containers are open, innermost last: one bit each.

/// How many objects and arrays may be open at once, as in Go's `encoding/json`.
pub(super) const MAX_DEPTH: usize = 10_000;

const BITS: usize = u64::BITS as usize;

/// What a value can be inside of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Container {
    Array,
    Object,
}

/// A stack of containers.
///
/// The innermost 64 are bits of one word, the lowest being the innermost; only a full word moves to
/// the heap, so that a body of up to 64 levels allocates nothing here.
#[derive(Default)]
pub(super) struct Nesting {
    depth: usize,
    innermost: u64,
    outer: Vec<u64>,
}

impl Nesting {
    /// Opens a container; `false` if [`MAX_DEPTH`] are open already.
    #[inline]
    pub(super) fn open(&mut self, container: Container) -> bool {
        if self.depth == MAX_DEPTH {
            return false;
        }
        if self.depth > 0 && self.depth % BITS == 0 {
            self.outer.push(self.innermost);
        }
        self.innermost = self.innermost << 1 | u64::from(container == Container::Object);
        self.depth += 1;
        true
    }

    /// Closes the innermost container, if there is one.
    #[inline]
    pub(super) fn close(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        self.innermost >>= 1;
        if self.depth % BITS == 0 {
            self.innermost = self.outer.pop().unwrap_or_default();
        }
    }

    /// The container that the next token belongs to; `None` at the top level.
    #[inline]
    pub(super) fn current(&self) -> Option<Container> {
        match (self.depth, self.innermost & 1) {
            (0, _) => None,
            (_, 0) => Some(Container::Array),
            (_, _) => Some(Container::Object),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Container, MAX_DEPTH, Nesting};

    #[test]
    fn remembers_every_level_up_to_the_limit() {
        // Neither the period nor the phase of this pattern agrees with the word size.
        let pattern = |level: usize| if level % 7 < 3 { Container::Array } else { Container::Object };
        let mut nesting = Nesting::default();
        for level in 0..MAX_DEPTH {
            assert!(nesting.open(pattern(level)));
            assert_eq!(nesting.current(), Some(pattern(level)));
        }
        assert!(!nesting.open(Container::Array));
        for level in (0..MAX_DEPTH).rev() {
            assert_eq!(nesting.current(), Some(pattern(level)), "level {level}");
            nesting.close();
        }
        assert_eq!(nesting.current(), None);
    }

    #[test]
    fn crosses_the_word_boundary_back_and_forth() {
        let mut nesting = Nesting::default();
        for _ in 0..64 {
            nesting.open(Container::Object);
        }
        for _ in 0..3 {
            nesting.open(Container::Array);
            assert_eq!(nesting.current(), Some(Container::Array));
            nesting.close();
            assert_eq!(nesting.current(), Some(Container::Object));
        }
    }
}
