//! Every operation of the published interface, and the three feeds: what is built, what it takes and
//! answers. Routing, `/openapi.json` and the 501s all read this one table.

use super::{
    Operation, asset, company, core_client, fund, fund_detail, transaction_status, transfer, trusted_party,
    whitelist,
};
use crate::answer::Done;

pub(crate) const OPERATIONS: &[Operation] = &[
    Operation::built("GET", "/assets", "Common", "Supported assets", asset::list).answers::<asset::Assets>(),
    Operation::not_built("POST", "/fees", "Common", "Calculate fees"),
    Operation::built("POST", "/company", "Company", "Create Company", company::create)
        .answers::<company::CompanyCreated>()
        .takes::<company::NewCompany>(),
    Operation::built("GET", "/company/{company_id}", "Company", "Get Company", company::read)
        .answers::<company::Company>(),
    Operation::built("PUT", "/company/{company_id}", "Company", "Update Company", company::change)
        .answers::<company::CompanyCreated>()
        .takes::<company::CompanyChange>(),
    Operation::built("GET", "/company/search", "Company", "Search Company", company::search)
        .answers::<company::CompanyMatches>()
        .queries(&["query"]),
    Operation::built(
        "GET",
        "/company/{company_id}/trustedparty",
        "TrustedNetwork",
        "returns all Trusted Parties for a Company",
        trusted_party::list,
    )
    .answers::<trusted_party::TrustedParties>(),
    Operation::built(
        "POST",
        "/company/{company_id}/trustedparty",
        "TrustedNetwork",
        "Add Trusted Party",
        trusted_party::add,
    )
    .answers::<Done<'static>>()
    .takes::<trusted_party::NewTrustedParty>(),
    Operation::built(
        "DELETE",
        "/company/{company_id}/trustedparty/{trustedparty_id}",
        "TrustedNetwork",
        "Del Trusted party",
        trusted_party::delete,
    )
    .answers::<Done<'static>>()
    .succeeds_with(202)
    .refuses_with(&[409]),
    Operation::built(
        "GET",
        "/company/{company_id}/holding",
        "Holding",
        "Get Holdings",
        fund_detail::holdings,
    )
    .answers::<fund_detail::Holdings>(),
    // As one table of the documents has it.
    Operation::built(
        "POST",
        "/company/{company_id}/holding",
        "Holding",
        "Get Holdings",
        fund_detail::holdings,
    )
    .answers::<fund_detail::Holdings>(),
    Operation::built("POST", "/company/{company_id}/fund", "Fund", "Add Fund", fund::create)
        .answers::<fund::FundCreated>()
        .takes::<fund::NewFund>()
        .refuses_with(&[429]),
    Operation::built("GET", "/company/{company_id}/fund/{fund_id}", "Fund", "Get Fund", fund_detail::read)
        .answers::<fund_detail::FundDetail>(),
    Operation::built(
        "GET",
        "/company/{company_id}/fund/{fund_id}/deposit",
        "Fund",
        "Get Fund Deposit Address",
        fund::deposits,
    )
    .answers::<fund::Deposits>(),
    Operation::built(
        "GET",
        "/company/{company_id}/fund/{fund_id}/whitelist",
        "Fund",
        "Get Fund Whitelist",
        whitelist::list,
    )
    .answers::<whitelist::Whitelist>()
    .queries(&["address", "asset"]),
    Operation::built(
        "POST",
        "/company/{company_id}/fund/{fund_id}/whitelist",
        "Fund",
        "Add Whitelist address",
        whitelist::add,
    )
    .answers::<Done<'static>>()
    .takes::<whitelist::NewAddress>(),
    Operation::not_built("POST", "/company/{company_id}/fund/{fund_id}/asset", "Fund", "Add Asset to a fund"),
    Operation::not_built(
        "POST",
        "/company/{company_id}/fund/{fund_id}/wallet",
        "Fund",
        "Add Wallet to a fund",
    ),
    Operation::not_built("GET", "/company/{company_id}/fund/{fund_id}/ledger", "Fund", "Transaction ledger"),
    Operation::not_built("GET", "/company/{company_id}/fund/search", "Fund", "Search Fund"),
    Operation::not_built("GET", "/wallet/{wallet_id}", "Wallet", "Get wallet info"),
    Operation::not_built("GET", "/wallet/{wallet_id}/history", "Wallet", "Get wallet history"),
    Operation::not_built("GET", "/wallet/{wallet_id}/max", "Wallet", "Get wallet max amount with fees"),
    Operation::not_built("GET", "/exchanges", "Wallet", "Get list of all available exchanges"),
    Operation::built(
        "POST",
        "/company/{company_id}/transfer",
        "Transfer",
        "New Transfer",
        transfer::transfer,
    )
    .answers::<transfer::TransactionId>()
    .takes::<transfer::NewTransfer>(),
    Operation::built(
        "GET",
        "/company/{company_id}/transfer/{tx_id}",
        "Transfer",
        "Get Transfer Status",
        transaction_status::of_transfer,
    )
    .answers::<transaction_status::TransactionStatus>(),
    Operation::built(
        "POST",
        "/company/{company_id}/withdraw",
        "Withdrawal",
        "New withdrawal",
        transfer::withdraw,
    )
    .answers::<transfer::TransactionId>()
    .takes::<transfer::NewWithdrawal>(),
    Operation::built(
        "GET",
        "/company/{company_id}/withdraw/{tx_id}",
        "Withdrawal",
        "Get withdrawal status",
        transaction_status::of_withdrawal,
    )
    .answers::<transaction_status::TransactionStatus>(),
    Operation::not_built(
        "POST",
        "/company/{company_id}/atomicswap/make",
        "Atomic Swap",
        "Create Atomic Swap Quote",
    ),
    Operation::not_built(
        "GET",
        "/company/{company_id}/atomicswap/make/{tx_id}",
        "Atomic Swap",
        "Get Atomic Swaps Quote details",
    ),
    Operation::not_built(
        "DELETE",
        "/company/{company_id}/atomicswap/make/{tx_id}",
        "Atomic Swap",
        "Cancel Atomic Swap",
    ),
    Operation::not_built(
        "POST",
        "/company/{company_id}/atomicswap/take",
        "Atomic Swap",
        "Initiate Atomic swap taker transaction",
    ),
    Operation::not_built(
        "GET",
        "/company/{company_id}/atomicswap/take/{tx_id}",
        "Atomic Swap",
        "Get atomic swap taker status",
    ),
    Operation::not_built("GET", "/company/{company_id}/liquidityhub", "Liquidity Hub", "Get Liquidity Hub"),
    Operation::not_built(
        "POST",
        "/company/{company_id}/liquidityhub",
        "Liquidity Hub",
        "Add to liquidity hub",
    ),
    Operation::not_built("GET", "/liquidityhub", "Liquidity Hub", "Get Liquidity Hub"),
    Operation::built(
        "GET",
        "/coreclient",
        "Core Client",
        "Get a list of all registered Core Clients",
        core_client::list,
    )
    .answers::<core_client::CoreClients>(),
    Operation::built("POST", "/coreclient", "Core Client", "Create a new Core Client", core_client::create)
        .answers::<core_client::CoreClient>()
        .takes::<core_client::NewCoreClient>(),
    Operation::built(
        "GET",
        "/coreclient/{client_id}/actions",
        "Core Client",
        "Pending actions",
        core_client::actions,
    )
    .answers::<core_client::Actions>(),
    Operation::built(
        "GET",
        "/coreclient/{client_id}/action/{action_id}",
        "Core Client",
        "Details of an action",
        core_client::action,
    )
    .answers::<core_client::ActionDetails>(),
    Operation::built(
        "PUT",
        "/coreclient/{client_id}/action/{action_id}",
        "Core Client",
        "Approve action",
        core_client::approve,
    )
    .answers::<core_client::ActionDetails>(),
    Operation::built(
        "DELETE",
        "/coreclient/{client_id}/action/{action_id}",
        "Core Client",
        "Reject a specific action",
        core_client::reject,
    )
    .answers::<core_client::ActionDetails>(),
    Operation::not_built("GET", "/coreclient/{client_id}/wallets", "Core Client", "Get connected wallets"),
    Operation::not_built("POST", "/coreclient/{client_id}/sweep", "Sweep", "New sweep"),
    Operation::not_built("GET", "/coreclient/{client_id}/sweep/{tx_id}", "Sweep", "Get sweep status"),
    Operation::not_built("POST", "/coreclient/{client_id}/sign", "Core Client Sign", "Sign a hash"),
    Operation::not_built("POST", "/coreclient/verify", "Core Client Sign", "Verify signature"),
    Operation::not_built("POST", "/coreclient/init", "AutomatedApprover", "Initiate core client onboarding"),
    Operation::not_built("POST", "/coreclient/finish", "AutomatedApprover", "Finish core client onboarding"),
    Operation::not_built("GET", "/coreclient/feed", "AutomatedApprover", "Get core client actions feed"),
    Operation::not_built("GET", "/coreclient/action/{action_id}", "AutomatedApprover", "Get action messages"),
    Operation::not_built("PUT", "/coreclient/action/{action_id}", "AutomatedApprover", "Approve action"),
    Operation::not_built("DELETE", "/coreclient/action/{action_id}", "AutomatedApprover", "Reject action"),
    Operation::not_built(
        "PUT",
        "/company/{company_id}/fund/{fund_id}/wallet/{wallet_id}/policy",
        "Wallet",
        "Update Wallet Policy",
    ),
    Operation::not_built("GET", "/coreclient/{client_id}/feed", "Feeds", "Core client feed"),
    Operation::not_built("GET", "/liquidityhub/feed", "Feeds", "Liquidity hub feed"),
    Operation::not_built("GET", "/wallets/feed", "Feeds", "Wallets feed"),
];
