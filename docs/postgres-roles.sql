-- Roles for Kept on PostgreSQL. Run it once as the owner of the tables (a superuser, or whoever may make roles), after `kept
-- migrate`, with the schema of the main database as the current one; and once more after a migration that brings new tables. Give
-- kept_app a password of its own (`ALTER ROLE kept_app PASSWORD …`), and let `kept serve` and `kept work` connect as kept_app. `kept
-- migrate` goes on connecting as the owner.
--
-- kept_app may add records of what staff did, and read them. It can change none, and it can remove none but by two functions, which
-- run as kept_pruner and look for themselves whether what is to go has to go: records that are over, and those of a site that is
-- being erased. Nobody connects as kept_pruner, and nobody can become it.

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
    -- An earlier edition of this file let kept_app take that role on.
    REVOKE kept_pruner FROM kept_app;
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO kept_app, kept_pruner', here);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %I TO kept_app', here);
    REVOKE UPDATE, DELETE, TRUNCATE ON audit, audit_checkpoints FROM kept_app;
    REVOKE ALL ON audit, audit_checkpoints FROM kept_pruner;
    GRANT SELECT, DELETE ON audit TO kept_pruner;
    GRANT SELECT, INSERT, UPDATE, DELETE ON audit_checkpoints TO kept_pruner;
    GRANT SELECT ON tenants, moves TO kept_pruner;

    -- What is over goes from the beginning of its chain, and a signed checkpoint takes its place. A record that is neither over by
    -- its own date nor older than a week goes for nobody. Where the policy keeps records for less than a week, and kept them for
    -- longer before, that week stands in the way: write a smaller number here then.
    EXECUTE format($function$
        CREATE OR REPLACE FUNCTION kept_prune_audit(
            chain BIGINT, through BIGINT, point_at BIGINT, point_hash BYTEA, point_signature TEXT
        ) RETURNS BIGINT LANGUAGE plpgsql SECURITY DEFINER SET search_path = %I, pg_temp AS $body$
        DECLARE
            now_ms BIGINT := floor(extract(epoch FROM clock_timestamp()) * 1000);
            gone BIGINT;
        BEGIN
            IF EXISTS (
                SELECT FROM audit WHERE tenant_id = chain AND sequence <= through
                AND expires_at > now_ms AND at > now_ms - 7 * 86400000::BIGINT
            ) THEN
                RAISE EXCEPTION 'a record that is not over cannot be removed' USING ERRCODE = 'insufficient_privilege';
            END IF;
            INSERT INTO audit_checkpoints (tenant_id, sequence, at, hash, signature)
            VALUES (chain, through, point_at, point_hash, point_signature)
            ON CONFLICT (tenant_id) DO UPDATE
            SET sequence = EXCLUDED.sequence, at = EXCLUDED.at, hash = EXCLUDED.hash, signature = EXCLUDED.signature;
            DELETE FROM audit WHERE tenant_id = chain AND sequence <= through;
            GET DIAGNOSTICS gone = ROW_COUNT;
            RETURN gone;
        END $body$
    $function$, here);

    -- A chain goes as a whole with its site: when that is being erased, and where a copy of it is dropped that came by a move.
    EXECUTE format($function$
        CREATE OR REPLACE FUNCTION kept_erase_audit(site BIGINT, at_most BIGINT, points BOOLEAN)
        RETURNS BIGINT LANGUAGE plpgsql SECURITY DEFINER SET search_path = %I, pg_temp AS $body$
        DECLARE
            gone BIGINT;
        BEGIN
            IF site = 0
                OR EXISTS (SELECT FROM tenants WHERE id = site AND standing <> 'erasing' AND held_by IS NULL)
                OR EXISTS (
                    SELECT FROM tenants JOIN moves ON moves.id = tenants.held_by
                    WHERE tenants.id = site AND standing <> 'erasing'
                    AND NOT (moves.role = 'target' AND moves.stage = 'dropping')
                )
            THEN
                RAISE EXCEPTION 'the site is not being erased' USING ERRCODE = 'insufficient_privilege';
            END IF;
            IF points THEN
                DELETE FROM audit_checkpoints WHERE tenant_id = site;
            ELSE
                DELETE FROM audit WHERE ctid IN (SELECT ctid FROM audit WHERE tenant_id = site LIMIT at_most);
            END IF;
            GET DIAGNOSTICS gone = ROW_COUNT;
            RETURN gone;
        END $body$
    $function$, here);
    GRANT EXECUTE ON FUNCTION kept_prune_audit, kept_erase_audit TO kept_app;
    REVOKE EXECUTE ON FUNCTION kept_prune_audit, kept_erase_audit FROM PUBLIC;
    -- Owning a function in a schema takes the right to make something there; for the moment of handing it over.
    EXECUTE format('GRANT CREATE ON SCHEMA %I TO kept_pruner', here);
    ALTER FUNCTION kept_prune_audit OWNER TO kept_pruner;
    ALTER FUNCTION kept_erase_audit OWNER TO kept_pruner;
    EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM kept_pruner', here);
END
$roles$;
