ALTER TABLE tickets DROP COLUMN source;
