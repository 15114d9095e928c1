-- Erasures that a restored backup must obey: each hash covers the entry before.
CREATE TABLE ledger (
    number BIGINT NOT NULL PRIMARY KEY,
    tenant_id BIGINT NOT NULL UNIQUE,
    shredded_at BIGINT NOT NULL,
    receipt_hash BYTEA NOT NULL,
    previous_hash BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX ledger_by_expiry ON ledger (expires_at);

-- Signed proofs of erasures: number 0 is the receipt, higher ones are supplements. They hold no personal data.
CREATE TABLE receipts (
    tenant_id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    issued_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (tenant_id, number)
);
CREATE INDEX receipts_by_expiry ON receipts (expires_at);
