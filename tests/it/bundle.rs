//! What a problem report would send: only what is safe, masked, byte for byte as it was shown, and nothing of it stored.

pub mod attachments;
mod held;

use std::collections::BTreeSet;
use std::time::Duration;

use kept::db::operation_records;
use kept::db::{DbError, Id};
use kept::operation::Thing;
use kept::sandbox::{Rest, Site, Who};
use serde_json::{Value, json};

use crate::support::admin::{call, call_as, installed, settings, tenant_id};
use crate::support::previews::{PREVIEW, content, draft, json_of, names, preview};
use crate::support::process::Environment as ProcessEnvironment;
use crate::support::scan::Traces;
use crate::support::{TestApp, code, send};

const ITEMS: [&str; 9] =
    ["report", "account", "licence", "issue", "records", "settings", "errors", "versions", "browser"];

async fn shown(app: &TestApp, site: &Site, changed: Value) -> Value {
    let answer = preview(app, site, changed).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

async fn set_rules(app: &TestApp, site: &Site, rules: Value) {
    let mut all =
        json!({"rule": "allow", "tier": "minimal", "neverContent": false, "terms": [], "blocked": []});
    rules.as_object().unwrap().iter().for_each(|(name, value)| all[name] = value.clone());
    let answer = call(app, site, "PUT", "/api/v1/settings", Some(settings(json!({"reports": all})))).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

/// A record about an issue, as the app itself states one.
async fn state(app: &TestApp, tenant: Id, issue: &str, value: Value) {
    let thing = Thing::issue(&json!(issue)).unwrap();
    let put =
        app.services.operation.put(tenant, "draft", &format!("about {issue}"), Some(&thing), &value).await;
    put.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_names_every_item_or_why_it_is_missing() {
    let app = TestApp::start().await;
    let site = installed(&app, "jira").await;
    let first = shown(&app, &site, json!({})).await;
    let missing: Vec<(&str, &str)> = first["missing"]
        .as_array()
        .unwrap()
        .iter()
        .map(|missing| (missing["name"].as_str().unwrap(), missing["why"].as_str().unwrap()))
        .collect();
    let named: BTreeSet<String> =
        names(&first).into_iter().chain(missing.iter().map(|(name, _)| (*name).to_owned())).collect();
    assert_eq!(named, ITEMS.map(str::to_owned).into());
    assert!(missing.contains(&("issue", "no issue or page was named")), "{missing:?}");
    assert_eq!((&first["tier"], &first["statementVersion"]), (&json!("minimal"), &json!(0)));

    let tenant = tenant_id(&app, &site).await;
    let told = json!({"active": true, "evaluation": false, "type": "COMMERCIAL"});
    app.services.operation.put(tenant, "licence", "licence", None, &told).await.unwrap();
    state(&app, tenant, "10001", json!({"summary": "hello"})).await;
    let facts = json!({"userAgent": "Mozilla/5.0 (Windows NT 10.0) Firefox/131.0", "language": "de-DE", "width": 1920,
        "height": 1080, "dark": true, "online": true, "page": "report"});
    let all = json!({"issueId": "10001", "browser": facts, "severity": "high", "doing": "I dragged a card."});
    let second = shown(&app, &site, all).await;
    assert_eq!(
        json_of(&second, "browser"),
        json!({"browser": "firefox/131", "system": "windows", "language": "de-DE",
        "width": 1920, "height": 1080, "isDark": true, "isOnline": true, "page": "report"})
    );
    assert_eq!(json_of(&second, "licence")["isActive"], true);
    assert_eq!(json_of(&second, "report")["severity"], "high");
    let account = json_of(&second, "account");
    assert_eq!((&account["product"], &account["site"]), (&json!("jira"), &json!(site.base_url())));
    for item in second["items"].as_array().unwrap() {
        assert_eq!(item["bytes"], content(&second, item["name"].as_str().unwrap()).len());
        assert_eq!(item["needsConsent"], false, "{item}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_wrong_is_found_by_the_id_that_the_user_saw_and_by_no_other_site() {
    let app = TestApp::start().await;
    let (site, other) = (installed(&app, "jira").await, installed(&app, "other").await);
    let (tenant, dir) = (tenant_id(&app, &site).await, app.services.settings.log_dir.clone());
    let line = |id: &str, tenant: &str| {
        json!({"timestamp": app.clock.now(), "level": "INFO",
        "fields": {"message": "request refused", "tenant.id": tenant, "code": "not_found", "status": 404,
            "cause": "asked by ada@customer.example (at src/api/x.rs:7)"},
        "target": "kept::web::finish", "span": {"request.id": id, "name": "request"}})
        .to_string()
    };
    let foreign = tenant_id(&app, &other).await;
    let lines = [
        line("aa11", &tenant.to_string()),
        line("bb22", &foreign.to_string()),
        line("cc33", &tenant.to_string()),
    ];
    std::fs::create_dir_all(&dir).unwrap();
    std::fs::write(dir.join("app-2026-11-22.log"), lines.join("\n")).unwrap();
    let errors = json_of(&shown(&app, &site, json!({"errorId": "aa11"})).await, "errors");
    assert_eq!(errors["reported"]["requestId"], "aa11");
    assert_eq!(
        (&errors["reported"]["code"], &errors["reported"]["status"]),
        (&json!("not_found"), &json!(404))
    );
    // Why is for the log alone, also where its own users ask.
    assert!(!errors.to_string().contains("asked by") && !errors.to_string().contains("src/api"), "{errors}");
    assert_eq!(errors["newest"], json!([]), "the others are somebody else's");
    let hour = json!("2026-11-22T08:00:00Z");
    assert_eq!(errors["reported"]["at"], hour);
    // Without an id: what went wrong and in which hour, and nothing by which it could be told whose it was.
    let others = json_of(&shown(&app, &site, json!({})).await, "errors");
    let line = json!({"at": hour, "level": "INFO", "message": "request refused", "requestId": null, "job": null,
        "code": "not_found", "status": 404});
    assert_eq!(others, json!({"reported": null, "newest": [line, line]}));
    let foreign = json_of(&shown(&app, &site, json!({"errorId": "bb22"})).await, "errors");
    assert_eq!(foreign["reported"], Value::Null, "another site's");
    assert!(!foreign.to_string().contains("bb22"));
}

#[tokio::test(flavor = "multi_thread")]
async fn idalko_20_a_report_collects_account_operation_and_uploaded_data_and_no_secret_of_the_site() {
    let app = TestApp::start().await;
    let site = installed(&app, "jira").await;
    let tenant = tenant_id(&app, &site).await;
    let former = site.shared_secret().unwrap();
    app.clock.advance(Duration::from_secs(5));
    assert_eq!(site.install().await.status, 204);
    let current = site.shared_secret().unwrap();
    assert_ne!(former, current);
    let set = settings(json!({"contact": "ada@customer.example", "billingCc": "bills@customer.example"}));
    assert_eq!(call(&app, &site, "PUT", "/api/v1/settings", Some(set)).await.status, 200);
    state(&app, tenant, "10001", json!({"summary": "a summary of an issue"})).await;
    let put = |key: &str, value: &str| {
        let (path, value) = (format!("/api/v1/storage/{key}"), value.to_owned());
        let (app, site) = (&app, &site);
        async move { call_as(app, site, Who::Member, "PUT", &path, Some(value)).await.status }
    };
    assert_eq!(put("rules", "\"the value of a setting\"").await, 204);
    app.run_jobs().await;
    for tier in ["minimal", "full"] {
        let shown = shown(&app, &site, json!({"tier": tier, "issueId": "10001"})).await;
        let classes: BTreeSet<&str> =
            shown["items"].as_array().unwrap().iter().map(|item| item["class"].as_str().unwrap()).collect();
        assert!(
            classes.is_superset(&BTreeSet::from(["account", "operation", "uploaded", "support"])),
            "{classes:?}"
        );
        let bundle: Vec<u8> = names(&shown).iter().flat_map(|name| content(&shown, name)).collect();
        let secrets =
            [&former, &current, "ada@customer.example", "bills@customer.example", "the value of a setting"];
        assert_eq!(Traces::of(secrets).in_bytes(&bundle), [""; 0], "{tier}");
        assert_eq!(json_of(&shown, "settings")["stored"][0]["key"], "rules");
        // Content of issues is in the full tier alone, and needs a consent of its own there.
        let is_full = tier == "full";
        assert_eq!(String::from_utf8_lossy(&bundle).contains("a summary of an issue"), is_full, "{tier}");
        for item in shown["items"].as_array().unwrap() {
            let is_content = ["issue", "records"].contains(&item["name"].as_str().unwrap());
            assert_eq!(item["needsConsent"], is_full && is_content, "{item}");
        }
    }
    // Whoever has a secret and writes it down is told so, and there is no bundle.
    let mut alarms = 0;
    for (form, written) in [
        ("as it is", current.clone()),
        ("base64", data_encoding::BASE64.encode(format!("x{former}").as_bytes())),
        ("hex", data_encoding::HEXUPPER.encode(b"bills@customer.example")),
    ] {
        let answer = preview(&app, &site, json!({"doing": format!("I pasted {written} here")})).await;
        let is_masked = answer.status == 200
            && !answer.body.contains(&written)
            && !String::from_utf8_lossy(&content(&answer.json(), "report")).contains(&written);
        let is_refused =
            answer.status == 422 && code(&answer) == "secret_in_report" && answer.body.contains("report:");
        assert!(is_masked || is_refused, "{form}: {}", answer.body);
        alarms += usize::from(is_refused);
    }
    let hidden = data_encoding::HEXLOWER.encode(current.as_bytes());
    assert_eq!(code(&preview(&app, &site, json!({"description": hidden})).await), "secret_in_report");
    let metrics = app.get(&format!("{}/metrics", app.admin_url)).await.body;
    let counted = format!("kept_secrets_in_reports_total {}\n", alarms + 1);
    assert!(metrics.contains(&counted), "an alarm for each: {metrics}");
}

#[tokio::test(flavor = "multi_thread")]
async fn utoolity_09_personal_data_in_a_text_is_masked_before_it_is_sent_and_the_user_masks_more_by_selecting()
 {
    let app = TestApp::start().await;
    let site = installed(&app, "jira").await;
    let written =
        "Ask Ada Lovelace (ada@customer.example, +49 30 1234567) at 203.0.113.9; Ada@customer.example again.";
    let first = shown(&app, &site, json!({"description": written})).await;
    let report = json_of(&first, "report");
    assert_eq!(
        report["description"],
        "Ask Ada Lovelace (<email-1>, <phone-1>) at <ipv4-1>; <email-1> again."
    );
    let masked = &first["items"][0]["masked"];
    let rules: Vec<(&str, &str, i64)> = masked
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            (one["rule"].as_str().unwrap(), one["place"].as_str().unwrap(), one["count"].as_i64().unwrap())
        })
        .collect();
    assert_eq!(
        rules,
        [("email", "/description", 2), ("phone", "/description", 1), ("ipv4", "/description", 1)]
    );
    assert_eq!(masked[0]["ranges"], json!([[18, 27], [53, 62]]));

    let selected = json!(["Ada Lovelace (<email-1>", "again", "never written"]);
    let second = shown(&app, &site, json!({"description": written, "mask": selected})).await;
    let report = json_of(&second, "report");
    assert_eq!(report["description"], "Ask <selected-1>, <phone-1>) at <ipv4-1>; <email-1> <selected-2>.");
    assert_eq!(second["unmatched"], json!([2]));
}

/// A report is no way around the product's permissions: what a user may not see there, they do not see in a preview.
#[tokio::test(flavor = "multi_thread")]
async fn idalko_20_a_preview_shows_nobody_content_that_the_product_does_not_show_them() {
    let app = TestApp::start().await;
    for product in ["jira", "confluence"] {
        let site = installed(&app, product).await;
        let tenant = tenant_id(&app, &site).await;
        for (id, summary) in [("10001", "open to members"), ("10002", "for administrators")] {
            let (thing, value) = (json!(id), json!({"summary": summary}));
            let thing = if product == "jira" { Thing::issue(&thing) } else { Thing::content(&thing) };
            app.services.operation.put(tenant, "draft", id, thing.as_ref(), &value).await.unwrap();
        }
        site.restrict("10002");
        let bundle = async |who: Who, issue: &str| {
            let draft = draft(json!({"tier": "full", "issueId": issue})).to_string();
            let answer = call_as(&app, &site, who, "POST", PREVIEW, Some(draft)).await;
            assert_eq!(answer.status, 200, "{}", answer.body);
            let shown = answer.json();
            let whole = names(&shown).iter().flat_map(|name| content(&shown, name)).collect();
            (String::from_utf8(whole).unwrap(), shown["missing"].to_string())
        };
        let (open, missing) = bundle(Who::Member, "10001").await;
        assert!(open.contains("open to members") && !open.contains("for administrators"), "{open}");
        assert!(missing.contains("only administrators"), "{missing}");
        let (closed, missing) = bundle(Who::Member, "10002").await;
        assert!(!closed.contains("for administrators") && !closed.contains("open to members"), "{closed}");
        assert!(missing.contains("does not say that you may see it"), "{missing}");
        let (all, missing) = bundle(Who::Admin, "10002").await;
        assert!(all.contains("for administrators") && all.contains("open to members"), "{all}");
        assert!(!missing.contains("left out"), "{missing}");
        // A product that does not answer grants nothing, and the report can be made all the same.
        app.sandbox.faults().set_rest(Rest::Status(403));
        let (unknown, _) = bundle(Who::Member, "10001").await;
        assert!(!unknown.contains("open to members"), "{unknown}");
        app.sandbox.faults().set_rest(Rest::Up);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn administrators_forbid_reports_keep_content_back_and_list_terms() {
    let app = TestApp::start().await;
    let site = installed(&app, "jira").await;
    state(&app, tenant_id(&app, &site).await, "10001", json!({"summary": "a summary"})).await;
    set_rules(&app, &site, json!({"terms": ["Projekt Zebra"], "tier": "full"})).await;
    let full = shown(&app, &site, json!({"description": "PROJEKT  zebra is slow", "issueId": "10001"})).await;
    assert_eq!(json_of(&full, "report")["description"], "<term-1> is slow");
    assert_eq!(
        (&full["tier"], &json_of(&full, "issue")["records"][0]["content"]["summary"]),
        (&json!("full"), &json!("a summary"))
    );

    set_rules(&app, &site, json!({"neverContent": true})).await;
    let held = shown(&app, &site, json!({"tier": "full", "issueId": "10001"})).await;
    assert_eq!(
        (&held["tier"], &json_of(&held, "issue")["records"][0]["content"]),
        (&json!("minimal"), &Value::Null)
    );
    assert!(held["missing"].to_string().contains("do not let it leave"), "{}", held["missing"]);

    set_rules(&app, &site, json!({"rule": "forbid"})).await;
    let refused = preview(&app, &site, json!({})).await;
    assert_eq!((refused.status, code(&refused).as_str()), (403, "reports_forbidden"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_stops_and_starts_reports_for_everybody_with_a_reason() {
    let app = TestApp::start().await;
    let site = installed(&app, "jira").await;
    let command = |word: &str| {
        let arguments = ["reports", word, "--reason", "a collector must be looked at"];
        ProcessEnvironment::new(&app.databases, &app.sandbox).run(&app.databases, &arguments)
    };
    assert_eq!(preview(&app, &site, json!({})).await.status, 200);
    assert!(command("pause").status.success());
    let refused = preview(&app, &site, json!({})).await;
    assert_eq!((refused.status, code(&refused).as_str()), (503, "reports_paused"));
    assert!(command("resume").status.success());
    assert_eq!(preview(&app, &site, json!({})).await.status, 200);
    let actions = app.services.tenancy.operator_actions(9).await.unwrap();
    let names: Vec<_> = actions.iter().map(|done| done.action.as_str()).collect();
    assert_eq!(names, ["reports resume", "reports pause"]);
    assert_eq!(actions[0].reason, "a collector must be looked at");
}

#[tokio::test(flavor = "multi_thread")]
async fn values_of_settings_are_in_a_report_only_where_the_policy_says_so() {
    let text =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/policies/default.toml")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("reportable.toml");
    let listed =
        text.replace("[classes.uploaded]\n", "[classes.uploaded]\nreportable = [\"theme\", \"apiToken\"]\n");
    std::fs::write(&path, listed).unwrap();
    let app = TestApp::with(&[("KEPT_POLICY", path.to_str().unwrap())]).await;
    let site = installed(&app, "jira").await;
    for (key, value) in [
        ("theme", r#"{"colour": "red", "by": "ada@customer.example"}"#),
        ("rules", "\"secret rules\""),
        ("apiToken", "\"abcd1234\""),
    ] {
        let path = format!("/api/v1/storage/{key}");
        assert_eq!(call_as(&app, &site, Who::Member, "PUT", &path, Some(value.to_owned())).await.status, 204);
    }
    let stored = json_of(&shown(&app, &site, json!({})).await, "settings")["stored"].clone();
    let of =
        |key: &str| stored.as_array().unwrap().iter().find(|one| one["key"] == key).unwrap()["value"].clone();
    assert_eq!(of("theme"), json!({"colour": "red", "by": "<email-1>"}));
    assert_eq!(of("rules"), Value::Null);
    // A key says what its value is, as the name of a member does.
    assert_eq!(of("apiToken"), json!("<token-1>"));
}

#[tokio::test(flavor = "multi_thread")]
async fn idalko_18_nothing_is_collected_or_stored_until_somebody_reports() {
    let app = TestApp::start().await;
    let site = installed(&app, "jira").await;
    app.run_jobs().await;
    let before = stored(&app).await;
    let marked = "zebra-7f3a only in this report";
    let shown = shown(&app, &site, json!({"description": marked, "issueId": "10001"})).await;
    assert!(json_of(&shown, "report").to_string().contains(marked));
    app.run_jobs().await;
    assert_eq!(stored(&app).await, before, "a preview leaves no row behind");
    assert_eq!(Traces::of([marked]).in_everything(&app.databases), [""; 0]);
    // Nobody but a user of the site can ask for one.
    let anonymous = app.post_with(PREVIEW, &site.context_token(None), draft(json!({})).to_string()).await;
    assert_eq!((anonymous.status, code(&anonymous).as_str()), (401, "unauthenticated"));
    let nobody = send(app.request("POST", PREVIEW).body(draft(json!({})).to_string())).await;
    assert_eq!(nobody.status, 401);
}

/// How many rows each class of the tenants has, as the admin's page counts them.
async fn stored(app: &TestApp) -> Vec<Value> {
    let site = app.site("jira");
    let summary = call(app, &site, "GET", "/api/v1/data/summary", None).await.json();
    let classes = summary["classes"].as_array().unwrap();
    classes.iter().map(|class| json!([class["class"], class["records"], class["kinds"]])).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_draft_is_refused_with_a_sentence() {
    let app = TestApp::start().await;
    let site = installed(&app, "jira").await;
    for (changed, said) in [
        (json!({"description": ""}), "description: is empty."),
        (json!({"description": "x".repeat(20_001)}), "description: expected at most 20000 characters."),
        (json!({"description": "a\u{0}b"}), "description: holds characters that are no text."),
        (json!({"severity": "worst"}), "The body: unknown Severity"),
        (json!({"tier": "all"}), "The body: unknown Tier"),
        (json!({"errorId": "../../etc"}), "errorId: this is no id."),
        (json!({"issueId": ""}), "issueId: this is no id."),
        (json!({"browser": {"plugins": []}}), "The body: unknown field `plugins`"),
        (json!({"browser": {"page": "other"}}), "browser.page: expected"),
        (json!({"mask": vec!["x"; 51]}), "mask: expected at most 50 texts"),
        (json!({"attachments": [{"name": "x", "base64": "!"}]}), "attachments: expected base64"),
        (json!({"surprise": 1}), "The body: unknown field `surprise`"),
    ] {
        let answer = preview(&app, &site, changed.clone()).await;
        assert_eq!((answer.status, code(&answer).as_str()), (400, "invalid_body"), "{said}");
        assert!(answer.json()["detail"].as_str().unwrap().starts_with(said), "{said}: {}", answer.body);
    }
    // HTML is a text like any other.
    let html = "<script>alert(1)</script><img src=x onerror=y>";
    assert_eq!(
        json_of(&shown(&app, &site, json!({"description": html})).await, "report")["description"],
        html
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_too_often_is_told_to_wait_and_others_are_not() {
    let app = TestApp::start().await;
    let site = installed(&app, "jira").await;
    let mut last = 200;
    for _ in 0..40 {
        last = preview(&app, &site, json!({})).await.status;
        if last != 200 {
            break;
        }
    }
    assert_eq!(last, 429);
    let other = call_as(&app, &site, Who::Admin, "POST", PREVIEW, Some(draft(json!({})).to_string())).await;
    assert_eq!(other.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_missing_with_a_reason_and_the_rest_is_there() {
    let app = TestApp::start().await;
    let site = installed(&app, "jira").await;
    let tenant = tenant_id(&app, &site).await;
    state(&app, tenant, "10001", json!({"summary": "hello"})).await;
    // Of another key: it cannot be opened.
    app.services
        .main
        .write(move |tx| {
            let mut rows = operation_records::newest(tx, tenant, kept::clock::Timestamp::default(), 1)?;
            rows.iter_mut().for_each(|row| row.payload.reverse());
            rows.iter().try_for_each(|row| operation_records::replace(tx, row))?;
            Ok::<_, DbError>(())
        })
        .await
        .unwrap();
    let shown = shown(&app, &site, json!({"issueId": "10001"})).await;
    assert!(names(&shown).contains(&"account".to_owned()));
    let missing = shown["missing"].to_string();
    assert!(
        missing.contains(r#"{"code":"unreadable","name":"records","why":"it cannot be read at the moment"}"#),
        "{missing}"
    );
    assert!(
        missing.contains(r#"{"code":"unreadable","name":"issue","why":"it cannot be read at the moment"}"#),
        "{missing}"
    );
}
