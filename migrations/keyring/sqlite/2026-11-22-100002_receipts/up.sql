-- Erasures that a restored backup must obey: each hash covers the entry before.
CREATE TABLE ledger (
    number INTEGER NOT NULL PRIMARY KEY,
    tenant_id INTEGER NOT NULL UNIQUE,
    shredded_at INTEGER NOT NULL,
    receipt_hash BLOB NOT NULL,
    previous_hash BLOB NOT NULL,
    hash BLOB NOT NULL,
    expires_at INTEGER NOT NULL
);
CREATE INDEX ledger_by_expiry ON ledger (expires_at);

-- Signed proofs of erasures: number 0 is the receipt, higher ones are supplements. They hold no personal data.
CREATE TABLE receipts (
    tenant_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    issued_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (tenant_id, number)
);
CREATE INDEX receipts_by_expiry ON receipts (expires_at);
