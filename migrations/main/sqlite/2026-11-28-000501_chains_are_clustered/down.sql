CREATE TABLE audit_clustered (
    tenant_id INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    staff_id INTEGER,
    ticket_id INTEGER,
    previous_hash BLOB NOT NULL,
    hash BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (tenant_id, sequence)
);
INSERT INTO audit_clustered SELECT * FROM audit ORDER BY tenant_id, sequence;
DROP TABLE audit;
ALTER TABLE audit_clustered RENAME TO audit;
CREATE INDEX audit_by_ticket ON audit (tenant_id, ticket_id, sequence) WHERE ticket_id IS NOT NULL;
CREATE INDEX audit_by_expiry ON audit (expires_at);
CREATE INDEX audit_by_time ON audit (at);
