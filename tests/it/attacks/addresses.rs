//! The address that was hashed is the address that answers.

use kept::connect::qsh::Qsh;
use serde_json::json;

use super::{Door, Target, UNAUTHENTICATED, with};
use crate::support::raw;

/// Other ways to write `/app/admin`.
const TRICKS: [&str; 17] = [
    "//app/admin",
    "/app//admin",
    "/./app/admin",
    "/app/./admin",
    "/app/x/../admin",
    "/../app/admin",
    "/app/%61dmin",
    "/%61pp/admin",
    "/app/admin/",
    "/app/admin//",
    "/app%2Fadmin",
    "/app%2fadmin",
    "/app/admin%2F",
    "/app/admin%00",
    "/app/admin;x=1",
    "/app\\admin",
    "/APP/admin",
];

#[tokio::test(flavor = "multi_thread")]
async fn row_16_an_edited_url_is_refused() {
    let target = Target::new().await;
    let signed = "/app/admin?issue=DEMO-1&lic=active";
    let token = target.site.url_token("GET", signed, None);
    for edited in [
        "/app/admin?issue=DEMO-2&lic=active",
        "/app/admin?issue=DEMO-1",
        "/app/admin",
        "/app/admin?issue=DEMO-1&lic=active&issue=DEMO-2",
        "/app/admin?issue=DEMO-1&lic=active&user=5b10a",
        "/app/admin?issue=DEMO-1%26lic=active",
        "/app/admin?issue=DEMO-1;lic=active",
        "/app/admin?ISSUE=DEMO-1&lic=active",
        "/app/admin?issue=&lic=active",
        "/app/admin?issue&DEMO-1&lic=active",
        "/app/admin?issue=DEMO-1&lic=active&JWT=x",
    ] {
        let answer = target.app.get_with(edited, &token).await;
        target.refused(&answer, UNAUTHENTICATED, edited).await;
    }
    // The order on the wire is no part of what was signed; the same request in another order is the same request.
    let answer = target.app.get_with("/app/admin?lic=active&issue=DEMO-1", &token).await;
    assert_eq!(answer.status, 200);
    target.untouched("another order").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_26_a_path_written_otherwise_reaches_no_page() {
    let target = Target::new().await;
    let claims = target.claims(Door::Page);
    let hash = |path: &str| json!(Qsh::of("GET", path, None).unwrap().as_str());
    for path in TRICKS {
        for hashed in ["/app/admin", path] {
            let token = target.site.sign(&with(&claims, "qsh", hash(hashed)));
            let head = format!("GET {path} HTTP/1.1\r\nauthorization: JWT {token}");
            let (status, answer) = raw::send(&target.app.url, head.as_bytes(), b"");
            assert!(matches!(status, 400 | 401 | 404), "{path} hashed as {hashed}: {answer}");
            target.untouched(path).await;
        }
    }
    let token = target.site.sign(&with(&claims, "qsh", hash("/app/admin")));
    for good in ["/app/admin", "http://app.example.com/app/admin"] {
        let head = format!("GET {good} HTTP/1.1\r\nauthorization: JWT {token}");
        assert_eq!(raw::send(&target.app.url, head.as_bytes(), b"").0, 200, "{good}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn row_26_a_life_cycle_path_written_otherwise_changes_nothing() {
    let target = Target::new().await;
    let body = target.body(Door::Uninstalled).unwrap().to_string();
    for path in
        ["//connect/uninstalled", "/connect/./uninstalled", "/connect/uninstalle%64", "/connect/uninstalled/"]
    {
        for hashed in ["/connect/uninstalled", path] {
            let hash = Qsh::of("POST", hashed, None).unwrap();
            let claims = with(&target.claims(Door::Uninstalled), "qsh", json!(hash.as_str()));
            let token = target.sign_as_atlassian(&claims);
            let head = format!("POST {path} HTTP/1.1\r\nauthorization: JWT {token}");
            let (status, answer) = raw::send(&target.app.url, head.as_bytes(), body.as_bytes());
            assert!(matches!(status, 401 | 404), "{path} hashed as {hashed}: {answer}");
            target.untouched(path).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_learns_nothing_from_a_path_written_otherwise() {
    let target = Target::new().await;
    let words = |answer: &str| answer.split_once(r#""requestId""#).map(|(words, _)| words.to_owned());
    let status_and_words = |path: &str| {
        let head = format!("GET {path} HTTP/1.1");
        let (status, answer) = raw::send(&target.app.url, head.as_bytes(), b"");
        let body = answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default();
        (status, words(&body))
    };
    for path in TRICKS {
        let nowhere = path.replace("adm", "zzz").replace("%61dmin", "%7Azzmin");
        assert_eq!(status_and_words(path), status_and_words(&nowhere), "{path} and {nowhere}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_that_is_not_text_is_refused() {
    let target = Target::new().await;
    for query in ["a=%ff", "%ff=a", "a=%c3", "%6a%ffwt=x", "=v"] {
        let token = target.site.sign(&target.claims(Door::Page));
        let head = format!("GET /app/admin?{query} HTTP/1.1\r\nauthorization: JWT {token}");
        let (status, answer) = raw::send(&target.app.url, head.as_bytes(), b"");
        assert!(status == 400 && answer.contains("ambiguous_request"), "{query}: {answer}");
        let head = format!("GET /app/admin?{query} HTTP/1.1\r\nauthorization: JWT x");
        assert_eq!(raw::send(&target.app.url, head.as_bytes(), b"").0, 401, "{query}, and nothing is proven");
        target.untouched(query).await;
    }
    for bytes in [&b"\xff"[..], b"\xc3\x28", b"\xed\xa0\x80", b"a\x00b", b"a\x7fb"] {
        let token = target.site.sign(&target.claims(Door::Page));
        let head =
            [b"GET /app/admin?a=", bytes, b" HTTP/1.1\r\nauthorization: JWT ", token.as_bytes()].concat();
        let (status, answer) = raw::send(&target.app.url, &head, b"");
        assert!(matches!(status, 400 | 401), "{bytes:?}: {answer}");
        target.untouched("raw bytes").await;
    }
}
