-- SQLite alone keeps rows in the order of their key; here nothing changes.
SELECT 1;
