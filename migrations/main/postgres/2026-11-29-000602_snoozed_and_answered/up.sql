-- Until when a ticket is out of the queue; by when staff wants to answer its reporter first, and when it did.
ALTER TABLE tickets ADD COLUMN snoozed_until BIGINT;
ALTER TABLE tickets ADD COLUMN respond_by BIGINT;
ALTER TABLE tickets ADD COLUMN responded_at BIGINT;
CREATE INDEX tickets_by_response ON tickets (respond_by)
    WHERE respond_by IS NOT NULL AND responded_at IS NULL AND closed_at IS NULL;
