ALTER TABLE links DROP COLUMN key_id;
DROP TABLE erasure_confirmations;
DROP TABLE processor_erasures;
CREATE TABLE processor_erasures (
    tenant_id BIGINT NOT NULL,
    processor TEXT NOT NULL,
    id BIGINT NOT NULL,
    told_at BIGINT,
    acknowledged_at BIGINT,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, processor)
);
CREATE INDEX processor_erasures_by_expiry ON processor_erasures (expires_at);
