-- Everything that the sandbox remembers. Times are Unix seconds of the sandbox's clock.

CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- A partner account is an API key: what one creates, another does not see.
CREATE TABLE account (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    api_key_hash BLOB NOT NULL UNIQUE,
    key_id TEXT NOT NULL,
    public_key TEXT NOT NULL,
    signer INTEGER NOT NULL,
    -- In milliseconds.
    last_fund INTEGER
) STRICT;

-- One row per public key: replays are remembered by it, whatever API key comes along.
CREATE TABLE signer (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    fingerprint TEXT NOT NULL UNIQUE,
    -- The last number, and the last that was accepted under a policy that orders the numbers.
    last_nonce INTEGER,
    last_ordered INTEGER
) STRICT;

CREATE TABLE used_nonce (signer INTEGER NOT NULL, nonce TEXT NOT NULL, PRIMARY KEY (signer, nonce)) STRICT, WITHOUT ROWID;

CREATE TABLE seen_digest (
    id INTEGER PRIMARY KEY,
    signer INTEGER NOT NULL,
    digest BLOB NOT NULL,
    is_get INTEGER NOT NULL,
    timestamp INTEGER NOT NULL,
    forget_after INTEGER NOT NULL,
    UNIQUE (digest, signer)
) STRICT;

CREATE TABLE company (
    id TEXT PRIMARY KEY,
    account INTEGER NOT NULL,
    entity_id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    city TEXT NOT NULL,
    country TEXT NOT NULL,
    domain TEXT NOT NULL,
    ref TEXT NOT NULL
) STRICT;
CREATE INDEX company_account ON company (account);

-- Users of the network, with a phone to approve on.
CREATE TABLE user (
    entity_id TEXT PRIMARY KEY,
    email TEXT NOT NULL UNIQUE COLLATE NOCASE,
    name TEXT NOT NULL
) STRICT;

CREATE TABLE core_client (
    id TEXT PRIMARY KEY,
    account INTEGER NOT NULL,
    name TEXT NOT NULL,
    created INTEGER NOT NULL
) STRICT;
CREATE INDEX core_client_account ON core_client (account);

CREATE TABLE trusted_party (
    id TEXT PRIMARY KEY,
    company_id TEXT NOT NULL REFERENCES company (id),
    entity_id TEXT NOT NULL,
    name TEXT NOT NULL,
    address TEXT NOT NULL COLLATE NOCASE,
    type TEXT NOT NULL CHECK (type IN ('user', 'company', 'core-client')),
    -- Until the user has approved the invitation: NULL.
    created INTEGER,
    UNIQUE (company_id, type, address)
) STRICT;

CREATE TABLE policy (
    id TEXT PRIMARY KEY,
    fund_id TEXT NOT NULL,
    name TEXT NOT NULL,
    threshold INTEGER NOT NULL
) STRICT;

CREATE TABLE policy_member (
    policy_id TEXT NOT NULL REFERENCES policy (id),
    position INTEGER NOT NULL,
    entity_id TEXT NOT NULL,
    PRIMARY KEY (policy_id, position),
    UNIQUE (policy_id, entity_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX policy_member_entity ON policy_member (entity_id);

CREATE TABLE fund (
    id TEXT PRIMARY KEY,
    company_id TEXT NOT NULL REFERENCES company (id),
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    policy_withdraw TEXT NOT NULL,
    policy_tx TEXT NOT NULL
) STRICT;
CREATE INDEX fund_company ON fund (company_id);

CREATE TABLE wallet (
    id TEXT PRIMARY KEY,
    fund_id TEXT NOT NULL REFERENCES fund (id),
    name TEXT NOT NULL,
    asset TEXT NOT NULL,
    type INTEGER NOT NULL,
    address TEXT NOT NULL UNIQUE,
    short_code TEXT NOT NULL UNIQUE,
    balance INTEGER NOT NULL CHECK (balance >= 0),
    policy_withdraw TEXT NOT NULL,
    policy_tx TEXT NOT NULL
) STRICT;
CREATE INDEX wallet_fund ON wallet (fund_id);

CREATE TABLE whitelist (
    fund_id TEXT NOT NULL REFERENCES fund (id),
    asset TEXT NOT NULL,
    address TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (fund_id, asset, address)
) STRICT;

-- Named `payment`, for `transaction` is a word of SQL.
CREATE TABLE payment (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('transfer', 'withdraw')),
    company_id TEXT NOT NULL REFERENCES company (id),
    wallet_id TEXT NOT NULL REFERENCES wallet (id),
    partner_tx_id TEXT,
    net_amount INTEGER NOT NULL,
    fees INTEGER NOT NULL,
    -- The receiving wallet of a transfer, the address of a withdrawal.
    recipient TEXT NOT NULL,
    reference TEXT NOT NULL,
    benefit_of TEXT NOT NULL,
    account_no TEXT NOT NULL,
    authorizer TEXT,
    policy_id TEXT NOT NULL,
    status TEXT NOT NULL,
    initiated INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    UNIQUE (company_id, kind, partner_tx_id)
) STRICT;
CREATE INDEX payment_due ON payment (expires) WHERE status IN ('pending', 'pending_initiate');

-- One row for each custodian or authorizing core client that a payment waits or waited for.
CREATE TABLE action (
    id TEXT PRIMARY KEY,
    payment_id TEXT NOT NULL REFERENCES payment (id),
    entity_id TEXT NOT NULL,
    is_authorization INTEGER NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('pending', 'approved', 'rejected', 'expired')),
    -- When it was asked for, and when it was settled.
    created INTEGER NOT NULL,
    settled INTEGER
) STRICT;
CREATE INDEX action_payment ON action (payment_id);
CREATE INDEX action_pending ON action (entity_id) WHERE status = 'pending';
