DROP INDEX suspicions_by_due_policy;
DROP INDEX suspicions_by_due;
DROP INDEX tenants_by_due_policy;
DROP INDEX tenants_by_end;
DROP INDEX tenants_by_asked;
