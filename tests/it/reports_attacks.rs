//! Reports that somebody bends: each gets a clear error or does no harm, on the page, in mails and at the desk, and nothing of
//! what is refused is stored.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use kept::sandbox::{Answer, Site, Who};
use serde_json::{Value, json};

use crate::sinks::DESK;
use crate::support::admin::{call_as, installed};
use crate::support::previews::{PREVIEW, draft, file, preview};
use crate::support::process::{Environment, Serving};
use crate::support::reports::{ADDRESS, act, mailed, page, post, post_as, whole};
use crate::support::schema::select;
use crate::support::{START, TestApp, code, send};

const KEY: &str = "8e03978e-40d5-43dd-bc93-6894a57f9324";
const MEGABYTE: usize = 1024 * 1024;

async fn start() -> (TestApp, Site) {
    let app = TestApp::with(&DESK).await;
    let site = installed(&app, "jira").await;
    (app, site)
}

/// The texts that this selects.
fn texts(app: &TestApp, what: &str, from: &str) -> Vec<String> {
    let sql = format!("SELECT CAST({what} AS TEXT) AS name, '' AS sort FROM {from}");
    select(&app.services.main, &sql, &sql).into_iter().map(|(text, _)| text).collect()
}

fn stored(app: &TestApp) -> usize {
    let tables = ["tickets", "bundle_items", "ticket_frames", "ticket_mails", "sink_copies"];
    tables.iter().map(|table| texts(app, "COUNT(*)", table)[0].parse::<usize>().unwrap()).sum()
}

/// What a page would never send.
async fn raw_preview(app: &TestApp, site: &Site, body: impl Into<reqwest::Body>) -> Answer {
    let token = site.context_token(site.user(Who::Member).as_deref());
    let request = app.request("POST", PREVIEW).header("authorization", format!("JWT {token}"));
    send(request.header("content-type", "application/json").body(body)).await
}

/// Refused as a client's fault, in few words.
fn assert_refused(answer: &Answer, status: u16, word: &str, what: &str) {
    assert_eq!((answer.status, code(answer).as_str()), (status, word), "{what}: {}", answer.body);
    assert!(answer.body.len() < 1_000, "{what}: what was sent is not sent back");
}

#[tokio::test(flavor = "multi_thread")]
async fn html_in_a_report_is_letters_on_the_page_in_mails_and_at_the_desk() {
    let (app, site) = start().await;
    let html = "<script>alert(1)</script><img src=x onerror=alert(2)>{html}<b>{html} !https://example.com/x.png! [~accountid:5b]";
    let shown = preview(&app, &site, json!({"description": html, "doing": html, "tier": "minimal"})).await;
    let answer = post(&app, &site, KEY, &whole(&shown.json())).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    app.run_jobs().await;
    let token = mailed(&app);
    assert_eq!(act(&app, &token, &[("do", "confirm")]).await.status, 303);
    assert_eq!(act(&app, &token, &[("do", "reply"), ("text", html)]).await.status, 303);
    app.run_jobs().await;
    let page = page(&app, &token).await;
    assert!(page.body.contains("&#60;script&#62;alert(1)"), "{}", page.body);
    let mails = app.sandbox.mails();
    assert!(!mails.is_empty());
    for text in mails.iter().flat_map(|mail| [&mail.html, &mail.text]).chain([&page.body]) {
        assert!(!text.contains("<script") && !text.contains("<img") && !text.contains("<b>"), "{text}");
    }
    assert!(mails.iter().all(|mail| !format!("{mail:?}").contains("alert")), "mails hold no text of anybody");
    let request = app.sandbox.desk().requests().remove(0);
    let texts: Vec<&String> =
        std::iter::once(&request.description).chain(request.comments.iter().map(|one| &one.body)).collect();
    assert_eq!(texts.len(), 2);
    for text in texts {
        // Tags are letters to the desk; its own markup would not be.
        assert!(text.contains("<script>alert(1)"), "{text}");
        for live in ["{html}", "!https", "[~"] {
            assert!(!text.replace(&format!("\\{live}"), "").contains(live), "{live}: {text}");
        }
    }
    assert!(!request.summary.contains('<'), "{}", request.summary);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_address_of_a_report_adds_a_header_or_a_recipient() {
    let (app, site) = start().await;
    let good = whole(&preview(&app, &site, json!({})).await.json());
    for address in [
        "a@example.com\r\nBcc: b@example.com",
        "a@example.com\nBcc: b@example.com",
        "a@example.com\rBcc: b@example.com",
        "a@example.com%0d%0aBcc:b@example.com",
        "a@example.com\u{2028}Bcc: b@example.com",
        "a@example.com>\r\nRCPT TO:<b@example.com",
        "a@example.com, b@example.com",
        "a@example.com;b@example.com",
        "\"a\r\nBcc: b@example.com\"@example.com",
        "=?utf-8?q?a=0D=0ABcc=3A_b=40example.com?=@example.com\0",
        "a\u{0}@example.com",
    ] {
        let mut body = good.clone();
        body["email"] = json!(address);
        let answer = post(&app, &site, KEY, &body).await;
        assert_refused(&answer, 400, "invalid_body", address);
    }
    app.run_jobs().await;
    assert_eq!((stored(&app), app.sandbox.mails().len()), (0, 0));
    // The same key is still good for the report as it should be.
    assert_eq!(post(&app, &site, KEY, &good).await.status, 201);
    app.run_jobs().await;
    let mails = app.sandbox.mails();
    assert_eq!((mails.len(), mails[0].recipients.as_slice()), (1, [ADDRESS.to_owned()].as_slice()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nul_a_lone_surrogate_and_bytes_that_are_no_text_are_refused_or_do_no_harm() {
    let (app, site) = start().await;
    for (what, body) in [
        ("a lone surrogate", br#"{"description": "It broke \ud800 badly"}"#.to_vec()),
        ("half a pair", br#"{"description": "It broke \ude00"}"#.to_vec()),
        ("a NUL as it is", b"{\"description\": \"It broke \0\"}".to_vec()),
        ("bytes that are no text", b"{\"description\": \"It broke \xff\xfe\"}".to_vec()),
        ("too deep", [vec![b'['; 100_000], vec![b']'; 100_000]].concat()),
        ("a number that is none", br#"{"description": "It broke", "browser": {"width": 1e999}}"#.to_vec()),
        ("a member twice", br#"{"description": "a", "description": "b"}"#.to_vec()),
    ] {
        assert_refused(&raw_preview(&app, &site, body).await, 400, "invalid_body", what);
    }
    for changed in [json!({"description": "It broke\u{0} badly"}), json!({"doing": "\u{0}"})] {
        let answer = preview(&app, &site, changed).await;
        assert_refused(&answer, 400, "invalid_body", "a NUL as an escape");
    }
    assert_eq!(stored(&app), 0);
    // In a form it is left out, and the rest goes the whole way: either engine, a mail, the desk.
    let shown = preview(&app, &site, json!({"tier": "minimal"})).await;
    let answer = post(&app, &site, KEY, &whole(&shown.json())).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    app.run_jobs().await;
    let token = mailed(&app);
    assert_eq!(act(&app, &token, &[("do", "confirm")]).await.status, 303);
    assert_eq!(act(&app, &token, &[("do", "reply"), ("text", "a\u{0}b")]).await.status, 303);
    app.run_jobs().await;
    assert_eq!((page(&app, &token).await.status, app.sandbox.desk().requests().len()), (200, 1));
    assert!(app.sandbox.desk().requests()[0].comments[0].body.contains("ab"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_absurdly_long_name_is_refused_in_few_words_wherever_it_stands() {
    let (app, site) = start().await;
    let long = "n".repeat(MEGABYTE);
    let good = whole(&preview(&app, &site, json!({})).await.json());
    for (what, changed) in [
        ("of a file", json!({"attachments": [file(&long, b"text")]})),
        ("of a member", json!({long.clone(): 1})),
        ("of a severity", json!({"severity": long})),
        ("of an error", json!({"errorId": long})),
        ("of an issue", json!({"issueId": long})),
        ("of what is masked", json!({"mask": [long]})),
        ("of what was done", json!({"doing": long})),
        ("of a page", json!({"browser": {"page": long}})),
    ] {
        assert_refused(&preview(&app, &site, changed).await, 400, "invalid_body", what);
    }
    for (what, name, value) in [
        ("of a consent", "consents", json!([long])),
        ("of an item", "items", json!([{"name": long, "content": ""}])),
        ("of an address", "email", json!(format!("{long}@example.com"))),
        ("of a language", "language", json!(long)),
        ("of a token", "previewToken", json!(long)),
    ] {
        let mut body = good.clone();
        body[name] = value;
        let answer = post(&app, &site, KEY, &body).await;
        assert_refused(&answer, 400, "invalid_body", what);
    }
    let answer = post(&app, &site, &"k".repeat(4_000), &good).await;
    assert_refused(&answer, 400, "invalid_parameter", "of a request");
    assert_eq!(stored(&app), 0);
    // A name that a file system would not take, of letters that are several bytes each.
    let named = preview(&app, &site, json!({"attachments": [file(&"ü/..\\".repeat(50), b"text")]})).await;
    assert_eq!(named.status, 200, "{}", named.body);
    app.run_jobs().await;
}

/// The most memory that a process ever had, in bytes.
fn peak(pid: u32) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").trim().parse::<usize>().unwrap() * 1024
}

/// Sends a report with 100 MB in it, chunked or with its length said; returns what was answered.
fn send_100_mb(url: &str, token: &str, is_chunked: bool) -> String {
    let mut stream = TcpStream::connect(url.strip_prefix("http://").unwrap()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let length = 100 * MEGABYTE;
    let said = if is_chunked {
        "transfer-encoding: chunked".to_owned()
    } else {
        format!("content-length: {length}")
    };
    let head = format!(
        "POST {PREVIEW} HTTP/1.1\r\nhost: app.example.com\r\ncontent-type: application/json\r\n\
         authorization: JWT {token}\r\nconnection: close\r\n{said}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    let piece = vec![b'a'; MEGABYTE];
    for _ in 0..100 {
        let framed = [format!("{MEGABYTE:x}\r\n").as_bytes(), &piece, b"\r\n"].concat();
        // The service may answer and close before it has read all of what it refuses.
        if stream.write_all(if is_chunked { &framed } else { &piece }).is_err() {
            break;
        }
    }
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attachment_of_100_mb_is_refused_with_the_limit_and_takes_no_room() {
    let (app, site) = start().await;
    let environment = Environment::new(&app.databases, &app.sandbox).set("KEPT_CLOCK", START);
    let serving = Serving::start(environment.command(&app.databases, &["serve"]));
    let token = site.context_token(site.user(Who::Member).as_deref());
    let before = peak(serving.pid());
    for is_chunked in [false, true, false, true] {
        let answer = send_100_mb(&serving.url, &token, is_chunked);
        assert!(answer.starts_with("HTTP/1.1 413"), "chunked {is_chunked}: {answer:.300}");
        assert!(answer.contains("body_too_large") && answer.contains("At most 9437184 bytes"), "{answer}");
    }
    let grown = peak(serving.pid()) - before;
    println!("the service grew by {} KiB over four reports of 100 MB", grown / 1024);
    assert!(grown < 40 * MEGABYTE, "{grown}");
    let _stopped = serving.stop();
    assert_eq!(stored(&app), 0);
    let small = call_as(&app, &site, Who::Member, "POST", PREVIEW, Some(draft(json!({})).to_string())).await;
    assert_eq!(small.status, 200, "the service goes on");
}

/// Packed so that little is sent and much would be stored: nothing is ever unpacked.
#[tokio::test(flavor = "multi_thread")]
async fn a_report_that_comes_packed_is_refused_as_it_is() {
    let (app, site) = start().await;
    let token = site.context_token(site.user(Who::Member).as_deref());
    for encoding in ["gzip", "deflate", "br", "zstd"] {
        let request = app.request("POST", PREVIEW).header("authorization", format!("JWT {token}"));
        let request = request.header("content-type", "application/json").header("content-encoding", encoding);
        let answer = send(request.body(b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xed\xc1\x01".to_vec())).await;
        assert_refused(&answer, 400, "invalid_body", encoding);
    }
    assert_eq!(stored(&app), 0);
}

/// One after the other while the database comes and goes: who was told to come back comes back with the same key.
#[tokio::test(flavor = "multi_thread")]
async fn a_report_that_is_tried_while_the_database_comes_and_goes_is_one_ticket_and_one_request() {
    use diesel::connection::SimpleConnection;
    let (app, site) = start().await;
    let body = whole(&preview(&app, &site, json!({"tier": "minimal"})).await.json()).to_string();
    let rename = |from: &str, to: &str| {
        let sql = format!("ALTER TABLE {from} RENAME TO {to}");
        app.services.main.maintain_here(|conn| Ok(conn.batch_execute(&sql)?)).unwrap();
    };
    let mut numbers = Vec::new();
    for _ in 0..3 {
        // What is stored first, and what is stored last: neither leaves half a report.
        for table in ["tickets", "ticket_frames", "ticket_mails", "bundle_items"] {
            rename(table, "away");
            let refused = post_as(&app, &site, Who::Member, KEY, body.clone()).await;
            rename("away", table);
            if refused.status == 201 {
                numbers.push(refused.json()["number"].clone());
                continue;
            }
            assert_eq!((refused.status, code(&refused).as_str()), (503, "unavailable"), "{}", refused.body);
            assert!(refused.header("retry-after").is_some());
        }
        let answer = post_as(&app, &site, Who::Member, KEY, body.clone()).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        numbers.push(answer.json()["number"].clone());
    }
    numbers.dedup();
    assert_eq!(numbers.len(), 1, "the user always has the same number: {numbers:?}");
    assert_eq!(texts(&app, "number", "tickets"), [numbers[0].as_str().unwrap()]);
    app.run_jobs().await;
    let token = mailed(&app);
    assert_eq!(act(&app, &token, &[("do", "confirm")]).await.status, 303);
    app.run_jobs().await;
    let at_desk: Vec<Value> =
        app.sandbox.desk().requests().iter().map(|request| json!(request.summary)).collect();
    assert_eq!(at_desk.len(), 1, "{at_desk:?}");
}
