DROP INDEX webhooks_by_parent;
ALTER TABLE webhooks DROP COLUMN parent_index;
