-- Installations of the app under Forge. One tenant may have several: each is another name for it, beside the product's own one in
-- tenants.identity_index. What the product gave us is sealed; in clear are our own ids, times and states.
CREATE TABLE forge_installations (
    tenant_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    -- Blind index of the installation's id. Empty once an erasure has frozen the tenant.
    installation_index BLOB UNIQUE,
    -- Whether it is known which tenant of before it belongs to.
    mapping TEXT NOT NULL CHECK (mapping IN ('open', 'settled', 'split')),
    -- When the newest accepted life-cycle token was issued, in seconds.
    issued_at INTEGER NOT NULL,
    installed_at INTEGER NOT NULL,
    -- When Forge last called for it; absent while only the product under Connect has named it.
    seen_at INTEGER,
    removed_at INTEGER,
    sealed BLOB NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX forge_installations_by_seen ON forge_installations (seen_at) WHERE seen_at IS NOT NULL;
