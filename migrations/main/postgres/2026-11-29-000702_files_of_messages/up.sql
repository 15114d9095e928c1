-- The message that an item came with; absent where it came with the report itself.
ALTER TABLE bundle_items ADD COLUMN message_id BIGINT;
