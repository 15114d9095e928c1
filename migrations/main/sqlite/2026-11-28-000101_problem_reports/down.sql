ALTER TABLE links DROP COLUMN ticket_id;
DROP TABLE ticket_frames;
DROP TABLE ticket_mails;
DROP TABLE sink_erasures;
DROP TABLE sink_copies;
DROP TABLE consents;
DROP TABLE bundle_items;
DROP TABLE ticket_messages;
DROP TABLE tickets;
