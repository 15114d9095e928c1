-- How far the chain of records of a tenant went when it was last looked at, signed. Whoever can only write the main database
-- cannot cut off or rewrite what is older than that unseen. Goes with the tenant's data key.
CREATE TABLE audit_anchors (
    tenant_id INTEGER NOT NULL PRIMARY KEY,
    sequence INTEGER NOT NULL,
    at INTEGER NOT NULL,
    hash BLOB NOT NULL,
    signature TEXT NOT NULL
);
