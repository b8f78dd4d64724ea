//! Ids in the form that the documents show.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use svix_ksuid::{Ksuid, KsuidLike};

/// The first second that a KSUID can name.
const KSUID_EPOCH: u64 = 1_400_000_000;

/// So many random bytes from the operating system.
///
/// Without them there is no sandbox: no key that it made could be trusted.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

/// Company, fund, policy, transaction and action ids: 27 characters of base62, ordered by time.
pub(crate) fn ksuid(now: u64) -> String {
    let seconds = u32::try_from(now.saturating_sub(KSUID_EPOCH)).unwrap_or(u32::MAX);
    let mut bytes = [0; 20];
    bytes[..4].copy_from_slice(&seconds.to_be_bytes());
    bytes[4..].copy_from_slice(&random::<16>());
    Ksuid::from_bytes(bytes).to_string()
}

/// Entity, wallet and core client ids: base58 of 32 bytes, 43 or 44 characters.
pub(crate) fn base58() -> String {
    loop {
        let id = bs58::encode(random::<32>()).into_string();
        if id.len() >= 43 {
            return id;
        }
    }
}

/// A deposit address of the asset. Those of the Bitcoin family are P2PKH of its test network, so
/// that no real coin can be sent to them.
pub(crate) fn deposit_address(asset: &str) -> String {
    const TEST_NETWORK_P2PKH: u8 = 0x6f;
    let hash = random::<20>();
    if asset.starts_with("ETH") {
        let digits: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        return format!("0x{digits}");
    }
    bs58::encode(hash).with_check_version(TEST_NETWORK_P2PKH).into_string()
}

/// Three words, as wallets have them.
pub(crate) fn short_code() -> String {
    random::<3>().map(|byte| WORDS[usize::from(byte) % WORDS.len()]).join(" ")
}

/// `key_id` and `key` of a new API key.
pub(crate) fn api_key_parts() -> (String, String) {
    (URL_SAFE_NO_PAD.encode(random::<10>()), URL_SAFE_NO_PAD.encode(random::<32>()))
}

const WORDS: [&str; 64] = [
    "acid", "amber", "apple", "arrow", "autumn", "badge", "bamboo", "basil", "beach", "bell", "birch",
    "bread", "brick", "bridge", "buddy", "cabin", "candle", "canyon", "cedar", "chess", "cliff", "cloud",
    "comet", "copper", "coral", "cradle", "desert", "drum", "eagle", "ember", "falcon", "fern", "flute",
    "forest", "garden", "ginger", "granite", "harbor", "hazel", "island", "ivory", "jacket", "jungle",
    "kettle", "ladder", "lemon", "maple", "meadow", "mirror", "needle", "olive", "orbit", "paper", "pepper",
    "planet", "quartz", "river", "saddle", "silver", "sparrow", "timber", "velvet", "walnut", "window",
];

#[cfg(test)]
mod tests {
    use super::{base58, deposit_address, ksuid, short_code};

    #[test]
    fn ids_have_the_documents_form() {
        let id = ksuid(1_634_226_826);
        assert_eq!(id.len(), 27);
        assert!(id.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        assert!(ksuid(1_634_226_826) < ksuid(1_634_226_827));
        assert_eq!(ksuid(0).len(), 27);
        assert!((43..=44).contains(&base58().len()));
        assert_eq!(short_code().split(' ').count(), 3);
    }

    #[test]
    fn a_bitcoin_address_is_base58check_of_the_test_network() {
        let address = deposit_address("BTC-TESTNET");
        assert!(address.starts_with(['m', 'n']), "{address}");
        let bytes = bs58::decode(&address).with_check(Some(0x6f)).into_vec().unwrap();
        assert_eq!(bytes.len(), 21);
        assert_eq!(deposit_address("ETH-TESTNET").len(), 42);
    }
}
