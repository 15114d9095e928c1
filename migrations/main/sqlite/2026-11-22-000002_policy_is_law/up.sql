-- Why the tenant is marked or being erased, when that is a suspicion and not a departure.
ALTER TABLE tenants ADD COLUMN mark_reason TEXT;
-- A shorter time than the policy's that the customer chose, in days after leaving.
ALTER TABLE tenants ADD COLUMN own_days INTEGER;
-- Since when the host refuses us without a break.
ALTER TABLE tenants ADD COLUMN refused_since INTEGER;
ALTER TABLE tenants ADD COLUMN contact_state TEXT NOT NULL DEFAULT 'missing';

-- The same as before, with one more reason: the customer asked for an early erasure while the app is installed.
CREATE TABLE suspicions_with_asked (
    tenant_id INTEGER NOT NULL,
    reason TEXT NOT NULL CHECK (reason IN ('lapsed', 'unreachable', 'superseded', 'asked')),
    since INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    due_policy TEXT NOT NULL,
    PRIMARY KEY (tenant_id, reason)
);
INSERT INTO suspicions_with_asked SELECT tenant_id, reason, since, due_at, due_policy FROM suspicions;
DROP TABLE suspicions;
ALTER TABLE suspicions_with_asked RENAME TO suspicions;
CREATE INDEX suspicions_by_since ON suspicions (since);

-- What an administrator set: contact, billing address, language. Sealed.
CREATE TABLE settings (
    tenant_id INTEGER NOT NULL PRIMARY KEY,
    id INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    sealed BLOB NOT NULL
);

-- Mails about an end or an erasure: one per tenant, kind and due date. The rendered mail is sealed.
CREATE TABLE notices (
    tenant_id INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('end', 'erasure', 'policy')),
    due_at INTEGER NOT NULL,
    id INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('sending', 'sent', 'undeliverable', 'no_contact')),
    recorded_at INTEGER NOT NULL,
    settled_at INTEGER,
    expires_at INTEGER NOT NULL,
    sealed BLOB,
    PRIMARY KEY (tenant_id, kind, due_at)
);
CREATE INDEX notices_by_expiry ON notices (expires_at);

-- Links in mails: each works once, and ends with the state that it was made for.
CREATE TABLE links (
    tenant_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    purpose TEXT NOT NULL CHECK (purpose IN ('erase', 'undo', 'export', 'acknowledge')),
    generation INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX links_by_expiry ON links (expires_at);

-- What happened to a tenant, in closed words, for its administrators to see.
CREATE TABLE timeline (
    tenant_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    detail TEXT,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX timeline_by_expiry ON timeline (expires_at);

-- Operation data: copies, traces, twins, relations, the licence's state, and the app's own kinds. Sealed.
CREATE TABLE operation_records (
    tenant_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    -- Blind index of what the record is about.
    subject_index BLOB NOT NULL,
    slot TEXT NOT NULL CHECK (slot IN ('only', 'latest', 'previous')),
    id INTEGER NOT NULL,
    -- Blind index of the issue or page whose deletion takes the record along.
    parent_index BLOB,
    -- When the product says that it happened.
    ordered_at INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    payload BLOB NOT NULL,
    PRIMARY KEY (tenant_id, kind, subject_index, slot)
);
CREATE INDEX operation_records_by_expiry ON operation_records (expires_at);
CREATE INDEX operation_records_by_parent ON operation_records (tenant_id, parent_index) WHERE parent_index IS NOT NULL;

-- Issues that were deleted a short time ago: a late event does not bring them back.
CREATE TABLE tombstones (
    tenant_id INTEGER NOT NULL,
    subject_index BLOB NOT NULL,
    deleted_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, subject_index)
);
CREATE INDEX tombstones_by_expiry ON tombstones (expires_at);

-- What the app's own pages store for the customer. Key and value are sealed together.
CREATE TABLE uploads (
    tenant_id INTEGER NOT NULL,
    key_index BLOB NOT NULL,
    id INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (tenant_id, key_index)
);

-- How often a feature was used on a day; never by whom. The policy names the features.
CREATE TABLE usage_counters (
    tenant_id INTEGER NOT NULL,
    day INTEGER NOT NULL,
    feature TEXT NOT NULL,
    uses INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, day, feature)
);
CREATE INDEX usage_counters_by_expiry ON usage_counters (expires_at);

-- An erasure under way: how far it is, and what its receipt will say.
CREATE TABLE erasures (
    tenant_id INTEGER NOT NULL PRIMARY KEY,
    id INTEGER NOT NULL,
    step TEXT NOT NULL,
    reason TEXT NOT NULL,
    left_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    ceiling_at INTEGER NOT NULL,
    frozen_at INTEGER NOT NULL,
    shredded_at INTEGER,
    deleted_at INTEGER,
    cleaned_at INTEGER,
    due_policy TEXT NOT NULL,
    -- Numbers per data class, as JSON.
    counts_before TEXT,
    counts_after TEXT
);
CREATE INDEX erasures_by_step ON erasures (step);

-- Processors that were told of an erasure, until they say that theirs is done.
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

-- What tax law wants kept after an erasure: the contract's number and dates, sealed under the vendor's key.
CREATE TABLE orders (
    id INTEGER NOT NULL PRIMARY KEY,
    recorded_at INTEGER NOT NULL,
    contract_ended_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    sealed BLOB NOT NULL
);
CREATE INDEX orders_by_expiry ON orders (expires_at);

-- Published versions of the statement: each hash covers the one before.
CREATE TABLE policy_versions (
    number INTEGER NOT NULL PRIMARY KEY,
    version TEXT NOT NULL UNIQUE,
    effective_at INTEGER NOT NULL,
    published_at INTEGER NOT NULL,
    material BOOLEAN NOT NULL,
    document TEXT NOT NULL,
    previous_hash BLOB NOT NULL,
    hash BLOB NOT NULL
);

-- What operators did by hand, and why. The reason is sealed under the vendor's key.
CREATE TABLE operator_actions (
    id INTEGER NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    action TEXT NOT NULL,
    reason BLOB NOT NULL,
    expires_at INTEGER NOT NULL
);
CREATE INDEX operator_actions_by_expiry ON operator_actions (expires_at);

-- Why nothing is marked or erased at the moment.
CREATE TABLE brakes (
    name TEXT NOT NULL PRIMARY KEY CHECK (name IN ('paused', 'clock', 'suspicions', 'erasures')),
    engaged_at INTEGER NOT NULL,
    -- How many there were, or how far the clock had moved.
    measure INTEGER NOT NULL
);
