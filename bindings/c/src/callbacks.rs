//! Functions and user data from C: an external signer, and the look-up of public keys.

use std::ffi::c_void;
use std::sync::{Arc, OnceLock};

use partnersign::{ApiKey, Error, ErrorCode, VerifyingKey};

use crate::kinds::{find, free, insert, partnersign_api_key, partnersign_verifying_key};
use crate::pointers::refuse;

/// Signs a SHA-256 digest by RSASSA-PKCS1-v1_5: an HSM, a KMS, another process.
///
/// Gets the `user_data` of `partnersign_signer_external`, the digest (32 bytes), and a buffer of
/// `signature_capacity` bytes, as many as the public key's modulus has. Writes the signature's bytes into
/// it and their number into `*out_signature_length`; returns 0. Anything else than 0 refuses the request
/// with `PARTNERSIGN_SIGNATURE_REJECTED`, and so does a signature that does not verify.
/// Called on the thread that signs, and from several threads at once if several sign. It may call any
/// function of this library. It must not throw, `longjmp` or end the thread.
pub type partnersign_sign_digest_callback = Option<
    unsafe extern "C-unwind" fn(
        user_data: *mut c_void,
        digest: *const u8,
        digest_length: usize,
        signature: *mut u8,
        signature_capacity: usize,
        out_signature_length: *mut usize,
    ) -> i32,
>;

/// Finds the public key that belongs to an API key.
///
/// Gets the `user_data` of `partnersign_verifier_with_lookup` and an API key, which lives until the
/// callback returns and must not be freed. Writes a live handle into `*out_public_key` and returns 0; the
/// handle stays the caller's, who may free it when the callback has returned at the earliest (so keep
/// handles in your table, and do not make one per call). Returns `PARTNERSIGN_UNKNOWN_API_KEY` if there is
/// none; any other status of this library refuses the request with that status, any other number with
/// `PARTNERSIGN_INTERNAL`. Called on the thread that verifies, and from several threads at once if several
/// verify. It may call any function of this library. It must not throw, `longjmp` or end the thread, nor
/// reveal by its time how much of a wrong API key was right: find the entry by `key_id`, then compare
/// the secret in constant time. `partnersign_api_keys` does all that.
pub type partnersign_lookup_callback = Option<
    unsafe extern "C-unwind" fn(
        user_data: *mut c_void,
        api_key: partnersign_api_key,
        out_public_key: *mut partnersign_verifying_key,
    ) -> i32,
>;

/// Called once with the `user_data` of a callback when nothing will use it any more: after the handle is
/// freed and the last call that uses it has returned, on the thread where that happens. May be NULL.
/// Not called if the function that takes it fails. It must not throw.
pub type partnersign_drop_callback = Option<unsafe extern "C-unwind" fn(user_data: *mut c_void)>;

/// [`partnersign_sign_digest_callback`] when it is not NULL.
pub(crate) type SignDigest =
    unsafe extern "C-unwind" fn(*mut c_void, *const u8, usize, *mut u8, usize, *mut usize) -> i32;

/// [`partnersign_lookup_callback`] when it is not NULL.
pub(crate) type LookUp =
    unsafe extern "C-unwind" fn(*mut c_void, partnersign_api_key, *mut partnersign_verifying_key) -> i32;

/// A function from C with its user data, as long as anything can call it.
pub(crate) struct Callback<F> {
    function: F,
    user_data: *mut c_void,
    /// Set when the user data has become ours to drop.
    drop: OnceLock<unsafe extern "C-unwind" fn(*mut c_void)>,
}

// SAFETY: the header says that callbacks are called on any thread, and several at once.
unsafe impl<F> Send for Callback<F> {}
// SAFETY: as above.
unsafe impl<F> Sync for Callback<F> {}

impl<F> Drop for Callback<F> {
    fn drop(&mut self) {
        if let Some(drop) = self.drop.get() {
            // SAFETY: called once, with the user data that came with it, when nothing else uses it.
            unsafe { drop(self.user_data) };
        }
    }
}

impl<F> Callback<F> {
    /// A callback whose user data is C's until [`Callback::accept`].
    pub(crate) fn new(function: Option<F>, user_data: *mut c_void) -> Result<Arc<Self>, Error> {
        let function = function.ok_or_else(|| refuse("the callback is NULL"))?;
        Ok(Arc::new(Self { function, user_data, drop: OnceLock::new() }))
    }

    /// From now on the user data is ours to drop: the function that took it has succeeded.
    pub(crate) fn accept(&self, drop: partnersign_drop_callback) {
        if let Some(drop) = drop {
            // Nobody else sets it.
            let _ = self.drop.set(drop);
        }
    }
}

impl Callback<SignDigest> {
    /// Asks C for a signature of `expected` bytes.
    pub(crate) fn sign_digest(&self, digest: &[u8; 32], expected: usize) -> Result<Vec<u8>, Error> {
        let refuse = |why: String| Error::new(ErrorCode::SignatureRejected, why);
        let mut signature = vec![0; expected];
        let mut length = 0;
        // SAFETY: the buffers are as long as the callback is told, and alive until it returns.
        let status = unsafe {
            (self.function)(
                self.user_data,
                digest.as_ptr(),
                digest.len(),
                signature.as_mut_ptr(),
                signature.len(),
                &raw mut length,
            )
        };
        if status != 0 {
            return Err(refuse(format!("the external signer failed: its callback returned {status}")));
        }
        if length != expected {
            return Err(refuse(format!(
                "the external signer gave {length} bytes, a signature of its public key has {expected}"
            )));
        }
        Ok(signature)
    }
}

impl Callback<LookUp> {
    /// Asks C for the public key that belongs to an API key; `None` if there is none.
    pub(crate) fn look_up(&self, api_key: &ApiKey) -> Result<Option<VerifyingKey>, Error> {
        let handle = Temporary::new(api_key)?;
        let mut found = partnersign_verifying_key { id: 0 };
        // SAFETY: the place for the result is alive until the callback returns.
        let status = unsafe { (self.function)(self.user_data, handle.0, &raw mut found) };
        match status {
            0 => find(found).map(|key| Some(key.clone())),
            _ if status == ErrorCode::UnknownApiKey.number() => Ok(None),
            _ => {
                let code = ErrorCode::ALL.iter().find(|code| code.number() == status);
                let code = code.copied().unwrap_or(ErrorCode::Internal);
                let message = format!("the look-up failed: its callback returned {status}");
                Err(Error::new(code, message))
            }
        }
    }
}

/// A handle that lives as long as a callback runs.
struct Temporary(partnersign_api_key);

impl Temporary {
    fn new(api_key: &ApiKey) -> Result<Self, Error> {
        insert(api_key.clone()).map(Self)
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // A callback that has freed it has hurt nobody.
        let _ = free(self.0);
    }
}
