//! The handle types, and which object each stands for.

use std::sync::{Arc, Mutex, RwLock};

use partnersign::{
    ApiKey, ApiKeys, Diagnosis, Error, ErrorCode, MemoryReplay, NonceSequencer, Prepared, Reservation,
    SignedRequest, Signer, SigningKey, Verified, Verifier, VerifyingKey,
};

use crate::boundary::boundary;
use crate::error::partnersign_error;
use crate::handles::{Found, Table};
use crate::pointers::{Buffer, Out, Plain};

/// An RSA private key. Free it with `partnersign_signing_key_free`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct partnersign_signing_key {
    /// Opaque; 0 is no handle.
    pub id: u64,
}

/// An RSA public key. Free it with `partnersign_verifying_key_free`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct partnersign_verifying_key {
    /// Opaque; 0 is no handle.
    pub id: u64,
}

/// The key that goes into `x-api-key`. Free it with `partnersign_api_key_free`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct partnersign_api_key {
    /// Opaque; 0 is no handle, and where an API key is optional, none.
    pub id: u64,
}

/// The API keys that a verifier knows, each with its public key. Free it with `partnersign_api_keys_free`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct partnersign_api_keys {
    /// Opaque; 0 is no handle.
    pub id: u64,
}

/// A private key (or an external one) and, if there is one, an API key: it signs requests. Free it with
/// `partnersign_signer_free`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct partnersign_signer {
    /// Opaque; 0 is no handle.
    pub id: u64,
}

/// A checked request that waits for its signature. Free it with `partnersign_prepared_free`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct partnersign_prepared {
    /// Opaque; 0 is no handle.
    pub id: u64,
}

/// What must be sent: method, URL, headers and the exact body bytes. Free it with
/// `partnersign_signed_request_free`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct partnersign_signed_request {
    /// Opaque; 0 is no handle.
    pub id: u64,
}

/// The results of `partnersign_sign_batch`. Free it with `partnersign_batch_free`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct partnersign_batch {
    /// Opaque; 0 is no handle.
    pub id: u64,
}

/// What verifiers remember, so that nothing is accepted twice. Free it with `partnersign_replay_memory_free`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct partnersign_replay_memory {
    /// Opaque; 0 is no handle, and where a replay memory is optional, none.
    pub id: u64,
}

/// It checks received requests. Free it with `partnersign_verifier_free`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct partnersign_verifier {
    /// Opaque; 0 is no handle.
    pub id: u64,
}

/// What a verified request turned out to be. Free it with `partnersign_verified_free`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct partnersign_verified {
    /// Opaque; 0 is no handle.
    pub id: u64,
}

/// Why a signature did not match. Free it with `partnersign_diagnosis_free`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct partnersign_diagnosis {
    /// Opaque; 0 is no handle.
    pub id: u64,
}

/// The state machine that hands out the nonces of one API key. Free it with
/// `partnersign_nonce_sequencer_free`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct partnersign_nonce_sequencer {
    /// Opaque; 0 is no handle.
    pub id: u64,
}

/// A nonce that was handed out and must be settled: `partnersign_settle` frees it, and so does
/// `partnersign_reservation_free`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct partnersign_reservation {
    /// Opaque; 0 is no handle.
    pub id: u64,
}

/// A sequencer, and the process that may reserve from it.
pub(crate) struct OwnedSequencer {
    pub(crate) sequencer: Mutex<NonceSequencer>,
    pub(crate) process: u32,
}

/// A handle type.
pub(crate) trait Handle: Plain + 'static {
    type Object: Send + Sync + 'static;
    /// Said of a handle that is not live.
    const INVALID: &'static str;

    fn from_id(id: u64) -> Self;
    fn id(self) -> u64;
    fn table() -> &'static Table<Self::Object>;
}

macro_rules! handles {
    ($($kind:literal $handle:ident $object:ty;)+) => {
        $(
            // SAFETY: an integer.
            unsafe impl Plain for $handle {}

            impl Handle for $handle {
                type Object = $object;
                const INVALID: &'static str =
                    concat!("the handle is no live ", stringify!($handle), ": null, freed, forged or of another kind");

                fn from_id(id: u64) -> Self {
                    Self { id }
                }

                fn id(self) -> u64 {
                    self.id
                }

                fn table() -> &'static Table<$object> {
                    static TABLE: Table<$object> = Table::new($kind);
                    &TABLE
                }
            }
        )+
    };
}

handles! {
    0xA1 partnersign_signing_key SigningKey;
    0xA2 partnersign_verifying_key VerifyingKey;
    0xA3 partnersign_api_key ApiKey;
    0xA4 partnersign_api_keys Arc<RwLock<ApiKeys>>;
    0xA5 partnersign_signer Signer;
    0xA6 partnersign_prepared Prepared;
    0xA7 partnersign_signed_request SignedRequest;
    0xA8 partnersign_batch Vec<Result<SignedRequest, Error>>;
    0xA9 partnersign_replay_memory Arc<MemoryReplay>;
    0xAA partnersign_verifier Verifier;
    0xAB partnersign_verified Verified;
    0xAC partnersign_diagnosis Diagnosis;
    0xAD partnersign_nonce_sequencer OwnedSequencer;
    0xAE partnersign_reservation Reservation;
}

/// The object of a handle.
pub(crate) fn find<H: Handle>(handle: H) -> Result<Found<H::Object>, Error> {
    H::table().find(handle.id()).ok_or_else(|| Error::new(ErrorCode::InvalidHandle, H::INVALID))
}

/// The object of a handle that may be missing: 0 stands for none.
pub(crate) fn find_if_given<H: Handle>(handle: H) -> Result<Option<H::Object>, Error>
where
    H::Object: Clone,
{
    if handle.id() == 0 { Ok(None) } else { find(handle).map(|object| Some(H::Object::clone(&object))) }
}

/// The whole of a function that copies a part of an object into the caller's buffer.
pub(crate) fn fill<H: Handle, T: Plain>(
    handle: H,
    buffer: Out<T>,
    capacity: usize,
    out_length: Out<usize>,
    error: Out<partnersign_error>,
    part: impl FnOnce(&H::Object) -> Result<&[u8], Error>,
) -> i32 {
    boundary(error, || {
        let object = find(handle)?;
        let buffer = Buffer::new(buffer, capacity, &out_length)?;
        buffer.fill(part(&object)?)
    })
}

/// Makes the object with `make` and writes its handle; a missing place for it is refused before.
pub(crate) fn give<H: Handle>(
    out: Out<H>,
    make: impl FnOnce() -> Result<H::Object, Error>,
) -> Result<(), Error> {
    let target = out.target()?;
    target.write(insert(make()?)?);
    Ok(())
}

/// A handle for an object.
pub(crate) fn insert<H: Handle>(object: H::Object) -> Result<H, Error> {
    let id = H::table().insert(object).ok_or_else(|| {
        Error::new(ErrorCode::TooLarge, "16 million handles of one kind are live: free some")
    })?;
    Ok(H::from_id(id))
}

/// Ends a handle. The object lives on while other threads use it.
pub(crate) fn free<H: Handle>(handle: H) -> Result<(), Error> {
    if H::table().remove(handle.id()) {
        Ok(())
    } else {
        Err(Error::new(ErrorCode::InvalidHandle, H::INVALID))
    }
}
