//! Staff masks a text for good in a ticket: it goes from everything that was sent and said, here and at the desk, and the record says
//! that it did and not what it was.

use std::time::Duration;

use kept::audit::AuditKind;
use kept::db::Id;
use kept::sandbox::{Answer, Site};
use kept::staff::Role;
use serde_json::{Value, json};

use crate::bundle::attachments::jpeg_with_gps;
use crate::sinks::DESK;
use crate::support::admin::{call, installed, tenant_id};
use crate::support::console::Person;
use crate::support::previews::file;
use crate::support::reports::{act, mailed, page, post, preview, whole};
use crate::support::scan::Traces;
use crate::support::{TestApp, code};

const API: &str = "/console/api/v1";
const WORD: &str = "Bluebird";

struct Masking {
    app: TestApp,
    site: Site,
    tenant: Id,
    lead: Person,
    number: String,
    token: String,
}

impl Masking {
    /// A ticket at a vendor with a desk: its report, a text and a picture, an answer, a note and a tag name a project.
    async fn start() -> Self {
        let app = TestApp::with(&DESK).await;
        let site = installed(&app, "jira").await;
        let (tenant, lead) = (tenant_id(&app, &site).await, app.person("lead", Role::Lead).await);
        let log = b"BLUEBIRD of ada@customer.example failed, says bluebird\n";
        let files = json!([file("a.log", log), file("b.jpg", &jpeg_with_gps())]);
        let draft = json!({"description": "The board of Bluebird hangs; mail eve@customer.example", "tier": "minimal",
            "attachments": files});
        let sent = post(&app, &site, "a-report-with-a-name", &whole(&preview(&app, &site, draft).await))
            .await
            .json();
        app.run_jobs().await;
        let token = mailed(&app);
        act(&app, &token, &[("do", "confirm")]).await;
        act(&app, &token, &[("do", "reply"), ("text", "It is BlueBird again, not Redbird.")]).await;
        let number = sent["number"].as_str().unwrap().to_owned();
        let it = Self { app, site, tenant, lead, number, token };
        assert_eq!(
            it.staff("POST", "/notes", Some(json!({"text": "bluebird is their bank"}))).await.status,
            204
        );
        assert_eq!(it.staff("PUT", "/tags", Some(json!({"tags": ["Bluebird", "boards"]}))).await.status, 204);
        it.pass().await;
        it
    }

    async fn staff(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        let path = format!("{API}/tickets/{}{path}", self.number);
        self.app.console(Some(&self.lead), method, &path, body).await
    }

    async fn open(&self) {
        assert_eq!(
            self.staff("POST", "/bundle", Some(json!({"reason": "to look for names"}))).await.status,
            200
        );
    }

    async fn items(&self) -> Vec<Value> {
        self.staff("GET", "/bundle", None).await.json()["items"].as_array().unwrap().clone()
    }

    async fn mask(&self, text: &str, reason: &str) -> Answer {
        self.staff("POST", "/mask", Some(json!({"text": text, "reason": reason}))).await
    }

    async fn pass(&self) {
        for _ in 0..12 {
            self.app.advance(Duration::from_secs(60));
            self.app.run_jobs().await;
        }
    }
}

fn text_of(item: &Value) -> String {
    let bytes = data_encoding::BASE64.decode(item["content"].as_str().unwrap().as_bytes()).unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn named<'a>(items: &'a [Value], name: &str) -> &'a Value {
    items.iter().find(|item| item["item"]["name"] == name).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_that_is_masked_later_is_gone_everywhere_and_the_manifest_says_so() {
    let it = Masking::start().await;
    let before = it.app.sandbox.desk().requests();
    assert!(format!("{before:?}").contains(WORD));
    it.open().await;
    let old = it.items().await;
    let masked_at = it.app.clock.now();
    let done = it.mask("bluebird", "a name of a customer of theirs").await;
    assert_eq!((done.status, done.json()), (200, json!({"places": 6, "pictures": 1})), "{}", done.body);
    let items = it.items().await;
    for item in &items {
        assert!(!text_of(item).to_lowercase().contains("bluebird"), "{item}");
    }
    let report = named(&items, "report");
    assert!(text_of(report).contains("The board of <later-1> hangs; mail <email-1>"), "{}", text_of(report));
    assert_eq!(report["item"]["maskedLaterAt"], json!(masked_at));
    assert_ne!(report["item"]["sha256"], named(&old, "report")["item"]["sha256"]);
    assert_eq!(text_of(named(&items, "attachment-1")), "<later-1> of <email-2> failed, says <later-1>\n");
    // Where things stand is said anew, for what was masked before too.
    let masked = named(&items, "attachment-1")["item"]["masked"].as_array().unwrap().clone();
    let ranges = |rule: &str| masked.iter().find(|one| one["rule"] == rule).unwrap()["ranges"].clone();
    assert_eq!((ranges("later"), ranges("email")), (json!([[0, 9], [36, 45]]), json!([[13, 22]])));
    for untouched in ["versions", "attachment-2"] {
        assert_eq!(named(&items, untouched), named(&old, untouched), "{untouched}");
        assert_eq!(named(&items, untouched)["item"].get("maskedLaterAt"), None);
    }
    let ticket = it.staff("GET", "", None).await.json();
    assert!(!ticket.to_string().to_lowercase().contains("bluebird"), "{ticket}");
    assert_eq!(ticket["tags"], json!(["<later-1>", "boards"]));
    let seen = page(&it.app, &it.token).await.body;
    assert!(seen.contains("It is &#60;later-1&#62; again, not Redbird."), "{seen}");
    // The desk gets another copy, made of what is left, and keeps nothing of the first one.
    it.pass().await;
    let there = it.app.sandbox.desk().requests();
    let told = format!("{there:?}").to_lowercase();
    assert!(there.len() == 1 && there[0].key != before[0].key, "{there:?}");
    assert!(!told.contains("bluebird") && told.contains("later-1"), "{told}");
    for attachment in &there[0].attachments {
        assert!(!String::from_utf8_lossy(&attachment.content).to_lowercase().contains("bluebird"));
    }
    let traces = Traces::of([WORD]);
    assert_eq!(traces.in_everything(&it.app.databases), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_record_says_that_something_was_masked_and_why_and_never_what() {
    let it = Masking::start().await;
    it.open().await;
    let told = it.mask(WORD, "their project bluebird").await;
    assert_eq!((told.status, code(&told).as_str()), (400, "invalid_body"), "a record stays as it is written");
    assert_eq!(it.mask(WORD, "a name of a customer of theirs").await.status, 200);
    let log = it.app.services.audit.page(it.tenant, None, 50).await.unwrap();
    let entry = log.iter().find(|entry| entry.kind == AuditKind::MaskedLater).unwrap();
    assert_eq!(entry.detail.reason.as_deref(), Some("a name of a customer of theirs"));
    assert_eq!(
        (entry.detail.about.as_deref(), entry.detail.who.as_deref()),
        (Some("places: 6"), Some("lead"))
    );
    let shown = call(&it.app, &it.site, "GET", "/api/v1/access-log", None).await;
    assert!(
        shown.body.contains("masked_later") && !shown.body.to_lowercase().contains("bluebird"),
        "{}",
        shown.body
    );
    // Whoever took a copy out has one with the text, and has to delete it now.
    it.pass().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_whoever_has_said_why_they_look_masks_and_only_what_stands_there() {
    let it = Masking::start().await;
    let closed = it.mask(WORD, "a name of somebody").await;
    assert_eq!((closed.status, code(&closed).as_str()), (403, "grant_required"));
    it.open().await;
    for (text, reason) in [
        ("ab", "too short a text"),
        ("<email-1>", "a placeholder"),
        ("nowhere in it", "not there"),
        (WORD, ""),
        (&"x".repeat(501), "too long a text"),
    ] {
        let answer = it.mask(text, reason).await;
        assert_eq!((answer.status, code(&answer).as_str()), (400, "invalid_body"), "{text}");
    }
    let agent = it.app.person("agent", Role::Agent).await;
    let path = format!("{API}/tickets/{}/mask", it.number);
    let wish = json!({"text": WORD, "reason": "not my ticket"});
    let foreign = it.app.console(Some(&agent), "POST", &path, Some(wish)).await;
    assert_eq!((foreign.status, code(&foreign).as_str()), (403, "not_permitted"));
    let ticket = it.staff("GET", "", None).await.json();
    assert!(ticket.to_string().contains("bluebird is their bank"), "nothing was masked");
    it.app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_text_gets_another_placeholder_and_downloads_are_due_at_once() {
    let it = Masking::start().await;
    it.open().await;
    let taken = it.staff("POST", "/downloads", Some(json!({"reason": "to take it along"}))).await;
    assert_eq!(taken.status, 200);
    assert_eq!(it.mask(WORD, "the name of a project").await.status, 200);
    let again = it.mask("not Redbird", "the name of another").await;
    assert_eq!((again.status, again.json()["places"].clone()), (200, json!(1)), "{}", again.body);
    let seen = page(&it.app, &it.token).await.body;
    assert!(seen.contains("It is &#60;later-1&#62; again, &#60;later-2&#62;."), "{seen}");
    let open =
        it.app.console(Some(&it.lead), "GET", &format!("{API}/downloads?open=true"), None).await.json();
    assert_eq!(open["items"][0]["isOverdue"], true, "{open}");
    it.pass().await;
}
