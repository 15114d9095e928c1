-- What the request is known by that made the ticket, so that the same one makes no other when the ticket is gone. It is the
-- ticket's own blind index, over a key that the client drew by lot, and leads back to nobody.
ALTER TABLE ticket_frames ADD COLUMN request_index BLOB;
CREATE INDEX ticket_frames_by_request ON ticket_frames (tenant_id, request_index) WHERE request_index IS NOT NULL;
