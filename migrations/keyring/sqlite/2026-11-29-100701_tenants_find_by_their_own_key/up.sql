-- Whether the look-ups of a tenant's own rows are keyed with what follows from its data key, so that they go where that key goes.
-- Tenants from before are looked up with the deployment's key, and stay so.
ALTER TABLE data_keys ADD COLUMN own_index BOOLEAN NOT NULL DEFAULT FALSE;
