DROP INDEX ticket_frames_by_request;
ALTER TABLE ticket_frames DROP COLUMN request_index;
