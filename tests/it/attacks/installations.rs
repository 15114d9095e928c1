//! The audience of an installation, and whose body it may carry.

use kept::sandbox::Event;
use serde_json::json;

use super::{Door, Target, with, without};

#[tokio::test(flavor = "multi_thread")]
async fn row_10_a_token_for_one_tenant_does_not_take_over_another() {
    let target = Target::new().await;
    let attacker = target.app.site("attacker");
    attacker.install().await;
    for door in Door::LIFECYCLE {
        let token = target.sign_as_atlassian(&attacker.lifecycle_claims(door.event().unwrap()));
        let answer = target.knock(door, &token).await;
        target.refused(&answer, (403, "tenant_mismatch"), "a body of the victim").await;
    }
    let token = attacker.sign(&attacker.lifecycle_claims(Event::Disabled));
    let answer = target.knock(Door::Disabled, &token).await;
    target.refused(&answer, (403, "tenant_mismatch"), "switched off by another").await;
    assert_eq!(target.app.state(&attacker).await, "active");

    let mut body = target.body(Door::Installed).unwrap().to_string();
    body = body.replacen('{', &format!(r#"{{"clientKey":"{}","#, attacker.client_key()), 1);
    let token = target.sign_as_atlassian(&attacker.lifecycle_claims(Event::Installed));
    let answer = target.app.post_with(Door::Installed.path(), &token, body).await;
    target.refused(&answer, (400, "invalid_body"), "two client keys").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_11_an_install_token_for_another_app_is_refused() {
    let target = Target::new().await;
    for door in Door::LIFECYCLE {
        let claims = target.claims(door);
        for aud in [json!(["https://other.example.com"]), json!("https://other.example.com"), json!("kept")] {
            target.refuses_claims(door, &with(&claims, "aud", aud.clone()), &aud.to_string()).await;
        }
        target.refuses_claims(door, &without(&claims, "aud"), "no audience").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn row_12_an_audience_that_looks_like_ours_is_refused() {
    let target = Target::new().await;
    for door in Door::LIFECYCLE {
        let claims = target.claims(door);
        for text in [
            "https://app.example.com.evil.test",
            "https://app.example.com/other",
            "https://app.example.com//",
            "https://app.example.com?x",
            "https://app.example.com#x",
            "https://app.example.com:443",
            "https://app.example.co",
            "https://",
            "",
            "/",
            "http://app.example.com",
            "HTTPS://APP.EXAMPLE.COM",
            "https://evil.test/https://app.example.com",
            "https://evil.test, https://app.example.com",
            "https://user@app.example.com",
            "app.example.com",
            " https://app.example.com",
            "https://app.example.com\u{0}",
        ] {
            for aud in [json!(text), json!([text]), json!([text, "https://other.example.com"])] {
                target.refuses_claims(door, &with(&claims, "aud", aud), text).await;
            }
        }
        let ours = "https://app.example.com";
        for strange in
            [json!([]), json!([[ours]]), json!({"0": ours}), json!([ours, 7]), json!(7), json!(null)]
        {
            target.refuses_claims(door, &with(&claims, "aud", strange.clone()), &strange.to_string()).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_audience_may_have_company_and_one_trailing_slash() {
    let target = Target::new().await;
    for aud in [
        json!("https://app.example.com"),
        json!("https://app.example.com/"),
        json!(["https://other.example.com", "https://app.example.com/"]),
    ] {
        let claims = with(&target.site.lifecycle_claims(Event::Installed), "aud", aud.clone());
        let body = target.site.lifecycle_body(Event::Installed);
        let token = target.sign_as_atlassian(&claims);
        let answer = target.site.send_lifecycle(Event::Installed, &body, &token).await;
        assert_eq!(answer.status, 204, "{aud}: {}", answer.body);
    }
    target.app.run_jobs().await;
}
