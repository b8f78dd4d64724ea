//! Which numbers can be nonces, and which one comes next.

use super::policy::NoncePolicy;
use crate::freshness::{Nonce, TIMESTAMP_LIKE};
use crate::{Error, ErrorCode};

/// The greatest number that every language holds exactly: 2^53 - 1.
pub(super) const MAX: u64 = Nonce::MAX_NUMBER;

/// Refuses what cannot be the last nonce of a key; 0 stands for none.
pub(super) fn check_last(last: u64) -> Result<(), Error> {
    if last > MAX {
        return Err(Error::new(
            ErrorCode::InvalidArgument,
            format!("the last nonce is {last}, but nonces end at {MAX}"),
        ));
    }
    Ok(())
}

/// The number that follows `last`: the next one, beyond [`TIMESTAMP_LIKE`] where gaps are allowed.
pub(super) fn after(last: u64, policy: NoncePolicy) -> Result<u64, Error> {
    let mut next = last.saturating_add(1);
    if TIMESTAMP_LIKE.contains(&next) {
        if policy == NoncePolicy::Sequential {
            return Err(Error::new(
                ErrorCode::NonceExhausted,
                format!(
                    "the next nonce, {next}, could pass for a timestamp between 2017 and 2050, is never \
                     used, and cannot be skipped under the policy sequential: use a new API key"
                ),
            ));
        }
        next = TIMESTAMP_LIKE.end;
    }
    if next > MAX {
        return Err(Error::new(
            ErrorCode::NonceExhausted,
            format!("nonces end at {MAX}, which has been used: use a new API key"),
        ));
    }
    Ok(next)
}
