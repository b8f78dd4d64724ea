//! Checks a received request, in the order in which nothing can be learned or burned by a forger.
//!
//! Sizes, exactly one of each header, characters, base64url, API key, signature, time window, and
//! only then the replay memory. It sees the raw received bytes and never re-serialises.

use std::fmt;

use crate::payload::Payload;
use crate::replay::{ReplayMemory, Seen};
use crate::signature::decode_signature;
use crate::{ApiKey, BodyForm, Error, ErrorCode, Freshness, Method, Nonce, Request, Timestamp, VerifyingKey};

/// A request as it arrived: the URL that the client signed, all headers, the raw body.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct ReceivedRequest<'a> {
    /// The method as it was received, in any case.
    pub method: &'a str,
    /// The absolute URL: the configured origin and the raw request target, never decoded.
    pub url: &'a str,
    /// Every header, in any order; names in any case, duplicates included.
    pub headers: &'a [(&'a str, &'a str)],
    /// The raw body bytes; empty is the same as none.
    pub body: &'a [u8],
}

impl<'a> ReceivedRequest<'a> {
    /// All four parts.
    pub const fn new(
        method: &'a str,
        url: &'a str,
        headers: &'a [(&'a str, &'a str)],
        body: &'a [u8],
    ) -> Self {
        Self { method, url, headers, body }
    }
}

/// Shows neither header values nor the body: they can be secret.
impl fmt::Debug for ReceivedRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let header_names: Vec<&str> = self.headers.iter().map(|(name, _)| *name).collect();
        f.debug_struct("ReceivedRequest")
            .field("method", &self.method)
            .field("url", &self.url)
            .field("header_names", &header_names)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// What a verified request turned out to be.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verified {
    /// The `key_id` of the API key that came along, if one did.
    pub key_id: Option<String>,
    /// The timestamp or nonce that was signed.
    pub freshness: Freshness,
    /// SHA-256 of the payload.
    pub digest: [u8; 32],
}

impl fmt::Debug for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verified")
            .field("key_id", &self.key_id)
            .field("freshness", &self.freshness)
            .field("digest", &crate::hex(&self.digest))
            .finish()
    }
}

/// Finds the public key for an API key.
type Lookup = dyn Fn(&ApiKey) -> Result<Option<VerifyingKey>, Error> + Send + Sync;

enum Keys {
    /// One public key, whatever API key comes along.
    Fixed(VerifyingKey),
    Lookup(Box<Lookup>),
}

/// Checks received requests.
///
/// ```
/// # let pem = include_bytes!("../../../tests/vectors/keys/rsa2048.pkcs8.pem");
/// use partnersign::{Method, ReceivedRequest, Request, Signer, SigningKey, Timestamp, Verifier};
///
/// let signer = Signer::new(SigningKey::from_pem(pem, None)?, None);
/// let now = 1634226826;
/// let request = Request::new(Method::Get, "https://api.qredo.network/api/v1/p/company/search");
/// let signed = signer.sign(&request, &Timestamp::from_seconds(now)?.into())?;
///
/// let verifier = Verifier::with_key(signer.verifying_key().clone());
/// let headers: Vec<_> = signed.headers().collect();
/// let verified = verifier.verify(&ReceivedRequest::new("GET", signed.url(), &headers, b""), now + 2)?;
/// assert_eq!(&verified.digest, signed.digest());
/// # Ok::<(), partnersign::Error>(())
/// ```
pub struct Verifier {
    keys: Keys,
    window_seconds: u64,
    max_body_bytes: usize,
    replay: Option<Box<dyn ReplayMemory>>,
}

impl Verifier {
    /// The default of [`Verifier::window_seconds`].
    pub const DEFAULT_WINDOW_SECONDS: u64 = 300;

    /// Verifies against one public key; `x-api-key` may be absent.
    pub const fn with_key(key: VerifyingKey) -> Self {
        Self::new(Keys::Fixed(key))
    }

    /// Verifies against the key that `lookup` finds for the request's `x-api-key`.
    ///
    /// The look-up must not reveal by its time how much of a wrong API key was right:
    /// [`ApiKeys`](crate::ApiKeys) is one that does not.
    pub fn with_lookup(lookup: impl Fn(&ApiKey) -> Option<VerifyingKey> + Send + Sync + 'static) -> Self {
        Self::with_fallible_lookup(move |api_key| Ok(lookup(api_key)))
    }

    /// [`Verifier::with_lookup`] with a look-up that can fail, as one in a database does: the request is
    /// refused with its error.
    pub fn with_fallible_lookup(
        lookup: impl Fn(&ApiKey) -> Result<Option<VerifyingKey>, Error> + Send + Sync + 'static,
    ) -> Self {
        Self::new(Keys::Lookup(Box::new(lookup)))
    }

    const fn new(keys: Keys) -> Self {
        Self {
            keys,
            window_seconds: Self::DEFAULT_WINDOW_SECONDS,
            max_body_bytes: Request::DEFAULT_MAX_BODY_BYTES,
            replay: None,
        }
    }

    /// How far, in seconds, a timestamp may lie before or after the verifier's time.
    #[must_use]
    pub fn window_seconds(mut self, seconds: u64) -> Self {
        self.window_seconds = seconds;
        self
    }

    /// The longest body in bytes; 10 MiB unless said otherwise.
    #[must_use]
    pub fn max_body_bytes(mut self, bytes: usize) -> Self {
        self.max_body_bytes = bytes;
        self
    }

    /// With a memory of what was seen. Without one a nonce is refused and a timestamp can be
    /// replayed within the window.
    #[must_use]
    pub fn replay(mut self, memory: impl ReplayMemory + 'static) -> Self {
        self.replay = Some(Box::new(memory));
        self
    }

    /// Verifies one request; `now` is the verifier's time in Unix seconds.
    ///
    /// Codes: the 1xx of the part that breaks a rule, `invalid_api_key`, or 401 `missing_header` to
    /// 408 `replayed_request`; whatever else the replay memory refuses with. Nothing is remembered of
    /// a request that is refused.
    pub fn verify(&self, request: &ReceivedRequest<'_>, now: u64) -> Result<Verified, Error> {
        let Checked { method, headers, freshness, payload } = Checked::new(request, self.max_body_bytes)?;
        let (key, key_id) = self.find_key(headers.api_key)?;
        let signature = decode_signature(headers.signature, key.signature_bytes())?;
        let digest = payload.digest();
        key.verify_digest(&digest, &signature)?;
        self.check_fresh(&freshness, now)?;
        self.remember(&key, &freshness, Seen { method, digest, now, window_seconds: self.window_seconds })?;
        Ok(Verified { key_id, freshness, digest })
    }

    fn find_key(&self, api_key: Option<&str>) -> Result<(VerifyingKey, Option<String>), Error> {
        let api_key = api_key.map(ApiKey::parse).transpose()?;
        let key = match (&self.keys, &api_key) {
            (Keys::Fixed(key), _) => key.clone(),
            (Keys::Lookup(_), None) => return Err(missing("x-api-key")),
            (Keys::Lookup(lookup), Some(api_key)) => lookup(api_key)?.ok_or_else(|| {
                Error::new(ErrorCode::UnknownApiKey, "no public key is registered for the API key")
            })?,
        };
        Ok((key, api_key.map(|api_key| api_key.key_id().to_owned())))
    }

    fn check_fresh(&self, freshness: &Freshness, now: u64) -> Result<(), Error> {
        let Freshness::Timestamp(timestamp) = freshness else { return Ok(()) };
        let away = timestamp.seconds().abs_diff(now);
        if away <= self.window_seconds {
            return Ok(());
        }
        let side = if timestamp.seconds() < now { "before" } else { "after" };
        let why = format!(
            "the timestamp is {away} s {side} the verifier's time, {} s are allowed; check the clock",
            self.window_seconds
        );
        Err(Error::new(ErrorCode::TimestampOutOfWindow, why))
    }

    fn remember(&self, key: &VerifyingKey, freshness: &Freshness, seen: Seen) -> Result<(), Error> {
        match (&self.replay, freshness) {
            (Some(memory), _) => memory.check_and_insert(key, freshness, &seen),
            (None, Freshness::Timestamp(_)) => Ok(()),
            (None, Freshness::Nonce(_)) => {
                let why = "a nonce cannot be checked without a replay memory; give the verifier one";
                Err(Error::new(ErrorCode::NonceRejected, why))
            }
        }
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier")
            .field("window_seconds", &self.window_seconds)
            .field("max_body_bytes", &self.max_body_bytes)
            .field("replay", &self.replay.is_some())
            .finish_non_exhaustive()
    }
}

/// Refuses a request that breaks a rule of header, URL, freshness or body, whatever its signature.
pub(crate) fn check_rules(request: &ReceivedRequest<'_>) -> Result<(), Error> {
    Checked::new(request, Request::DEFAULT_MAX_BODY_BYTES).map(|_| ())
}

/// A request that keeps the rules.
struct Checked<'a> {
    method: Method,
    headers: AuthHeaders<'a>,
    freshness: Freshness,
    payload: Payload,
}

impl<'a> Checked<'a> {
    fn new(request: &ReceivedRequest<'a>, max_body_bytes: usize) -> Result<Self, Error> {
        let method = Method::parse(request.method)?;
        let body = Some(request.body).filter(|body| !body.is_empty());
        let headers = AuthHeaders::read(request.headers)?;
        let freshness = headers.freshness()?;
        let text = freshness.to_string();
        let payload = Payload::new(method, request.url, body, BodyForm::Exact, max_body_bytes, &text)?;
        Ok(Self { method, headers, freshness, payload })
    }
}

/// The headers that authenticate; an empty one counts as absent.
struct AuthHeaders<'a> {
    api_key: Option<&'a str>,
    signature: &'a str,
    timestamp: Option<&'a str>,
    nonce: Option<&'a str>,
}

impl<'a> AuthHeaders<'a> {
    fn read(headers: &[(&'a str, &'a str)]) -> Result<Self, Error> {
        let api_key = only(headers, "x-api-key")?;
        let signature = only(headers, "x-sign")?;
        let timestamp = only(headers, "x-timestamp")?;
        let nonce = only(headers, "x-nonce")?;
        if timestamp.is_some() && nonce.is_some() {
            let why = "both x-timestamp and x-nonce are present; send one";
            return Err(Error::new(ErrorCode::ConflictingHeaders, why));
        }
        Ok(Self { api_key, signature: signature.ok_or_else(|| missing("x-sign"))?, timestamp, nonce })
    }

    fn freshness(&self) -> Result<Freshness, Error> {
        match (self.timestamp, self.nonce) {
            (Some(timestamp), _) => Timestamp::parse(timestamp).map(Freshness::Timestamp),
            (None, Some(nonce)) => Nonce::parse(nonce).map(Freshness::Nonce),
            (None, None) => Err(missing("x-timestamp or x-nonce")),
        }
    }
}

/// The value of a header that may appear at most once.
pub(crate) fn only<'a>(headers: &[(&'a str, &'a str)], wanted: &str) -> Result<Option<&'a str>, Error> {
    let mut values =
        headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| *value);
    let value = values.next();
    if values.next().is_some() {
        return Err(Error::new(
            ErrorCode::ConflictingHeaders,
            format!("the header {wanted} appears more than once"),
        ));
    }
    Ok(value.filter(|value| !value.is_empty()))
}

pub(crate) fn missing(header: &str) -> Error {
    Error::new(ErrorCode::MissingHeader, format!("the header {header} is missing or empty"))
}
