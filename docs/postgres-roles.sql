-- Roles for Kept on PostgreSQL. Run it once as the owner of the tables, after `kept migrate`, with the schema of the main
-- database as the current one; and once more after a migration that brings new tables. Give kept_app a password of its own
-- (`ALTER ROLE kept_app PASSWORD …`), and let `kept serve` and `kept work` connect as kept_app. `kept migrate` goes on
-- connecting as the owner.
--
-- kept_app may add records of what staff did, and read them. It cannot change or remove one. What has to go on its date, or
-- with its tenant, goes as kept_pruner: the service takes that role on for this one statement and says so in its code alone
-- (src/db/guarded.rs). Nobody connects as kept_pruner.

DO $roles$
DECLARE
    here TEXT := current_schema();
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'kept_pruner') THEN
        CREATE ROLE kept_pruner NOLOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'kept_app') THEN
        CREATE ROLE kept_app LOGIN NOINHERIT;
    END IF;
    -- Without INHERIT the rights of kept_pruner are there only after SET ROLE.
    GRANT kept_pruner TO kept_app;
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO kept_app, kept_pruner', here);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %I TO kept_app', here);
    REVOKE UPDATE, DELETE, TRUNCATE ON audit, audit_checkpoints FROM kept_app;
    GRANT SELECT, INSERT, UPDATE, DELETE ON audit, audit_checkpoints TO kept_pruner;
END
$roles$;
