ALTER TABLE canned_replies DROP COLUMN after_state;
