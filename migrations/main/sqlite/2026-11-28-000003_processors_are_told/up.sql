-- The table stood empty until now: nobody was told of anything.
DROP TABLE processor_erasures;

-- Processors that are told of an erasure, until they say that their part is done. What they find it by is sealed under a key
-- of the erasure's own, and goes with the answer.
CREATE TABLE processor_erasures (
    tenant_id INTEGER NOT NULL,
    processor TEXT NOT NULL,
    id INTEGER NOT NULL,
    -- Which key signs its link.
    key_id INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    -- By when it has to answer.
    due_at INTEGER NOT NULL,
    told_at INTEGER,
    told_again_at INTEGER,
    -- When somebody was told that it stayed silent.
    silent_at INTEGER,
    acknowledged_at INTEGER,
    expires_at INTEGER NOT NULL,
    sealed BLOB,
    PRIMARY KEY (tenant_id, processor)
);
CREATE INDEX processor_erasures_by_expiry ON processor_erasures (expires_at);
CREATE INDEX processor_erasures_by_due ON processor_erasures (due_at) WHERE acknowledged_at IS NULL;

-- Whom to tell when an erasure is over. Sealed under the erasure's own key; the row goes when the mail has left.
CREATE TABLE erasure_confirmations (
    tenant_id INTEGER NOT NULL PRIMARY KEY,
    id INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    sealed BLOB NOT NULL
);
CREATE INDEX erasure_confirmations_by_expiry ON erasure_confirmations (expires_at);

-- Which key has signed the link: a former key is kept for as long as one of its links is. 0 where it is not known.
ALTER TABLE links ADD COLUMN key_id INTEGER NOT NULL DEFAULT 0;
