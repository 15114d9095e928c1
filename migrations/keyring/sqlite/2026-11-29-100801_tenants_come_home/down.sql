CREATE TABLE ledger_of_before (
    number INTEGER NOT NULL PRIMARY KEY,
    tenant_id INTEGER NOT NULL UNIQUE,
    shredded_at INTEGER NOT NULL,
    receipt_hash BLOB NOT NULL,
    previous_hash BLOB NOT NULL,
    hash BLOB NOT NULL,
    expires_at INTEGER NOT NULL
);
INSERT INTO ledger_of_before SELECT number, tenant_id, shredded_at, receipt_hash, previous_hash, hash, expires_at FROM ledger;
DROP TABLE ledger;
ALTER TABLE ledger_of_before RENAME TO ledger;
CREATE INDEX ledger_by_expiry ON ledger (expires_at);
