//! The log streams on a clock that is moved: what a line holds, which file it is in, and when it is gone.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::test::TestRequest;
use kept::policy::ClassName;
use kept::policy::model::Basis;
use kept::telemetry::{AccessLog, LogFolder, Retention};
use kept::web::access::Access;
use proptest::prelude::*;
use reqwest::header::HeaderValue;
use serde_json::{Value, json};

use crate::policy::policy;
use crate::support::place::Place;
use crate::support::process::Serving;
use crate::support::{START, TestApp, TestDatabases, raw, send, settings};

const DAY: Duration = Duration::from_secs(24 * 3_600);
const FIREFOX: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:131.0) Gecko/20100101 Firefox/131.0";

/// The access log so far, line by line.
fn lines(app: &TestApp) -> Vec<Value> {
    app.access_log.flush();
    let text = app.databases.log("access-");
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Names of the log files, in order.
fn files(databases: &TestDatabases) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(databases.dir().join("data/logs"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[tokio::test(flavor = "multi_thread")]
async fn website_01_utilitas_12_website_14_a_real_requests_line_is_its_ten_items_and_nothing_else() {
    let app = TestApp::with(&[("KEPT_TRUSTED_PROXIES", "127.0.0.1")]).await;
    let request = app.request("GET", "/assets/no-such-file.js?token=secret").headers(
        [
            ("user-agent", FIREFOX),
            ("accept-language", "de-AT,de;q=0.9"),
            ("referer", "https://app.example.com/erasure/secret?jwt=secret"),
            ("x-forwarded-for", "192.0.2.1, 203.0.113.77"),
            ("cookie", "id=secret"),
        ]
        .map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value)))
        .into_iter()
        .collect(),
    );
    let answer = send(request).await;
    assert_eq!(answer.status, 404);
    let expected = json!({
        "ip": "203.0.113.0/24",
        "timestamp": START,
        "offset": "+00:00",
        "page": "/assets/{file}",
        "status": 404,
        "bytes": answer.body.len(),
        "referrer": "https://app.example.com",
        "browser": "firefox/131",
        "os": "windows",
        "language": "de-AT",
    });
    assert_eq!(lines(&app), [expected]);
}

#[tokio::test(flavor = "multi_thread")]
async fn website_03_what_a_request_says_of_itself_is_in_no_line_unless_it_is_one_of_the_ten_items() {
    let app = TestApp::start().await;
    let site = app.site("jira");
    site.install().await;
    let page = site.page_url("/app/admin", None);
    let referer = format!("{}/browse/DEMO-1", site.base_url());
    let request = app.request("GET", page.strip_prefix(&app.url).unwrap());
    let request = request.header("referer", referer).header("user-agent", format!("{FIREFOX} secret"));
    assert_eq!(send(request).await.status, 200);
    let lines = lines(&app);
    let last = lines.last().unwrap();
    assert_eq!((&last["page"], &last["referrer"]), (&json!("/app/admin"), &json!("other")));
    let tenant = app.tenant(&site).await.unwrap().tenant.id.to_string();
    let host = site.base_url().strip_prefix("http://").unwrap().to_owned();
    for line in &lines {
        let line = line.to_string();
        for joins in [tenant.as_str(), &site.client_key(), &host, "DEMO-1", "jwt", "secret", "Gecko"] {
            assert!(!line.contains(joins), "{joins} is in {line}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rubbish_in_headers_does_no_harm() {
    let app = TestApp::with(&[("KEPT_TRUSTED_PROXIES", "127.0.0.1,::1")]).await;
    let long = "203.0.113.77,".repeat(1_000);
    let values: [&[u8]; 12] = [
        b"",
        b"\"",
        b"\xff\xfe\x80",
        b"for=\"[;,==\"\\\"",
        b"for=, for;, =, ;;;,,,",
        b"[::ffff:203.0.113.77",
        b"203.0.113.77:99999999",
        b"http://[::1",
        b"https://203.0.113.77@evil.test:0/\"}{",
        b"Firefox/2030 Version/ Safari/ Edg/\t\"\\u0000",
        b"de-DE-1996, x-203-0-113-77",
        long.as_bytes(),
    ];
    for value in values {
        for name in ["user-agent", "referer", "accept-language", "forwarded", "x-forwarded-for"] {
            let head = [b"GET /healthz HTTP/1.1\r\n", name.as_bytes(), b": ", value].concat();
            let (status, answer) = raw::send(&app.url, &head, b"");
            assert_eq!(status, 200, "{name}: {}: {answer}", String::from_utf8_lossy(value));
        }
    }
    let lines = lines(&app);
    assert_eq!(lines.len(), 60);
    for line in &lines {
        let is_known = |item: &str, known: &[&str]| known.contains(&line[item].as_str().unwrap());
        assert_eq!(line.as_object().unwrap().len(), 10, "{line}");
        assert!(is_known("ip", &["-", "127.0.0.0/24", "203.0.113.0/24"]), "{line}");
        assert!(is_known("referrer", &["-", "other"]) && is_known("os", &["other"]), "{line}");
        assert!(is_known("browser", &["other", "edge", "firefox"]), "{line}");
        assert!(is_known("language", &["-"]), "{line}");
    }
}

/// The forms in which a program may write an address. A short one would be found by chance.
fn forms(ip: IpAddr) -> Vec<String> {
    let mut forms = all_forms(ip);
    forms.retain(|form| form.len() > 5);
    forms
}

fn all_forms(ip: IpAddr) -> Vec<String> {
    match ip {
        IpAddr::V4(v4) => {
            let [a, b, c, d] = v4.octets();
            vec![
                v4.to_string(),
                format!("{a:03}.{b:03}.{c:03}.{d:03}"),
                format!("{a}-{b}-{c}-{d}"),
                format!("{a:02x}{b:02x}{c:02x}{d:02x}"),
                format!("{a:02x}{b:02x}:{c:02x}{d:02x}"),
                u32::from(v4).to_string(),
                v4.to_ipv6_mapped().to_string(),
            ]
        }
        IpAddr::V6(v6) => {
            let segments = v6.segments().map(|segment| format!("{segment:04x}"));
            vec![v6.to_string(), segments.join(":"), segments.concat(), u128::from(v6).to_string()]
        }
    }
}

fn address() -> impl Strategy<Value = IpAddr> {
    let six_to_four = any::<u32>().prop_map(|v4| {
        let [high, low] = [(v4 >> 16) as u16, v4 as u16];
        IpAddr::from(Ipv6Addr::new(0x2002, high, low, 1, 2, 3, 4, 5))
    });
    prop_oneof![
        any::<u32>().prop_map(|bits| IpAddr::from(Ipv4Addr::from(bits))),
        any::<u32>().prop_map(|bits| IpAddr::from(Ipv4Addr::from(bits).to_ipv6_mapped())),
        six_to_four,
        any::<u128>().prop_map(|bits| IpAddr::from(Ipv6Addr::from(bits))),
    ]
}

/// What is in an address that names one machine: the IPv4 address that another form may hold, too.
fn inner(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(v6) if v6.segments()[0] == 0x2002 => {
            let bits = u128::from(v6) >> 80;
            Ipv4Addr::from(bits as u32).into()
        }
        other => other,
    }
}

/// The first 24 bits of an IPv4 address, or 48 of an IPv6 address.
fn network(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(v4) => format!("{}/24", Ipv4Addr::from(u32::from(v4) >> 8 << 8)),
        IpAddr::V6(v6) => format!("{}/48", Ipv6Addr::from(u128::from(v6) >> 80 << 80)),
    }
}

/// The line of a request from this address that also says it wherever it can.
fn line_of(access: &Access, ip: IpAddr, peer: IpAddr) -> String {
    let (text, quoted) = (ip.to_string(), format!("for=\"[{ip}]:4711\""));
    let mut request = TestRequest::get().uri("/healthz").peer_addr((peer, 4711).into());
    for (name, value) in [
        ("forwarded", quoted),
        ("x-forwarded-for", text.clone()),
        ("x-real-ip", text.clone()),
        ("user-agent", format!("Firefox/{text} (Windows NT {text})")),
        ("referer", format!("http://[{text}]/{text}?{text}")),
        ("accept-language", text),
    ] {
        request = request.insert_header((name, value));
    }
    let line = access.line(&request.to_http_request(), "/healthz", StatusCode::OK);
    String::from_utf8(line.to_json()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn utilitas_13_utilitas_15_no_full_address_of_any_form_is_in_a_line() {
    let (databases, place) = (TestDatabases::sqlite(), Place::new().await);
    let clock = kept::clock::Clock::manual(START.parse().unwrap());
    let settings = settings(&databases, &place.sandbox, &clock, &[("KEPT_TRUSTED_PROXIES", "10.0.0.1")]);
    let retention = Retention { access_keep_days: 1, app_keep_days: 1 };
    let folder = LogFolder { dir: settings.log_dir.clone(), retention, clock };
    let (log, _writer) = AccessLog::start(folder).unwrap();
    let access = Access::new(log, &settings, policy("default").kept_bits());
    proptest!(ProptestConfig::with_cases(2_000), |(ip in address())| {
        let network = network(inner(ip));
        // An address that is its own network cannot be told from it.
        prop_assume!(network.split('/').next() != Some(inner(ip).to_string().as_str()));
        for peer in [ip, Ipv4Addr::new(10, 0, 0, 1).into()] {
            let line = line_of(&access, ip, peer);
            prop_assert!(line.contains(&format!("\"ip\":\"{network}\"")), "{ip}: {line}");
            for form in forms(ip).into_iter().chain(forms(inner(ip))) {
                prop_assert!(!line.contains(&form), "{form} of {ip} is in {line}");
            }
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn utilitas_13_the_application_stream_never_has_an_address() {
    let place = Place::new().await;
    let place = place.with("KEPT_TRUSTED_PROXIES", "127.0.0.1").with("KEPT_LOG", "trace");
    place.run(&["migrate"]);
    let serving = place.serve();
    let head = "GET /app/admin HTTP/1.1\r\nx-forwarded-for: 203.0.113.77\r\nforwarded: for=203.0.113.77";
    assert_eq!(raw::send(&serving.url, head.as_bytes(), b"").0, 401);
    let broken = "GET /healthz HTTP/1.1\r\nx-forwarded-for: 203.0.113.77\r\ncontent-length: x";
    assert_eq!(raw::send(&serving.url, broken.as_bytes(), b"").0, 400);
    let stopped = serving.stop();
    for stream in [place.databases.log("app-"), stopped.stderr] {
        assert!(stream.contains("request refused"), "{stream}");
        assert!(!stream.contains("203.0.113"), "{stream}");
    }
    assert!(place.databases.log("access-").contains("203.0.113.0/24"));
}

#[tokio::test(flavor = "multi_thread")]
async fn website_05_utilitas_23_log_files_are_gone_after_their_number_of_days_and_not_before() {
    let app = TestApp::start().await;
    let [access_days, app_days] = [
        app.services.policy.log_keep_days(ClassName::AccessLog),
        app.services.policy.log_keep_days(ClassName::AppLog),
    ];
    let logs = app.databases.dir().join("data/logs");
    let mut written = Vec::new();
    for _ in 0..=app_days + 1 {
        assert_eq!(app.get(&format!("{}/healthz", app.url)).await.status, 200);
        app.access_log.flush();
        let day = app.clock.now().to_string()[..10].to_owned();
        std::fs::write(logs.join(format!("app-{day}.log")), "{}\n").unwrap();
        written.push(day);
        app.run_jobs().await;
        let kept = |stream: &str, days: u32| -> Vec<String> {
            let newest = written.iter().rev().take(days as usize).rev();
            newest.map(|day| format!("{stream}-{day}.log")).collect()
        };
        assert_eq!(files(&app.databases), [kept("access", access_days), kept("app", app_days)].concat());
        app.advance(DAY);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn website_05_a_quiet_service_removes_a_file_at_the_midnight_at_which_it_is_over() {
    let app = TestApp::start().await;
    app.get(&format!("{}/healthz", app.url)).await;
    app.access_log.flush();
    let name = "access-2026-11-22.log".to_owned();
    let days = app.services.policy.log_keep_days(ClassName::AccessLog);
    let midnight = "2026-11-22T00:00:00Z".parse::<kept::clock::Timestamp>().unwrap().plus(DAY * days);
    app.clock.set(midnight.minus(Duration::from_secs(1)));
    app.run_jobs().await;
    assert!(files(&app.databases).contains(&name), "its first line is not yet {days} days old");
    app.clock.set(midnight);
    app.run_jobs().await;
    assert!(!files(&app.databases).contains(&name), "nobody has to ask for it");
}

#[tokio::test(flavor = "multi_thread")]
async fn utilitas_23_a_start_removes_what_became_too_old_while_nothing_ran() {
    let place = Place::new().await;
    place.run(&["migrate"]);
    let at = |clock: &str, command: &str, ready: &str| {
        let environment = place.environment.clone().set("KEPT_CLOCK", clock);
        let command = environment.command(&place.databases, &[command]);
        assert!(Serving::start_until(command, ready).stop().status.success());
    };
    at("2026-11-22T08:00:00Z", "serve", "serving");
    assert_eq!(files(&place.databases), ["access-2026-11-22.log", "app-2026-11-22.log"]);
    at("2026-12-05T08:00:00Z", "work", "working");
    let days = ["app-2026-11-22.log", "app-2026-12-05.log"];
    assert_eq!(files(&place.databases), [["access-2026-11-22.log"].as_slice(), &days].concat());
    at("2026-12-06T08:00:00Z", "work", "working");
    assert_eq!(files(&place.databases), [days.as_slice(), &["app-2026-12-06.log"]].concat());
    at("2026-12-22T00:00:00Z", "serve", "serving");
    let left = ["access-2026-12-22.log", "app-2026-12-05.log", "app-2026-12-06.log", "app-2026-12-22.log"];
    assert_eq!(files(&place.databases), left);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_day_is_a_new_file_and_no_line_is_lost() {
    let app = TestApp::start().await;
    app.clock.set("2026-12-31T23:59:59Z".parse().unwrap());
    for _ in 0..4 {
        let all = futures_util::future::join_all((0..50).map(|_| send(app.request("GET", "/healthz")))).await;
        assert!(all.iter().all(|answer| answer.status == 200));
        app.advance(Duration::from_millis(500));
    }
    assert_eq!(lines(&app).len(), 200);
    let text = |day: &str| {
        let path = app.databases.dir().join(format!("data/logs/access-{day}.log"));
        std::fs::read_to_string(path).unwrap()
    };
    for day in ["2026-12-31", "2027-01-01"] {
        let lines = text(day);
        assert_eq!(lines.lines().count(), 100, "{day}");
        assert!(lines.lines().all(|line| line.contains(&format!("\"timestamp\":\"{day}T"))), "{day}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_stops_no_request() {
    let app = TestApp::start().await;
    let logs = app.databases.dir().join("data/logs");
    let today = logs.join("access-2026-11-22.log");
    std::fs::remove_file(&today).unwrap();
    std::os::unix::fs::symlink("/dev/full", &today).unwrap();
    for _ in 0..20 {
        assert_eq!(send(app.request("GET", "/healthz")).await.status, 200);
    }
    app.access_log.flush();
    app.advance(DAY);
    assert_eq!(send(app.request("GET", "/healthz")).await.status, 200);
    app.access_log.flush();
    let tomorrow = std::fs::read_to_string(logs.join("access-2026-11-23.log")).unwrap();
    assert_eq!(tomorrow.lines().count(), 1, "it is written again as soon as it can be");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_write_to_one_folder_without_breaking_a_line() {
    let place = Place::new().await;
    place.run(&["migrate"]);
    let start = |command: &str, ready: &str| {
        Serving::start_until(place.environment.command(&place.databases, &[command]), ready)
    };
    let (serving, working, second) = (place.serve(), start("work", "working"), start("work", "working"));
    let ask = |url: String| async move {
        for _ in 0..100 {
            assert_eq!(raw::send(&url, b"GET /app/admin HTTP/1.1", b"").0, 401);
        }
    };
    ask(serving.url.clone()).await;
    for process in [second, working, serving] {
        assert!(process.stop().status.success());
    }
    let app = place.databases.log("app-");
    let messages: Vec<String> = app
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["fields"]["message"].to_string())
        .collect();
    let count = |message: &str| messages.iter().filter(|said| said.contains(message)).count();
    assert_eq!((count("\"serving\""), count("\"working\""), count("\"stopped\"")), (1, 2, 3));
    assert_eq!(count("request refused"), 100);
    assert_eq!(place.databases.log("access-").lines().count(), 100);
}

/// Attacks are seen in two streams that are kept for security, and each goes by a number of its own.
#[tokio::test(flavor = "multi_thread")]
async fn appernetic_12_website_23_an_attack_leaves_a_line_with_its_cause_that_goes_by_a_number_of_its_own() {
    let policy = policy("default");
    for class in [ClassName::AccessLog, ClassName::AppLog] {
        let class = policy.class(class).unwrap();
        assert!(class.purposes.contains(&"security".to_owned()), "{:?}", class.purposes);
        assert!(!class.with_tenant && class.retention.is_some() && class.basis == Basis::LegitimateInterest);
    }
    let place = Place::new().await;
    place.run(&["migrate"]);
    let at = |clock: &str, command: &str| {
        place.environment.clone().set("KEPT_CLOCK", clock).command(&place.databases, &[command])
    };
    let serving = Serving::start(at("2026-11-22T08:00:00Z", "serve"));
    let forged = "GET /api/v1/session HTTP/1.1\r\nauthorization: JWT e30.e30.e30";
    assert_eq!(raw::send(&serving.url, forged.as_bytes(), b"").0, 401);
    assert!(serving.stop().status.success());
    let refused: Vec<Value> =
        place.databases.log("app-").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let refused: Vec<&Value> =
        refused.iter().filter(|line| line["fields"]["message"] == "request refused").collect();
    assert_eq!(refused.len(), 1, "{refused:?}");
    assert!(refused[0]["fields"]["cause"].as_str().is_some_and(|cause| !cause.is_empty()), "{refused:?}");
    assert!(refused[0]["span"]["request.id"].is_string(), "{refused:?}");
    let seen: Value = serde_json::from_str(place.databases.log("access-").lines().next().unwrap()).unwrap();
    assert_eq!((&seen["status"], &seen["ip"]), (&json!(401), &json!("127.0.0.0/24")));
    // 14 days for the one and 30 for the other; customers' data has other numbers.
    for (clock, left) in [("2026-12-06T00:00:00Z", "app-2026-11-22.log"), ("2026-12-22T00:00:00Z", "")] {
        assert!(Serving::start_until(at(clock, "work"), "working").stop().status.success());
        let mut files = files(&place.databases);
        files.retain(|name| name.contains("2026-11-22"));
        assert_eq!(files.concat(), left, "at {clock}");
    }
}
