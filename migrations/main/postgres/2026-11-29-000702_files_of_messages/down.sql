ALTER TABLE bundle_items DROP COLUMN message_id;
