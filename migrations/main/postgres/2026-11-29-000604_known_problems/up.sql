-- Whether whoever reports the same error is told that it is known. What they are told is sealed with the ticket.
ALTER TABLE tickets ADD COLUMN is_known_problem BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX tickets_by_known_problem ON tickets (tenant_id, fingerprint_index) WHERE is_known_problem;
