//! What a key file is, as far as it can be read: also one that is refused, and never the secret.

use pkcs8::PrivateKeyInfo;
use pkcs8::der::asn1::{AnyRef, ObjectIdentifier, UintRef};
use pkcs8::der::{Decode, Reader, SliceReader};
use pkcs8::spki::SubjectPublicKeyInfoRef;

use super::check::bit_length;
use super::der::{Found, RSA_ENCRYPTION, classify, to_u64};
use super::pem::decode_pem;
use super::{Wanted, check_file_size, looks_like_pem};

/// How a key file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyEncoding {
    /// Text with a BEGIN and an END line.
    Pem,
    /// Binary.
    Der,
}

/// Which structure a key file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyFormat {
    /// RFC 8017 `RSAPrivateKey`.
    Pkcs1Private,
    /// RFC 8017 `RSAPublicKey`.
    Pkcs1Public,
    /// RFC 5208 `PrivateKeyInfo`.
    Pkcs8,
    /// RFC 5208 `EncryptedPrivateKeyInfo`.
    EncryptedPkcs8,
    /// RFC 5280 `SubjectPublicKeyInfo`.
    Spki,
    /// RFC 5280 `Certificate`.
    Certificate,
    /// RFC 5915 `ECPrivateKey`.
    EcPrivate,
    /// OpenSSL's old encryption of PEM files: `Proc-Type: 4,ENCRYPTED`.
    OldEncrypted,
    /// OpenSSH's own.
    OpenSsh,
}

impl KeyFormat {
    /// The name that key tools use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pkcs1Private | Self::Pkcs1Public => "PKCS#1",
            Self::Pkcs8 => "PKCS#8",
            Self::EncryptedPkcs8 => "encrypted PKCS#8",
            Self::Spki => "SubjectPublicKeyInfo",
            Self::Certificate => "X.509 certificate",
            Self::EcPrivate => "SEC1",
            Self::OldEncrypted => "OpenSSL's old encrypted PEM (Proc-Type: 4,ENCRYPTED)",
            Self::OpenSsh => "OpenSSH",
        }
    }

    /// Whether it holds a private key.
    pub const fn is_private(self) -> bool {
        !matches!(self, Self::Pkcs1Public | Self::Spki | Self::Certificate)
    }
}

/// What [`describe_key`] could read. What it could not is `None`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyDescription {
    /// PEM or DER.
    pub encoding: KeyEncoding,
    /// What the BEGIN line says; the content decides, not this.
    pub label: Option<String>,
    /// The structure.
    pub format: Option<KeyFormat>,
    /// How it is encrypted, such as `PBES2: PBKDF2 (HMAC-SHA-256, 600000 rounds), AES-256-CBC`.
    pub encryption: Option<String>,
    /// `RSA` or another kind of key; its object identifier where we know no name.
    pub algorithm: Option<String>,
    /// Size of an RSA modulus in bits.
    pub bits: Option<usize>,
    /// An RSA key's public exponent.
    pub public_exponent: Option<u64>,
}

/// Describes a key file: a key that would be refused too, and one that cannot be opened.
///
/// Nothing is checked here; [`SigningKey`](super::SigningKey) and
/// [`VerifyingKey`](super::VerifyingKey) say whether the key can be used.
///
/// ```
/// # let pem = include_bytes!("../../../../tests/vectors/keys/bad/rsa1024.spki.pem");
/// let description = partnersign::describe_key(pem);
/// assert_eq!(description.format.map(|format| format.as_str()), Some("SubjectPublicKeyInfo"));
/// assert_eq!(description.bits, Some(1024));
/// ```
pub fn describe_key(bytes: &[u8]) -> KeyDescription {
    let encoding = if looks_like_pem(bytes) { KeyEncoding::Pem } else { KeyEncoding::Der };
    let mut description = KeyDescription {
        encoding,
        label: None,
        format: None,
        encryption: None,
        algorithm: None,
        bits: None,
        public_exponent: None,
    };
    if check_file_size(bytes).is_err() {
        return description;
    }
    if encoding == KeyEncoding::Der {
        description.read_der(bytes);
        return description;
    }
    description.label = pem_label(bytes);
    match decode_pem(bytes, Wanted::Private) {
        Ok(der) => description.read_der(&der),
        Err(_) if contains(bytes, b"Proc-Type:") => description.format = Some(KeyFormat::OldEncrypted),
        Err(_) if description.label.as_deref() == Some("OPENSSH PRIVATE KEY") => {
            description.format = Some(KeyFormat::OpenSsh);
        }
        Err(_) => {}
    }
    description
}

impl KeyDescription {
    fn read_der(&mut self, der: &[u8]) {
        let Ok(found) = classify(der, Wanted::Private) else { return };
        match found {
            Found::Pkcs1Private => self.read_rsa(KeyFormat::Pkcs1Private, der),
            Found::Pkcs1Public => self.read_rsa(KeyFormat::Pkcs1Public, der),
            Found::Pkcs8 => {
                self.format = Some(KeyFormat::Pkcs8);
                if let Ok(info) = PrivateKeyInfo::from_der(der) {
                    self.read_key(info.algorithm.oid, KeyFormat::Pkcs1Private, info.private_key);
                }
            }
            Found::Spki => {
                self.format = Some(KeyFormat::Spki);
                if let Ok(info) = SubjectPublicKeyInfoRef::from_der(der) {
                    let key = info.subject_public_key.as_bytes().unwrap_or_default();
                    self.read_key(info.algorithm.oid, KeyFormat::Pkcs1Public, key);
                }
            }
            Found::EncryptedPkcs8 => {
                self.format = Some(KeyFormat::EncryptedPkcs8);
                self.encryption = encryption(der);
            }
            Found::Certificate => self.format = Some(KeyFormat::Certificate),
            Found::EcPrivate => {
                self.format = Some(KeyFormat::EcPrivate);
                self.algorithm = Some("EC".to_owned());
            }
        }
    }

    fn read_key(&mut self, algorithm: ObjectIdentifier, form: KeyFormat, key: &[u8]) {
        self.algorithm = Some(name_of(algorithm));
        if algorithm == RSA_ENCRYPTION || self.algorithm.as_deref() == Some("RSA-PSS") {
            (self.bits, self.public_exponent) = public_numbers(key, form);
        }
    }

    fn read_rsa(&mut self, format: KeyFormat, der: &[u8]) {
        self.format = Some(format);
        self.algorithm = Some("RSA".to_owned());
        (self.bits, self.public_exponent) = public_numbers(der, format);
    }
}

/// What stands between `-----BEGIN ` and `-----`.
fn pem_label(bytes: &[u8]) -> Option<String> {
    const BEGIN: &[u8] = b"-----BEGIN ";
    let at = bytes.windows(BEGIN.len()).position(|window| window == BEGIN)?;
    let rest = bytes.get(at + BEGIN.len()..)?;
    let end = rest.windows(5).position(|window| window == b"-----")?;
    let label = std::str::from_utf8(rest.get(..end)?).ok()?;
    let is_label = label.len() <= 64 && label.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    is_label.then(|| label.to_owned())
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// Modulus size and public exponent, without a look at what follows them.
fn public_numbers(der: &[u8], format: KeyFormat) -> (Option<usize>, Option<u64>) {
    let read = || -> pkcs8::der::Result<(usize, Option<u64>)> {
        let sequence = AnyRef::from_der(der)?;
        let mut numbers = SliceReader::new(sequence.value())?;
        if format == KeyFormat::Pkcs1Private {
            UintRef::decode(&mut numbers)?;
        }
        let modulus = UintRef::decode(&mut numbers)?;
        Ok((bit_length(modulus), to_u64(UintRef::decode(&mut numbers)?)))
    };
    read().map_or((None, None), |(bits, exponent)| (Some(bits), exponent))
}

/// The scheme of an `EncryptedPrivateKeyInfo` and what it costs to derive the key.
fn encryption(der: &[u8]) -> Option<String> {
    let (name, parameters) = scheme(der).ok()?;
    let parameters = parameters.filter(|_| name == "PBES2");
    let details = parameters.and_then(|parameters| pbes2_details(parameters).ok());
    Some(details.map_or_else(|| name.clone(), |details| format!("{name}: {details}")))
}

/// Name and parameters of the `AlgorithmIdentifier` that stands first in a SEQUENCE.
fn scheme(der: &[u8]) -> pkcs8::der::Result<(String, Option<AnyRef<'_>>)> {
    let sequence = AnyRef::from_der(der)?;
    algorithm(&mut SliceReader::new(sequence.value())?)
}

fn algorithm<'a>(from: &mut SliceReader<'a>) -> pkcs8::der::Result<(String, Option<AnyRef<'a>>)> {
    let sequence = AnyRef::decode(from)?;
    let mut parts = SliceReader::new(sequence.value())?;
    let oid = ObjectIdentifier::decode(&mut parts)?;
    let parameters = if parts.is_finished() { None } else { Some(AnyRef::decode(&mut parts)?) };
    Ok((name_of(oid), parameters))
}

/// RFC 8018 `PBES2-params`: the derivation with its cost, and the cipher.
fn pbes2_details(parameters: AnyRef<'_>) -> pkcs8::der::Result<String> {
    let mut parts = SliceReader::new(parameters.value())?;
    let (derivation, parameters) = algorithm(&mut parts)?;
    let (cipher, _) = algorithm(&mut parts)?;
    let cost = parameters.and_then(|parameters| cost(&derivation, parameters).ok()).unwrap_or_default();
    Ok(format!("{derivation}{cost}, {cipher}"))
}

/// PBKDF2: hash and rounds; scrypt: N, r, p.
fn cost(derivation: &str, parameters: AnyRef<'_>) -> pkcs8::der::Result<String> {
    let mut parts = SliceReader::new(parameters.value())?;
    let _salt = AnyRef::decode(&mut parts)?;
    let mut numbers = Vec::new();
    let mut hash = "HMAC-SHA-1".to_owned();
    while !parts.is_finished() {
        // The key length may stand between the rounds and the hash.
        match UintRef::decode(&mut parts.clone()) {
            Ok(_) => numbers.push(to_u64(UintRef::decode(&mut parts)?).unwrap_or(u64::MAX)),
            Err(_) => hash = algorithm(&mut parts)?.0,
        }
    }
    Ok(match (derivation, numbers.as_slice()) {
        ("PBKDF2", [rounds, ..]) => format!(" ({hash}, {rounds} rounds)"),
        ("scrypt", [n, r, p, ..]) => format!(" (N {n}, r {r}, p {p})"),
        _ => String::new(),
    })
}

/// The usual name of what an object identifier stands for, or its digits.
fn name_of(oid: ObjectIdentifier) -> String {
    let digits = oid.to_string();
    let known = NAMES.iter().find(|(known, _)| *known == digits);
    known.map_or(digits, |(_, name)| (*name).to_owned())
}

const NAMES: &[(&str, &str)] = &[
    ("1.2.840.113549.1.1.1", "RSA"),
    ("1.2.840.113549.1.1.10", "RSA-PSS"),
    ("1.2.840.10045.2.1", "EC"),
    ("1.2.840.10040.4.1", "DSA"),
    ("1.3.101.110", "X25519"),
    ("1.3.101.111", "X448"),
    ("1.3.101.112", "Ed25519"),
    ("1.3.101.113", "Ed448"),
    ("1.2.840.113549.1.5.13", "PBES2"),
    ("1.2.840.113549.1.5.12", "PBKDF2"),
    ("1.3.6.1.4.1.11591.4.11", "scrypt"),
    ("1.2.840.113549.2.7", "HMAC-SHA-1"),
    ("1.2.840.113549.2.8", "HMAC-SHA-224"),
    ("1.2.840.113549.2.9", "HMAC-SHA-256"),
    ("1.2.840.113549.2.10", "HMAC-SHA-384"),
    ("1.2.840.113549.2.11", "HMAC-SHA-512"),
    ("2.16.840.1.101.3.4.1.2", "AES-128-CBC"),
    ("2.16.840.1.101.3.4.1.22", "AES-192-CBC"),
    ("2.16.840.1.101.3.4.1.42", "AES-256-CBC"),
    ("1.2.840.113549.3.7", "3DES-CBC"),
    ("1.3.14.3.2.7", "DES-CBC"),
    ("1.2.840.113549.1.5.3", "PBES1 (MD5, DES)"),
    ("1.2.840.113549.1.5.10", "PBES1 (SHA-1, DES)"),
    ("1.2.840.113549.1.12.1.3", "PKCS#12 (SHA-1, 3DES)"),
    ("1.2.840.113549.1.12.1.6", "PKCS#12 (SHA-1, RC2-40)"),
];

#[cfg(test)]
mod tests {
    use super::{KeyDescription, KeyEncoding, KeyFormat, describe_key};

    macro_rules! described {
        ($file:literal) => {
            describe_key(include_bytes!(concat!("../../../../tests/vectors/keys/", $file)))
        };
    }

    fn rsa(description: &KeyDescription) -> (Option<KeyFormat>, Option<usize>, Option<u64>) {
        assert_eq!(description.algorithm.as_deref(), Some("RSA"));
        (description.format, description.bits, description.public_exponent)
    }

    #[test]
    fn good_keys() {
        let e = Some(65537);
        assert_eq!(rsa(&described!("rsa2048.pkcs1.der")), (Some(KeyFormat::Pkcs1Private), Some(2048), e));
        assert_eq!(rsa(&described!("rsa3072.pkcs8.pem")), (Some(KeyFormat::Pkcs8), Some(3072), e));
        assert_eq!(rsa(&described!("rsa4096.spki.pem")), (Some(KeyFormat::Spki), Some(4096), e));
        assert_eq!(
            rsa(&described!("rsa8192.pkcs1-public.pem")),
            (Some(KeyFormat::Pkcs1Public), Some(8192), e)
        );
        let mislabelled = described!("rsa2048.pkcs1-labelled-pkcs8.pem");
        assert_eq!(mislabelled.label.as_deref(), Some("PRIVATE KEY"));
        assert_eq!(mislabelled.format, Some(KeyFormat::Pkcs1Private));
        assert_eq!(mislabelled.encoding, KeyEncoding::Pem);
    }

    #[test]
    fn encrypted_keys() {
        for (description, encryption) in [
            (
                described!("rsa2048.encrypted-100000-rounds.pem"),
                "PBES2: PBKDF2 (HMAC-SHA-256, 100000 rounds), AES-256-CBC",
            ),
            (described!("rsa2048.encrypted-scrypt.pem"), "PBES2: scrypt (N 16384, r 8, p 1), AES-256-CBC"),
            (described!("bad/pbes2-hmac-sha1.pem"), "PBES2: PBKDF2 (HMAC-SHA-1, 2048 rounds), AES-256-CBC"),
            (described!("bad/pbes1-md5-des.pem"), "PBES1 (MD5, DES)"),
            (described!("bad/pkcs12-pbe-sha1-rc2-40.pem"), "PKCS#12 (SHA-1, RC2-40)"),
        ] {
            assert_eq!(description.format, Some(KeyFormat::EncryptedPkcs8));
            assert_eq!(description.encryption.as_deref(), Some(encryption));
        }
    }

    #[test]
    fn refused_keys_are_described_as_far_as_they_go() {
        assert_eq!(rsa(&described!("bad/e-3.pem")), (Some(KeyFormat::Pkcs8), Some(2048), Some(3)));
        assert_eq!(rsa(&described!("bad/rsa1024.pkcs1.pem")).1, Some(1024));
        assert_eq!(rsa(&described!("bad/e-2p128-plus-1.spki.pem")).2, None);
        for (description, algorithm, format) in [
            (described!("bad/ec-p256.pkcs8.pem"), Some("EC"), Some(KeyFormat::Pkcs8)),
            (described!("bad/ec-p256.sec1.pem"), Some("EC"), Some(KeyFormat::EcPrivate)),
            (described!("bad/ed25519.pem"), Some("Ed25519"), Some(KeyFormat::Pkcs8)),
            (described!("bad/rsa-pss.spki.pem"), Some("RSA-PSS"), Some(KeyFormat::Spki)),
            (described!("bad/certificate.der"), None, Some(KeyFormat::Certificate)),
            (described!("bad/proc-type-4-encrypted.pem"), None, Some(KeyFormat::OldEncrypted)),
            (described!("bad/openssh.pem"), None, Some(KeyFormat::OpenSsh)),
            (described!("bad/two-keys.pem"), None, None),
            (described!("bad/pkcs1-truncated.der"), None, None),
            (describe_key(b""), None, None),
        ] {
            assert_eq!((description.algorithm.as_deref(), description.format), (algorithm, format));
        }
    }

    /// Every prefix of every kind of key: nothing panics, and no secret comes out.
    #[test]
    fn damaged_keys() {
        let pem = include_bytes!("../../../../tests/vectors/keys/rsa2048.encrypted.pem");
        let der = include_bytes!("../../../../tests/vectors/keys/rsa2048.pkcs8.der");
        for bytes in [&pem[..], &der[..]] {
            for end in 0..bytes.len() {
                describe_key(&bytes[..end]);
                let mut changed = bytes.to_vec();
                changed[end] ^= 0x41;
                describe_key(&changed);
            }
        }
    }
}
