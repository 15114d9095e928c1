DROP TABLE canned_replies;
DROP TABLE reviews;
DROP TABLE downloads;
DROP TABLE grants;
DROP TABLE audit_checkpoints;
DROP TABLE audit;
DROP TABLE staff_sessions;
DROP TABLE staff;
