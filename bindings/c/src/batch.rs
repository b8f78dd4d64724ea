//! Many requests at once.

use std::num::NonZeroUsize;

use partnersign::{Error, ErrorCode, Freshness, SignedRequest, Signer};

use crate::boundary::boundary;
use crate::error::partnersign_error;
use crate::kinds::{find, free, give, partnersign_batch, partnersign_signed_request, partnersign_signer};
use crate::pointers::{In, Out, refuse};
use crate::request::{RequestTexts, partnersign_freshness, partnersign_request};
use crate::system;

/// Signs `count` requests, each with the freshness of the same index, on up to `threads` threads; the
/// calling thread is one of them, and the others end with the call.
///
/// Takes two arrays of `count` structs (both may be NULL if `count` is 0); neither is kept. All structs of
/// an array have the same `size`. Each request has its own success or error, which
/// `partnersign_batch_item` tells; one that fails spoils no other. For one reading of the clock, give the
/// same timestamp to each. Gives a handle that the caller frees. Errors (of the batch as a whole):
/// `PARTNERSIGN_INVALID_HANDLE`, `PARTNERSIGN_INVALID_ARGUMENT` (also if `threads` is 0, or a `size` or
/// pointer of an array is wrong). Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_sign_batch(
    signer: partnersign_signer,
    requests: In<partnersign_request>,
    freshnesses: In<partnersign_freshness>,
    count: usize,
    threads: usize,
    out_batch: Out<partnersign_batch>,
    error: Out<partnersign_error>,
) -> i32 {
    boundary(error, || {
        let signer = find(signer)?;
        let (requests, freshnesses) = (requests.read_all(count)?, freshnesses.read_all(count)?);
        let threads =
            NonZeroUsize::new(threads).ok_or_else(|| refuse("a batch needs at least one thread"))?;
        system::keep_main_thread();
        give(out_batch, || Ok(sign_all(&signer, &requests, &freshnesses, threads)))
    })
}

/// Signs what can be read as a request; the results are in the order of the input.
fn sign_all(
    signer: &Signer,
    requests: &[partnersign_request],
    freshnesses: &[partnersign_freshness],
    threads: NonZeroUsize,
) -> Vec<Result<SignedRequest, Error>> {
    let texts: Vec<Result<(RequestTexts<'_>, Freshness), Error>> = requests
        .iter()
        .zip(freshnesses)
        .map(|(request, freshness)| Ok((RequestTexts::of(request)?, freshness.to_freshness()?)))
        .collect();
    let good: Vec<_> =
        texts.iter().flatten().map(|(texts, freshness)| (texts.request(), freshness.clone())).collect();
    let mut signed = signer.sign_batch(&good, threads).into_iter();
    let missing = || Err(Error::new(ErrorCode::Internal, "the batch has fewer results than requests"));
    texts
        .iter()
        .map(|texts| match texts {
            Ok(_) => signed.next().unwrap_or_else(missing),
            Err(why) => Err(why.clone()),
        })
        .collect()
}

/// How many results a batch has: as many as requests went in.
///
/// Gives `*out_count`. Errors: `PARTNERSIGN_INVALID_HANDLE`, `PARTNERSIGN_INVALID_ARGUMENT`. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_batch_count(
    batch: partnersign_batch,
    out_count: Out<usize>,
    error: Out<partnersign_error>,
) -> i32 {
    boundary(error, || {
        let batch = find(batch)?;
        out_count.target()?.write(batch.len());
        Ok(())
    })
}

/// One result of a batch: what must be sent, or the error of that request as the status of this call.
///
/// Takes the index of the request, from 0. Gives a handle that the caller frees, another one each time; it
/// does not depend on the batch. Errors: those of `partnersign_sign`; `PARTNERSIGN_INVALID_ARGUMENT` also
/// for an index that is too large. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_batch_item(
    batch: partnersign_batch,
    index: usize,
    out_signed: Out<partnersign_signed_request>,
    error: Out<partnersign_error>,
) -> i32 {
    boundary(error, || {
        let batch = find(batch)?;
        let item = batch.get(index).ok_or_else(|| refuse("the batch has no such index"))?;
        give(out_signed, || item.clone())
    })
}

/// Frees a batch.
///
/// Errors: `PARTNERSIGN_INVALID_HANDLE`. Threads: any, also while others use it.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_batch_free(batch: partnersign_batch) -> i32 {
    boundary(Out::NONE, || free(batch))
}
