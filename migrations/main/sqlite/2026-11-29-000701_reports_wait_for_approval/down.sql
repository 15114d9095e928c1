DROP INDEX tickets_by_decider;
DROP INDEX tickets_by_approval;
ALTER TABLE tickets DROP COLUMN decider_index;
ALTER TABLE tickets DROP COLUMN approval;
