-- Problem reports of users, and what came of them. Texts are sealed under the tenant's data key; in clear are our own ids,
-- times, states and counts.
CREATE TABLE tickets (
    tenant_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    -- What people call it by. It says nothing of how many there are.
    number TEXT NOT NULL,
    state TEXT NOT NULL,
    severity TEXT NOT NULL,
    priority TEXT NOT NULL,
    product TEXT NOT NULL,
    -- Where the service ran that took the report.
    region TEXT NOT NULL,
    assignee_id BIGINT,
    -- The error that it reports, by its blind index: duplicates are found by it.
    fingerprint_index BYTEA,
    is_privacy BOOLEAN NOT NULL,
    merged_into BIGINT,
    reporter_index BYTEA NOT NULL,
    email_state TEXT NOT NULL,
    -- The client's key for its request, and the request: the same pair gets the same answer.
    idempotency_index BYTEA NOT NULL,
    request_index BYTEA NOT NULL,
    -- The first mail about it, to which the others answer.
    message_root BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    closed_at BIGINT,
    expires_at BIGINT NOT NULL,
    sealed BYTEA NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX tickets_by_number ON tickets (number);
CREATE UNIQUE INDEX tickets_by_idempotency ON tickets (tenant_id, idempotency_index);
CREATE INDEX tickets_by_reporter ON tickets (tenant_id, reporter_index);
CREATE INDEX tickets_by_state ON tickets (state, created_at);
CREATE INDEX tickets_by_assignee ON tickets (assignee_id) WHERE assignee_id IS NOT NULL;
CREATE INDEX tickets_by_fingerprint ON tickets (tenant_id, fingerprint_index) WHERE fingerprint_index IS NOT NULL;
CREATE INDEX tickets_by_expiry ON tickets (expires_at);

CREATE TABLE ticket_messages (
    tenant_id BIGINT NOT NULL,
    ticket_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    author_id BIGINT,
    at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    sealed BYTEA NOT NULL,
    PRIMARY KEY (tenant_id, ticket_id, id)
);
CREATE INDEX ticket_messages_by_expiry ON ticket_messages (expires_at);

-- What was sent with a report, item by item, byte for byte as it was previewed.
CREATE TABLE bundle_items (
    tenant_id BIGINT NOT NULL,
    ticket_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    sealed BYTEA NOT NULL,
    PRIMARY KEY (tenant_id, ticket_id, id)
);
CREATE INDEX bundle_items_by_expiry ON bundle_items (expires_at);

-- What a reporter agreed to, and to which version of the statement.
CREATE TABLE consents (
    tenant_id BIGINT NOT NULL,
    ticket_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    item TEXT NOT NULL,
    statement_version BIGINT NOT NULL,
    given_at BIGINT NOT NULL,
    withdrawn_at BIGINT,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, ticket_id, id)
);
CREATE INDEX consents_by_expiry ON consents (expires_at);

-- What of a ticket stands in another system, and under which names there.
CREATE TABLE sink_copies (
    tenant_id BIGINT NOT NULL,
    ticket_id BIGINT NOT NULL,
    sink TEXT NOT NULL,
    id BIGINT NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    sealed BYTEA,
    PRIMARY KEY (tenant_id, ticket_id, sink)
);
CREATE INDEX sink_copies_by_expiry ON sink_copies (expires_at);

-- What has to go in another system because it went here. It outlives its ticket and its tenant until the other system has
-- confirmed; the names of it there are sealed under the vendor's key.
CREATE TABLE sink_erasures (
    tenant_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    sink TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    silent_at BIGINT,
    expires_at BIGINT NOT NULL,
    sealed BYTEA NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX sink_erasures_by_expiry ON sink_erasures (expires_at);

-- Mails about tickets: the row names the mail, and holds it until it has left.
CREATE TABLE ticket_mails (
    tenant_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    ticket_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    settled_at BIGINT,
    expires_at BIGINT NOT NULL,
    sealed BYTEA,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX ticket_mails_by_ticket ON ticket_mails (tenant_id, ticket_id);
CREATE INDEX ticket_mails_by_expiry ON ticket_mails (expires_at);

-- What is left to see of a ticket that is gone: its number, its days, and how much there was.
CREATE TABLE ticket_frames (
    tenant_id BIGINT NOT NULL,
    ticket_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    number TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    closed_at BIGINT,
    -- The day on which the ticket goes, and when it went earlier because somebody asked for it.
    goes_at BIGINT NOT NULL,
    gone_at BIGINT,
    items BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    messages BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, ticket_id)
);
CREATE UNIQUE INDEX ticket_frames_by_number ON ticket_frames (number);
CREATE INDEX ticket_frames_by_expiry ON ticket_frames (expires_at);

-- Links to tickets. They work for as long as there is anything to show.
CREATE TABLE ticket_links (
    tenant_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    ticket_id BIGINT NOT NULL,
    purpose TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    -- Which key has signed it.
    key_id BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX ticket_links_by_ticket ON ticket_links (tenant_id, ticket_id);
CREATE INDEX ticket_links_by_key ON ticket_links (key_id);
CREATE INDEX ticket_links_by_expiry ON ticket_links (expires_at);
