DROP TABLE secret_keys;
DROP TABLE data_keys;
DROP TABLE service_keys;
DROP TABLE deployment;
