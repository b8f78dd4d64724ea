//! Signing: the whole job beside OpenSSL's EVP and the raw backend, what core adds, and batches.

use std::num::NonZeroUsize;
use std::thread;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::RSA_PKCS1_SHA256;
use partnersign::{Freshness, Method, Request, SignedRequest, Signer, SigningKey, Timestamp, prepare};

use super::contest::{Contest, Pace};
use super::control;
use super::inputs::{BODY_150, TIMESTAMP, URL, key_pem};
use super::openssl::OpenSsl;
use super::row::{Board, Row};
use crate::Outcome;

/// All rows of signing.
pub(crate) fn measure(pace: Pace, board: &mut Board) -> Outcome {
    core_alone(pace, board)?;
    for bits in [2048, 3072, 4096] {
        whole_job(pace, bits, board)?;
    }
    batch(pace, board)
}

/// What all contenders work on.
struct Job {
    signer: Signer,
    freshness: Freshness,
    signed: SignedRequest,
    signature: Vec<u8>,
    raw: KeyPair,
    openssl: OpenSsl,
}

impl Job {
    const fn request() -> Request<'static> {
        Request::new(Method::Post, URL).body(BODY_150)
    }

    /// Loads one key three times, and sees that all three make the same signature.
    fn new(bits: usize) -> Outcome<Self> {
        let pem = key_pem(bits)?;
        let key = SigningKey::from_pem(&pem, None).map_err(|error| error.to_string())?;
        let signer = Signer::new(key.clone(), None);
        let freshness: Freshness =
            Timestamp::from_seconds(TIMESTAMP).map_err(|error| error.to_string())?.into();
        let signed = signer.sign(&Self::request(), &freshness).map_err(|error| error.to_string())?;
        let signature = key.sign_digest(signed.digest()).map_err(|error| error.to_string())?;
        let openssl = OpenSsl::from_pem(&pem)?;
        let raw =
            KeyPair::from_pkcs8(&openssl.to_pkcs8_der()?).map_err(|error| format!("AWS-LC: {error}"))?;
        let job = Self { signer, freshness, signed, signature, raw, openssl };

        let (theirs, their_body) = job.by_openssl().ok_or("OpenSSL does not sign")?;
        let same = theirs == job.signed.signature().as_bytes()
            && Some(&their_body[..]) == job.signed.body()
            && job.by_raw_backend() == job.signature;
        if same { Ok(job) } else { Err("OpenSSL, AWS-LC and we make different signatures".to_owned()) }
    }

    fn by_us(&self) -> Option<SignedRequest> {
        self.signer.sign(&Self::request(), &self.freshness).ok()
    }

    fn by_openssl(&self) -> Option<(Vec<u8>, Vec<u8>)> {
        self.openssl.sign(&TIMESTAMP.to_string(), URL, BODY_150)
    }

    /// SHA-256 and the private-key operation over a finished payload.
    fn by_raw_backend(&self) -> Vec<u8> {
        let mut signature = vec![0; self.raw.public_modulus_len()];
        let signed =
            self.raw.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), self.signed.payload(), &mut signature);
        if signed.is_err() {
            signature.clear();
        }
        signature
    }

    fn verify(&self) -> bool {
        self.signer.verifying_key().verify_digest(self.signed.digest(), &self.signature).is_ok()
    }
}

/// Everything but the RSA operations: a signer whose key is a stub, less the verification.
fn core_alone(pace: Pace, board: &mut Board) -> Outcome {
    let job = Job::new(2048)?;
    let signature = job.signature.clone();
    let stub =
        Signer::external(job.signer.verifying_key().clone(), move |_: &[u8; 32]| Ok(signature.clone()), None);

    let mut contest = Contest::new(pace);
    let with_stub = contest.add(|| stub.sign(&Job::request(), &job.freshness));
    let verify = contest.add(|| job.verify());
    let prepared = contest.add(|| prepare(&Job::request(), &job.freshness));
    let raw = contest.add(|| job.by_raw_backend());
    let times = contest.run();

    let core = times.of(|seconds| seconds(with_stub) - seconds(verify));
    let share = times.of(|seconds| (seconds(with_stub) - seconds(verify)) / seconds(raw));
    board.add(
        Row::spread(
            "core-without-rsa",
            "core without the RSA operations, of one RSA-2048 signature (150-byte body)",
            share,
            100.0,
            "%",
        )
        .at_most(1.0)
        .beside("in time", core.median * 1e6, "us")
        .beside("`prepare` alone", times.seconds(prepared) * 1e6, "us")
        .beside("RSA-2048 signature", times.seconds(raw) * 1e6, "us"),
    );
    Ok(())
}

/// The whole job against OpenSSL, with our verification and without.
fn whole_job(pace: Pace, bits: usize, board: &mut Board) -> Outcome {
    let job = Job::new(bits)?;
    let mut contest = Contest::new(pace);
    let ours = contest.add(|| job.by_us());
    let theirs = contest.add(|| job.by_openssl());
    let raw = contest.add(|| job.by_raw_backend());
    let verify = contest.add(|| job.verify());
    let times = contest.run();

    board.add(
        Row::spread(
            format!("sign-{bits}"),
            format!("sign, RSA-{bits}, verified, to OpenSSL's EVP unverified"),
            times.ratio(ours, theirs),
            1.0,
            "x",
        )
        .at_most(1.03)
        .beside("ours", times.seconds(ours) * 1e6, "us")
        .beside("OpenSSL", times.seconds(theirs) * 1e6, "us")
        .beside("raw AWS-LC", times.seconds(raw) * 1e6, "us")
        .beside("ours to raw AWS-LC", times.ratio(ours, raw).median, "x"),
    );
    let unverified = times.of(|seconds| (seconds(ours) - seconds(verify)) / seconds(theirs));
    board.add(
        Row::spread(
            format!("sign-{bits}-unverified"),
            format!("sign, RSA-{bits}, less the verification, to OpenSSL's EVP"),
            unverified,
            1.0,
            "x",
        )
        .at_most(1.0)
        .beside("one verification", times.seconds(verify) * 1e6, "us")
        .beside("raw AWS-LC to OpenSSL", times.ratio(raw, theirs).median, "x"),
    );
    Ok(())
}

/// A batch on all cores against the same batch on one.
fn batch(pace: Pace, board: &mut Board) -> Outcome {
    let job = Job::new(2048)?;
    let count = 1000 / pace.divisor;
    let requests = vec![(Job::request(), job.freshness.clone()); count];
    let cores = thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let threads = f64::from(u32::try_from(cores.get()).unwrap_or(u32::MAX));

    let mut contest = Contest::new(pace.rounds(9).single());
    let one = contest.add(|| job.signer.sign_batch(&requests, NonZeroUsize::MIN));
    let all = contest.add(|| job.signer.sign_batch(&requests, cores));
    // What the machine itself gives: the control on one thread, and on each core at once.
    let control_one = contest.add(|| work_on(1, count));
    let control_all = contest.add(|| work_on(cores.get(), count));
    let times = contest.run();

    let scaling = times.of(|seconds| seconds(one) / seconds(all) / threads);
    let of_machine = times.of(|seconds| seconds(control_one) / seconds(control_all));
    board.add(
        Row::spread(
            "batch",
            format!("batch of {count} on {cores} threads to one thread, speed-up for each"),
            scaling,
            1.0,
            "x",
        )
        .at_least(0.95)
        .beside("one thread", times.seconds(one) * 1e3, "ms")
        .beside("all threads", times.seconds(all) * 1e3, "ms")
        .beside("pure CPU work on the same threads", of_machine.median, "x"),
    );
    Ok(())
}

/// The control, `count` times on each of several threads at once.
fn work_on(threads: usize, count: usize) {
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| (0..count).for_each(|_| control::work()));
        }
    });
}
