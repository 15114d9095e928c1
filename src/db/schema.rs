//! The tables of both databases as diesel sees them. Times are Unix milliseconds, ids 63-bit numbers of our own.

diesel::table! {
    deployment (name) {
        name -> Text,
        value -> BigInt,
    }
}

diesel::table! {
    tenants (id) {
        id -> BigInt,
        identity_index -> Nullable<Binary>,
        site_index -> Binary,
        generation -> BigInt,
        standing -> Text,
        enabled -> Bool,
        marked_at -> Nullable<BigInt>,
        due_at -> Nullable<BigInt>,
        asked_due_at -> Nullable<BigInt>,
        due_policy -> Nullable<Text>,
        ends_at -> Nullable<BigInt>,
        account -> Binary,
        secret -> Nullable<Binary>,
        secret_key_id -> Nullable<BigInt>,
        former_secret -> Nullable<Binary>,
        former_secret_key_id -> Nullable<BigInt>,
        former_secret_until -> Nullable<BigInt>,
        lifecycle_issued_at -> BigInt,
        installed_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    suspicions (tenant_id, reason) {
        tenant_id -> BigInt,
        reason -> Text,
        since -> BigInt,
        due_at -> BigInt,
        due_policy -> Text,
    }
}

diesel::table! {
    lifecycle_tokens (token_hash) {
        token_hash -> Binary,
        body_hash -> Binary,
        expires_at -> BigInt,
    }
}

diesel::table! {
    webhooks (tenant_id, identifier_index) {
        tenant_id -> BigInt,
        identifier_index -> Binary,
        id -> BigInt,
        received_at -> BigInt,
        expires_at -> BigInt,
        payload -> Binary,
    }
}

diesel::table! {
    jobs (tenant_id, id) {
        tenant_id -> BigInt,
        id -> BigInt,
        kind -> Text,
        generation -> BigInt,
        discriminator -> Text,
        state -> Text,
        run_at -> BigInt,
        attempts -> Integer,
        attempt_token -> Nullable<BigInt>,
        lease_until -> Nullable<BigInt>,
        asked_again -> Bool,
        last_error -> Nullable<Text>,
        created_at -> BigInt,
    }
}

// SQLite only.
diesel::table! {
    tenant_changes (seq) {
        seq -> BigInt,
        tenant_id -> BigInt,
    }
}

// The keyring.
diesel::table! {
    service_keys (name) {
        name -> Text,
        wrapped -> Binary,
        master_key_id -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    data_keys (tenant_id) {
        tenant_id -> BigInt,
        wrapped -> Binary,
        master_key_id -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    secret_keys (tenant_id, id) {
        tenant_id -> BigInt,
        id -> BigInt,
        wrapped -> Binary,
        master_key_id -> Text,
        created_at -> BigInt,
    }
}
