-- Whether a report needs an administrator of its site before it leaves the site, and what they decided; absent where none is needed.
-- Who decided is sealed with the ticket, and found by the index: accounts that are closed are forgotten.
ALTER TABLE tickets ADD COLUMN approval TEXT CHECK (approval IN ('waiting', 'approved', 'refused'));
ALTER TABLE tickets ADD COLUMN decider_index BLOB;
CREATE INDEX tickets_by_approval ON tickets (tenant_id, id) WHERE approval = 'waiting';
CREATE INDEX tickets_by_decider ON tickets (tenant_id, decider_index) WHERE decider_index IS NOT NULL;
