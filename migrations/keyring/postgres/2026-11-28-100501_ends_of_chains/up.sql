-- How far the chain of records of a tenant went when it was last looked at, signed. Whoever can only write the main database
-- cannot cut off or rewrite what is older than that unseen. Goes with the tenant's data key.
CREATE TABLE audit_anchors (
    tenant_id BIGINT NOT NULL PRIMARY KEY,
    sequence BIGINT NOT NULL,
    at BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    signature TEXT NOT NULL
);
