//! Several bytes at a time in one integer (SIMD within a register), the first byte lowest.
//!
//! A byte is found by a subtraction: if it is smaller than what is taken from it, it borrows, which
//! sets its own highest bit. The borrow also falsifies the byte *above*, so that only the lowest of
//! the bits set is sure; no more than that one is used here.

/// How many bytes of a string are looked at together: most strings have few more.
pub(super) const TEXT: usize = 8;
/// How many bytes of an indentation are looked at together: most have fewer.
pub(super) const INDENTATION: usize = 16;

const HIGH_BITS: u64 = splat(0x80);
const ONES: u64 = splat(1);
const BACKSLASHES: u64 = splat(b'\\');
/// Exchanges `"` (22) and the space (20), and the control characters (00 to 1F) among each other.
/// Both the ends of plain text, `"` and control characters, are then below 21, and nothing else is.
const QUOTE_TO_SPACE: u64 = splat(b'"' ^ b' ');
const ABOVE_SPACE: u64 = splat(b' ' + 1);
const SPACES: u128 = u128::from_ne_bytes([b' '; INDENTATION]);

const fn splat(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; TEXT])
}

/// How many bytes of plain string content precede the first `"`, `\` or control character, if there
/// is one.
///
/// An `Option`, and not [`TEXT`] for none: the processor foresees the caller's branch on it, and
/// begins with the next bytes before it knows about these.
#[inline]
pub(super) fn plain_text_before_other(bytes: [u8; TEXT]) -> Option<usize> {
    let word = u64::from_le_bytes(bytes);
    let quote_or_control = (word ^ QUOTE_TO_SPACE).wrapping_sub(ABOVE_SPACE);
    let backslash = (word ^ BACKSLASHES).wrapping_sub(ONES);
    // A byte with its highest bit set from the start belongs to a non-ASCII character: plain.
    let others = (quote_or_control | backslash) & !word & HIGH_BITS;
    (others != 0).then(|| others.trailing_zeros() as usize / 8)
}

/// How many spaces precede the first other byte, if there is one.
#[inline]
pub(super) fn spaces_before_other(bytes: [u8; INDENTATION]) -> Option<usize> {
    let others = u128::from_le_bytes(bytes) ^ SPACES;
    (others != 0).then(|| others.trailing_zeros() as usize / 8)
}

/// Whether a byte belongs to a non-ASCII character.
#[inline]
pub(super) fn has_non_ascii(bytes: [u8; TEXT]) -> bool {
    u64::from_le_bytes(bytes) & HIGH_BITS != 0
}

#[cfg(test)]
mod tests {
    use super::{INDENTATION, TEXT, has_non_ascii, plain_text_before_other, spaces_before_other};

    #[test]
    fn plain_text_ends_at_exactly_the_bytes_that_rfc_8259_keeps_out_of_strings() {
        for filler in [b'a', b' ', b'!', b'#', b'[', b']', 0x7f, 0x80, 0xa2, 0xdc, 0xff] {
            for at in 0..TEXT {
                for byte in 0..=u8::MAX {
                    let mut bytes = [filler; TEXT];
                    bytes[at] = byte;
                    let ends = byte < 0x20 || byte == b'"' || byte == b'\\';
                    let found = plain_text_before_other(bytes);
                    assert_eq!(found, ends.then_some(at), "{bytes:02x?}");
                }
            }
        }
    }

    #[test]
    fn the_first_of_several_ends_counts() {
        for first in 0..TEXT {
            for end in [b'"', b'\\', 0, 0x1f] {
                let mut bytes = [b'"'; TEXT];
                bytes[..first].fill(b'#');
                bytes[first] = end;
                let found = plain_text_before_other(bytes);
                assert_eq!(found, Some(first), "{bytes:02x?}");
            }
        }
    }

    #[test]
    fn spaces_and_high_bits() {
        for at in 0..INDENTATION {
            for byte in (0..=u8::MAX).filter(|&byte| byte != b' ') {
                let mut bytes = [b' '; INDENTATION];
                bytes[at] = byte;
                assert_eq!(spaces_before_other(bytes), Some(at));
            }
        }
        assert_eq!(spaces_before_other([b' '; INDENTATION]), None);
        assert!(has_non_ascii(*b"caf\xc3\xa9   "));
        assert!(!has_non_ascii([0x7f; TEXT]));
    }
}
