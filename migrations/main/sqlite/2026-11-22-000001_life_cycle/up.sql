-- One row: which keyring belongs to this database.
CREATE TABLE deployment (
    name TEXT NOT NULL PRIMARY KEY,
    value INTEGER NOT NULL
);

-- One installation of the app in one Atlassian product. What the customer or the product gave us is sealed;
-- our own ids, times, states and counts are in clear.
CREATE TABLE tenants (
    id INTEGER NOT NULL PRIMARY KEY,
    -- Blind index of the product's name for the installation. Empty once an erasure has frozen the tenant.
    identity_index BLOB UNIQUE,
    -- Blind index of product and normalised base URL.
    site_index BLOB NOT NULL,
    generation INTEGER NOT NULL,
    standing TEXT NOT NULL CHECK (standing IN ('active', 'marked', 'erasing')),
    enabled BOOLEAN NOT NULL,
    marked_at INTEGER,
    due_at INTEGER,
    asked_due_at INTEGER,
    -- The policy version that a due date was computed from.
    due_policy TEXT,
    ends_at INTEGER,
    account BLOB NOT NULL,
    secret BLOB,
    secret_key_id INTEGER,
    former_secret BLOB,
    former_secret_key_id INTEGER,
    former_secret_until INTEGER,
    -- When the newest accepted life-cycle token was issued, in seconds.
    lifecycle_issued_at INTEGER NOT NULL,
    installed_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CHECK ((standing = 'active') = (marked_at IS NULL)),
    CHECK (standing = 'active' OR secret IS NULL)
);
CREATE INDEX tenants_by_site ON tenants (site_index);
CREATE INDEX tenants_by_due ON tenants (due_at) WHERE due_at IS NOT NULL;

-- Why we think that a tenant may have left without telling us.
CREATE TABLE suspicions (
    tenant_id INTEGER NOT NULL,
    reason TEXT NOT NULL CHECK (reason IN ('lapsed', 'unreachable', 'superseded')),
    since INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    due_policy TEXT NOT NULL,
    PRIMARY KEY (tenant_id, reason)
);

-- A life-cycle token does not cover its body, so the first body that came with it is remembered until it expires.
CREATE TABLE lifecycle_tokens (
    token_hash BLOB NOT NULL PRIMARY KEY,
    body_hash BLOB NOT NULL,
    expires_at INTEGER NOT NULL
);
CREATE INDEX lifecycle_tokens_by_expiry ON lifecycle_tokens (expires_at);

-- Events of the product, de-duplicated by the identifier that stays the same on its retries.
CREATE TABLE webhooks (
    tenant_id INTEGER NOT NULL,
    identifier_index BLOB NOT NULL,
    id INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    payload BLOB NOT NULL,
    PRIMARY KEY (tenant_id, identifier_index)
);
CREATE INDEX webhooks_by_expiry ON webhooks (expires_at);

-- Work to do: ids only. tenant_id is 0 for work that belongs to no tenant.
CREATE TABLE jobs (
    tenant_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    generation INTEGER NOT NULL,
    discriminator TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'dead')),
    run_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    -- Which attempt holds the lease; an answer of another attempt no longer counts.
    attempt_token INTEGER,
    lease_until INTEGER,
    -- Asked for again while it ran: it runs once more.
    asked_again BOOLEAN NOT NULL,
    last_error TEXT,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, kind, generation, discriminator)
);
CREATE INDEX jobs_by_due ON jobs (state, run_at);

-- The feed of changed tenants, for other processes' caches. PostgreSQL has NOTIFY for that.
CREATE TABLE tenant_changes (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id INTEGER NOT NULL
);
