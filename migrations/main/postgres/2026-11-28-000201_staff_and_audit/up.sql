-- People at the vendor. Name, password hash and the secret of the one-time codes are sealed under the vendor's key; the name
-- is found by its blind index. A row goes when nobody has used or changed it for as long as the policy says.
CREATE TABLE staff (
    id BIGINT NOT NULL PRIMARY KEY,
    name_index BYTEA NOT NULL UNIQUE,
    role TEXT NOT NULL,
    state TEXT NOT NULL,
    -- When the contract with the person ends: the account is of no use after it.
    contract_until BIGINT,
    -- A password that we made is good until then, and only for choosing another one.
    invited_until BIGINT,
    -- The newest one-time code that was accepted, as the number of its half minute: no code counts twice.
    code_step BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    locked_until BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    sealed BYTEA NOT NULL
);
CREATE INDEX staff_by_expiry ON staff (expires_at);

-- Who is signed in. The cookie holds random bytes, this table their hash.
CREATE TABLE staff_sessions (
    token_hash BYTEA NOT NULL PRIMARY KEY,
    id BIGINT NOT NULL,
    staff_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX staff_sessions_by_staff ON staff_sessions (staff_id);
CREATE INDEX staff_sessions_by_expiry ON staff_sessions (expires_at);

-- What staff did: one chain of hashes per tenant, and one for what belongs to no tenant (0).
CREATE TABLE audit (
    tenant_id BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    id BIGINT NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    staff_id BIGINT,
    ticket_id BIGINT,
    previous_hash BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    expires_at BIGINT NOT NULL,
    sealed BYTEA NOT NULL,
    PRIMARY KEY (tenant_id, sequence)
);
CREATE INDEX audit_by_ticket ON audit (tenant_id, ticket_id, sequence) WHERE ticket_id IS NOT NULL;
CREATE INDEX audit_by_expiry ON audit (expires_at);
CREATE INDEX audit_by_time ON audit (at);

-- Where a chain begins after its oldest rows have gone: the last one that went, signed.
CREATE TABLE audit_checkpoints (
    tenant_id BIGINT NOT NULL PRIMARY KEY,
    sequence BIGINT NOT NULL,
    at BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    signature TEXT NOT NULL
);

-- Who may look into which bundle, until when. The reason stands in the audit.
CREATE TABLE grants (
    tenant_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    ticket_id BIGINT NOT NULL,
    staff_id BIGINT NOT NULL,
    at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX grants_by_ticket ON grants (tenant_id, ticket_id, staff_id);
CREATE INDEX grants_by_expiry ON grants (expires_at);

-- Bundles that staff took out of the system. The id is the watermark within the file.
CREATE TABLE downloads (
    tenant_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    ticket_id BIGINT NOT NULL,
    staff_id BIGINT NOT NULL,
    at BIGINT NOT NULL,
    -- By when it has to be deleted, and when that was confirmed.
    kept_until BIGINT NOT NULL,
    deleted_at BIGINT,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX downloads_by_expiry ON downloads (expires_at);
CREATE INDEX downloads_open ON downloads (kept_until) WHERE deleted_at IS NULL;

-- Accesses that somebody else at the vendor looks at afterwards. The id is that of the audit row.
CREATE TABLE reviews (
    tenant_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    kind TEXT NOT NULL,
    staff_id BIGINT NOT NULL,
    at BIGINT NOT NULL,
    reviewed_at BIGINT,
    reviewer_id BIGINT,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX reviews_by_expiry ON reviews (expires_at);
CREATE INDEX reviews_open ON reviews (id) WHERE reviewed_at IS NULL;

-- The vendor's own wording for answers that are given often.
CREATE TABLE canned_replies (
    id BIGINT NOT NULL PRIMARY KEY,
    title TEXT NOT NULL,
    language TEXT NOT NULL,
    body TEXT NOT NULL,
    updated_at BIGINT NOT NULL
);
