DROP INDEX tickets_by_response;
ALTER TABLE tickets DROP COLUMN responded_at;
ALTER TABLE tickets DROP COLUMN respond_by;
ALTER TABLE tickets DROP COLUMN snoozed_until;
