//! Verifiers: they check received requests.

use std::borrow::Cow;
use std::ffi::{c_char, c_void};
use std::ops::Deref;
use std::sync::{Arc, PoisonError};

use partnersign::forking::undivided;
use partnersign::{Error, Freshness, MemoryReplay, ReceivedRequest, Request, Verifier};

use crate::boundary::boundary;
use crate::callbacks::{Callback, partnersign_drop_callback, partnersign_lookup_callback};
use crate::error::partnersign_error;
use crate::kinds::{
    find, find_if_given, free, give, partnersign_api_keys, partnersign_replay_memory, partnersign_verified,
    partnersign_verifier, partnersign_verifying_key,
};
use crate::nonce::policy_of;
use crate::pointers::{Buffer, In, Out, Plain, Versioned, refuse};
use crate::request::{PARTNERSIGN_NONCE, PARTNERSIGN_TIMESTAMP, text_of};

/// How a verifier works. Begin with
/// `partnersign_verifier_options options = PARTNERSIGN_VERIFIER_OPTIONS_INIT;`: 300 s, 10 MiB, no replay
/// memory.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct partnersign_verifier_options {
    /// `sizeof(partnersign_verifier_options)`; `PARTNERSIGN_VERIFIER_OPTIONS_INIT` sets it.
    pub size: u32,
    /// Must be 0.
    pub reserved: u32,
    /// How far, in seconds, a timestamp may lie before or after the verifier's time.
    pub window_seconds: u64,
    /// The longest body in bytes.
    pub max_body_bytes: u64,
    /// What was seen before, or one with the id 0: then a nonce is refused, and a timestamp can be replayed
    /// within the window. One memory can serve several verifiers. The handle is not kept.
    pub replay: partnersign_replay_memory,
}

// SAFETY: integers alone.
unsafe impl Plain for partnersign_verifier_options {}
// SAFETY: `#[repr(C)]`, and `size` comes first.
unsafe impl Versioned for partnersign_verifier_options {
    const MEND: &'static str =
        "the size of partnersign_verifier_options is not set: begin with PARTNERSIGN_VERIFIER_OPTIONS_INIT";
}

/// A header as it was received.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct partnersign_header {
    /// In any case.
    pub name: In<c_char>,
    /// In bytes.
    pub name_length: usize,
    /// Any bytes.
    pub value: In<c_char>,
    /// In bytes.
    pub value_length: usize,
}

// SAFETY: integers and pointers alone.
unsafe impl Plain for partnersign_header {}

/// A request as it arrived. Begin with
/// `partnersign_received_request received = PARTNERSIGN_RECEIVED_REQUEST_INIT;`. Its pointers are read
/// during the call and not kept.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct partnersign_received_request {
    /// `sizeof(partnersign_received_request)`; `PARTNERSIGN_RECEIVED_REQUEST_INIT` sets it.
    pub size: u32,
    /// Must be 0.
    pub reserved: u32,
    /// As it was received, in any case.
    pub method: In<c_char>,
    /// In bytes.
    pub method_length: usize,
    /// The absolute URL that the client signed: the configured origin and the raw request target, never
    /// decoded.
    pub url: In<c_char>,
    /// In bytes.
    pub url_length: usize,
    /// Every header, in any order, duplicates included.
    pub headers: In<partnersign_header>,
    /// How many.
    pub header_count: usize,
    /// The raw body bytes; empty is the same as none.
    pub body: In<c_char>,
    /// In bytes.
    pub body_length: usize,
}

// SAFETY: integers and pointers alone.
unsafe impl Plain for partnersign_received_request {}
// SAFETY: `#[repr(C)]`, and `size` comes first.
unsafe impl Versioned for partnersign_received_request {
    const MEND: &'static str =
        "the size of partnersign_received_request is not set: begin with PARTNERSIGN_RECEIVED_REQUEST_INIT";
}

/// The texts of a [`partnersign_received_request`], which a [`ReceivedRequest`] borrows from.
pub(crate) struct ReceivedTexts<'a> {
    method: Cow<'a, str>,
    url: Cow<'a, str>,
    headers: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    body: &'a [u8],
}

/// What is 0 today can mean something tomorrow.
const RESERVED: &str = "reserved must be 0: begin with the struct's PARTNERSIGN_..._INIT";

impl<'a> ReceivedTexts<'a> {
    pub(crate) fn of(received: &'a partnersign_received_request) -> Result<Self, Error> {
        if received.reserved != 0 {
            return Err(refuse(RESERVED));
        }
        let headers = received.headers.slice(received.header_count)?;
        let text = |header: &'a partnersign_header| {
            let name = text_of(header.name.bytes(header.name_length)?);
            Ok((name, text_of(header.value.bytes(header.value_length)?)))
        };
        Ok(Self {
            method: text_of(received.method.bytes(received.method_length)?),
            url: text_of(received.url.bytes(received.url_length)?),
            headers: headers.iter().map(text).collect::<Result<_, Error>>()?,
            body: received.body.bytes(received.body_length)?,
        })
    }

    /// Works on it as core's type.
    pub(crate) fn with<R>(&self, work: impl FnOnce(&ReceivedRequest<'_>) -> R) -> R {
        let headers: Vec<(&str, &str)> =
            self.headers.iter().map(|(name, value)| (&**name, &**value)).collect();
        work(&ReceivedRequest::new(&self.method, &self.url, &headers, self.body))
    }
}

/// A replay memory in this process, for `partnersign_verifier_options.replay`. It forgets everything when
/// the process ends, and a forked child has one of its own.
///
/// Takes `PARTNERSIGN_SEQUENTIAL`, `PARTNERSIGN_INCREASING` or `PARTNERSIGN_UNIQUE`: which nonces it accepts.
/// Gives a handle that the caller frees. Errors: `PARTNERSIGN_INVALID_ARGUMENT`. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_replay_memory_new(
    policy: i32,
    out_replay: Out<partnersign_replay_memory>,
    error: Out<partnersign_error>,
) -> i32 {
    boundary(error, || {
        let policy = policy_of(policy)?;
        give(out_replay, || Ok(Arc::new(MemoryReplay::new(policy))))
    })
}

/// Frees a replay memory. Verifiers that use it go on doing so.
///
/// Errors: `PARTNERSIGN_INVALID_HANDLE`. Threads: any, also while others use it.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_replay_memory_free(replay: partnersign_replay_memory) -> i32 {
    boundary(Out::NONE, || free(replay))
}

/// A verifier with one public key, whatever API key comes along; `x-api-key` may be absent.
///
/// `options` may be NULL for the defaults. Keeps no handle: the caller still frees the key and the replay
/// memory. Gives a handle that the caller frees. Errors: `PARTNERSIGN_INVALID_HANDLE`,
/// `PARTNERSIGN_INVALID_ARGUMENT`. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_verifier_with_key(
    public_key: partnersign_verifying_key,
    options: In<partnersign_verifier_options>,
    out_verifier: Out<partnersign_verifier>,
    error: Out<partnersign_error>,
) -> i32 {
    boundary(error, || {
        let (public_key, options) = (find(public_key)?, Options::of(options)?);
        give(out_verifier, || Ok(options.apply(Verifier::with_key(public_key.clone()))))
    })
}

/// A verifier with the API keys of a set, those that are registered later included.
///
/// `options` may be NULL for the defaults. Keeps no handle: the caller still frees the set and the replay
/// memory. Gives a handle that the caller frees. Errors: `PARTNERSIGN_INVALID_HANDLE`,
/// `PARTNERSIGN_INVALID_ARGUMENT`. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_verifier_with_api_keys(
    api_keys: partnersign_api_keys,
    options: In<partnersign_verifier_options>,
    out_verifier: Out<partnersign_verifier>,
    error: Out<partnersign_error>,
) -> i32 {
    boundary(error, || {
        let (api_keys, options) = (find(api_keys)?.deref().clone(), Options::of(options)?);
        give(out_verifier, || {
            Ok(options.apply(Verifier::with_lookup(move |api_key| {
                undivided(|| api_keys.read().unwrap_or_else(PoisonError::into_inner).find(api_key))
            })))
        })
    })
}

/// A verifier that asks `lookup` for the public key of each request's API key.
///
/// Takes `user_data`, which is passed to each call of `lookup` and at last to `drop_user_data` (may be
/// NULL). `options` may be NULL for the defaults. Gives a handle that the caller frees. Errors:
/// `PARTNERSIGN_INVALID_HANDLE`, `PARTNERSIGN_INVALID_ARGUMENT` (also if `lookup` is NULL). Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_verifier_with_lookup(
    lookup: partnersign_lookup_callback,
    user_data: *mut c_void,
    drop_user_data: partnersign_drop_callback,
    options: In<partnersign_verifier_options>,
    out_verifier: Out<partnersign_verifier>,
    error: Out<partnersign_error>,
) -> i32 {
    boundary(error, || {
        let options = Options::of(options)?;
        let callback = Callback::new(lookup, user_data)?;
        give(out_verifier, || {
            let callback = Arc::clone(&callback);
            let lookup = move |api_key: &partnersign::ApiKey| callback.look_up(api_key);
            Ok(options.apply(Verifier::with_fallible_lookup(lookup)))
        })?;
        callback.accept(drop_user_data);
        Ok(())
    })
}

/// The options as core takes them.
struct Options {
    window_seconds: u64,
    max_body_bytes: usize,
    replay: Option<Arc<MemoryReplay>>,
}

impl Options {
    fn of(options: In<partnersign_verifier_options>) -> Result<Self, Error> {
        Ok(match options.read_if_given()? {
            None => Self {
                window_seconds: Verifier::DEFAULT_WINDOW_SECONDS,
                max_body_bytes: Request::DEFAULT_MAX_BODY_BYTES,
                replay: None,
            },
            Some(options) if options.reserved != 0 => return Err(refuse(RESERVED)),
            Some(options) => Self {
                window_seconds: options.window_seconds,
                max_body_bytes: usize::try_from(options.max_body_bytes).unwrap_or(usize::MAX),
                replay: find_if_given(options.replay)?,
            },
        })
    }

    fn apply(self, verifier: Verifier) -> Verifier {
        let verifier = verifier.window_seconds(self.window_seconds).max_body_bytes(self.max_body_bytes);
        match self.replay {
            Some(replay) => verifier.replay(replay),
            None => verifier,
        }
    }
}

/// Verifies one request: sizes, headers, API key, signature, time window, replay, in this order.
///
/// Takes the request as it arrived, which is not kept, and the verifier's time in Unix seconds. Gives a
/// handle that the caller frees. Nothing is remembered of a request that is refused. Errors:
/// `PARTNERSIGN_INVALID_HANDLE`, `PARTNERSIGN_INVALID_ARGUMENT`; of the request, those of
/// `partnersign_sign` up to `PARTNERSIGN_TOO_LARGE`, `PARTNERSIGN_INVALID_API_KEY`,
/// `PARTNERSIGN_MISSING_HEADER` to `PARTNERSIGN_REPLAYED_REQUEST`, `PARTNERSIGN_NONCE_STORE_UNAVAILABLE` (the
/// replay memory is full); and what a look-up callback fails with. Threads: any; one verifier verifies on
/// many threads at once.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_verify(
    verifier: partnersign_verifier,
    received: In<partnersign_received_request>,
    now: u64,
    out_verified: Out<partnersign_verified>,
    error: Out<partnersign_error>,
) -> i32 {
    boundary(error, || {
        let verifier = find(verifier)?;
        let received = received.read()?;
        let texts = ReceivedTexts::of(&received)?;
        give(out_verified, || texts.with(|received| verifier.verify(received, now)))
    })
}

/// Frees a verifier.
///
/// Errors: `PARTNERSIGN_INVALID_HANDLE`. Threads: any, also while others use it.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_verifier_free(verifier: partnersign_verifier) -> i32 {
    boundary(Out::NONE, || free(verifier))
}

/// The `key_id` of the API key that came along; the length is 0 if none did.
///
/// Fills `buffer`. Errors: `PARTNERSIGN_INVALID_HANDLE`, `PARTNERSIGN_INVALID_ARGUMENT`,
/// `PARTNERSIGN_BUFFER_TOO_SMALL`. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_verified_key_id(
    verified: partnersign_verified,
    buffer: Out<c_char>,
    capacity: usize,
    out_length: Out<usize>,
    error: Out<partnersign_error>,
) -> i32 {
    boundary(error, || {
        let verified = find(verified)?;
        let key_id = verified.key_id.as_deref().unwrap_or_default();
        Buffer::new(buffer, capacity, &out_length)?.fill(key_id.as_bytes())
    })
}

/// What was signed against a replay: `PARTNERSIGN_TIMESTAMP` or `PARTNERSIGN_NONCE`.
///
/// Gives `*out_kind`. Errors: `PARTNERSIGN_INVALID_HANDLE`, `PARTNERSIGN_INVALID_ARGUMENT`. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_verified_freshness_kind(
    verified: partnersign_verified,
    out_kind: Out<i32>,
    error: Out<partnersign_error>,
) -> i32 {
    boundary(error, || {
        let kind = match find(verified)?.freshness {
            Freshness::Timestamp(_) => PARTNERSIGN_TIMESTAMP,
            Freshness::Nonce(_) => PARTNERSIGN_NONCE,
        };
        out_kind.target()?.write(kind);
        Ok(())
    })
}

/// The timestamp or nonce that was signed, as text.
///
/// Fills `buffer`. Errors: `PARTNERSIGN_INVALID_HANDLE`, `PARTNERSIGN_INVALID_ARGUMENT`,
/// `PARTNERSIGN_BUFFER_TOO_SMALL`. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_verified_freshness(
    verified: partnersign_verified,
    buffer: Out<c_char>,
    capacity: usize,
    out_length: Out<usize>,
    error: Out<partnersign_error>,
) -> i32 {
    boundary(error, || {
        let verified = find(verified)?;
        Buffer::new(buffer, capacity, &out_length)?.fill(verified.freshness.to_string().as_bytes())
    })
}

/// SHA-256 of the payload, 32 bytes.
///
/// Fills `buffer`. Errors: `PARTNERSIGN_INVALID_HANDLE`, `PARTNERSIGN_INVALID_ARGUMENT`,
/// `PARTNERSIGN_BUFFER_TOO_SMALL`. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_verified_digest(
    verified: partnersign_verified,
    buffer: Out<u8>,
    capacity: usize,
    out_length: Out<usize>,
    error: Out<partnersign_error>,
) -> i32 {
    boundary(error, || {
        let verified = find(verified)?;
        Buffer::new(buffer, capacity, &out_length)?.fill(&verified.digest)
    })
}

/// Frees what a verified request turned out to be.
///
/// Errors: `PARTNERSIGN_INVALID_HANDLE`. Threads: any, also while others use it.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_verified_free(verified: partnersign_verified) -> i32 {
    boundary(Out::NONE, || free(verified))
}
