//! What operators read from the command line about reports: who agreed to what, what a report would hold, what became of mails. None of
//! it shows a text or an address of anybody.

use kept::db::Id;
use kept::sandbox::Site;
use kept::staff::Role;
use kept::tickets::work::After;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::admin::{call, installed, settings, tenant_id};
use crate::support::place::{code, stderr, stdout};
use crate::support::process::Environment;
use crate::support::reports::{ADDRESS, act, answer, mailed, post, preview, report, submit, whole};

async fn start() -> (TestApp, Site, Id) {
    let app = TestApp::start().await;
    let site = installed(&app, "jira").await;
    let tenant = tenant_id(&app, &site).await;
    (app, site, tenant)
}

fn command(app: &TestApp) -> Environment {
    Environment::new(&app.databases, &app.sandbox).set("KEPT_CLOCK", &app.clock.now().to_string())
}

fn ask(app: &TestApp, arguments: &[&str]) -> Value {
    command(app).json(&app.databases, arguments)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ledger_of_consents_says_who_agreed_to_what_when_and_under_which_statement() {
    let (app, site, tenant) = start().await;
    let other = tenant_id(&app, &installed(&app, "confluence").await).await;
    let first = submit(&app, tenant, "712020:ada", report(&app)).await;
    submit(&app, other, "712020:eve", report(&app)).await;
    app.run_jobs().await;
    let given_at = app.clock.now();
    let own = ask(&app, &["consents", "export", "--tenant", &tenant.to_string(), "--json"]);
    let goes_at = app.services.policy.ticket_expires_at(given_at, None).unwrap();
    let line = json!({"tenant": tenant.to_string(), "report": first.number, "consent": "issue", "statementVersion": 3,
        "givenAt": given_at, "withdrawnAt": null, "keptUntil": goes_at});
    assert_eq!(own, json!([line]));
    assert_eq!(ask(&app, &["consents", "export", "--json"]).as_array().unwrap().len(), 2);
    // Taken back, it stays in the ledger with the time of that.
    let token = mailed_to(&app, &first.number);
    act(&app, &token, &[("do", "confirm")]).await;
    app.advance(std::time::Duration::from_secs(60));
    act(&app, &token, &[("do", "withdraw"), ("consent", "issue")]).await;
    let own = ask(&app, &["consents", "export", "--tenant", &site.client_key(), "--json"]);
    assert_eq!(own[0]["withdrawnAt"], json!(app.clock.now()));
    let table = command(&app).run(&app.databases, &["consents", "export"]);
    let printed = stdout(&table);
    assert!(printed.starts_with("TENANT") && printed.contains(&first.number), "{printed}");
    for theirs in ["ada", "eve", ADDRESS, "It broke"] {
        assert!(!printed.contains(theirs), "{theirs}: {printed}");
    }
    let unknown = command(&app).run(&app.databases, &["consents", "export", "--tenant", "nobody"]);
    assert_eq!((code(&unknown), stdout(&unknown).as_str()), (1, ""));
    app.run_jobs().await;
}

/// The token of the link in the mail about this report.
fn mailed_to(app: &TestApp, number: &str) -> String {
    let mails = app.mails_of("ticket");
    let mail = mails.iter().find(|mail| mail.subject.contains(number)).unwrap();
    crate::support::reports::token_of(&mail.links()[0])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_of_the_collectors_shows_a_manifest_and_no_content() {
    let (app, site, tenant) = start().await;
    site.webhook(
        "jira:issue_updated",
        json!({"issue": {"id": "10001", "fields": {"summary": "Marker summary"}}}),
    )
    .await;
    app.run_jobs().await;
    let shown = ask(&app, &["reports", "dry-run", "--tenant", &tenant.to_string(), "--json"]);
    let names = |shown: &Value| -> Vec<String> {
        shown["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["name"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(shown["tier"], "minimal");
    assert!(names(&shown).contains(&"account".to_owned()), "{shown}");
    assert!(shown["missing"].as_array().is_some_and(|missing| !missing.is_empty()), "{shown}");
    // The same parts as a user gets to see, of the same size but for what they wrote.
    let seen = preview(&app, &site, json!({"description": "x", "tier": "minimal"})).await;
    assert_eq!(names(&shown), names(&seen));
    let full =
        ["reports", "dry-run", "--tenant", &tenant.to_string(), "--tier", "full", "--as-administrator"];
    let printed = command(&app).run(&app.databases, &full);
    assert_eq!(code(&printed), 0, "{}", stderr(&printed));
    let text = stdout(&printed);
    assert!(text.contains("records") && text.contains("missing: "), "{text}");
    for theirs in ["Marker", site.client_key().as_str(), site.base_url().as_str()] {
        assert!(!text.contains(theirs) && !shown.to_string().contains(theirs), "{theirs}: {text}");
    }
    // Where the site forbids reports there is nothing to collect.
    let rules =
        json!({"rule": "forbid", "tier": "minimal", "neverContent": false, "terms": [], "blocked": []});
    call(&app, &site, "PUT", "/api/v1/settings", Some(settings(json!({"reports": rules})))).await;
    let refused = command(&app).run(&app.databases, &full);
    assert_eq!(code(&refused), 1);
    assert!(stderr(&refused).contains("reports_forbidden"), "{}", stderr(&refused));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_of_mails_says_which_were_taken_and_which_were_refused() {
    let (app, site, tenant) = start().await;
    let seen = preview(&app, &site, json!({"description": "It broke", "tier": "minimal"})).await;
    let sent = post(&app, &site, "a-report-with-a-mail", &whole(&seen)).await.json();
    app.run_jobs().await;
    mailed(&app);
    let mut body = whole(&seen);
    body["email"] = json!("bounce@example.com");
    let lost = post(&app, &site, "a-report-to-nobody", &body).await.json();
    app.run_jobs().await;
    let all = ask(&app, &["mails", "list", "--json"]);
    let of = |report: &Value| {
        let own = all.as_array().unwrap().iter().find(|mail| mail["report"] == report["number"]).unwrap();
        (own["about"].clone(), own["kind"].clone(), own["state"].clone(), own["tenant"].clone())
    };
    assert_eq!(of(&sent), (json!("report"), json!("confirm"), json!("sent"), json!(tenant.to_string())));
    assert_eq!(of(&lost).2, "undeliverable");
    let failed = ask(&app, &["mails", "list", "--failed", "--tenant", &tenant.to_string(), "--json"]);
    assert_eq!(failed.as_array().unwrap().len(), 1, "{failed}");
    let table = stdout(&command(&app).run(&app.databases, &["mails", "list"]));
    for theirs in [ADDRESS, "bounce@example.com", "It broke"] {
        assert!(!table.contains(theirs) && !all.to_string().contains(theirs), "{theirs}");
    }
    // Notices stand beside them: one without anybody to write to.
    assert_eq!(site.uninstall().await.status, 204);
    let due_at = app.tenant(&site).await.unwrap().tenant.due_at().unwrap();
    app.live_until(due_at.minus(std::time::Duration::from_secs(86_400))).await;
    let notices = ask(&app, &["mails", "list", "--failed", "--json"]);
    assert!(notices.to_string().contains("no_contact"), "{notices}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_is_accounted_for_in_numbers_and_the_metrics_say_how_much_work_there_is() {
    let (app, _, tenant) = start().await;
    let month = app.clock.now().to_string().chars().take(7).collect::<String>();
    let ticket = submit(&app, tenant, "712020:ada", report(&app)).await.id;
    submit(&app, tenant, "712020:eve", report(&app)).await;
    let lead = app.person("lead", Role::Lead).await;
    let number = app.services.tickets.find(tenant, ticket).await.unwrap().unwrap().number;
    let path = format!("/console/api/v1/tickets/{number}/bundle");
    let why = Some(json!({"reason": "to look for the cause"}));
    assert_eq!(app.console(Some(&lead), "POST", &path, why).await.status, 200);
    answer(&app, tenant, ticket, "We look into it.", After::Unchanged).await;
    let metrics = app.get(&format!("{}/metrics", app.admin_url)).await.body;
    let counted = [("received", 1), ("triaged", 1), ("closed", 0)];
    for line in counted.map(|(state, count)| format!("kept_tickets{{state=\"{state}\"}} {count}.0")) {
        assert!(metrics.lines().any(|shown| shown == line), "{line}: {metrics}");
    }
    assert!(!metrics.contains("\nkept_jobs_due 0.0"), "mails wait to be sent");
    app.run_jobs().await;
    let view = ask(&app, &["reports", "month", &month, "--json"]);
    assert_eq!(view["reports"], json!({"made": 2, "closed": 0, "deletedOnRequest": 0}));
    assert_eq!(view["firstAnswers"], json!({"inTime": 1, "late": 0, "waiting": 1}));
    assert_eq!((&view["records"]["bundle_opened"], &view["reviews"]["open"]), (&json!(1), &json!(1)));
    assert_eq!(view["overdueNow"], json!({}), "nothing is there that should have gone");
    for theirs in ["ada", "eve", "lead", ADDRESS, "to look for the cause", &number] {
        assert!(!view.to_string().contains(theirs), "{theirs}: {view}");
    }
    let table = stdout(&command(&app).run(&app.databases, &["reports", "month", &month]));
    assert!(table.starts_with("WHAT") && table.contains("records: bundle_opened"), "{table}");
    let other = ask(&app, &["reports", "month", "2020-01", "--json"]);
    assert_eq!((&other["reports"]["made"], &other["records"]), (&json!(0), &json!({})));
    let wrong = command(&app).run(&app.databases, &["reports", "month", "November"]);
    assert_eq!(code(&wrong), 2);
    assert!(stderr(&wrong).contains("such as 2026-11"), "{}", stderr(&wrong));
}
