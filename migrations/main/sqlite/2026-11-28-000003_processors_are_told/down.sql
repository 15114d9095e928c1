ALTER TABLE links DROP COLUMN key_id;
DROP TABLE erasure_confirmations;
DROP TABLE processor_erasures;
CREATE TABLE processor_erasures (
    tenant_id INTEGER NOT NULL,
    processor TEXT NOT NULL,
    id INTEGER NOT NULL,
    told_at INTEGER,
    acknowledged_at INTEGER,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, processor)
);
CREATE INDEX processor_erasures_by_expiry ON processor_erasures (expires_at);
