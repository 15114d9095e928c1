-- What is due, and what was computed from another policy, is found without looking at every tenant.
CREATE INDEX tenants_by_asked ON tenants (asked_due_at) WHERE asked_due_at IS NOT NULL;
CREATE INDEX tenants_by_end ON tenants (ends_at) WHERE ends_at IS NOT NULL;
CREATE INDEX tenants_by_due_policy ON tenants (due_policy) WHERE due_policy IS NOT NULL;
CREATE INDEX suspicions_by_due ON suspicions (due_at);
CREATE INDEX suspicions_by_due_policy ON suspicions (due_policy);
