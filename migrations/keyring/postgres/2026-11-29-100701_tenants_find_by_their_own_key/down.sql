ALTER TABLE data_keys DROP COLUMN own_index;
