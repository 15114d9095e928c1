DROP INDEX tickets_by_known_problem;
ALTER TABLE tickets DROP COLUMN is_known_problem;
