//! The console: who of the vendor's people may do what, what is left of it, and that a ticket is worked on to its end.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::time::Duration;

use diesel::connection::SimpleConnection;
use kept::audit::Entry;
use kept::auth::Caller;
use kept::db::Id;
use kept::sandbox::{Answer, Who};
use kept::staff::Role;
use kept::support::Severity;
use kept::tickets::Consent;
use serde_json::{Value, json};

use crate::support::console::{Person, Reported};
use crate::support::{TestApp, code, reports};

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(86_400);
const API: &str = "/console/api/v1";

fn body(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("{}", answer.body))
}

async fn entries(app: &TestApp, tenant: Id) -> Vec<Entry> {
    app.services.audit.page(tenant, None, 200).await.unwrap()
}

fn refusals(entries: &[Entry]) -> usize {
    entries.iter().filter(|entry| entry.kind.as_str() == "access_refused").count()
}

/// A body that the route would take.
fn plausible(path: &str) -> Option<Value> {
    let last = path.rsplit('/').next().unwrap();
    match last {
        "bundle" | "downloads" => Some(json!({"reason": "to look for the cause"})),
        "assignee" => Some(json!({"assignee": null})),
        "priority" => Some(json!({"priority": "high"})),
        "privacy" => Some(json!({"isPrivacy": false})),
        "snooze" => Some(json!({"until": null})),
        "tags" => Some(json!({"tags": ["login"]})),
        "notes" => Some(json!({"text": "a note"})),
        "replies" => Some(json!({"text": "an answer"})),
        "state" => Some(json!({"step": "triage"})),
        "merge" => Some(json!({"into": "NONE"})),
        "known" => Some(json!({"text": null})),
        "mask" => Some(json!({"text": "nothing", "reason": "a name of somebody"})),
        "forget" => Some(json!({"reason": "asked for by mail", "of": "ticket"})),
        _ if path.contains("/replies/") => Some(json!({"title": "t", "language": "en", "body": "b"})),
        _ if path.contains("/reviews/") => Some(json!({"remark": "seen and fine"})),
        _ => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn utoolity_13_roles_and_resources_are_a_closed_table_and_each_refusal_leaves_a_row() {
    let app = TestApp::start().await;
    let (tenant, own) = app.tenant_with_ticket("one").await;
    let other = app.report(tenant, Reported::default()).await;
    let lead = app.person("lead", Role::Lead).await;
    let agent = app.person("agent", Role::Agent).await;
    let auditor = app.person("auditor", Role::Auditor).await;
    let operator = app.person("operator", Role::Operator).await;
    app.assign(&lead, &own, "agent").await;
    let columns: [(&str, &Person, &str); 5] = [
        ("agent, own", &agent, &own),
        ("agent, other", &agent, &other),
        ("lead", &lead, &other),
        ("auditor", &auditor, &other),
        ("operator", &operator, &other),
    ];
    let refused = async || refusals(&entries(&app, tenant).await) + refusals(&entries(&app, Id::NONE).await);
    // Whoever may look at a bundle has to say why before they do.
    for ((name, person, number), expected) in columns.into_iter().zip([
        "grant_required",
        "not_permitted",
        "grant_required",
        "not_permitted",
        "not_permitted",
    ]) {
        let before = refused().await;
        let answer = app.console(Some(person), "GET", &format!("{API}/tickets/{number}/bundle"), None).await;
        assert_eq!((answer.status, code(&answer).as_str()), (403, expected), "{name}");
        assert_eq!(refused().await - before, 1, "{name}: {}", answer.body);
    }
    let mut table = format!("{:52}", "");
    columns.iter().for_each(|(name, ..)| table += &format!(" {name:12}"));
    let routes = kept::routes::table();
    let staff = routes.routes().iter().filter(|route| matches!(route.caller, Caller::Staff(_)));
    // A ticket that is gone, and whoever signed out, are asked nothing more.
    let mut staff: Vec<_> = staff.collect();
    staff.sort_by_key(|route| {
        (route.path.ends_with("/session") && route.method == "DELETE", route.path.ends_with("/forget"))
    });
    for route in staff {
        let path = route.path.replace("{ticket}", &own).replace("{id}", "12").replace("{name}", "nobody");
        let stranger = app.console(None, route.method.as_str(), &path, None).await;
        assert_eq!(stranger.status, 401, "{path}: nobody is signed in");
        table += &format!("\n{:7}{:45}", route.method.as_str(), route.path.trim_start_matches(API));
        for (_, person, number) in columns {
            if route.path.ends_with("/assignee") && number == own {
                // It would take the ticket away from the agent.
                assert!(!Role::Agent.may(kept::staff::Permission::Triage));
            }
            let path =
                route.path.replace("{ticket}", number).replace("{id}", "12").replace("{name}", "nobody");
            let before = refused().await;
            let path = if route.path == format!("{API}/search") { format!("{path}?q=nothing") } else { path };
            let with_body = route.method != "GET" && route.method != "DELETE";
            let sent = if with_body { plausible(&path) } else { None };
            let answer = app.console(Some(person), route.method.as_str(), &path, sent).await;
            let after = refused().await;
            let is_refused = answer.status == 403 && code(&answer) == "not_permitted";
            let is_left_out =
                route.method == "DELETE" && route.path.ends_with("/session") && answer.status == 401;
            assert!(is_left_out || (answer.status != 401 && answer.status < 500), "{path}: {}", answer.body);
            assert_eq!(
                after - before,
                usize::from(answer.status == 403),
                "{} {path}: {}",
                route.method,
                answer.body
            );
            let cell = if is_refused { "refused".to_owned() } else { format!("allowed {}", answer.status) };
            table += &format!(" {cell:12}");
        }
    }
    let table = table.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    insta::assert_snapshot!(table);
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn appernetic_28_an_agent_reaches_no_ticket_but_their_own_and_the_customer_sees_who_tried() {
    let app = TestApp::start().await;
    let (tenant, own) = app.tenant_with_ticket("one").await;
    let other = app.report(tenant, Reported { text: "a secret matter", ..Reported::default() }).await;
    let (lead, agent) = (app.person("lead", Role::Lead).await, app.person("agent", Role::Agent).await);
    app.assign(&lead, &own, "agent").await;
    let queue = body(&app.console(Some(&agent), "GET", &format!("{API}/tickets?assignee=none"), None).await);
    let numbers: Vec<&str> =
        queue["items"].as_array().unwrap().iter().map(|item| item["number"].as_str().unwrap()).collect();
    assert_eq!(numbers, [own.as_str()], "no filter shows more");
    let found =
        body(&app.console(Some(&agent), "GET", &format!("{API}/search?q={}", &other[..5]), None).await);
    assert_eq!(found["items"].as_array().unwrap().len(), 0);
    // Nor by what was written about it, what was taken out of it, or what may be joined with it.
    let note = json!({"text": "The zebra did it"});
    app.console(Some(&lead), "POST", &format!("{API}/tickets/{other}/notes"), Some(note)).await;
    let found = body(&app.console(Some(&agent), "GET", &format!("{API}/search?q=zebra"), None).await);
    assert_eq!((found["items"].as_array().unwrap().len(), &found["searched"]), (0, &json!(1)));
    let why = || Some(json!({"reason": "to look for the cause"}));
    for place in ["bundle", "downloads"] {
        let path = format!("{API}/tickets/{other}/{place}");
        assert_eq!(app.console(Some(&lead), "POST", &path, why()).await.status, 200);
    }
    let listed = body(&app.console(Some(&agent), "GET", &format!("{API}/downloads"), None).await);
    assert_eq!(listed["items"], json!([]), "of others");
    let joined = Some(json!({"into": other}));
    let joined = app.console(Some(&agent), "POST", &format!("{API}/tickets/{own}/merge"), joined).await;
    assert_eq!(joined.status, 403);
    let path = format!("{API}/tickets/{other}");
    assert_eq!(app.console(Some(&agent), "GET", &path, None).await.status, 403);
    let reason = json!({"reason": "I am curious"});
    assert_eq!(app.console(Some(&agent), "POST", &format!("{path}/bundle"), Some(reason)).await.status, 403);
    let site = app.site("one");
    let token = site.context_token(site.user(Who::Admin).as_deref());
    let log = body(&app.get_with("/api/v1/access-log", &token).await);
    let tried: Vec<&Value> = log["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|item| item["kind"] == "access_refused" && item["ticket"] == other.as_str())
        .collect();
    assert_eq!(tried.len(), 2, "{log}");
    assert!(tried.iter().all(|item| item["who"] == "agent"), "{log}");
    // Whoever loses a ticket loses what they opened of it.
    let bundle = format!("{API}/tickets/{own}/bundle");
    assert_eq!(app.console(Some(&agent), "POST", &bundle, why()).await.status, 200);
    assert_eq!(app.console(Some(&agent), "GET", &bundle, None).await.status, 200);
    app.assign(&lead, &own, "lead").await;
    assert_eq!(app.console(Some(&agent), "GET", &bundle, None).await.status, 403);
    app.run_jobs().await;
}

/// Makes a statement on this table fail until [`mend`] is called, on either engine.
pub fn fail_on(app: &TestApp, what: &str, table: &str) {
    let sql = match app.databases.main_url().starts_with("sqlite:") {
        true => {
            format!("CREATE TRIGGER fault BEFORE {what} ON {table} BEGIN SELECT RAISE(ABORT, 'fault'); END")
        }
        false => format!(
            "CREATE OR REPLACE FUNCTION fault() RETURNS trigger LANGUAGE plpgsql AS \
             'BEGIN RAISE EXCEPTION ''fault''; END'; \
             CREATE TRIGGER fault BEFORE {what} ON {table} FOR EACH ROW EXECUTE FUNCTION fault()"
        ),
    };
    app.services.main.maintain_here(|conn| Ok(conn.batch_execute(&sql)?)).unwrap();
}

pub fn mend(app: &TestApp, table: &str) {
    let on = if app.databases.main_url().starts_with("sqlite:") { "" } else { &format!(" ON {table}") };
    let sql = format!("DROP TRIGGER fault{on}");
    app.services.main.maintain_here(|conn| Ok(conn.batch_execute(&sql)?)).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_staff_changes_and_the_record_of_it_are_stored_together_or_not_at_all() {
    let app = TestApp::start().await;
    let (tenant, number) = app.tenant_with_ticket("one").await;
    let other = app.report(tenant, Reported::default()).await;
    let lead = app.person("lead", Role::Lead).await;
    let ticket = app.services.audit.subject(&number).await.unwrap().unwrap().ticket;
    let stored = async || {
        let whole = app.services.tickets.whole(tenant, ticket).await.unwrap().unwrap();
        let rows = entries(&app, tenant).await.len() + entries(&app, Id::NONE).await.len();
        (format!("{whole:?}"), rows)
    };
    let path = format!("{API}/tickets/{number}");
    let why = json!({"reason": "the customer asked for it"});
    let changes = [
        ("PUT", format!("{path}/assignee"), json!({"assignee": "lead"}), "UPDATE", "tickets"),
        ("PUT", format!("{path}/priority"), json!({"priority": "urgent"}), "UPDATE", "tickets"),
        ("PUT", format!("{path}/privacy"), json!({"isPrivacy": true}), "UPDATE", "tickets"),
        ("PUT", format!("{path}/known"), json!({"text": null}), "UPDATE", "tickets"),
        ("PUT", format!("{path}/snooze"), json!({"until": null}), "UPDATE", "tickets"),
        ("PUT", format!("{path}/tags"), json!({"tags": ["login"]}), "UPDATE", "tickets"),
        ("POST", format!("{path}/notes"), json!({"text": "a note"}), "INSERT", "ticket_messages"),
        ("POST", format!("{path}/replies"), json!({"text": "an answer"}), "INSERT", "ticket_messages"),
        ("POST", format!("{path}/state"), json!({"step": "solve"}), "INSERT", "ticket_messages"),
        ("POST", format!("{path}/merge"), json!({"into": other}), "UPDATE", "tickets"),
        ("POST", format!("{path}/bundle"), why.clone(), "INSERT", "grants"),
        ("POST", format!("{path}/downloads"), why.clone(), "INSERT", "downloads"),
        (
            "PUT",
            format!("{API}/replies/new"),
            json!({"title": "t", "language": "en", "body": "b"}),
            "INSERT",
            "canned_replies",
        ),
        (
            "POST",
            format!("{path}/forget"),
            json!({"reason": "asked by mail", "of": "ticket"}),
            "DELETE",
            "tickets",
        ),
    ];
    assert_eq!(app.console(Some(&lead), "POST", &format!("{path}/bundle"), Some(why)).await.status, 200);
    for (method, path, sent, what, table) in changes {
        let before = stored().await;
        for (what, table) in [("INSERT", "audit"), (what, table)] {
            fail_on(&app, what, table);
            let answer = app.console(Some(&lead), method, &path, Some(sent.clone())).await;
            assert!(answer.status >= 500, "{path}, {table}: {} {}", answer.status, answer.body);
            mend(&app, table);
            assert_eq!(stored().await, before, "{path}, with {table} failing");
        }
        if !path.ends_with("/forget") {
            let answer = app.console(Some(&lead), method, &path, Some(sent)).await;
            assert!(answer.status < 300, "{path}: {}", answer.body);
            assert_eq!(stored().await.1, before.1 + 1, "{path}: one change, one record");
        }
    }
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn website_22_a_bundle_is_passed_on_to_an_expert_only_while_its_reporter_agrees() {
    let app = TestApp::start().await;
    let site = app.site("one");
    site.install().await;
    let tenant = app.tenant(&site).await.unwrap().tenant.id;
    let without = reports::submit(&app, tenant, "bob", reports::report(&app)).await;
    let mut agreed = reports::report(&app);
    agreed.consents.push(Consent::Experts);
    let with = reports::submit(&app, tenant, "ada", agreed).await;
    app.run_jobs().await;
    let token = reports::mailed(&app);
    let lead = app.person("lead", Role::Lead).await;
    let pass_on = async |number: &str| {
        let path = format!("{API}/tickets/{number}");
        let why = json!({"reason": "to have the log read"});
        assert_eq!(app.console(Some(&lead), "POST", &format!("{path}/bundle"), Some(why)).await.status, 200);
        let to = json!({"reason": "to have the log read", "expert": "Parser Works GmbH"});
        app.console(Some(&lead), "POST", &format!("{path}/downloads"), Some(to)).await
    };
    let refused = pass_on(&without.number).await;
    assert_eq!((refused.status, code(&refused).as_str()), (403, "consent_required"));
    let entry = entries(&app, tenant).await.remove(0);
    assert_eq!(
        (entry.kind.as_str(), entry.detail.about.as_deref()),
        ("access_refused", Some("passing on to Parser Works GmbH"))
    );
    assert_eq!(pass_on(&with.number).await.status, 200);
    let entry = entries(&app, tenant).await.remove(0);
    assert!(entry.kind.as_str() == "bundle_downloaded", "{entry:?}");
    assert!(entry.detail.about.unwrap().ends_with(", for Parser Works GmbH"), "the customer sees to whom");
    assert_eq!(reports::act(&app, &token, &[("do", "confirm")]).await.status, 303);
    assert_eq!(reports::act(&app, &token, &[("do", "withdraw"), ("consent", "experts")]).await.status, 303);
    let refused = pass_on(&with.number).await;
    assert_eq!((refused.status, code(&refused).as_str()), (403, "consent_required"), "from now on");
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn idalko_26_nobody_but_support_reaches_what_customers_sent() {
    let app = TestApp::start().await;
    let (_, number) = app.tenant_with_ticket("one").await;
    let operator = app.person("operator", Role::Operator).await;
    let (auditor, lead) = (app.person("auditor", Role::Auditor).await, app.person("lead", Role::Lead).await);
    let path = format!("{API}/tickets/{number}");
    let why = || Some(json!({"reason": "to look for the cause"}));
    for person in [&auditor, &operator] {
        for (method, path, sent) in [
            ("GET", path.clone(), None),
            ("POST", format!("{path}/bundle"), why()),
            ("GET", format!("{path}/bundle"), None),
            ("POST", format!("{path}/downloads"), why()),
            ("GET", format!("{API}/search?q=nothing"), None),
        ] {
            let answer = app.console(Some(person), method, &path, sent).await;
            let refused = (answer.status, code(&answer));
            assert_eq!(refused, (403, "not_permitted".to_owned()), "{}: {path}", person.name);
        }
    }
    assert_eq!(app.console(Some(&lead), "GET", &path, None).await.status, 200);
    // Whoever leaves is out at once.
    let leaves = app.console(Some(&operator), "POST", &format!("{API}/staff/lead/disable"), None).await;
    assert_eq!(leaves.status, 200, "{}", leaves.body);
    assert_eq!(app.console(Some(&lead), "GET", &path, None).await.status, 401);
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn utoolity_11_a_bundle_is_read_for_its_own_ticket_with_a_reason_and_for_minutes() {
    let app = TestApp::start().await;
    let (tenant, one) = app.tenant_with_ticket("one").await;
    let two = app.report(tenant, Reported { text: "my cat ate it", ..Reported::default() }).await;
    let lead = app.person("lead", Role::Lead).await;
    let bundle = |number: &str| format!("{API}/tickets/{number}/bundle");
    let read = app.console(Some(&lead), "GET", &bundle(&two), None).await;
    assert_eq!((read.status, code(&read).as_str()), (403, "grant_required"));
    for reason in ["", "  ", "?", "a\nb"] {
        let opened = app.console(Some(&lead), "POST", &bundle(&two), Some(json!({"reason": reason}))).await;
        assert_eq!((opened.status, code(&opened).as_str()), (400, "invalid_body"), "{reason:?}");
    }
    let why = json!({"reason": "the log names an error of this page"});
    let opened = app.console(Some(&lead), "POST", &bundle(&two), Some(why)).await;
    assert_eq!(opened.status, 200, "{}", opened.body);
    let until: kept::clock::Timestamp = body(&opened)["until"].as_str().unwrap().parse().unwrap();
    assert_eq!(until, app.services.policy.grant_until(app.clock.now()));
    let read = body(&app.console(Some(&lead), "GET", &bundle(&two), None).await);
    let content =
        data_encoding::BASE64.decode(read["items"][0]["content"].as_str().unwrap().as_bytes()).unwrap();
    assert!(String::from_utf8(content).unwrap().contains("my cat ate it"));
    let other = app.console(Some(&lead), "GET", &bundle(&one), None).await;
    assert_eq!((other.status, code(&other).as_str()), (403, "grant_required"), "a grant is for one bundle");
    let entry =
        entries(&app, tenant).await.into_iter().find(|entry| entry.kind.as_str() == "bundle_opened").unwrap();
    assert_eq!(entry.detail.ticket.as_deref(), Some(two.as_str()));
    assert_eq!(entry.detail.reason.as_deref(), Some("the log names an error of this page"));
    app.clock.set(until);
    let late = app.console(Some(&lead), "GET", &bundle(&two), None).await;
    assert_eq!((late.status, code(&late).as_str()), (403, "grant_required"));
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn idalko_23_a_download_has_a_reason_a_watermark_and_an_end_and_is_an_alarm_until_it_is_confirmed_deleted()
 {
    let app = TestApp::start().await;
    let (tenant, number) = app.tenant_with_ticket("one").await;
    let (lead, agent) = (app.person("lead", Role::Lead).await, app.person("agent", Role::Agent).await);
    app.assign(&lead, &number, "agent").await;
    let path = format!("{API}/tickets/{number}");
    let why = json!({"reason": "to run it through the parser"});
    let without = app.console(Some(&agent), "POST", &format!("{path}/downloads"), Some(why.clone())).await;
    assert_eq!((without.status, code(&without).as_str()), (403, "grant_required"));
    app.console(Some(&agent), "POST", &format!("{path}/bundle"), Some(why.clone())).await;
    let request = app.request("POST", &format!("{path}/downloads")).header("cookie", &agent.cookie);
    let request = request.header("origin", crate::support::console::ORIGIN).header("x-kept-console", "1");
    let answer = request.body(why.to_string()).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let id = answer.headers()["x-kept-download"].to_str().unwrap().to_owned();
    let bytes = answer.bytes().await.unwrap();
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes.to_vec())).unwrap();
    assert_eq!(zip.comment(), format!("kept download {id}").as_bytes());
    let mut manifest = String::new();
    let folder = format!("{number}-download-{id}");
    zip.by_name(&format!("{folder}/manifest.json")).unwrap().read_to_string(&mut manifest).unwrap();
    let manifest: Value = serde_json::from_str(&manifest).unwrap();
    assert_eq!((manifest["download"].as_str(), manifest["by"].as_str()), (Some(id.as_str()), Some("agent")));
    let until = app.services.policy.download_until(app.clock.now());
    assert_eq!(manifest["deleteBy"], until.to_string());
    let mut taken = String::new();
    zip.by_name(&format!("{folder}/items/report")).unwrap().read_to_string(&mut taken).unwrap();
    let taken: Value = serde_json::from_str(&taken).unwrap();
    assert_eq!(taken["watermark"], format!("kept download {id}"), "each file leads to whoever took it along");
    let entry = entries(&app, tenant).await.remove(0);
    assert_eq!(
        (entry.kind.as_str(), entry.detail.about.as_deref()),
        ("bundle_downloaded", Some(id.as_str()))
    );
    // Open, until it is overdue, and then an alarm.
    let open = async |person: &Person| {
        let listed = app.console(Some(person), "GET", &format!("{API}/downloads?open=true"), None).await;
        body(&listed)["items"].as_array().unwrap().clone()
    };
    assert_eq!(open(&lead).await.len(), 1);
    assert!(app.get(&format!("{}/metrics", app.admin_url)).await.body.contains("kept_downloads_overdue 0.0"));
    app.clock.set(until);
    let (lead, agent) = (again(&app, lead).await, again(&app, agent).await);
    assert_eq!(open(&lead).await[0]["isOverdue"], true);
    assert!(app.get(&format!("{}/metrics", app.admin_url)).await.body.contains("kept_downloads_overdue 1.0"));
    let confirm = format!("{API}/downloads/{id}/deleted");
    assert_eq!(
        app.console(Some(&lead), "POST", &confirm, None).await.status,
        404,
        "only whoever took it knows"
    );
    assert_eq!(app.console(Some(&agent), "POST", &confirm, None).await.status, 204);
    assert_eq!(open(&lead).await.len(), 0);
    assert!(app.get(&format!("{}/metrics", app.admin_url)).await.body.contains("kept_downloads_overdue 0.0"));
    assert_eq!(entries(&app, tenant).await[0].kind.as_str(), "download_deleted");
    app.run_jobs().await;
}

/// The same person, signed in once more.
async fn again(app: &TestApp, mut person: Person) -> Person {
    person.cookie = crate::support::console::cookie(&app.sign_in_again(&person).await);
    person
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_is_worked_on_to_its_end_and_each_step_leaves_a_row() {
    let app = TestApp::start().await;
    let (tenant, number) = app.tenant_with_ticket("one").await;
    let (lead, agent) = (app.person("lead", Role::Lead).await, app.person("mara", Role::Agent).await);
    app.assign(&lead, &number, "mara").await;
    let nobody = app
        .console(
            Some(&lead),
            "PUT",
            &format!("{API}/tickets/{number}/assignee"),
            Some(json!({"assignee": "nobody"})),
        )
        .await;
    assert_eq!(nobody.status, 400);
    let reply = json!({"title": "Looking", "language": "en", "body": "{agent} looks at {number} in {product}.", "after": "asked"});
    let wrong = json!({"title": "Looking", "language": "en", "body": "b", "after": "closed"});
    let wrong = app.console(Some(&lead), "PUT", &format!("{API}/replies/new"), Some(wrong)).await;
    assert_eq!(wrong.status, 400, "{}", wrong.body);
    let reply = body(&app.console(Some(&lead), "PUT", &format!("{API}/replies/new"), Some(reply)).await);
    let path = format!("{API}/tickets/{number}");
    let draft = format!("{path}/replies/{}", reply["id"].as_str().unwrap());
    let draft = body(&app.console(Some(&agent), "GET", &draft, None).await);
    assert_eq!(draft["text"], format!("mara looks at {number} in Jira."));
    assert_eq!(draft["after"], "asked", "it says what it brings about");
    for (method, place, sent) in [
        ("PUT", "priority", json!({"priority": "urgent"})),
        ("PUT", "tags", json!({"tags": ["login", "sso"]})),
        ("POST", "notes", json!({"text": "seen before"})),
        ("POST", "replies", json!({"text": draft["text"], "after": draft["after"]})),
        ("POST", "state", json!({"step": "close", "reason": "answered"})),
    ] {
        let answer = app.console(Some(&agent), method, &format!("{path}/{place}"), Some(sent)).await;
        assert_eq!(answer.status, 204, "{place}: {}", answer.body);
    }
    let shown = body(&app.console(Some(&agent), "GET", &path, None).await);
    assert_eq!((shown["state"].as_str(), shown["priority"].as_str()), (Some("closed"), Some("urgent")));
    assert_eq!((&shown["tags"], &shown["closeReason"]), (&json!(["login", "sso"]), &json!("answered")));
    assert!(shown["messages"].to_string().contains("seen before"));
    assert!(!shown.to_string().contains("nothing works"), "what was sent needs a reason");
    let closed = app.services.policy.ticket_expires_at(app.clock.now(), Some(app.clock.now())).unwrap();
    assert_eq!(shown["goesAt"], closed.to_string());
    app.console(Some(&agent), "GET", &path, None).await;
    let kinds: Vec<String> =
        entries(&app, tenant).await.iter().rev().map(|entry| entry.kind.as_str().to_owned()).collect();
    assert_eq!(
        kinds,
        ["assigned", "prioritised", "tagged", "note_added", "replied", "closed", "ticket_read"]
    );
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_queue_is_filtered_sorted_and_paged_and_privacy_is_kept_apart() {
    let app = TestApp::start().await;
    let (tenant, first) = app.tenant_with_ticket("one").await;
    let (other, _) = app.tenant_with_ticket("two").await;
    let mut numbers = BTreeMap::from([("first", first.clone())]);
    for (name, severity, product, is_privacy) in [
        ("high", Severity::High, "jira", false),
        ("low", Severity::Low, "confluence", false),
        ("privacy", Severity::Normal, "jira", true),
    ] {
        app.advance(MINUTE);
        let reported =
            Reported { severity, product, is_privacy, fingerprint: Some("E-1"), ..Reported::default() };
        numbers.insert(name, app.report(tenant, reported).await);
    }
    let lead = app.person("lead", Role::Lead).await;
    let names: BTreeMap<&str, &str> = numbers.iter().map(|(name, number)| (number.as_str(), *name)).collect();
    let list = async |query: &str| -> Vec<String> {
        let answer = app.console(Some(&lead), "GET", &format!("{API}/tickets?{query}"), None).await;
        assert_eq!(answer.status, 200, "{query}: {}", answer.body);
        let items = body(&answer)["items"].as_array().unwrap().clone();
        items
            .iter()
            .map(|item| names.get(item["number"].as_str().unwrap()).unwrap_or(&"other").to_string())
            .collect()
    };
    let of_one = format!("tenant={tenant}");
    assert_eq!(list(&of_one).await, ["first", "high", "low"], "the oldest first");
    assert_eq!(list(&format!("{of_one}&sort=-age")).await, ["low", "high", "first"]);
    assert_eq!(list(&format!("{of_one}&sort=-severity")).await, ["high", "first", "low"]);
    assert_eq!(list(&format!("{of_one}&severity=high")).await, ["high"]);
    assert_eq!(list("product=confluence").await, ["low"]);
    assert_eq!(list("privacy=true").await, ["privacy"]);
    assert_eq!(list(&format!("tenant={other}")).await, ["other"]);
    assert_eq!(list(&format!("{of_one}&state=closed,solved")).await, [""; 0]);
    app.assign(&lead, &numbers["high"], "lead").await;
    assert_eq!(list("assignee=me").await, ["high"]);
    assert_eq!(list(&format!("{of_one}&assignee=none")).await, ["first", "low"]);
    let before = app.clock.now().minus(MINUTE * 2);
    assert_eq!(list(&format!("{of_one}&createdBefore={before}")).await, ["first"]);
    // Page by page, in every order, everything comes once.
    for sort in [
        "age",
        "-age",
        "updated",
        "goes",
        "state",
        "-severity",
        "priority",
        "product",
        "tenant",
        "assignee",
        "due",
    ] {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let path = format!("{API}/tickets?sort={sort}&limit=1{cursor}");
            let page = body(&app.console(Some(&lead), "GET", &path, None).await);
            seen.extend(page["items"].as_array().unwrap().iter().map(|item| item["number"].to_string()));
            let Some(next) = page["nextCursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        let distinct: std::collections::BTreeSet<_> = seen.iter().collect();
        assert_eq!((seen.len(), distinct.len()), (4, 4), "{sort}");
    }
    for wrong in [
        "state=gone",
        "sort=length",
        "tenant=x",
        "cursor=1",
        "limit=0",
        "severity=x",
        "assignee=zz",
        "privacy=1",
    ] {
        let answer = app.console(Some(&lead), "GET", &format!("{API}/tickets?{wrong}"), None).await;
        assert_eq!((answer.status, code(&answer).as_str()), (400, "invalid_parameter"), "{wrong}");
    }
    // Duplicates are found by the error that they report.
    let alike = body(
        &app.console(Some(&lead), "GET", &format!("{API}/tickets/{}/alike", numbers["low"]), None).await,
    );
    assert_eq!(alike["items"].as_array().unwrap().len(), 2, "{alike}");
    let merge = format!("{API}/tickets/{}/merge", numbers["low"]);
    let into = |number: &str| Some(json!({"into": number}));
    assert_eq!(app.console(Some(&lead), "POST", &merge, into(&numbers["high"])).await.status, 204);
    let shown =
        body(&app.console(Some(&lead), "GET", &format!("{API}/tickets/{}", numbers["low"]), None).await);
    assert_eq!(shown["mergedInto"], numbers["high"].as_str());
    answers_reach_followers(&app, &lead, &numbers["high"], &numbers["low"]).await;
    assert_eq!(app.console(Some(&lead), "DELETE", &merge, None).await.status, 204);
    let again = app.console(Some(&lead), "DELETE", &merge, None).await;
    assert_eq!((again.status, code(&again).as_str()), (409, "state_changed"), "it follows nobody any more");
    let alone =
        body(&app.console(Some(&lead), "GET", &format!("{API}/tickets/{}", numbers["low"]), None).await);
    assert_eq!((&alone["mergedInto"], &alone["goesAt"]), (&Value::Null, &shown["goesAt"]), "its day stays");
    let theirs = body(&app.console(Some(&lead), "GET", &format!("{API}/tickets?tenant={other}"), None).await);
    let theirs = theirs["items"][0]["number"].as_str().unwrap();
    assert_eq!(
        app.console(Some(&lead), "POST", &format!("{API}/tickets/{first}/merge"), into(theirs)).await.status,
        400
    );
    app.run_jobs().await;
}

/// One answer for a ticket and those that follow it, and none by somebody who has not read what was said last.
async fn answers_reach_followers(app: &TestApp, lead: &Person, leader: &str, follower: &str) {
    let of = async |number: &str| {
        body(&app.console(Some(lead), "GET", &format!("{API}/tickets/{number}"), None).await)
    };
    assert_eq!(of(leader).await["followers"], json!([follower]));
    let seen = of(leader).await["messages"].as_array().unwrap().len();
    let replies = format!("{API}/tickets/{leader}/followers/replies");
    let answer = |text: &str, seen: usize| Some(json!({"text": text, "seen": seen}));
    assert_eq!(app.console(Some(lead), "POST", &replies, answer("It is mended.", seen)).await.status, 204);
    for number in [leader, follower] {
        assert!(of(number).await["messages"].to_string().contains("It is mended."), "{number}");
    }
    let late = app.console(Some(lead), "POST", &replies, answer("It is not mended.", seen)).await;
    assert_eq!((late.status, code(&late).as_str()), (409, "state_changed"));
    assert!(!of(follower).await["messages"].to_string().contains("not mended"), "nothing of it was sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn leads_look_at_accesses_afterwards_and_nobody_at_their_own() {
    let app = TestApp::start().await;
    let (tenant, number) = app.tenant_with_ticket("one").await;
    let (lead, chief) = (app.person("lead", Role::Lead).await, app.person("chief", Role::Lead).await);
    let why = json!({"reason": "the customer called"});
    app.console(Some(&lead), "POST", &format!("{API}/tickets/{number}/bundle"), Some(why)).await;
    let open = body(&app.console(Some(&chief), "GET", &format!("{API}/reviews"), None).await);
    let item = &open["items"][0];
    assert_eq!((item["who"].as_str(), item["reason"].as_str()), (Some("lead"), Some("the customer called")));
    let path = format!("{API}/reviews/{}", item["id"].as_str().unwrap());
    let remark = || Some(json!({"remark": "asked and fine"}));
    assert_eq!(app.console(Some(&lead), "POST", &path, remark()).await.status, 403);
    assert_eq!(refusals(&entries(&app, Id::NONE).await), 1, "and that somebody tried is recorded");
    assert_eq!(app.console(Some(&chief), "POST", &path, remark()).await.status, 204);
    assert_eq!(app.console(Some(&chief), "POST", &path, remark()).await.status, 409);
    let open = body(&app.console(Some(&chief), "GET", &format!("{API}/reviews"), None).await);
    let left: Vec<&str> =
        open["items"].as_array().unwrap().iter().map(|item| item["kind"].as_str().unwrap()).collect();
    assert_eq!(left, ["access_refused"], "what was tried waits for a look itself");
    assert_eq!(entries(&app, tenant).await[0].kind.as_str(), "access_reviewed");
    app.advance(DAY);
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_reported_a_problem_sees_who_looked_into_it_and_why() {
    let app = TestApp::start().await;
    let site = app.site("one");
    site.install().await;
    let tenant = app.tenant(&site).await.unwrap().tenant.id;
    let submitted = reports::submit(&app, tenant, "ada", reports::report(&app)).await;
    app.run_jobs().await;
    let token = reports::mailed(&app);
    assert_eq!(reports::act(&app, &token, &[("do", "confirm")]).await.status, 303);
    let lead = app.person("mara", Role::Lead).await;
    let path = format!("{API}/tickets/{}", submitted.number);
    let why = json!({"reason": "the <log> names it"});
    assert_eq!(app.console(Some(&lead), "POST", &format!("{path}/bundle"), Some(why)).await.status, 200);
    app.console(Some(&lead), "POST", &format!("{path}/notes"), Some(json!({"text": "a note"}))).await;
    let shown = reports::page(&app, &token).await.body;
    assert!(shown.contains("mara looked into what you sent: the &#60;log&#62; names it"), "{shown}");
    assert!(!shown.contains("a note"), "{shown}");
    let with_the_other_link = reports::page(&app, &reports::token_of(submitted.status.expose())).await.body;
    assert!(!with_the_other_link.contains("mara"), "number and state alone");
}
