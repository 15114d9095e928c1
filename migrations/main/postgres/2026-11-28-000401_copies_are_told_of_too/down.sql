ALTER TABLE processor_erasures DROP COLUMN sink;
