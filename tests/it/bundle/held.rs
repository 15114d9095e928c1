//! A report is held to its preview: the same bytes, the same user, within its time.

use std::time::Duration;

use kept::error::{Code, Error};
use kept::support::{Accepted, ItemName, PREVIEW_FRESH, Reporter, Sent};
use serde_json::{Value, json};

use super::{set_rules, shown};
use crate::support::TestApp;
use crate::support::admin::{call, installed, settings, tenant_id};
use crate::support::previews::{content, file, names};
use kept::sandbox::{Site, Who};

async fn reporter(app: &TestApp, site: &Site) -> Reporter {
    Reporter { tenant: tenant_id(app, site).await, account_id: site.user(Who::Member).unwrap() }
}

/// Everything that a preview shows, but for these.
fn sent(preview: &Value, less: &[&str]) -> Vec<Sent> {
    let names = names(preview).into_iter().filter(|name| !less.contains(&name.as_str()));
    names.map(|name| Sent { name: name.parse().unwrap(), content: content(preview, &name) }).collect()
}

async fn accept(app: &TestApp, preview: &Value, sent: Vec<Sent>, by: &Reporter) -> Result<Accepted, Error> {
    app.services.support.accept(preview["previewToken"].as_str().unwrap(), sent, by).await
}

#[tokio::test(flavor = "multi_thread")]
async fn appernetic_04_a_report_holds_what_the_person_confirmed_byte_for_byte_and_nothing_else() {
    let app = TestApp::start().await;
    let site = installed(&app, "jira").await;
    let by = reporter(&app, &site).await;
    let files = json!([file("a.log", b"one"), file("b.log", b"two")]);
    let seen = shown(&app, &site, json!({"attachments": files, "severity": "blocking"})).await;
    let switched_off = ["account", "attachment-1"];
    let accepted = accept(&app, &seen, sent(&seen, &switched_off), &by).await.unwrap();
    assert_eq!(accepted.left_out, [ItemName::Account, ItemName::Attachment(1)]);
    assert_eq!(accepted.severity.as_str(), "blocking");
    for item in &accepted.items {
        let name = item.name.to_string();
        assert_eq!(item.content, content(&seen, &name), "{name}");
        let described = seen["items"].as_array().unwrap().iter().find(|item| item["name"] == name).unwrap();
        assert_eq!(json!(item.described()), json_without_content(described), "{name}");
    }
    assert_eq!(accepted.items.len() + 2, names(&seen).len());

    // Whatever was changed, added, left out wrongly or sent twice is refused.
    let changed = |name: &str| {
        let mut sent = sent(&seen, &[]);
        sent.iter_mut().filter(|item| item.name.to_string() == name).for_each(|item| item.content.push(b' '));
        sent
    };
    let other = shown(&app, &site, json!({"description": "another report"})).await;
    let mut added = sent(&other, &[]);
    added.push(Sent { name: ItemName::Attachment(1), content: b"one".to_vec() });
    let twice = [sent(&seen, &[]), sent(&seen, &[])].concat();
    for (wrong, with, expected) in [
        ("an edited report", changed("report"), Code::StateChanged),
        ("an edited attachment", changed("attachment-2"), Code::StateChanged),
        ("items of another preview", sent(&other, &[]), Code::StateChanged),
        ("each item twice", twice, Code::InvalidBody),
        ("no report", sent(&seen, &["report"]), Code::InvalidBody),
        ("nothing", Vec::new(), Code::InvalidBody),
    ] {
        assert_eq!(accept(&app, &seen, with, &by).await.unwrap_err().code(), expected, "{wrong}");
    }
    assert_eq!(
        accept(&app, &other, added, &by).await.unwrap_err().code(),
        Code::StateChanged,
        "an item more"
    );
}

fn json_without_content(item: &Value) -> Value {
    let mut item = item.clone();
    item.as_object_mut().unwrap().remove("content");
    item
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_good_for_its_user_its_site_and_its_time() {
    let app = TestApp::start().await;
    let (site, other) = (installed(&app, "jira").await, installed(&app, "other").await);
    let (by, elsewhere) = (reporter(&app, &site).await, reporter(&app, &other).await);
    let seen = shown(&app, &site, json!({})).await;
    let code = async |token: &str, by: &Reporter| {
        app.services.support.accept(token, sent(&seen, &[]), by).await.map_err(|error| error.code()).err()
    };
    let token = seen["previewToken"].as_str().unwrap();
    assert_eq!(code(token, &by).await, None);
    let another = Reporter { account_id: "557058:somebody-else".to_owned(), ..by.clone() };
    assert_eq!(code(token, &another).await, Some(Code::InvalidBody), "another user");
    assert_eq!(code(token, &elsewhere).await, Some(Code::InvalidBody), "another site");
    for wrong in
        ["", "x", &token[1..], &token[..token.len() - 2], &format!("{token}AA"), &"A".repeat(600_000)]
    {
        assert_eq!(code(wrong, &by).await, Some(Code::InvalidBody), "{wrong:.20}");
    }
    app.clock.advance(PREVIEW_FRESH - Duration::from_secs(1));
    assert_eq!(code(token, &by).await, None);
    app.clock.advance(Duration::from_secs(1));
    assert_eq!(code(token, &by).await, Some(Code::StateChanged), "too old");
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_became_secret_or_forbidden_since_the_preview_does_not_leave() {
    let app = TestApp::start().await;
    let site = installed(&app, "jira").await;
    let by = reporter(&app, &site).await;
    let hidden = data_encoding::HEXLOWER.encode(b"late@customer.example");
    let seen = shown(&app, &site, json!({"description": format!("see {hidden}"), "tier": "full"})).await;
    let set = settings(json!({"contact": "late@customer.example"}));
    assert_eq!(call(&app, &site, "PUT", "/api/v1/settings", Some(set)).await.status, 200);
    let code = async || accept(&app, &seen, sent(&seen, &[]), &by).await.unwrap_err().code();
    assert_eq!(code().await, Code::SecretInReport);
    set_rules(&app, &site, json!({"neverContent": true})).await;
    assert_eq!(code().await, Code::StateChanged);
    set_rules(&app, &site, json!({"rule": "forbid"})).await;
    assert_eq!(code().await, Code::ReportsForbidden);
}
