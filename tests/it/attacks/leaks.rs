//! Secrets and tokens, sent everywhere and looked for everywhere.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};

use kept::clock::Clock;
use kept::sandbox::{Answer, Event, Options, Sandbox, Site, sign_hs256};
use reqwest::RequestBuilder;
use serde_json::{Value, json};

use super::{ATTACKERS_SECRET, with};
use crate::support::process::Environment;
use crate::support::{START, TestDatabases, send, start};

/// `kept serve`, with every word that it says.
pub(super) struct Listened {
    child: Child,
    url: String,
    said: Receiver<String>,
    databases: TestDatabases,
    pub(super) sandbox: Sandbox,
}

impl Listened {
    pub(super) async fn start() -> Self {
        let databases = TestDatabases::fresh();
        let options = Options {
            listen: ([127, 0, 0, 1], 0).into(),
            smtp: ([127, 0, 0, 1], 0).into(),
            app_url: "http://127.0.0.1:9".into(),
            app_key: "kept".into(),
            clock: Clock::manual(start()),
        };
        let sandbox = Sandbox::start(options).await.unwrap();
        // Everything that anybody in the process has to say, libraries included.
        let environment =
            Environment::new(&databases, &sandbox).set("KEPT_CLOCK", START).set("KEPT_LOG", "trace");
        assert!(environment.run(&databases, &["migrate"]).status.success());
        let (child, said, port) = spawn(environment.command(&databases, &["serve"]));
        let url = format!("http://127.0.0.1:{port}");
        sandbox.set_app_url(&url);
        Self { child, url, said, databases, sandbox }
    }

    pub(super) fn request(&self, method: &str, path: &str) -> RequestBuilder {
        #[expect(clippy::disallowed_methods, reason = "a test plays the other side")]
        let client = reqwest::Client::builder().build().unwrap();
        client.request(method.parse().unwrap(), format!("{}{path}", self.url))
    }

    /// Every file of its databases, as it is now.
    pub(super) fn files(&self) -> Vec<(String, Vec<u8>)> {
        let files = self.databases.files().into_iter();
        let read = |path: std::path::PathBuf| Some((path.display().to_string(), std::fs::read(path).ok()?));
        files.filter_map(read).collect()
    }

    /// Ends the service in order, and returns its files of logs and what it said on standard error.
    pub(super) fn end(mut self) -> Vec<(String, String)> {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        self.child.wait().unwrap();
        let mut logs = vec![("stderr".to_owned(), self.said.iter().collect::<Vec<_>>().join("\n"))];
        for path in
            self.databases.files().into_iter().filter(|path| path.to_string_lossy().contains("/logs/"))
        {
            let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
            logs.push((path.file_name().unwrap().to_string_lossy().into_owned(), text));
        }
        logs
    }
}

impl Drop for Listened {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts the command and waits until it says on which port it serves.
fn spawn(mut command: Command) -> (Child, Receiver<String>, u64) {
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let (tell, said) = mpsc::channel();
    let (tell_port, port) = mpsc::channel();
    std::thread::spawn(move || {
        for line in lines.map_while(Result::ok) {
            let port =
                serde_json::from_str::<Value>(&line).ok().and_then(|line| line["fields"]["port"].as_u64());
            if let Some(port) = port {
                let _ = tell_port.send(port);
            }
            let _ = tell.send(line);
        }
    });
    let port = port.recv().expect("kept serve says its port");
    (child, said, port)
}

/// What must be nowhere, under the name by which a failure calls it.
#[derive(Default)]
pub(super) struct Sought(Vec<(String, String)>);

impl Sought {
    pub(super) fn add(&mut self, name: &str, text: &str) {
        self.0.push((name.to_owned(), text.to_owned()));
    }

    /// A token, and the part of it that proves.
    pub(super) fn add_token(&mut self, name: &str, token: &str) {
        self.add(name, token);
        self.add(&format!("the signature of {name}"), token.rsplit('.').next().unwrap());
    }

    pub(super) fn assert_not_in(&self, place: &str, text: &str) {
        for (name, sought) in &self.0 {
            let line = text.lines().find(|line| line.contains(sought.as_str()));
            assert!(line.is_none(), "{name} is in {place}: {}", line.unwrap_or_default());
        }
    }

    pub(super) fn assert_not_answered(&self, what: &str, answer: &Answer) {
        self.assert_not_in(&format!("the answer to {what}"), &answer.body);
        for (name, value) in &answer.headers {
            self.assert_not_in(&format!("{name} of the answer to {what}"), value);
        }
    }
}

/// Requests that carry `words` wherever a request can carry something.
fn everywhere(service: &Listened, token: &str, words: &str) -> Vec<(String, RequestBuilder)> {
    let mut requests = Vec::new();
    for (method, path) in [
        ("GET", "/app/admin"),
        ("GET", "/api/v1/session"),
        ("GET", "/api/v1/data/summary"),
        ("POST", "/connect/webhooks/jira"),
        ("POST", "/connect/installed"),
        ("POST", "/connect/uninstalled"),
        ("POST", "/connect/enabled"),
        ("GET", "/atlassian-connect.json"),
        ("GET", "/healthz"),
        ("GET", "/nothing"),
        ("DELETE", "/app/admin"),
    ] {
        let mut add = |what: &str, request: RequestBuilder| {
            requests.push((format!("{method} {path} {what}"), request.body(words.to_owned())));
        };
        let to = |path: &str| service.request(method, path);
        add("token in the header", to(path).header("authorization", format!("JWT {token}")));
        add("token in the query", to(&format!("{path}?jwt={token}&secret={words}")));
        add("token twice", to(&format!("{path}?jwt={token}&jwt={token}")));
        add("token in the path", to(&format!("{path}/{token}/{words}")));
        add("token as a bearer's", to(path).header("authorization", format!("Bearer {token}")));
        add("words in headers", to(path).header("x-request-id", words).header("x-trace", token));
        add("words in identifiers", to(path).header("x-atlassian-webhook-identifier", words));
        add("words from a page", to(path).header("referer", format!("https://x.test/?jwt={token}")));
    }
    requests
}

async fn installed(service: &Listened) -> Site {
    let site = service.sandbox.site("jira");
    assert_eq!(site.install().await.status, 204);
    site
}

#[tokio::test(flavor = "multi_thread")]
async fn row_21_no_answer_and_no_log_line_holds_a_secret_a_token_or_a_customers_name() {
    let service = Listened::start().await;
    let site = installed(&service).await;
    let former = site.shared_secret().unwrap();
    assert_eq!(site.rotate_secret().await.status, 204);
    let secret = site.shared_secret().unwrap();
    let mut sought = Sought(Vec::new());
    sought.add("the secret", &secret);
    sought.add("the former secret", &former);
    sought.add("the attacker's secret", ATTACKERS_SECRET);

    let claims = site.lifecycle_claims(Event::Installed);
    let tokens = [
        (
            "a page's token",
            site.url_token("GET", "/app/admin", site.user(kept::sandbox::Who::Admin).as_deref()),
        ),
        ("a context token", site.context_token(site.user(kept::sandbox::Who::Admin).as_deref())),
        ("a webhook's token", site.url_token("POST", "/connect/webhooks/jira", None)),
        ("an install token", site.lifecycle_token(Event::Installed, &claims)),
        ("an unknown token", sign_hs256(ATTACKERS_SECRET, &site.context_claims(None))),
        ("an expired token", site.sign(&with(&site.context_claims(None), "exp", json!(1)))),
    ];
    for (name, token) in &tokens {
        sought.add_token(name, token);
    }
    for (name, token) in &tokens {
        for (what, request) in everywhere(&service, token, &secret) {
            sought.assert_not_answered(&format!("{what} ({name})"), &send(request).await);
        }
    }
    let mut body = site.lifecycle_body(Event::Installed);
    for (field, value) in
        [("sharedSecret", json!([secret])), ("baseUrl", json!(secret)), ("key", json!(secret))]
    {
        body[field] = value;
        let token = site.lifecycle_token(Event::Installed, &site.lifecycle_claims(Event::Installed));
        sought.add_token("another install token", &token);
        let answer = site.send_lifecycle(Event::Installed, &body, &token).await;
        assert_eq!(answer.status, 400);
        sought.assert_not_answered(field, &answer);
    }
    site.uninstall().await;

    // Names of the customer may be in answers to the customer, and in no log.
    sought.add("the client key", &site.client_key());
    sought.add("the customer's host", site.base_url().strip_prefix("http://").unwrap());
    let logs = service.end();
    assert!(logs.len() >= 3 && logs.iter().all(|(_, text)| text.lines().count() > 50), "{}", logs.len());
    for (place, text) in &logs {
        sought.assert_not_in(place, text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn row_27_the_log_says_by_how_much_two_clocks_differ() {
    let service = Listened::start().await;
    let site = installed(&service).await;
    let ahead = start().as_seconds() + 7_200;
    let claims = with(&site.context_claims(None), "iat", json!(ahead));
    let token = site.sign(&with(&claims, "exp", json!(ahead + 900)));
    let request = service.request("GET", "/api/v1/session").header("authorization", format!("JWT {token}"));
    let answer = send(request).await;
    assert_eq!(answer.status, 401);
    assert!(!answer.body.contains("clock"), "the reason is for the log: {}", answer.body);
    let logs = service.end();
    let (_, log) = logs.iter().find(|(name, _)| name.starts_with("app-")).unwrap();
    let line = log.lines().find(|line| line.contains("request refused")).unwrap();
    let reason = serde_json::from_str::<Value>(line).unwrap()["fields"]["cause"].as_str().unwrap().to_owned();
    let seconds = reason.split(' ').find_map(|word| word.parse::<i64>().ok());
    // The service's clock runs on from the start of the test.
    assert!(reason.contains("clock") && seconds.is_some_and(|s| (6_900..=7_200).contains(&s)), "{reason}");
}

#[tokio::test(flavor = "multi_thread")]
async fn row_21_a_page_tells_nobody_where_it_was_loaded_from() {
    let target = super::Target::new().await;
    for door in super::Door::ALL {
        for token in [target.site.url_token("GET", door.path(), None), "x".to_owned()] {
            let answer = target.knock(door, &token).await;
            assert_eq!(answer.header("referrer-policy"), Some("no-referrer"), "{door:?}");
        }
    }
    let token = target.sign(super::Door::Page, &target.claims(super::Door::Page));
    let page = target.knock(super::Door::Page, &token).await;
    assert_eq!((page.status, page.header("cache-control")), (200, Some("no-store")));
    assert!(!page.body.contains("DEMO-1"), "a shell repeats nothing of its query");
}
