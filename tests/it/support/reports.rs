//! Problem reports: made past the preview where a test looks at something else, and over HTTP as a page does it.

use kept::audit::AuditKind;
use kept::db::sink_copies::{self, CopyRow};
use kept::db::{DbError, Id, ticket_links};
use kept::error::Error;
use kept::policy::Language;
use kept::sandbox::{Answer, ReceivedMail, Site, Who};
use kept::staff::{Needs, Role};
use kept::support::{Accepted, Item, ItemName, Lacking, Media, Severity, Tier};
use kept::tickets::forget::COPY;
use kept::tickets::links::{Followed, TicketLink, TicketPurpose};
use kept::tickets::state::Step;
use kept::tickets::submit::{IdempotencyKey, Report, Request, Submitted};
use kept::tickets::work::{After, Answer as Reply};
use kept::tickets::{Consent, Deed, State};
use serde_json::{Value, json};

use super::admin::call_as;
use super::{TestApp, send};

pub const ADDRESS: &str = "grace@example.com";

/// A report that was previewed, with an item that needed a consent.
pub fn report(app: &TestApp) -> Report {
    let item = |name, text: &str| {
        Item::new(name, Tier::Full, Media::Json, json!({ "text": text }).to_string().into_bytes(), Vec::new())
    };
    Report {
        accepted: Accepted {
            tier: Tier::Full,
            severity: Severity::High,
            fingerprint: Some("fingerprint".to_owned()),
            items: vec![item(ItemName::Report, "It broke."), item(ItemName::Issue, "The issue.")],
            left_out: vec![ItemName::Records],
            missing: vec![Lacking { name: ItemName::Licence, code: None, why: "there is none".to_owned() }],
            statement_version: 3,
            made_at: app.clock.now(),
        },
        email: ADDRESS.parse().unwrap(),
        language: Language::En,
        consents: vec![Consent::Item(ItemName::Issue)],
        product: "jira".to_owned(),
        is_privacy: false,
        follow: false,
    }
}

/// Somebody of the vendor who may do it is about to do this to a ticket.
pub async fn deed<N: Needs>(app: &TestApp, tenant: Id, ticket: Id, kind: AuditKind) -> Deed<N> {
    let who =
        kept::audit::Who { id: Id::from_i64(77), name: "mara".to_owned(), role: Role::Lead.to_string() };
    let row = app.services.tickets.find(tenant, ticket).await.unwrap().unwrap();
    Deed::new(&who, Role::Lead, &row, kind).unwrap()
}

/// An answer to the reporter.
pub async fn answer(app: &TestApp, tenant: Id, ticket: Id, text: &str, after: After) {
    let deed = deed(app, tenant, ticket, AuditKind::Replied).await;
    let answer = Reply { text: text.to_owned(), after, seen: None };
    app.services.tickets.answer(deed, answer).await.unwrap();
}

/// The address is confirmed, as by the link in the mail.
pub async fn confirm(app: &TestApp, tenant: Id, ticket: Id) {
    let link = TicketLink { tenant, ticket, purpose: TicketPurpose::Conversation };
    let purpose = link.purpose.as_str();
    let row = app
        .services
        .main
        .read(move |conn| Ok::<_, DbError>(ticket_links::of_ticket(conn, tenant, ticket, purpose)?));
    let id = row.await.unwrap().unwrap().id;
    app.services.tickets.confirm(&Followed { link, id }).await.unwrap();
}

/// Moves the ticket.
pub async fn step(
    app: &TestApp,
    tenant: Id,
    ticket: Id,
    step: Step,
    reason: Option<&str>,
) -> Result<State, Error> {
    let deed = deed(app, tenant, ticket, AuditKind::StateChanged).await;
    app.services.tickets.step_by(deed, step, reason.map(str::to_owned)).await
}

/// Submits one past HTTP.
pub async fn submit(app: &TestApp, tenant: Id, account: &str, report: Report) -> Submitted {
    let key = format!("key-{account}-{}", Id::new(app.clock.now()));
    let request = Request::new(tenant, account, IdempotencyKey::parse(&key).unwrap(), key.as_bytes());
    app.services.tickets.submit(request, report).await.unwrap()
}

/// As if another system had a copy of this ticket.
pub async fn copy(app: &TestApp, tenant: Id, ticket: Id, sink: &str) {
    let (key, now) = (app.services.vault.data_key(tenant).await.unwrap(), app.clock.now());
    let id = Id::new(now);
    let row = CopyRow {
        tenant_id: tenant,
        ticket_id: ticket,
        sink: sink.to_owned(),
        id,
        state: "delivered".to_owned(),
        attempts: 1,
        updated_at: now.into(),
        expires_at: app.services.policy.ticket_expires_at(now, None).unwrap().into(),
        sealed: Some(key.seal(COPY, id, br#"{"key":"HELP-1"}"#)),
    };
    app.services.main.write(move |tx| Ok::<_, DbError>(sink_copies::put(tx, &row)?)).await.unwrap();
}

/// What a page gets for its preview.
pub async fn preview(app: &TestApp, site: &Site, body: Value) -> Value {
    let path = "/api/v1/problem-reports/preview";
    let answer = call_as(app, site, Who::Member, "POST", path, Some(body.to_string())).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

/// The body that sends everything of a preview, with every consent that it needs.
pub fn whole(preview: &Value) -> Value {
    let items = preview["items"].as_array().unwrap();
    let sent: Vec<Value> =
        items.iter().map(|item| json!({"name": item["name"], "content": item["content"]})).collect();
    let needed = items.iter().filter(|item| item["needsConsent"] == true);
    json!({
        "previewToken": preview["previewToken"],
        "items": sent,
        "email": ADDRESS,
        "language": "en",
        "consents": needed.map(|item| item["name"].clone()).collect::<Vec<_>>(),
    })
}

pub async fn post(app: &TestApp, site: &Site, key: &str, body: &Value) -> Answer {
    post_as(app, site, Who::Member, key, body.to_string()).await
}

pub async fn post_as(app: &TestApp, site: &Site, who: Who, key: &str, body: String) -> Answer {
    let token = site.context_token(site.user(who).as_deref());
    let request =
        app.request("POST", "/api/v1/problem-reports").header("authorization", format!("JWT {token}"));
    send(request.header("content-type", "application/json").header("idempotency-key", key).body(body)).await
}

/// The token at the end of a link.
pub fn token_of(link: &str) -> String {
    link.rsplit('/').next().unwrap().to_owned()
}

/// The token of the link in the newest mail about a ticket.
pub fn mailed(app: &TestApp) -> String {
    let mails = ticket_mails(app);
    token_of(&mails.last().unwrap().links()[0])
}

pub fn ticket_mails(app: &TestApp) -> Vec<ReceivedMail> {
    app.mails_of("ticket")
}

/// The page behind a link.
pub async fn page(app: &TestApp, token: &str) -> Answer {
    app.get(&format!("{}/status/{token}", app.url)).await
}

/// Sends its form.
pub async fn act(app: &TestApp, token: &str, fields: &[(&str, &str)]) -> Answer {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    fields.iter().for_each(|(name, value)| {
        form.append_pair(name, value);
    });
    let request = app.request("POST", &format!("/status/{token}"));
    send(request.header("content-type", "application/x-www-form-urlencoded").body(form.finish())).await
}
