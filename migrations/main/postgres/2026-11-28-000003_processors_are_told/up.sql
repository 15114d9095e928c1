-- The table stood empty until now: nobody was told of anything.
DROP TABLE processor_erasures;

-- Processors that are told of an erasure, until they say that their part is done. What they find it by is sealed under a key
-- of the erasure's own, and goes with the answer.
CREATE TABLE processor_erasures (
    tenant_id BIGINT NOT NULL,
    processor TEXT NOT NULL,
    id BIGINT NOT NULL,
    -- Which key signs its link.
    key_id BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    -- By when it has to answer.
    due_at BIGINT NOT NULL,
    told_at BIGINT,
    told_again_at BIGINT,
    -- When somebody was told that it stayed silent.
    silent_at BIGINT,
    acknowledged_at BIGINT,
    expires_at BIGINT NOT NULL,
    sealed BYTEA,
    PRIMARY KEY (tenant_id, processor)
);
CREATE INDEX processor_erasures_by_expiry ON processor_erasures (expires_at);
CREATE INDEX processor_erasures_by_due ON processor_erasures (due_at) WHERE acknowledged_at IS NULL;

-- Whom to tell when an erasure is over. Sealed under the erasure's own key; the row goes when the mail has left.
CREATE TABLE erasure_confirmations (
    tenant_id BIGINT NOT NULL PRIMARY KEY,
    id BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    sealed BYTEA NOT NULL
);
CREATE INDEX erasure_confirmations_by_expiry ON erasure_confirmations (expires_at);

-- Which key has signed the link: a former key is kept for as long as one of its links is. 0 where it is not known.
ALTER TABLE links ADD COLUMN key_id BIGINT NOT NULL DEFAULT 0;
