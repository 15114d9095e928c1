//! Bodies that are too large, unreadable, or not of the length that they claim.

use serde_json::json;

use super::{Door, Target, exchange};
use crate::support::{raw, send};

const LIFECYCLE_MAX: usize = 64 * 1024;
const WEBHOOK_MAX: usize = 25 * 1024 * 1024;
const TOO_LARGE: (u16, &str) = (413, "body_too_large");
const INVALID: (u16, &str) = (400, "invalid_body");

impl Target {
    /// The head of a good request to this door, without its last empty line.
    fn head(&self, door: Door, headers: &str) -> String {
        let token = self.sign(door, &self.claims(door));
        format!(
            "{} {} HTTP/1.1\r\nhost: app.example.com\r\nauthorization: JWT {token}\r\n{headers}",
            door.method(),
            door.path()
        )
    }

    /// This body with room taken by a field that nobody reads, of `length` bytes altogether.
    fn padded_body(&self, door: Door, length: usize) -> String {
        let mut body = self.body(door).unwrap();
        body["padding"] = json!("");
        let padding = length - body.to_string().len();
        body["padding"] = json!("x".repeat(padding));
        let body = body.to_string();
        assert_eq!(body.len(), length);
        body
    }
}

fn chunked(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len() + 1_024);
    for chunk in body.chunks(1024 * 1024) {
        out.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        out.extend_from_slice(chunk);
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b"0\r\n\r\n");
    out
}

#[tokio::test(flavor = "multi_thread")]
async fn a_life_cycle_body_may_have_64_kib_and_no_byte_more() {
    let target = Target::new().await;
    for door in [Door::Installed, Door::Uninstalled, Door::Disabled] {
        let token = target.sign(door, &target.claims(door));
        let body = target.padded_body(door, LIFECYCLE_MAX + 1);
        let answer = target.app.post_with(door.path(), &token, body).await;
        target.refused(&answer, TOO_LARGE, &format!("{door:?}")).await;
        let body = target.padded_body(door, LIFECYCLE_MAX + 1);
        let head = target.head(door, "transfer-encoding: chunked\r\nconnection: close\r\n\r\n");
        let status = exchange(&target.app.url, &[head.as_bytes(), &chunked(body.as_bytes())].concat());
        assert_eq!(status, 413, "{door:?} of a length that nobody told");
        target.untouched("413").await;
    }
    let token = target.sign(Door::Installed, &target.claims(Door::Installed));
    let body = target.padded_body(Door::Installed, LIFECYCLE_MAX);
    assert_eq!(target.app.post_with(Door::Installed.path(), &token, body).await.status, 204);
    target.app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_may_have_25_mib_and_no_byte_more() {
    let target = Target::new().await;
    let declared = format!("content-length: {}\r\nconnection: close\r\n\r\n", WEBHOOK_MAX + 1);
    assert_eq!(exchange(&target.app.url, target.head(Door::Webhook, &declared).as_bytes()), 413);
    let head = target.head(Door::Webhook, "transfer-encoding: chunked\r\nconnection: close\r\n\r\n");
    let body = chunked(target.padded_body(Door::Webhook, WEBHOOK_MAX + 1).as_bytes());
    assert_eq!(exchange(&target.app.url, &[head.as_bytes(), &body].concat()), 413);
    target.untouched("too large").await;
    let token = target.sign(Door::Webhook, &target.claims(Door::Webhook));
    let body = target.padded_body(Door::Webhook, WEBHOOK_MAX);
    assert_eq!(target.app.post_with(Door::Webhook.path(), &token, body).await.status, 204);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_is_refused_before_the_body_is_looked_at() {
    let target = Target::new().await;
    for door in [Door::Webhook, Door::Disabled, Door::Installed, Door::Uninstalled] {
        for authorization in ["", "authorization: JWT e30.e30.x\r\n"] {
            for length in [WEBHOOK_MAX + 1, LIFECYCLE_MAX + 1, usize::MAX / 4] {
                let head = format!(
                    "POST {} HTTP/1.1\r\nhost: a\r\n{authorization}content-length: {length}\r\nconnection: close\r\n\r\n",
                    door.path()
                );
                assert_eq!(exchange(&target.app.url, head.as_bytes()), 401, "{door:?} {length}");
            }
        }
    }
    target.untouched("a stranger's body").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_cannot_be_read_is_refused() {
    let target = Target::new().await;
    let deep = "[".repeat(50_000).into_bytes();
    let bodies: [&[u8]; 10] =
        [b"{", b"no json", b"[]", b"7", b"null", b"\"text\"", b"{} {}", b"{\"a\":\"\xff\"}", b"\0", &deep];
    for door in [Door::Webhook, Door::Disabled, Door::Installed, Door::Uninstalled] {
        for body in bodies {
            let token = target.sign(door, &target.claims(door));
            let answer = target.app.post_with(door.path(), &token, body.to_vec()).await;
            let what = String::from_utf8_lossy(&body[..body.len().min(20)]).into_owned();
            target.refused(&answer, INVALID, &format!("{door:?} {what}")).await;
        }
    }
    for door in [Door::Disabled, Door::Installed, Door::Uninstalled] {
        let token = target.sign(door, &target.claims(door));
        target.refused(&target.app.post_with(door.path(), &token, "").await, INVALID, "an empty body").await;
        let answer = target.knock_with(door, &target.sign(door, &target.claims(door)), None).await;
        target.refused(&answer, INVALID, "no body").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_without_a_body_is_an_event_without_details() {
    let target = Target::new().await;
    let token = target.sign(Door::Webhook, &target.claims(Door::Webhook));
    assert_eq!(target.knock_with(Door::Webhook, &token, None).await.status, 204);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_is_taken_as_it_is_and_never_unpacked() {
    let target = Target::new().await;
    let gzip_of_braces =
        b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xab\xae\x05\x00\x43\xbf\xa6\xa3\x02\x00\x00\x00";
    for encoding in ["gzip", "deflate", "br", "zstd"] {
        let token = target.sign(Door::Webhook, &target.claims(Door::Webhook));
        let request = target.app.request("POST", Door::Webhook.path());
        let request = request.header("authorization", format!("JWT {token}"));
        let request = request.header("content-encoding", encoding).body(gzip_of_braces.to_vec());
        target.refused(&send(request).await, INVALID, encoding).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_in_tiny_chunks_takes_no_more_room_than_it_has_bytes() {
    let target = Target::new().await;
    let head = target.head(Door::Webhook, "transfer-encoding: chunked\r\nconnection: close\r\n\r\n");
    let body = target.padded_body(Door::Webhook, 300_000);
    let tiny: String = body.chars().map(|c| format!("1\r\n{c}\r\n")).collect();
    assert_eq!(exchange(&target.app.url, format!("{head}{tiny}0\r\n\r\n").as_bytes()), 204);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_length_that_lies_stores_nothing() {
    let target = Target::new().await;
    let body = target.body(Door::Uninstalled).unwrap().to_string();
    let (shorter, longer) = (body.len() - 1, body.len() + 1);
    for (what, headers) in [
        ("longer than the body", format!("content-length: {longer}\r\n")),
        ("shorter than the body", format!("content-length: {shorter}\r\n")),
        ("two lengths", format!("content-length: {}\r\ncontent-length: {shorter}\r\n", body.len())),
        ("a list of lengths", format!("content-length: {}, {shorter}\r\n", body.len())),
        ("a length and chunks", format!("content-length: {}\r\ntransfer-encoding: chunked\r\n", body.len())),
        ("chunks and a length", format!("transfer-encoding: chunked\r\ncontent-length: {}\r\n", body.len())),
        ("a sign", format!("content-length: +{}\r\n", body.len())),
        ("less than nothing", "content-length: -1\r\n".to_owned()),
        ("no number", "content-length: many\r\n".to_owned()),
        ("no end", "content-length: 99999999999999999999999\r\n".to_owned()),
        ("unknown transfer", "transfer-encoding: gzip\r\n".to_owned()),
        ("chunks that are none", "transfer-encoding: chunked\r\n".to_owned()),
        ("nothing said", String::new()),
    ] {
        let head = target.head(Door::Uninstalled, &format!("{headers}\r\n"));
        let status = exchange(&target.app.url, format!("{head}{body}").as_bytes());
        assert!(matches!(status, 0 | 400 | 413), "{what}: {status}");
        target.untouched(what).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_hidden_in_a_body_needs_a_token_of_its_own() {
    let target = Target::new().await;
    let hidden = "GET /app/admin HTTP/1.1\r\nhost: app.example.com\r\nconnection: close\r\n\r\n";
    let head = target.head(Door::Webhook, "content-length: 2\r\n\r\n");
    let mut stream = std::net::TcpStream::connect(target.app.url.strip_prefix("http://").unwrap()).unwrap();
    std::io::Write::write_all(&mut stream, format!("{head}{{}}{hidden}").as_bytes()).unwrap();
    let mut answers = String::new();
    std::io::Read::read_to_string(&mut stream, &mut answers).unwrap();
    let statuses: Vec<&str> = answers.lines().filter(|line| line.starts_with("HTTP/1.1 ")).collect();
    assert_eq!(statuses, ["HTTP/1.1 204 No Content", "HTTP/1.1 401 Unauthorized"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_identifier_has_a_limit_and_need_not_be_text() {
    let target = Target::new().await;
    let send_with = async |identifier: &[u8]| {
        let token = target.sign(Door::Webhook, &target.claims(Door::Webhook));
        let request = target.app.request("POST", Door::Webhook.path());
        let request = request.header("authorization", format!("JWT {token}"));
        send(request.header("x-atlassian-webhook-identifier", identifier).body("{}")).await
    };
    let answer = send_with(&[b'x'; 256]).await;
    target.refused(&answer, (400, "invalid_parameter"), "too long").await;
    for identifier in [&b"\xff\xfe"[..], b"", b" ", &[b'x'; 255]] {
        assert_eq!(send_with(identifier).await.status, 204);
    }
    let head = target.head(Door::Webhook, "content-length: 2\r\nconnection: close\r\n\r\n{}");
    assert_eq!(exchange(&target.app.url, head.as_bytes()), 204);
    assert_eq!(raw::send(&target.app.url, b"GET /healthz HTTP/1.1", b"").0, 200);
}
