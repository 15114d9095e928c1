//! Bodies that do not belong to their route, their token or this app; base URLs that would lead our requests elsewhere.

use kept::policy::AccountUse;
use kept::sandbox::Event;
use serde_json::{Value, json};

use super::{Door, Target};

impl Target {
    /// `installed` with a token that is right and a field of the body replaced.
    async fn install_bent(&self, name: &str, value: Value) -> kept::sandbox::Answer {
        let mut body = self.body(Door::Installed).unwrap();
        body[name] = value;
        self.knock_with(Door::Installed, &self.token(Door::Installed), Some(body)).await
    }

    fn token(&self, door: Door) -> String {
        self.sign(door, &self.claims(door))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn row_19_a_base_url_of_a_foreign_host_is_refused() {
    let target = Target::new().await;
    for url in [
        "https://evil.test",
        "https://evil.test/example.atlassian.net",
        "https://example.atlassian.net.evil.test",
        "https://evilatlassian.net",
        "https://atlassian.net",
        "https://.atlassian.net",
        "https://metadata.google.internal",
        "http://localhost:8080",
        "ftp://example.atlassian.net",
        "file:///etc/passwd",
        "data:text/plain,example.atlassian.net",
        "https://example.jira-dev.com",
    ] {
        let answer = target.install_bent("baseUrl", json!(url)).await;
        target.refused(&answer, (403, "host_not_allowed"), url).await;
    }
    target.nothing_left("nobody is called during an installation");
}

#[tokio::test(flavor = "multi_thread")]
async fn row_20_a_base_url_with_tricks_is_refused() {
    let target = Target::new().await;
    let own = target.site.base_url();
    for url in [
        "http://example.atlassian.net".to_owned(),
        "https://user@example.atlassian.net".to_owned(),
        "https://user:password@example.atlassian.net".to_owned(),
        "https://example.atlassian.net@evil.test".to_owned(),
        "https://example.atlassian.net:8443".to_owned(),
        "https://example.atlassian.net:443".to_owned(),
        "https://127.0.0.1".to_owned(),
        "https://2130706433".to_owned(),
        "https://0x7f.1".to_owned(),
        "https://[::1]".to_owned(),
        "https://[::ffff:127.0.0.1]".to_owned(),
        "https://169.254.169.254/latest/meta-data".to_owned(),
        "https://evil.test/.atlassian.net".to_owned(),
        "https://evil.test?.atlassian.net".to_owned(),
        "https://evil.test#.atlassian.net".to_owned(),
        "https://evil.test\\.atlassian.net".to_owned(),
        "https://example.atlassian.net\\@evil.test".to_owned(),
        "https://example.atlassian.net/wiki/../@evil.test".to_owned(),
        "https://example.atlassian.net/%2e%2e/x".to_owned(),
        "https://example.atlassian.net?next=evil.test".to_owned(),
        "https://example.atlassian.net#x".to_owned(),
        "https://exa\tmple.atlassian.net".to_owned(),
        " https://example.atlassian.net".to_owned(),
        "https:example.atlassian.net".to_owned(),
        "https:///example.atlassian.net".to_owned(),
        "https://example。atlassian。net".to_owned(),
        format!("{own}@evil.test"),
        own.replace("http://", "http://user@"),
        own.replace("127.0.0.1", "127.1"),
    ] {
        let answer = target.install_bent("baseUrl", json!(url)).await;
        target.refused(&answer, (403, "host_not_allowed"), &url).await;
    }
    for url in
        ["", "/", "example.atlassian.net", "https://", "https://exa mple.atlassian.net", "https://[::1"]
    {
        let answer = target.install_bent("baseUrl", json!(url)).await;
        target.refused(&answer, (400, "invalid_body"), url).await;
    }
    target.nothing_left("nobody is called during an installation");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_base_url_may_have_a_trailing_slash_and_a_host_in_capitals() {
    let target = Target::new().await;
    for url in [
        "https://example.atlassian.net/",
        "https://Example.Atlassian.NET",
        "https://example.atlassian.net/wiki",
    ] {
        assert_eq!(target.install_bent("baseUrl", json!(url)).await.status, 204, "{url}");
        let known = target.app.tenant(&target.site).await.unwrap();
        let expected = url.trim_end_matches('/').to_lowercase();
        assert_eq!(
            known.account.get("baseUrl", AccountUse::TalkingToTheInstance),
            Some(expected.as_str()),
            "what was checked is what is kept"
        );
    }
    target.app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_23_an_event_at_the_address_of_another_is_refused() {
    let target = Target::new().await;
    let events = [Event::Installed, Event::Uninstalled, Event::Enabled, Event::Disabled];
    for door in [Door::Installed, Door::Uninstalled, Door::Disabled] {
        for event in events.into_iter().filter(|event| Some(*event) != door.event()) {
            let body = Some(target.site.lifecycle_body(event));
            let answer = target.knock_with(door, &target.token(door), body).await;
            target.refused(&answer, (400, "invalid_body"), &format!("{event:?} at {door:?}")).await;
        }
        let mut body = target.body(door).unwrap();
        for strange in [json!("Installed"), json!(""), json!(null), json!(["installed"])] {
            body["eventType"] = strange.clone();
            let answer = target.knock_with(door, &target.token(door), Some(body.clone())).await;
            target.refused(&answer, (400, "invalid_body"), &strange.to_string()).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_for_another_app_is_refused() {
    let target = Target::new().await;
    for door in [Door::Installed, Door::Uninstalled, Door::Disabled] {
        for key in
            [json!("another.app"), json!("KEPT"), json!("kept "), json!(""), json!(null), json!(["kept"])]
        {
            let mut body = target.body(door).unwrap();
            body["key"] = key.clone();
            let answer = target.knock_with(door, &target.token(door), Some(body)).await;
            target.refused(&answer, (400, "invalid_body"), &key.to_string()).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installation_without_a_good_secret_is_refused() {
    let target = Target::new().await;
    for secret in
        [json!(null), json!(""), json!("short"), json!("x".repeat(15)), json!("x".repeat(256)), json!(7)]
    {
        let answer = target.install_bent("sharedSecret", secret.clone()).await;
        target.refused(&answer, (400, "invalid_body"), &secret.to_string()).await;
    }
    let mut body = target.body(Door::Installed).unwrap();
    body.as_object_mut().unwrap().remove("sharedSecret");
    let answer = target.knock_with(Door::Installed, &target.token(Door::Installed), Some(body)).await;
    target.refused(&answer, (400, "invalid_body"), "no secret").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_that_is_too_long_or_of_another_type_is_refused() {
    let target = Target::new().await;
    for name in [
        "baseUrl",
        "productType",
        "oauthClientId",
        "entitlementNumber",
        "serviceEntitlementNumber",
        "installationId",
    ] {
        for value in
            [json!("https://a.atlassian.net/".to_owned() + &"x".repeat(250)), json!(7), json!([]), json!({})]
        {
            let answer = target.install_bent(name, value).await;
            target.refused(&answer, (400, "invalid_body"), name).await;
        }
    }
    for name in ["key", "clientKey", "baseUrl", "eventType"] {
        let mut body = target.body(Door::Installed).unwrap();
        body.as_object_mut().unwrap().remove(name);
        let answer = target.knock_with(Door::Installed, &target.token(Door::Installed), Some(body)).await;
        target.refused(&answer, (400, "invalid_body"), &format!("no {name}")).await;
    }
}
