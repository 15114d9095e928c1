-- The move that holds the tenant: while it is copied to another deployment nothing is written for it, and at that one it is not
-- there yet.
ALTER TABLE tenants ADD COLUMN held_by BIGINT;
CREATE INDEX tenants_by_hold ON tenants (held_by) WHERE held_by IS NOT NULL;

-- Tenants that move to a deployment of another region, or came from one. A row outlives its tenant: whoever asks once more is told
-- the same, and whoever still comes here is told where to go.
CREATE TABLE moves (
    tenant_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('source', 'target')),
    -- Blind index of the product's name for the move.
    migration_index BYTEA NOT NULL UNIQUE,
    -- The other region.
    peer TEXT NOT NULL,
    stage TEXT NOT NULL CHECK (stage IN ('scheduled', 'holding', 'copying', 'ready', 'committing', 'committed', 'done', 'receiving', 'arrived', 'live', 'dropping', 'dropped')),
    -- Until when it must have begun.
    window_ends_at BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    -- When it came to this stage.
    changed_at BIGINT NOT NULL,
    -- Since when nothing is written for the tenant, and until when at the latest.
    held_at BIGINT,
    deadline_at BIGINT,
    -- Pages that the other side has stored, and after which row to go on.
    position BIGINT NOT NULL,
    place TEXT,
    -- Why it came to nothing; absent where it was taken back.
    failure TEXT,
    expires_at BIGINT NOT NULL,
    -- The product's name for it.
    sealed BYTEA NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX moves_by_stage ON moves (stage, role);
CREATE INDEX moves_by_expiry ON moves (expires_at);

-- Names of tenants that live in another region now.
CREATE TABLE moved_names (
    tenant_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    name_index BYTEA NOT NULL UNIQUE,
    peer TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX moved_names_by_expiry ON moved_names (expires_at);
