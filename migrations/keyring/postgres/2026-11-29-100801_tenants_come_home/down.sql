CREATE TABLE ledger_of_before (
    number BIGINT NOT NULL PRIMARY KEY,
    tenant_id BIGINT NOT NULL UNIQUE,
    shredded_at BIGINT NOT NULL,
    receipt_hash BYTEA NOT NULL,
    previous_hash BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    expires_at BIGINT NOT NULL
);
INSERT INTO ledger_of_before SELECT number, tenant_id, shredded_at, receipt_hash, previous_hash, hash, expires_at FROM ledger;
DROP TABLE ledger;
ALTER TABLE ledger_of_before RENAME TO ledger;
CREATE INDEX ledger_by_expiry ON ledger (expires_at);
