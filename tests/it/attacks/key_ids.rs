//! A key id becomes part of the key server's URL, so only a plain one does.

use kept::sandbox::{Event, sign};
use serde_json::{Value, json};

use super::{Door, Target, UNAUTHENTICATED};
use crate::support::{TestApp, code};

fn bad_key_ids(app: &TestApp) -> Vec<Value> {
    let good = app.sandbox.key_id();
    let tricks = [
        "../admin".to_owned(),
        "..".to_owned(),
        ".".to_owned(),
        format!("../install-keys/{good}"),
        format!("x/../{good}"),
        format!("./{good}"),
        format!("/{good}"),
        format!("//{good}"),
        format!("{good}/"),
        format!("{good}?x=1"),
        format!("{good}#x"),
        format!("{good}%2f.."),
        format!("{good}\r\nhost: evil.test"),
        format!("{good}\n"),
        format!("{good}\0"),
        format!(" {good}"),
        format!("{good};x"),
        format!("{good}\\..\\x"),
        format!("a/b/{good}"),
        format!("{}/{good}", app.sandbox.install_keys_url()),
        "https://evil.test/key".to_owned(),
        "//evil.test/key".to_owned(),
        "@evil.test/key".to_owned(),
        "schlüssel".to_owned(),
        String::new(),
        "k".repeat(201),
        "k".repeat(4_000),
        "k".repeat(10_000),
    ];
    let strange = [json!(null), json!(7), json!([good]), json!({"kid": good})];
    tricks.into_iter().map(Value::from).chain(strange).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn row_18_a_key_id_that_is_more_than_a_name_is_refused_and_nobody_is_asked() {
    let target = Target::new().await;
    for door in Door::LIFECYCLE {
        let claims = target.claims(door);
        for kid in bad_key_ids(&target.app) {
            let header = json!({"typ": "JWT", "alg": "RS256", "kid": kid});
            let token = sign(&header, &claims, target.app.sandbox.signing_key());
            let answer = target.knock(door, &token).await;
            target.refused(&answer, UNAUTHENTICATED, &kid.to_string()).await;
            target.nothing_left(&kid.to_string());
        }
        let answer = target.knock(door, &target.app.sandbox.sign_rs256(None, &claims)).await;
        target.refused(&answer, UNAUTHENTICATED, "no key id").await;
        target.nothing_left("no key id");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn row_18_a_bad_key_id_is_refused_before_any_key_is_known() {
    let app = TestApp::start().await;
    let site = app.site("jira");
    site.read_descriptor().await.unwrap();
    let (body, claims) = (site.lifecycle_body(Event::Installed), site.lifecycle_claims(Event::Installed));
    for kid in bad_key_ids(&app) {
        let header = json!({"typ": "JWT", "alg": "RS256", "kid": kid});
        let token = sign(&header, &claims, app.sandbox.signing_key());
        let answer = site.send_lifecycle(Event::Installed, &body, &token).await;
        assert_eq!((answer.status, code(&answer).as_str()), UNAUTHENTICATED, "{kid}");
    }
    let left: Vec<String> = app.sandbox.recorded().into_iter().map(|call| call.path).collect();
    assert!(left.is_empty(), "{left:?}");
    assert_eq!(app.state(&site).await, "nothing");
}
