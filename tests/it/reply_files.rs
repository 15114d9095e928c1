//! Files that reporters send with an answer: held to the rules of a report's attachments, opened by staff with a reason, told to the
//! desk, taken back, and gone with the ticket.

use std::time::Duration;

use kept::audit::AuditKind;
use kept::db::{DbError, Id, bundle_items};
use kept::sandbox::{Answer, Site};
use kept::staff::Role;
use serde_json::{Value, json};

use crate::bundle::attachments::{has_exif, jpeg_with_gps, png_bomb};
use crate::sinks::DESK;
use crate::support::admin::{installed, tenant_id};
use crate::support::console::Person;
use crate::support::reports::{act, mailed, page, post, preview, token_of, whole};
use crate::support::{TestApp, send};

const API: &str = "/console/api/v1";

struct Answering {
    app: TestApp,
    site: Site,
    tenant: Id,
    lead: Person,
    sent: Value,
    token: String,
    /// How many items came with the report itself.
    items: usize,
}

impl Answering {
    /// A report whose address is confirmed, at a vendor with a desk.
    async fn start() -> Self {
        let app = TestApp::with(&DESK).await;
        let site = installed(&app, "jira").await;
        let (tenant, lead) = (tenant_id(&app, &site).await, app.person("lead", Role::Lead).await);
        let seen = preview(&app, &site, json!({"description": "It broke", "tier": "minimal"})).await;
        let sent = post(&app, &site, "a-report-with-answers", &whole(&seen)).await.json();
        app.run_jobs().await;
        let token = mailed(&app);
        assert_eq!(act(&app, &token, &[("do", "confirm")]).await.status, 303);
        app.run_jobs().await;
        let items = seen["items"].as_array().unwrap().len();
        Self { app, site, tenant, lead, sent, token, items }
    }

    fn number(&self) -> &str {
        self.sent["number"].as_str().unwrap()
    }

    async fn answer(&self, text: &str, files: &[(&str, &[u8])]) -> Answer {
        answer(&self.app, &self.token, text, files).await
    }

    async fn staff(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        let path = format!("{API}/tickets/{}{path}", self.number());
        self.app.console(Some(&self.lead), method, &path, body).await
    }

    async fn opened(&self) -> Vec<Value> {
        let why = json!({"reason": "to see what came"});
        assert_eq!(self.staff("POST", "/bundle", Some(why)).await.status, 200);
        self.staff("GET", "/bundle", None).await.json()["items"].as_array().unwrap().clone()
    }

    /// Names of what the desk has attached to the request.
    fn at_desk(&self) -> Vec<String> {
        let requests = self.app.sandbox.desk().requests();
        let own = requests.iter().find(|request| request.summary.contains(self.number())).unwrap();
        own.attachments.iter().map(|attachment| attachment.name.clone()).collect()
    }

    async fn pass(&self) {
        for _ in 0..6 {
            self.app.advance(Duration::from_secs(60));
            self.app.run_jobs().await;
        }
    }
}

/// The form of a report's page, as a browser sends it without a script.
async fn answer(app: &TestApp, token: &str, text: &str, files: &[(&str, &[u8])]) -> Answer {
    let mut body = Vec::new();
    for (name, value) in [("do", "reply"), ("text", text)] {
        body.extend(
            format!("--bOuNd\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes(),
        );
    }
    for (name, content) in files {
        let head = "--bOuNd\r\nContent-Disposition: form-data; name=\"file\"; filename=";
        body.extend(format!("{head}\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n").bytes());
        body.extend_from_slice(content);
        body.extend(b"\r\n");
    }
    body.extend(b"--bOuNd--\r\n");
    let request = app.request("POST", &format!("/status/{token}"));
    send(request.header("content-type", "multipart/form-data; boundary=bOuNd").body(body)).await
}

fn bytes_of(item: &Value) -> Vec<u8> {
    data_encoding::BASE64.decode(item["content"].as_str().unwrap().as_bytes()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_an_answer_are_cleaned_masked_and_shown_with_it() {
    let it = Answering::start().await;
    let log = "\u{feff}ada@customer.example failed at 203.0.113.7\n";
    let picture = jpeg_with_gps();
    assert!(has_exif(&picture));
    let sent = it
        .answer("See these.\r\nBoth.", &[("photo of Ada.jpg", &picture), ("app.log", log.as_bytes())])
        .await;
    assert_eq!(sent.status, 303, "{}", sent.body);
    let seen = page(&it.app, &it.token).await.body;
    assert!(
        seen.contains("See these.") && seen.contains("reply-file-1") && seen.contains("reply-file-2"),
        "{seen}"
    );
    assert!(!seen.contains("photo of Ada"), "names of files are not kept");
    let ticket = it.staff("GET", "", None).await.json();
    let message = &ticket["messages"][0];
    assert_eq!(message["text"], "See these.\nBoth.");
    let names: Vec<_> = message["files"].as_array().unwrap().iter().map(|file| &file["name"]).collect();
    assert_eq!(names, ["reply-file-1", "reply-file-2"]);
    let items = it.opened().await;
    let item = |name: &str| items.iter().find(|item| item["item"]["name"] == name).unwrap();
    let picture = bytes_of(item("reply-file-1"));
    assert!(!has_exif(&picture) && !picture.windows(6).any(|window| window == b"Marker"));
    assert_eq!(bytes_of(item("reply-file-2")), b"<email-1> failed at <ipv4-1>\n");
    assert_eq!(item("reply-file-2")["item"]["masked"][0]["rule"], "email");
    it.app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn looking_into_files_of_an_answer_needs_a_reason_leaves_a_row_and_a_mark_in_every_copy() {
    let it = Answering::start().await;
    assert_eq!(it.answer("A log.", &[("a.log", b"only a text")]).await.status, 303);
    let closed = it.staff("GET", "/bundle", None).await;
    assert_eq!((closed.status, crate::support::code(&closed).as_str()), (403, "grant_required"));
    assert_eq!(it.opened().await.last().unwrap()["item"]["name"], "reply-file-1");
    let why = json!({"reason": "to take it along"});
    let file = it.staff("POST", "/downloads", Some(why)).await;
    assert_eq!(file.status, 200);
    assert!(file.header("x-kept-download").is_some());
    assert!(file.body.contains("items/reply-file-1") && file.body.contains("kept download"));
    let log = it.app.services.audit.page(it.tenant, None, 50).await.unwrap();
    let kinds: Vec<_> = log.iter().map(|entry| entry.kind).collect();
    assert!(
        kinds.contains(&AuditKind::BundleOpened) && kinds.contains(&AuditKind::BundleDownloaded),
        "{kinds:?}"
    );
    assert!(page(&it.app, &it.token).await.body.contains("to take it along"));
    it.app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_not_be_attached_to_a_report_may_not_come_with_an_answer_and_no_word_is_lost() {
    let it = Answering::start().await;
    let secret = it.site.shared_secret().unwrap();
    // So that no pattern takes it for a token and masks it.
    let leak: String = secret.chars().map(|letter| format!("{letter} ")).collect();
    let (bomb, large) = (png_bomb(), vec![b'a'; 3 * 1024 * 1024]);
    let refused: [(&str, &[u8], u16); 7] = [
        ("screenshot.png", b"%PDF-1.7 and more", 415),
        ("logs.txt", b"PK\x03\x04 an archive", 415),
        ("bomb.png", &bomb, 415),
        ("empty.txt", b"", 415),
        ("large.txt", &large, 415),
        ("program.jpg", b"MZ\x00\x01\x02", 415),
        ("leak.log", leak.as_bytes(), 422),
    ];
    for (name, content, status) in refused {
        let answer = it.answer("What I typed & meant", &[("fine.txt", b"fine"), (name, content)]).await;
        assert_eq!(answer.status, status, "{name}: {}", answer.body);
        assert!(answer.body.contains("What I typed &#38; meant"), "{name}: {}", answer.body);
        assert!(answer.body.contains("choose the files anew"), "{name}");
        assert!(!answer.body.contains(&secret));
    }
    // More than one answer may have, in number and in all.
    let four = [("a", b"a".as_slice()), ("b", b"b"), ("c", b"c"), ("d", b"d")];
    assert_eq!(it.answer("Four", &four).await.status, 415);
    let huge = vec![b'a'; 9 * 1024 * 1024];
    let answer = it.answer("What I typed before it", &[("huge.txt", &huge)]).await;
    assert_eq!(answer.status, 413);
    assert!(answer.body.contains("What I typed before it"), "{}", answer.body);
    assert_eq!(it.answer("", &[("a.txt", b"without a word")]).await.status, 400);
    let ticket = it.staff("GET", "", None).await.json();
    assert_eq!(
        (&ticket["messages"], it.opened().await.len()),
        (&json!([]), it.items),
        "nothing of it was stored"
    );
    it.app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_without_files_is_an_answer_and_bytes_that_are_no_form_are_refused() {
    let it = Answering::start().await;
    // A browser sends a field for files also when none was chosen.
    assert_eq!(it.answer("Just words", &[("", b"")]).await.status, 303);
    for bent in [
        "",
        "--other",
        "--bOuNd\r\nno header\r\n--bOuNd--",
        "--bOuNd\r\nContent-Disposition: form-data\r\n\r\nx",
    ] {
        let request = it.app.request("POST", &format!("/status/{}", it.token));
        let request = request.header("content-type", "multipart/form-data; boundary=bOuNd").body(bent);
        assert_eq!(send(request).await.status, 400, "{bent:?}");
    }
    let ticket = it.staff("GET", "", None).await.json();
    assert_eq!(ticket["messages"].as_array().unwrap().len(), 1);
    it.app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_no_link_of_ours_or_has_not_confirmed_sends_no_files() {
    let it = Answering::start().await;
    let large = vec![b'a'; 1024 * 1024];
    let stranger = answer(&it.app, "AAEnot-a-link", "x", &[("a.txt", &large)]).await;
    assert!(matches!(stranger.status, 404 | 413), "{}", stranger.status);
    let link = token_of(it.sent["statusLink"].as_str().unwrap());
    let other = answer(&it.app, &link, "I have the other link", &[("a.txt", b"text")]).await;
    assert_eq!(other.status, 409, "{}", other.body);
    assert_eq!(it.opened().await.len(), it.items);
    it.app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_an_answer_get_to_the_desk_with_it_once_and_go_when_they_are_taken_back() {
    let it = Answering::start().await;
    it.pass().await;
    assert_eq!(
        it.answer("Two files.", &[("a.txt", b"the first"), ("b.txt", b"the second")]).await.status,
        303
    );
    it.pass().await;
    let number = it.number();
    let expected = [format!("{number}-reply-file-1.txt"), format!("{number}-reply-file-2.txt")];
    assert_eq!(it.at_desk(), expected);
    let requests = it.app.sandbox.desk().requests();
    let said = format!("{:?}", requests[0].comments);
    assert!(said.contains("Two files.") && said.contains("Attached: "), "{said}");
    let taken = act(&it.app, &it.token, &[("do", "withdraw"), ("consent", "reply-file-1")]).await;
    assert_eq!(taken.status, 303);
    it.pass().await;
    assert_eq!(it.at_desk(), [format!("{number}-reply-file-2.txt")]);
    let names: Vec<_> = it.opened().await.iter().map(|item| item["item"]["name"].clone()).collect();
    assert!(!names.contains(&json!("reply-file-1")) && names.contains(&json!("reply-file-2")), "{names:?}");
    // A name is one file's for good.
    assert_eq!(it.answer("Another.", &[("c.txt", b"the third")]).await.status, 303);
    it.pass().await;
    assert!(it.at_desk().contains(&format!("{number}-reply-file-3.txt")));
}

#[tokio::test(flavor = "multi_thread")]
async fn there_is_room_for_a_dozen_files_and_they_go_with_their_ticket() {
    let it = Answering::start().await;
    for round in 0..4 {
        let three = [("a", b"one".as_slice()), ("b", b"two"), ("c", b"three")];
        assert_eq!(it.answer("Three more", &three).await.status, 303, "{round}");
    }
    let full = it.answer("One too many", &[("d", b"four")]).await;
    assert_eq!(full.status, 409);
    assert!(full.body.contains("One too many"), "{}", full.body);
    assert_eq!(it.answer("Words have room.", &[]).await.status, 303);
    it.pass().await;
    assert_eq!(act(&it.app, &it.token, &[("do", "delete-now")]).await.status, 303);
    it.pass().await;
    let (tenant, ticket) = (it.tenant, it.sent["id"].as_str().unwrap().parse().unwrap());
    let left = it
        .app
        .services
        .main
        .read(move |conn| Ok::<_, DbError>(bundle_items::of_ticket(conn, tenant, ticket)?));
    assert!(left.await.unwrap().is_empty());
    assert!(it.app.sandbox.desk().requests().is_empty());
    let seen = page(&it.app, &it.token).await.body;
    assert!(seen.contains(&format!("{} items", it.items + 12)), "what there was is counted: {seen}");
}
