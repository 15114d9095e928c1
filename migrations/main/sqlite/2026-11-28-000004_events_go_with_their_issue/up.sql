-- The issue or page that an event is about, by its blind index: its deletion takes the stored events along. Events that were
-- stored before have none, and go on their date.
ALTER TABLE webhooks ADD COLUMN parent_index BLOB;
CREATE INDEX webhooks_by_parent ON webhooks (tenant_id, parent_index) WHERE parent_index IS NOT NULL;
