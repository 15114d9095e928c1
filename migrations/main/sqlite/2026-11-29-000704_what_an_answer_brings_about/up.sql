-- A canned reply may say what becomes of the ticket that is answered with it.
ALTER TABLE canned_replies ADD COLUMN after_state TEXT;
