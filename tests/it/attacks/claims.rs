//! What a token claims: times, binding to the request, and who it is from.

use kept::connect::qsh::Qsh;
use kept::sandbox::Event;
use serde_json::{Value, json};

use super::{Door, Target, UNAUTHENTICATED, with, without};
use crate::support::code;

#[tokio::test(flavor = "multi_thread")]
async fn row_06_a_token_without_an_end_or_with_a_strange_one_is_refused() {
    let target = Target::new().await;
    let now = target.app.clock.now().as_seconds();
    for door in Door::ALL {
        let claims = target.claims(door);
        for name in ["exp", "iat"] {
            target.refuses_claims(door, &without(&claims, name), &format!("no {name}")).await;
            for strange in [
                json!((now + 900).to_string()),
                json!(null),
                json!(true),
                json!([now + 900]),
                json!({"seconds": now + 900}),
                json!(1e300),
                json!(u64::MAX),
            ] {
                target
                    .refuses_claims(door, &with(&claims, name, strange.clone()), &strange.to_string())
                    .await;
            }
        }
        target.refuses_claims(door, &with(&claims, "exp", json!(now + 3_601)), "an end far away").await;
        target.refuses_claims(door, &with(&claims, "exp", json!(i64::MAX)), "the end of time").await;
        target.refuses_claims(door, &with(&claims, "iat", json!(i64::MIN)), "as old as time").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn row_07_a_token_of_the_past_or_of_the_future_is_refused() {
    let target = Target::new().await;
    let now = target.app.clock.now().as_seconds();
    for door in Door::ALL {
        let claims = with(&target.claims(door), "iat", json!(now - 900));
        target.refuses_claims(door, &with(&claims, "exp", json!(now - 31)), "expired").await;
        target.refuses_claims(door, &with(&claims, "exp", json!(0)), "expired long ago").await;
        target.refuses_claims(door, &with(&claims, "exp", json!(-1)), "expired before time began").await;
        target.refuses_claims(door, &with(&claims, "iat", json!(now + 31)), "issued in the future").await;
        target.refuses_claims(door, &with(&claims, "nbf", json!(now + 31)), "not valid yet").await;
        target.refuses_claims(door, &with(&claims, "nbf", json!("now")), "nbf as text").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn row_08_a_token_for_another_request_is_refused() {
    let target = Target::new().await;
    for door in Door::URL_BOUND {
        let claims = target.claims(door);
        let (path, query) = door.path().split_once('?').unwrap_or((door.path(), ""));
        let of = |method: &str, path: &str, query: &str| {
            json!(Qsh::of(method, path, Some(query)).unwrap().as_str())
        };
        let right = of(door.method(), path, query);
        assert_eq!(claims["qsh"], right);
        target.refuses_claims(door, &without(&claims, "qsh"), "no qsh").await;
        for (what, qsh) in [
            ("another path", of(door.method(), "/connect/other", query)),
            ("another method", of("PUT", path, query)),
            ("another query", of(door.method(), path, "lic=none")),
            ("an array", json!([right])),
            ("an object", json!({"0": right})),
            ("null", json!(null)),
            ("nothing", json!("")),
            ("a number", json!(0)),
            ("upper case", json!(right.as_str().unwrap().to_uppercase())),
            ("a longer hash", json!(format!("{}00", right.as_str().unwrap()))),
            ("half a hash", json!(&right.as_str().unwrap()[..32])),
        ] {
            target.refuses_claims(door, &with(&claims, "qsh", qsh), what).await;
        }
    }
    let page = target.claims(Door::Page);
    target.refuses_claims(Door::Context, &page, "a token for a page").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_09_a_context_token_is_refused_where_the_url_must_be_bound() {
    let target = Target::new().await;
    for door in Door::URL_BOUND {
        let claims = with(&target.claims(door), "qsh", json!("context-qsh"));
        target.refuses_claims(door, &claims, "a context token").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn row_13_a_stranger_and_a_tenant_who_left_get_the_same_answer() {
    let target = Target::new().await;
    let gone = target.app.site("gone");
    gone.install().await;
    let secret = gone.shared_secret().unwrap();
    gone.uninstall().await;
    target.app.run_jobs().await;
    for door in Door::TENANT {
        let from = |client_key: &str| with(&target.claims(door), "iss", json!(client_key));
        target.refuses_claims(door, &from("nobody"), "an unknown issuer").await;
        target.refuses_claims(door, &from(""), "no name").await;
        target.refuses_claims(door, &from(&target.site.client_key().to_uppercase()), "another case").await;
        target.refuses_claims(door, &from(&"a".repeat(4_000)), "a name too long for any tenant").await;
        for under in [secret.as_str(), "", &target.site.shared_secret().unwrap()] {
            let token = kept::sandbox::sign_hs256(under, &from(&gone.client_key()));
            let answer = target.knock(door, &token).await;
            target.refused(&answer, UNAUTHENTICATED, "the issuer has left").await;
        }
    }
    assert_eq!(target.app.state(&gone).await, "marked");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_issuer_of_another_type_is_refused() {
    let target = Target::new().await;
    for door in Door::ALL {
        let key = target.site.client_key();
        for iss in [json!({"": key}), json!([key]), json!(null), json!(7), json!(true)] {
            let claims = with(&target.claims(door), "iss", iss.clone());
            target.refuses_claims(door, &claims, &iss.to_string()).await;
        }
        target.refuses_claims(door, &without(&target.claims(door), "iss"), "no issuer").await;
    }
    target.nothing_left("claims that cannot be read need no key");
}

#[tokio::test(flavor = "multi_thread")]
async fn claims_that_say_a_thing_twice_are_refused() {
    let target = Target::new().await;
    let encode = |text: &str| data_encoding::BASE64URL_NOPAD.encode(text.as_bytes());
    let claims = target.claims(Door::Context).to_string();
    for (what, text) in [
        ("two issuers", claims.replacen('{', r#"{"iss":"nobody","#, 1)),
        ("two ends", claims.replacen('{', r#"{"exp":99999999999,"#, 1)),
        ("two hashes", claims.replacen('{', r#"{"qsh":"x","#, 1)),
        ("no JSON", "iss=nobody".to_owned()),
        ("deep JSON", "[".repeat(3_000)),
    ] {
        let token = format!("{}.{}.AAAA", encode(r#"{"alg":"HS256"}"#), encode(&text));
        let answer = target.knock(Door::Context, &token).await;
        target.refused(&answer, UNAUTHENTICATED, what).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn row_14_another_tenants_name_in_the_request_never_gives_their_data() {
    let target = Target::new().await;
    let other = target.app.site("other");
    other.install().await;
    let theirs = target.app.tenant(&other).await.unwrap();
    let token = target.site.context_token(None);
    for path in [
        format!("/api/v1/session?clientKey={}", other.client_key()),
        format!("/api/v1/session?tenant={}&tenantId={0}&iss={}", theirs.tenant.id, other.client_key()),
        format!("/api/v1/session?xdm_e={}", other.base_url()),
    ] {
        let answer = target.app.get_with(&path, &token).await;
        assert_eq!((answer.status, answer.json()["site"].clone()), (200, json!(target.site.base_url())));
        assert!(!answer.body.contains(&other.base_url()), "{}", answer.body);
    }
    for path in
        [format!("/api/v1/tenants/{}", theirs.tenant.id), format!("/api/v1/session/{}", other.client_key())]
    {
        let answer = target.app.get_with(&path, &token).await;
        assert_eq!((answer.status, code(&answer).as_str()), (404, "not_found"));
    }
    let body = other.lifecycle_body(Event::Disabled);
    let token = target.sign(Door::Disabled, &target.claims(Door::Disabled));
    let answer = target.knock_with(Door::Disabled, &token, Some(body)).await;
    target.refused(&answer, (403, "tenant_mismatch"), "another's clientKey").await;
    assert_eq!(target.app.state(&other).await, "active");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_without_a_name_is_nobody_and_no_product_is_asked() {
    let target = Target::new().await;
    for claims in [target.site.context_claims(None), target.site.context_claims(Some(""))] {
        let answer = target.app.get_with("/api/v1/data/summary", &target.site.sign(&claims)).await;
        target.refused(&answer, (403, "admin_required"), "no user").await;
    }
    for sub in [json!(7), json!(["5b10a"]), json!({"accountId": "5b10a"})] {
        let claims = with(&target.site.context_claims(None), "sub", sub);
        let answer = target.app.get_with("/api/v1/data/summary", &target.site.sign(&claims)).await;
        target.refused(&answer, UNAUTHENTICATED, "a user of another type").await;
    }
    target.nothing_left("nobody is no administrator");
}

#[tokio::test(flavor = "multi_thread")]
async fn row_27_a_host_whose_clock_is_half_a_minute_ahead_is_believed_and_no_more() {
    let target = Target::new().await;
    let now = target.app.clock.now().as_seconds();
    let issued = |ahead: i64| {
        let claims = target.site.context_claims(None);
        target.site.sign(&with(&with(&claims, "iat", json!(now + ahead)), "exp", json!(now + ahead + 900)))
    };
    let expired = |ago: i64| {
        let claims = with(&target.site.context_claims(None), "iat", json!(now - 900));
        target.site.sign(&with(&claims, "exp", json!(now - ago)))
    };
    for token in [issued(29), issued(30), expired(29)] {
        assert_eq!(target.app.get_with("/api/v1/session", &token).await.status, 200);
    }
    for token in [issued(31), expired(30), expired(31)] {
        let answer = target.app.get_with("/api/v1/session", &token).await;
        target.refused(&answer, UNAUTHENTICATED, "beyond the leeway").await;
    }
    let fraction: Value = with(&target.site.context_claims(None), "iat", json!(29.9 + now as f64));
    assert_eq!(target.app.get_with("/api/v1/session", &target.site.sign(&fraction)).await.status, 200);
}
