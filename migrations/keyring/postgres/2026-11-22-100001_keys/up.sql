-- One row: which main database belongs to this keyring.
CREATE TABLE deployment (
    name TEXT NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);

-- The vendor's own keys, wrapped by the master key: look-up, vendor.
CREATE TABLE service_keys (
    name TEXT NOT NULL PRIMARY KEY,
    wrapped BYTEA NOT NULL,
    master_key_id TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- One AES-256 key per tenant, wrapped by the master key. Without its row a tenant's sealed data is noise.
CREATE TABLE data_keys (
    tenant_id BIGINT NOT NULL PRIMARY KEY,
    wrapped BYTEA NOT NULL,
    master_key_id TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX data_keys_by_age ON data_keys (created_at);

-- One key per shared secret, so that a secret can be destroyed everywhere long before the tenant's other data.
CREATE TABLE secret_keys (
    tenant_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    wrapped BYTEA NOT NULL,
    master_key_id TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX secret_keys_by_age ON secret_keys (created_at);
