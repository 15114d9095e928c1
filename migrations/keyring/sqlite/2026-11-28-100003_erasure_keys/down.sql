DROP TABLE erasure_keys;
