-- A tenant that moved to another region was erased here, and may come home with all of its data. The ledger says both, one after the
-- other: the last word about a tenant counts.
CREATE TABLE ledger_of_now (
    number BIGINT NOT NULL PRIMARY KEY,
    tenant_id BIGINT NOT NULL,
    shredded_at BIGINT NOT NULL,
    receipt_hash BYTEA NOT NULL,
    previous_hash BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    expires_at BIGINT NOT NULL,
    returned BOOLEAN NOT NULL DEFAULT FALSE
);
INSERT INTO ledger_of_now SELECT number, tenant_id, shredded_at, receipt_hash, previous_hash, hash, expires_at, FALSE FROM ledger;
DROP TABLE ledger;
ALTER TABLE ledger_of_now RENAME TO ledger;
CREATE INDEX ledger_by_expiry ON ledger (expires_at);
CREATE INDEX ledger_by_tenant ON ledger (tenant_id);
