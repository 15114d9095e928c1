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
        mark_reason -> Nullable<Text>,
        own_days -> Nullable<BigInt>,
        refused_since -> Nullable<BigInt>,
        contact_state -> Text,
        held_by -> Nullable<BigInt>,
    }
}

diesel::table! {
    forge_installations (tenant_id, id) {
        tenant_id -> BigInt,
        id -> BigInt,
        installation_index -> Nullable<Binary>,
        mapping -> Text,
        issued_at -> BigInt,
        installed_at -> BigInt,
        seen_at -> Nullable<BigInt>,
        removed_at -> Nullable<BigInt>,
        sealed -> Binary,
    }
}

diesel::table! {
    moves (tenant_id, id) {
        tenant_id -> BigInt,
        id -> BigInt,
        role -> Text,
        migration_index -> Binary,
        peer -> Text,
        stage -> Text,
        window_ends_at -> BigInt,
        recorded_at -> BigInt,
        changed_at -> BigInt,
        held_at -> Nullable<BigInt>,
        deadline_at -> Nullable<BigInt>,
        position -> BigInt,
        place -> Nullable<Text>,
        failure -> Nullable<Text>,
        expires_at -> BigInt,
        sealed -> Binary,
    }
}

diesel::table! {
    moved_names (tenant_id, id) {
        tenant_id -> BigInt,
        id -> BigInt,
        name_index -> Binary,
        peer -> Text,
        recorded_at -> BigInt,
        expires_at -> BigInt,
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
        parent_index -> Nullable<Binary>,
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

diesel::table! {
    settings (tenant_id) {
        tenant_id -> BigInt,
        id -> BigInt,
        updated_at -> BigInt,
        sealed -> Binary,
    }
}

diesel::table! {
    notices (tenant_id, kind, due_at) {
        tenant_id -> BigInt,
        kind -> Text,
        due_at -> BigInt,
        id -> BigInt,
        generation -> BigInt,
        state -> Text,
        recorded_at -> BigInt,
        settled_at -> Nullable<BigInt>,
        expires_at -> BigInt,
        sealed -> Nullable<Binary>,
    }
}

diesel::table! {
    links (tenant_id, id) {
        tenant_id -> BigInt,
        id -> BigInt,
        purpose -> Text,
        generation -> BigInt,
        due_at -> BigInt,
        expires_at -> BigInt,
        used_at -> Nullable<BigInt>,
        key_id -> BigInt,
    }
}

diesel::table! {
    timeline (tenant_id, id) {
        tenant_id -> BigInt,
        id -> BigInt,
        at -> BigInt,
        kind -> Text,
        detail -> Nullable<Text>,
        expires_at -> BigInt,
    }
}

diesel::table! {
    operation_records (tenant_id, kind, subject_index, slot) {
        tenant_id -> BigInt,
        kind -> Text,
        subject_index -> Binary,
        slot -> Text,
        id -> BigInt,
        parent_index -> Nullable<Binary>,
        ordered_at -> BigInt,
        recorded_at -> BigInt,
        expires_at -> BigInt,
        payload -> Binary,
    }
}

diesel::table! {
    tombstones (tenant_id, subject_index) {
        tenant_id -> BigInt,
        subject_index -> Binary,
        deleted_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    uploads (tenant_id, key_index) {
        tenant_id -> BigInt,
        key_index -> Binary,
        id -> BigInt,
        updated_at -> BigInt,
        sealed -> Binary,
    }
}

diesel::table! {
    usage_counters (tenant_id, day, feature) {
        tenant_id -> BigInt,
        day -> BigInt,
        feature -> Text,
        uses -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    erasures (tenant_id) {
        tenant_id -> BigInt,
        id -> BigInt,
        step -> Text,
        reason -> Text,
        left_at -> BigInt,
        due_at -> BigInt,
        ceiling_at -> BigInt,
        frozen_at -> BigInt,
        shredded_at -> Nullable<BigInt>,
        deleted_at -> Nullable<BigInt>,
        cleaned_at -> Nullable<BigInt>,
        due_policy -> Text,
        counts_before -> Nullable<Text>,
        counts_after -> Nullable<Text>,
    }
}

diesel::table! {
    processor_erasures (tenant_id, processor) {
        tenant_id -> BigInt,
        processor -> Text,
        id -> BigInt,
        key_id -> BigInt,
        recorded_at -> BigInt,
        due_at -> BigInt,
        told_at -> Nullable<BigInt>,
        told_again_at -> Nullable<BigInt>,
        silent_at -> Nullable<BigInt>,
        acknowledged_at -> Nullable<BigInt>,
        expires_at -> BigInt,
        sealed -> Nullable<Binary>,
        sink -> Nullable<Text>,
    }
}

diesel::table! {
    erasure_confirmations (tenant_id) {
        tenant_id -> BigInt,
        id -> BigInt,
        recorded_at -> BigInt,
        expires_at -> BigInt,
        sealed -> Binary,
    }
}

diesel::table! {
    orders (id) {
        id -> BigInt,
        recorded_at -> BigInt,
        contract_ended_at -> BigInt,
        expires_at -> BigInt,
        sealed -> Binary,
    }
}

diesel::table! {
    policy_versions (number) {
        number -> BigInt,
        version -> Text,
        effective_at -> BigInt,
        published_at -> BigInt,
        material -> Bool,
        document -> Text,
        previous_hash -> Binary,
        hash -> Binary,
    }
}

diesel::table! {
    operator_actions (id) {
        id -> BigInt,
        at -> BigInt,
        action -> Text,
        reason -> Binary,
        expires_at -> BigInt,
    }
}

diesel::table! {
    brakes (name) {
        name -> Text,
        engaged_at -> BigInt,
        measure -> BigInt,
    }
}

diesel::table! {
    tickets (tenant_id, id) {
        tenant_id -> BigInt,
        id -> BigInt,
        number -> Text,
        state -> Text,
        severity -> Text,
        priority -> Text,
        product -> Text,
        region -> Text,
        assignee_id -> Nullable<BigInt>,
        fingerprint_index -> Nullable<Binary>,
        is_privacy -> Bool,
        merged_into -> Nullable<BigInt>,
        reporter_index -> Binary,
        email_state -> Text,
        idempotency_index -> Binary,
        request_index -> Binary,
        message_root -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
        closed_at -> Nullable<BigInt>,
        expires_at -> BigInt,
        sealed -> Binary,
        snoozed_until -> Nullable<BigInt>,
        respond_by -> Nullable<BigInt>,
        responded_at -> Nullable<BigInt>,
        source -> Text,
        is_known_problem -> Bool,
        approval -> Nullable<Text>,
        decider_index -> Nullable<Binary>,
    }
}

diesel::table! {
    ticket_messages (tenant_id, ticket_id, id) {
        tenant_id -> BigInt,
        ticket_id -> BigInt,
        id -> BigInt,
        kind -> Text,
        author_id -> Nullable<BigInt>,
        at -> BigInt,
        expires_at -> BigInt,
        sealed -> Binary,
    }
}

diesel::table! {
    bundle_items (tenant_id, ticket_id, id) {
        tenant_id -> BigInt,
        ticket_id -> BigInt,
        id -> BigInt,
        position -> BigInt,
        at -> BigInt,
        expires_at -> BigInt,
        bytes -> BigInt,
        sealed -> Binary,
        message_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    consents (tenant_id, ticket_id, id) {
        tenant_id -> BigInt,
        ticket_id -> BigInt,
        id -> BigInt,
        item -> Text,
        statement_version -> BigInt,
        given_at -> BigInt,
        withdrawn_at -> Nullable<BigInt>,
        expires_at -> BigInt,
    }
}

diesel::table! {
    sink_copies (tenant_id, ticket_id, sink) {
        tenant_id -> BigInt,
        ticket_id -> BigInt,
        sink -> Text,
        id -> BigInt,
        state -> Text,
        attempts -> BigInt,
        updated_at -> BigInt,
        expires_at -> BigInt,
        sealed -> Nullable<Binary>,
    }
}

diesel::table! {
    sink_erasures (tenant_id, id) {
        tenant_id -> BigInt,
        id -> BigInt,
        sink -> Text,
        recorded_at -> BigInt,
        due_at -> BigInt,
        silent_at -> Nullable<BigInt>,
        expires_at -> BigInt,
        sealed -> Binary,
    }
}

diesel::table! {
    ticket_mails (tenant_id, id) {
        tenant_id -> BigInt,
        id -> BigInt,
        ticket_id -> BigInt,
        kind -> Text,
        state -> Text,
        recorded_at -> BigInt,
        settled_at -> Nullable<BigInt>,
        expires_at -> BigInt,
        sealed -> Nullable<Binary>,
    }
}

diesel::table! {
    ticket_frames (tenant_id, ticket_id) {
        tenant_id -> BigInt,
        ticket_id -> BigInt,
        id -> BigInt,
        number -> Text,
        recorded_at -> BigInt,
        closed_at -> Nullable<BigInt>,
        goes_at -> BigInt,
        gone_at -> Nullable<BigInt>,
        items -> BigInt,
        bytes -> BigInt,
        messages -> BigInt,
        expires_at -> BigInt,
        request_index -> Nullable<Binary>,
    }
}

diesel::table! {
    ticket_links (tenant_id, id) {
        tenant_id -> BigInt,
        id -> BigInt,
        ticket_id -> BigInt,
        purpose -> Text,
        expires_at -> BigInt,
        key_id -> BigInt,
    }
}

diesel::table! {
    staff (id) {
        id -> BigInt,
        name_index -> Binary,
        role -> Text,
        state -> Text,
        contract_until -> Nullable<BigInt>,
        invited_until -> Nullable<BigInt>,
        code_step -> BigInt,
        failures -> BigInt,
        locked_until -> Nullable<BigInt>,
        created_at -> BigInt,
        updated_at -> BigInt,
        expires_at -> BigInt,
        sealed -> Binary,
    }
}

diesel::table! {
    staff_sessions (token_hash) {
        token_hash -> Binary,
        id -> BigInt,
        staff_id -> BigInt,
        created_at -> BigInt,
        seen_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    audit (tenant_id, sequence) {
        tenant_id -> BigInt,
        sequence -> BigInt,
        id -> BigInt,
        at -> BigInt,
        kind -> Text,
        staff_id -> Nullable<BigInt>,
        ticket_id -> Nullable<BigInt>,
        previous_hash -> Binary,
        hash -> Binary,
        expires_at -> BigInt,
        sealed -> Binary,
    }
}

diesel::table! {
    audit_checkpoints (tenant_id) {
        tenant_id -> BigInt,
        sequence -> BigInt,
        at -> BigInt,
        hash -> Binary,
        signature -> Text,
    }
}

diesel::table! {
    grants (tenant_id, id) {
        tenant_id -> BigInt,
        id -> BigInt,
        ticket_id -> BigInt,
        staff_id -> BigInt,
        at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    downloads (tenant_id, id) {
        tenant_id -> BigInt,
        id -> BigInt,
        ticket_id -> BigInt,
        staff_id -> BigInt,
        at -> BigInt,
        kept_until -> BigInt,
        deleted_at -> Nullable<BigInt>,
        expires_at -> BigInt,
    }
}

diesel::table! {
    reviews (tenant_id, id) {
        tenant_id -> BigInt,
        id -> BigInt,
        sequence -> BigInt,
        kind -> Text,
        staff_id -> BigInt,
        at -> BigInt,
        reviewed_at -> Nullable<BigInt>,
        reviewer_id -> Nullable<BigInt>,
        expires_at -> BigInt,
    }
}

diesel::table! {
    canned_replies (id) {
        id -> BigInt,
        title -> Text,
        language -> Text,
        body -> Text,
        updated_at -> BigInt,
        after_state -> Nullable<Text>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(jobs, tenants);
diesel::allow_tables_to_appear_in_same_query!(sink_copies, tenants);

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
        own_index -> Bool,
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

diesel::table! {
    erasure_keys (tenant_id) {
        tenant_id -> BigInt,
        wrapped -> Binary,
        master_key_id -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    audit_anchors (tenant_id) {
        tenant_id -> BigInt,
        sequence -> BigInt,
        at -> BigInt,
        hash -> Binary,
        signature -> Text,
    }
}

diesel::table! {
    ledger (number) {
        number -> BigInt,
        tenant_id -> BigInt,
        shredded_at -> BigInt,
        receipt_hash -> Binary,
        previous_hash -> Binary,
        hash -> Binary,
        expires_at -> BigInt,
        returned -> Bool,
    }
}

diesel::table! {
    receipts (tenant_id, number) {
        tenant_id -> BigInt,
        number -> BigInt,
        issued_at -> BigInt,
        expires_at -> BigInt,
        document -> Text,
    }
}
