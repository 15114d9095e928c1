DROP TABLE tenant_changes;
DROP TABLE jobs;
DROP TABLE webhooks;
DROP TABLE lifecycle_tokens;
DROP TABLE suspicions;
DROP TABLE tenants;
DROP TABLE deployment;
