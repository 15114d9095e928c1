DROP TABLE moved_names;
DROP TABLE moves;
DROP INDEX tenants_by_hold;
ALTER TABLE tenants DROP COLUMN held_by;
