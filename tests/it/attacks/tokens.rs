//! Where a token may stand, and how often.

use super::{Door, Target, UNAUTHENTICATED};
use crate::support::{raw, send};

const AMBIGUOUS: (u16, &str) = (400, "ambiguous_request");

#[tokio::test(flavor = "multi_thread")]
async fn row_15_more_than_one_token_is_refused() {
    let target = Target::new().await;
    for door in Door::ALL {
        let token = target.sign(door, &target.claims(door));
        let separator = if door.path().contains('?') { '&' } else { '?' };
        let twice = [
            ("in query and header", format!("{}{separator}jwt={token}", door.path()), true),
            ("empty in the query", format!("{}{separator}jwt=", door.path()), true),
            ("under an encoded name", format!("{}{separator}%6a%77%74={token}", door.path()), true),
            ("twice in the query", format!("{}{separator}jwt={token}&jwt={token}", door.path()), false),
            ("one of two empty", format!("{}{separator}jwt={token}&jwt", door.path()), false),
            ("one of two encoded", format!("{}{separator}jwt={token}&j%77t=x", door.path()), false),
        ];
        for (what, path, in_header) in twice {
            let mut request = target.app.request(door.method(), &path);
            if in_header {
                request = request.header("authorization", format!("JWT {token}"));
            }
            let answer = send(request).await;
            target.refused(&answer, AMBIGUOUS, &format!("{door:?} {what}")).await;
        }
        let headers = [("JWT", "JWT"), ("JWT", "Bearer"), ("Bearer", "JWT")];
        for (first, second) in headers {
            let request = target.app.request(door.method(), door.path());
            let request = request.header("authorization", format!("{first} {token}"));
            let answer = send(request.header("authorization", format!("{second} {token}"))).await;
            target.refused(&answer, AMBIGUOUS, &format!("{door:?} {first} and {second}")).await;
        }
    }
    target.nothing_left("two tokens are none");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_in_another_place_is_no_token() {
    let target = Target::new().await;
    let token = target.sign(Door::Page, &target.claims(Door::Page));
    for (name, value) in [
        ("authorization", format!("Bearer {token}")),
        ("authorization", format!("JWT{token}")),
        ("authorization", token.clone()),
        ("authorization", format!("Basic JWT {token}")),
        ("x-authorization", format!("JWT {token}")),
        ("x-acpt", token.clone()),
        ("cookie", format!("jwt={token}")),
        ("proxy-authorization", format!("JWT {token}")),
    ] {
        let answer = send(target.app.request("GET", Door::Page.path()).header(name, value)).await;
        target.refused(&answer, UNAUTHENTICATED, name).await;
    }
    for query in ["JWT", "Jwt", "acpt", "token", "access_token", "jwt%20"] {
        let path = format!("{}&{query}={token}", Door::Page.path());
        let answer = send(target.app.request("GET", &path)).await;
        target.refused(&answer, UNAUTHENTICATED, query).await;
    }
    let webhook = target.sign(Door::Webhook, &target.claims(Door::Webhook));
    let form = target.app.request("POST", Door::Webhook.path());
    let form =
        form.header("content-type", "application/x-www-form-urlencoded").body(format!("jwt={webhook}"));
    target.refused(&send(form).await, UNAUTHENTICATED, "in a form").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_context_token_belongs_in_the_header_alone() {
    let target = Target::new().await;
    let path = format!("/api/v1/session?jwt={}", target.site.context_token(None));
    target.refused(&send(target.app.request("GET", &path)).await, UNAUTHENTICATED, "in the query").await;
    let token = target.site.context_token(None);
    let request =
        target.app.request("GET", "/api/v1/session").header("authorization", format!("jWt {token}"));
    assert_eq!(send(request).await.status, 200, "the scheme has no case");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_too_long_is_refused_unread() {
    let target = Target::new().await;
    for door in Door::ALL {
        let mut claims = target.claims(door);
        claims["padding"] = serde_json::json!("x".repeat(12 * 1024));
        let token = target.sign(door, &claims);
        assert!(token.len() > 16 * 1024);
        let answer = target.knock(door, &token).await;
        target.refused(&answer, UNAUTHENTICATED, &format!("{door:?} in the header")).await;
        if door == Door::Context {
            continue;
        }
        let separator = if door.path().contains('?') { '&' } else { '?' };
        let path = format!("{}{separator}jwt={token}", door.path());
        let answer = send(target.app.request(door.method(), &path)).await;
        target.refused(&answer, UNAUTHENTICATED, &format!("{door:?} in the query")).await;
    }
    target.nothing_left("a long token needs no key");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_header_that_is_not_text_holds_no_token() {
    let target = Target::new().await;
    let token = target.sign(Door::Page, &target.claims(Door::Page));
    for bytes in [&b"\xff"[..], b"\xc3\xa9", b"\x00", b"\r\n x"] {
        let line = format!("GET {} HTTP/1.1\r\nauthorization: JWT {token}", Door::Page.path());
        let head = [line.as_bytes(), bytes].concat();
        let (status, answer) = raw::send(&target.app.url, &head, b"");
        assert!(matches!(status, 400 | 401), "{bytes:?}: {answer}");
        target.untouched("a header that is not text").await;
    }
}
