//! The assets that funds can hold.

use schemars::JsonSchema;
use serde::Serialize;

use super::call::{Call, Outcome};
use crate::answer::Answer;

#[derive(Serialize, JsonSchema)]
pub(crate) struct Assets {
    assets: &'static [Asset],
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Asset {
    code: &'static str,
    name: &'static str,
    unit_code: &'static str,
    /// How many base units are one.
    scale: u64,
    enabled: bool,
    test_asset: bool,
}

const ASSETS: &[Asset] = &[
    asset("BTC", "Bitcoin", "BTC", 100_000_000, false),
    asset("BTC-TESTNET", "Bitcoin Testnet", "BTC-TEST", 100_000_000, true),
    asset("ETH", "Ethereum", "ETH", 1_000_000_000, false),
    asset("ETH-GOERLI", "Ethereum Goerli", "ETH-GOERLI", 1_000_000_000, true),
    asset("ETH-TESTNET", "Ethereum Testnet", "ETH-TEST", 1_000_000_000, true),
];

const fn asset(
    code: &'static str,
    name: &'static str,
    unit_code: &'static str,
    scale: u64,
    test_asset: bool,
) -> Asset {
    Asset { code, name, unit_code, scale, enabled: true, test_asset }
}

pub(crate) fn is_known(code: &str) -> bool {
    ASSETS.iter().any(|asset| asset.code == code)
}

pub(crate) fn list(_: &Call<'_>) -> Outcome {
    Ok(Answer::ok(&Assets { assets: ASSETS }))
}
