//! What administrators rule about the parts of reports and about what is masked in them.

use kept::sandbox::Site;
use serde_json::{Value, json};

use crate::support::admin::{call, installed, settings};
use crate::support::reports::{post, preview, whole};
use crate::support::{TestApp, code};

fn rules(terms: &[&str], blocked: &[&str]) -> String {
    let rules = json!({"rule": "allow", "tier": "minimal", "neverContent": false, "terms": terms, "blocked": blocked});
    settings(json!({ "reports": rules })).to_string()
}

async fn rule(app: &TestApp, site: &Site, terms: &[&str], blocked: &[&str]) -> (u16, String) {
    let body: Value = serde_json::from_str(&rules(terms, blocked)).unwrap();
    let answer = call(app, site, "PUT", "/api/v1/settings", Some(body)).await;
    (answer.status, answer.body)
}

fn draft(text: &str) -> Value {
    json!({"description": text, "severity": "normal", "tier": "minimal"})
}

fn names(preview: &Value, list: &str) -> Vec<String> {
    let all = preview[list].as_array().unwrap();
    all.iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_part_that_the_site_holds_back_leaves_for_nobody_and_the_user_is_told() {
    let app = TestApp::start().await;
    let site = installed(&app, "jira").await;
    let before = preview(&app, &site, draft("It broke")).await;
    assert!(names(&before, "items").contains(&"versions".to_owned()), "{before}");
    assert_eq!(rule(&app, &site, &[], &["versions", "account"]).await.0, 200);
    let after = preview(&app, &site, draft("It broke")).await;
    let left = names(&after, "items");
    assert!(!left.contains(&"versions".to_owned()) && left.contains(&"report".to_owned()), "{left:?}");
    let held_back = after["missing"].as_array().unwrap().iter().filter(|one| one["code"] == "held_back");
    assert_eq!(held_back.count(), 2);
    // What was previewed before the rule is not sent after it.
    let refused = post(&app, &site, "one-report-before-the-rule", &whole(&before)).await;
    assert_eq!((refused.status, code(&refused).as_str()), (409, "state_changed"), "{}", refused.body);
    assert_eq!(post(&app, &site, "one-report-after-the-rule", &whole(&after)).await.status, 201);
    for wrong in [vec!["report"], vec!["attachment-1"], vec!["errors", "errors"]] {
        let (status, said) = rule(&app, &site, &[], &wrong).await;
        assert!(status == 400 && said.contains("reports.blocked: expected some of account"), "{said}");
    }
    assert_eq!(rule(&app, &site, &[], &["secrets"]).await.0, 400);
    let read: Value =
        serde_json::from_str(&call(&app, &site, "GET", "/api/v1/settings", None).await.body).unwrap();
    assert_eq!(
        read["reports"]["blocked"],
        json!(["versions", "account"]),
        "what was refused changed nothing"
    );
    app.run_jobs().await;
}

#[tokio::test]
async fn a_site_masks_by_patterns_of_its_own() {
    let app = TestApp::start().await;
    let site = installed(&app, "jira").await;
    let (status, said) = rule(&app, &site, &["/KD-\\d{6}/", "Bluebird"], &[]).await;
    assert_eq!(status, 200, "{said}");
    let shown =
        preview(&app, &site, draft("kd-123456 and KD-654321 of bluebird, not KD-12")).await.to_string();
    let text = json!({"text": "kd-123456 and KD-654321 of bluebird, not KD-12", "terms": ["/KD-\\d{6}/", "Bluebird"]});
    let tried: Value =
        serde_json::from_str(&call(&app, &site, "POST", "/api/v1/settings/mask", Some(text)).await.body)
            .unwrap();
    assert_eq!(tried, json!({"text": "<term-1> and <term-2> of <term-3>, not KD-12", "masked": 3}));
    assert!(!shown.contains("654321"), "{shown}");
    for wrong in ["/[/", "/a*/", "/\\w{900}{900}/"] {
        let (status, said) = rule(&app, &site, &[wrong], &[]).await;
        assert!(status == 400 && said.contains("between slashes a regular expression"), "{wrong}: {said}");
    }
}
