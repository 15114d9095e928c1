//! Tokens of one protocol at the door of the other, tokens in the wrong place, and addresses that are not there.

use kept::sandbox::{ForgeModule, SigningKey, Who, sign, sign_hs256};
use serde_json::json;

use super::super::with;
use super::{DOORS, Remote, UNAUTHENTICATED};
use crate::support::{TestApp, code, raw, send};

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_connect_opens_no_door_of_forge() {
    let remote = Remote::new().await;
    let connect = remote.app.site("confluence");
    assert_eq!(connect.install().await.status, 204);
    remote.app.sandbox.forget_recorded();
    let secret = connect.shared_secret().unwrap();
    let admin = connect.user(Who::Admin);
    remote.refuses(&connect.context_token(admin.as_deref()), "a context token").await;
    remote.refuses(&sign_hs256(&secret, &remote.claims()), "an invocation under a shared secret").await;
    let kid = remote.app.sandbox.key_id();
    remote.refuses(&remote.app.sandbox.sign_rs256(Some(&kid), &remote.claims()), "the key of installs").await;
    // By its own word, too.
    for door in DOORS {
        let request = remote.app.request(door.0, door.1);
        let token = connect.context_token(admin.as_deref());
        let answer = send(request.header("authorization", format!("JWT {token}"))).await;
        remote.refused(&answer, &format!("{door:?}, JWT")).await;
    }
    remote.opens().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invocation_opens_no_door_of_connect() {
    let remote = Remote::new().await;
    let site = remote.app.site("confluence");
    assert_eq!(site.install().await.status, 204);
    remote.app.sandbox.forget_recorded();
    for path in ["/api/v1/session", "/api/v1/data/summary", "/app/admin", "/connect/installed"] {
        for word in ["Bearer", "JWT"] {
            let token = remote.sign(&remote.claims());
            let method = if path == "/connect/installed" { "POST" } else { "GET" };
            let request = remote.app.request(method, path).header("authorization", format!("{word} {token}"));
            remote.refused(&send(request).await, &format!("{word} at {path}")).await;
        }
    }
    // Nor does a token of Connect that calls itself by the name of an installation, which has no secret.
    let mut claims = site.context_claims(site.user(Who::Admin).as_deref());
    claims["iss"] = json!(remote.site.forge_installation_id());
    for secret in ["", &site.shared_secret().unwrap(), "nobody's secret, never stored"] {
        let answer = remote.app.get_with("/api/v1/session", &sign_hs256(secret, &claims)).await;
        remote.refused(&answer, "an installation as an issuer").await;
    }
    // Or an invocation for an installation that has a client key for its name.
    let mut claims = remote.claims();
    claims["app"]["installationId"] = json!(site.client_key());
    claims["app"]["installation"]["id"] = json!(site.client_key());
    remote.refuses_claims(&claims, "a client key as an installation").await;
    remote.opens().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_in_another_place_or_under_another_word_is_none() {
    let remote = Remote::new().await;
    let token = || remote.sign(&remote.claims());
    for line in [
        format!("JWT {}", token()),
        format!("Basic {}", token()),
        format!("Bearer{}", token()),
        format!("Bearer\t{}", token()),
        format!("Bearer {} {}", token(), token()),
        token(),
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        String::new(),
    ] {
        let request = remote.app.request("GET", DOORS[0].1).header("authorization", &line);
        remote.refused(&send(request).await, line.split('.').next().unwrap()).await;
    }
    for query in ["jwt", "token", "access_token", "Authorization"] {
        let path = format!("{}?{query}={}", DOORS[0].1, token());
        remote.refused(&send(remote.app.request("GET", &path)).await, query).await;
    }
    // The word itself may be written in any letters (RFC 9110 §11.1).
    let request =
        remote.app.request("GET", DOORS[0].1).header("authorization", format!("bearer {}", token()));
    assert_eq!(send(request).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_headers_of_one_kind_are_refused_whatever_is_in_them() {
    let remote = Remote::new().await;
    let token = || remote.sign(&remote.claims());
    let head = |lines: &str| format!("GET /forge/api/v1/data/summary HTTP/1.1\r\n{lines}");
    for lines in [
        format!("authorization: Bearer {}\r\nauthorization: Bearer {}", token(), token()),
        format!("authorization: Bearer {}\r\nauthorization: JWT x", token()),
        format!("authorization: Bearer {}\r\nx-forge-oauth-user: a\r\nx-forge-oauth-user: b", token()),
        format!("authorization: Bearer {}\r\nx-forge-oauth-system: a\r\nx-forge-oauth-system: a", token()),
    ] {
        let (status, answer) = raw::send(&remote.app.url, head(&lines).as_bytes(), b"");
        assert_eq!(status, 400, "{answer}");
        assert!(answer.contains("ambiguous_request"), "{answer}");
        assert_eq!(remote.called(), [""; 0]);
    }
    remote.opens().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn under_forge_a_stranger_learns_nothing_about_addresses() {
    let remote = Remote::new().await;
    for path in [
        "/forge",
        "/forge/",
        "/forge/nothing",
        "/forge/api",
        "/forge/api/v1",
        "/forge/api/v1/nothing",
        "/forge/api/v2/session",
        "/%66orge/api/v1/nothing",
        "/forge/lifecycle/x",
        "/forge/events/nothing",
    ] {
        for method in ["GET", "POST", "DELETE"] {
            let answer = send(remote.app.request(method, path)).await;
            assert_eq!((answer.status, code(&answer).as_str()), UNAUTHENTICATED, "{method} {path}");
        }
    }
    // Whoever is proven is told what is not there, and where nobody may call is nothing for anybody.
    let token = || remote.sign(&remote.claims());
    for (method, path, expected) in [
        ("GET", "/forge/api/v1/nothing", (404, "not_found")),
        ("POST", "/forge/api/v1/session", (405, "method_not_allowed")),
        ("GET", "/forge/nothing", UNAUTHENTICATED),
    ] {
        let answer = remote.knock((method, path), &token()).await;
        assert_eq!((answer.status, code(&answer).as_str()), expected, "{method} {path}");
    }
    let event = remote.sign(&remote.site.forge_claims(ForgeModule::LIFECYCLE));
    let answer = remote.knock(("GET", "/forge/api/v1/nothing"), &event).await;
    remote.refused(&answer, "an event at an address for pages").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_app_id_nothing_of_forge_is_there() {
    let app = TestApp::with(&[("KEPT_FORGE_APP_ID", "")]).await;
    let site = app.site("jira");
    assert_eq!(site.install().await.status, 204);
    app.sandbox.forget_recorded();
    for (method, path) in DOORS {
        let answer = site.invoke_remote(Who::Admin, method, path, None).await;
        assert_eq!((answer.status, code(&answer).as_str()), UNAUTHENTICATED, "{method} {path}");
    }
    assert_eq!(app.sandbox.recorded().len(), 0, "and nobody asks for keys");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_is_switched_off_or_gone_has_no_pages_in_forge_either() {
    use kept::db::Change;
    use kept::tenancy::Event;

    let remote = Remote::new().await;
    let happened = async |event: Event| {
        remote.app.services.tenancy.happened(remote.tenant, event).await.unwrap();
        remote.app.services.tenants.changed(Change::Tenant(remote.tenant));
        remote.knock(DOORS[0], &remote.sign(&remote.claims())).await
    };
    let answer = happened(Event::Disabled).await;
    assert_eq!((answer.status, code(&answer).as_str()), (403, "tenant_disabled"));
    assert_eq!(happened(Event::Enabled).await.status, 200);
    let answer = happened(Event::Uninstalled).await;
    assert_eq!((answer.status, code(&answer).as_str()), UNAUTHENTICATED);
    remote.app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proven_invocation_clears_the_suspicion_that_its_tenant_is_gone() {
    use kept::db::Change;
    use kept::tenancy::{Event, Reason};

    let remote = Remote::new().await;
    let doubted = Event::Suspected(Reason::Unreachable);
    remote.app.services.tenancy.happened(remote.tenant, doubted).await.unwrap();
    remote.app.services.tenants.changed(Change::Tenant(remote.tenant));
    let state = async || {
        let id = remote.site.forge_installation_id();
        remote.app.services.tenancy.find_forge(&id).await.unwrap().unwrap().tenant.state()
    };
    assert_eq!(state().await, "suspected");
    let wrong = sign(&json!({"alg": "none"}), &remote.claims(), SigningKey::Unsigned);
    assert_eq!(remote.knock(DOORS[0], &wrong).await.status, 401);
    let wrong = with(&remote.claims(), "aud", json!("another app"));
    assert_eq!(remote.knock(DOORS[0], &remote.sign(&wrong)).await.status, 401);
    assert_eq!(state().await, "suspected", "nobody who is not proven clears anything");
    assert_eq!(remote.knock(DOORS[0], &remote.sign(&remote.claims())).await.status, 200);
    assert_eq!(state().await, "active");
    remote.app.run_jobs().await;
}
