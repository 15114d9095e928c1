//! Rows of a tenant in every table that the data map says goes with it, sealed as the service seals them, each with a
//! marker: for whatever must find all of them, or none of another tenant's.

use diesel::connection::SimpleConnection;
use kept::db::{DbError, Id};
use kept::policy::datamap::{DataMap, Table};
use kept::vault::{Label, SealingKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::TestApp;

/// Plants `count` rows in each table that may have several per tenant, and one in the others. Returns every marker.
pub async fn plant(app: &TestApp, tenant: Id, tag: &str, count: usize) -> Vec<String> {
    let key = app.services.vault.data_key(tenant).await.unwrap();
    let planter = Planter { key: &key, tenant, tag, now: app.clock.now().as_millis() };
    let (mut sql, mut markers) = (String::new(), Vec::new());
    for table in DataMap::builtin().unwrap().tenant_tables() {
        let rows = if table.key.is_empty() { 1 } else { count };
        for number in 0..rows {
            if let Some((columns, values)) = planter.row(table, number, &mut markers) {
                sql.push_str(&format!("INSERT INTO {} ({columns}) VALUES ({values});\n", table.name));
            }
        }
    }
    let sql = if app.databases.main_url().starts_with("sqlite:") { sql } else { sql.replace("X'", "'\\x") };
    app.services.main.maintain(move |conn| Ok::<_, DbError>(conn.batch_execute(&sql)?)).await.unwrap();
    markers
}

struct Planter<'a> {
    key: &'a SealingKey,
    tenant: Id,
    tag: &'a str,
    now: i64,
}

impl Planter<'_> {
    /// Names and values of the columns of one row. The tenant's own row is there already.
    fn row(&self, table: &Table, number: usize, markers: &mut Vec<String>) -> Option<(String, String)> {
        let (marker, id) =
            (format!("{}{}{number}", self.tag, table.name.replace('_', "")), self.id(&table.name, number));
        let (now, later, index) = (self.now, self.now + 86_400_000, self.index(&marker));
        let seal = |content: Value| self.seal(table, id, &content);
        let json = json!({ "marker": marker, "text": "two\nlines" });
        let (columns, values) = match table.name.as_str() {
            "webhooks" => (
                "identifier_index, id, received_at, expires_at, payload",
                format!("{index}, {id}, {now}, {later}, {}", seal(json)),
            ),
            "operation_records" => (
                "kind, subject_index, slot, id, ordered_at, recorded_at, expires_at, payload",
                format!(
                    "'issue_copy', {index}, 'latest', {id}, {now}, {now}, {later}, {}",
                    seal(json!({ "subject": marker, "value": json }))
                ),
            ),
            "tombstones" => ("subject_index, deleted_at, expires_at", format!("{index}, {now}, {later}")),
            "uploads" => (
                "key_index, id, updated_at, sealed",
                format!("{index}, {id}, {now}, {}", seal(json!({ "key": marker, "value": [json] }))),
            ),
            "usage_counters" => {
                ("day, feature, uses, expires_at", format!("{}, '{marker}', 3, {later}", now / 86_400_000))
            }
            "settings" => {
                ("id, updated_at, sealed", format!("{id}, {now}, {}", seal(json!({ "contact": marker }))))
            }
            "links" => {
                ("id, purpose, generation, due_at, expires_at", format!("{id}, 'undo', 1, {later}, {later}"))
            }
            "notices" => (
                "kind, due_at, id, generation, state, recorded_at, expires_at, sealed",
                format!(
                    "'end', {}, {id}, 1, 'sent', {now}, {later}, {}",
                    later + id,
                    seal(json!({ "to": marker }))
                ),
            ),
            "timeline" => {
                ("id, at, kind, detail, expires_at", format!("{id}, {now}, 'installed', '{marker}', {later}"))
            }
            "suspicions" if number == 0 => {
                ("reason, since, due_at, due_policy", format!("'lapsed', {now}, {later}, '{marker}'"))
            }
            "forge_installations" => (
                "id, installation_index, mapping, issued_at, installed_at, sealed",
                format!(
                    "{id}, {index}, 'settled', {now}, {now}, {}",
                    seal(json!({ "installationId": marker }))
                ),
            ),
            "audit" => (
                "sequence, id, at, kind, previous_hash, hash, expires_at, sealed",
                format!(
                    "{}, {id}, {now}, 'bundle_opened', {index}, {index}, {later}, {}",
                    number + 1,
                    seal(json!({ "who": marker }))
                ),
            ),
            "audit_checkpoints" => {
                ("sequence, at, hash, signature", format!("1, {now}, {index}, '{marker}'"))
            }
            "grants" => ("id, ticket_id, staff_id, at, expires_at", format!("{id}, 1, 1, {now}, {later}")),
            "downloads" => (
                "id, ticket_id, staff_id, at, kept_until, expires_at",
                format!("{id}, 1, 1, {now}, {later}, {later}"),
            ),
            "reviews" => (
                "id, sequence, kind, staff_id, at, expires_at",
                format!("{id}, 1, '{marker}', 1, {now}, {later}"),
            ),
            "jobs" => (
                "id, kind, generation, discriminator, state, run_at, attempts, asked_again, created_at",
                format!("{id}, 'planted', 1, '{number}', 'queued', {}, 0, FALSE, {now}", i64::MAX),
            ),
            "erasures" => (
                "id, step, reason, left_at, due_at, ceiling_at, frozen_at, due_policy",
                format!("{id}, 'planted', 'left', {now}, {later}, {later}, {now}, 'p'"),
            ),
            "tickets" => (
                "id, number, state, severity, priority, product, region, is_privacy, reporter_index, email_state, \
                 idempotency_index, request_index, message_root, created_at, updated_at, expires_at, sealed",
                format!(
                    "{id}, '{marker}', 'received', 'low', 'normal', 'jira', 'here', FALSE, {index}, 'confirmed', \
                     {index}, {index}, {id}, {now}, {now}, {later}, {}",
                    seal(json!({ "accountId": marker, "email": "ada@example.com" }))
                ),
            ),
            "ticket_messages" => (
                "ticket_id, id, kind, at, expires_at, sealed",
                format!("7, {id}, 'user_reply', {now}, {later}, {}", seal(json!({ "text": marker }))),
            ),
            "bundle_items" => (
                "ticket_id, id, position, at, expires_at, bytes, sealed",
                format!(
                    "7, {id}, {number}, {now}, {later}, 3, {}",
                    seal(json!({ "name": marker, "content": "" }))
                ),
            ),
            "consents" => (
                "ticket_id, id, item, statement_version, given_at, expires_at",
                format!("7, {id}, '{marker}', 3, {now}, {later}"),
            ),
            "sink_copies" => (
                "ticket_id, sink, id, state, attempts, updated_at, expires_at, sealed",
                format!("7, '{marker}', {id}, 'delivered', 1, {now}, {later}, {}", seal(json)),
            ),
            "ticket_mails" => (
                "id, ticket_id, kind, state, recorded_at, expires_at, sealed",
                format!("{id}, 7, 'confirm', 'sending', {now}, {later}, {}", seal(json!({ "to": marker }))),
            ),
            "ticket_links" => {
                ("id, ticket_id, purpose, expires_at, key_id", format!("{id}, 7, 'status', {later}, 1"))
            }
            "ticket_frames" => (
                "ticket_id, id, number, recorded_at, goes_at, items, bytes, messages, expires_at",
                format!("{id}, {id}, '{marker}', {now}, {later}, 1, 2, 3, {later}"),
            ),
            "suspicions" | "tenants" => return None,
            other => panic!("tests/it/support/planted.rs: plant rows in {other} too"),
        };
        // What users wrote to support is listed and not shown.
        let hidden = ["tombstones", "ticket_messages", "bundle_items", "ticket_mails", "grants", "downloads"];
        let is_hidden = hidden.contains(&table.name.as_str());
        if table.withheld.is_none() && !is_hidden {
            markers.push(marker);
        }
        Some((format!("tenant_id, {columns}"), format!("{}, {values}", self.tenant)))
    }

    /// Not one of the ids that the service makes.
    fn id(&self, table: &str, number: usize) -> i64 {
        let hash = Sha256::digest(format!("{}{table}", self.tag));
        let head = u32::from_le_bytes(hash[..4].try_into().unwrap());
        i64::from(head) * 1_000_000 + i64::try_from(number).unwrap()
    }

    fn index(&self, of: &str) -> String {
        hexadecimal(&Sha256::digest(of))
    }

    fn seal(&self, table: &Table, id: i64, content: &Value) -> String {
        let label: &'static str = DataMap::builtin()
            .unwrap()
            .tenant_tables()
            .find(|one| one.name == table.name)
            .unwrap()
            .sealed_columns()
            .find(|(column, ..)| !column.contains("secret"))
            .unwrap()
            .1;
        // As somebody may write it by hand.
        let text = serde_json::to_vec_pretty(content).unwrap();
        hexadecimal(&self.key.seal(Label(label), Id::from_i64(id), &text))
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    format!("X'{}'", data_encoding::HEXUPPER.encode(bytes))
}
