//! Many requests at once, on as many threads as the caller says.

use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::forking::{part_of_undivided, undivided};
use crate::{Error, ErrorCode, Freshness, Request, SignedRequest, Signer};

impl Signer {
    /// Signs all requests; the results are in the order of the input, each its own success or error.
    ///
    /// `threads` bounds how many signatures are made at once; the calling thread is one of them. The
    /// threads end with the call. For one reading of the clock, give the same timestamp to each.
    pub fn sign_batch(
        &self,
        requests: &[(Request<'_>, Freshness)],
        threads: NonZeroUsize,
    ) -> Vec<Result<SignedRequest, Error>> {
        let next = AtomicUsize::new(0);
        let work = || {
            let mut done = Vec::new();
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                let Some((request, freshness)) = requests.get(index) else { return done };
                done.push((index, self.sign_caught(request, freshness)));
            }
        };
        let helpers = threads.get().min(requests.len()).saturating_sub(1);
        in_order(if self.is_external() {
            on_threads(helpers, work)
        } else {
            // No thread may end while the process forks: AWS-LC then has a lock for a moment.
            undivided(|| on_threads(helpers, || part_of_undivided(work)))
        })
    }

    /// An external signer that panics spoils its own request and no other.
    fn sign_caught(&self, request: &Request<'_>, freshness: &Freshness) -> Result<SignedRequest, Error> {
        catch_unwind(AssertUnwindSafe(|| self.sign(request, freshness))).unwrap_or_else(|_| {
            Err(Error::new(ErrorCode::Internal, "the external signer panicked on this request"))
        })
    }
}

type Done = Vec<(usize, Result<SignedRequest, Error>)>;

/// What this thread and its helpers did; they are gone when it returns.
fn on_threads(helpers: usize, work: impl Fn() -> Done + Copy + Send) -> Done {
    thread::scope(|scope| {
        // Where the system gives no further thread, those that run do the work.
        let running: Vec<_> =
            (0..helpers).map_while(|_| thread::Builder::new().spawn_scoped(scope, work).ok()).collect();
        let mut done = work();
        done.extend(running.into_iter().filter_map(|helper| helper.join().ok()).flatten());
        done
    })
}

fn in_order(mut done: Done) -> Vec<Result<SignedRequest, Error>> {
    done.sort_unstable_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}
