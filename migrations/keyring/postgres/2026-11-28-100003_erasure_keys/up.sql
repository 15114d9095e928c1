-- What has to outlive a tenant for a while (whom to tell, and by what others find their part) is sealed under a key of the
-- erasure's own, wrapped by the master key. It is destroyed when nobody is left to be told.
CREATE TABLE erasure_keys (
    tenant_id BIGINT NOT NULL PRIMARY KEY,
    wrapped BYTEA NOT NULL,
    master_key_id TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX erasure_keys_by_age ON erasure_keys (created_at);
