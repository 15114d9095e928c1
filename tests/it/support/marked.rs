//! A site's whole life in which every field of every payload is a marker: whatever is found afterwards says where it was
//! let through.

use std::sync::atomic::{AtomicUsize, Ordering};

use kept::sandbox::{Call, Event, Product, Sandbox, Site, Who};
use serde_json::{Value, json};

use super::scan::Traces;

/// Makes markers. All of one run begin with the same tag, so one search finds any of them.
pub struct Markers {
    pub tag: String,
    count: AtomicUsize,
}

impl Markers {
    pub fn new() -> Self {
        let mut random = [0_u8; 7];
        aws_lc_rs::rand::fill(&mut random).unwrap();
        Self { tag: format!("mk{}", data_encoding::HEXLOWER.encode(&random)), count: AtomicUsize::new(0) }
    }

    pub fn next(&self) -> String {
        format!("{}{:04}", self.tag, self.count.fetch_add(1, Ordering::Relaxed))
    }

    /// Puts a marker in place of every text in `value`, and a member more into every object.
    pub fn fill(&self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.next(),
            Value::Array(items) => items.iter_mut().for_each(|item| self.fill(item)),
            Value::Object(members) => {
                members.values_mut().for_each(|member| self.fill(member));
                members.insert(self.next(), json!([self.next(), {"deep": self.next()}]));
            }
            _ => {}
        }
    }
}

/// One site with markers, and every token that was ever made for it.
pub struct Marked<'a> {
    pub site: Site,
    pub markers: &'a Markers,
    tokens: Vec<String>,
}

impl<'a> Marked<'a> {
    /// A site of its own, whose address has a marker too.
    pub fn new(sandbox: &Sandbox, product: Product, markers: &'a Markers) -> Self {
        Self { site: sandbox.site_of(&markers.next(), product), markers, tokens: Vec::new() }
    }

    /// What must not be found: markers, names of the site, tokens, people.
    pub fn traces(&self, sandbox: &Sandbox) -> Traces {
        let key = self.site.client_key();
        let host = sandbox.url().trim_start_matches("http://").to_owned();
        let person = Who::Admin.person().unwrap();
        let plain = [host, person.email.to_owned(), person.display_name.to_owned(), "jwt=".to_owned()];
        let parts = self.tokens.iter().flat_map(|token| token.split('.').skip(1)).map(str::to_owned);
        Traces::of([&self.markers.tag, &key, &key.replace('-', ""), person.account_id])
            .and_plain(plain.into_iter().chain(parts))
    }

    /// The body of a life-cycle call with a marker wherever the app takes any text.
    fn body(&self, event: Event) -> Value {
        let mut body = self.site.lifecycle_body(event);
        let needed = ["key", "clientKey", "baseUrl", "eventType", "productType"];
        let kept: Vec<(&str, Value)> = needed.iter().map(|name| (*name, body[*name].clone())).collect();
        body["installationId"] = json!("");
        self.markers.fill(&mut body);
        for (name, value) in kept {
            body[name] = value;
        }
        body
    }

    /// Installs with markers and returns the body that was sent.
    pub async fn install(&mut self) -> Value {
        self.site.read_descriptor().await.unwrap();
        let body = self.body(Event::Installed);
        assert_eq!(self.tell(Event::Installed, &body).await, 204);
        self.site.set_shared_secret(body["sharedSecret"].as_str());
        body
    }

    async fn tell(&mut self, event: Event, body: &Value) -> u16 {
        let mut claims = self.site.lifecycle_claims(event);
        claims[self.markers.next()] = json!(self.markers.next());
        let token = self.keep(self.site.lifecycle_token(event, &claims));
        self.site.send_lifecycle(event, body, &token).await.status
    }

    pub async fn notify(&mut self, event: Event) {
        let body = self.body(event);
        assert_eq!(self.tell(event, &body).await, 204, "{event:?}");
    }

    /// A page with a marker in its query, and what the page asks for.
    pub async fn visit(&mut self) {
        let marker = self.markers.next();
        let path = self.site.page_path(&format!("/app/admin?{marker}={}", self.markers.next()));
        let token = self.keep(self.site.url_token("GET", &path, Some(&marker)));
        assert_eq!(self.call("GET", &format!("{path}&jwt={token}"), None, None).await, 200);
        let token = self.keep(self.site.context_token(Some(&marker)));
        assert_eq!(self.call("GET", "/api/v1/session", Some(&token), None).await, 200);
        assert_eq!(self.call("GET", "/api/v1/data/summary", Some(&token), None).await, 403);
        let admin = self.site.user(Who::Admin);
        let token = self.keep(self.site.context_token(admin.as_deref()));
        assert_eq!(self.call("GET", "/api/v1/data/summary", Some(&token), None).await, 200);
        self.store(&token).await;
    }

    /// What a page stores, states and counts, with markers as names and values.
    async fn store(&self, token: &str) {
        let value = json!({self.markers.next(): self.markers.next()}).to_string();
        for place in ["storage", "operation/draft"] {
            let path = format!("/api/v1/{place}/{}", self.markers.next());
            assert_eq!(self.call("PUT", &path, Some(token), Some(&value)).await, 204);
            assert_eq!(self.call("GET", &path, Some(token), None).await, 200);
        }
        let unknown = format!("/api/v1/usage/{}", self.markers.next());
        assert_eq!(self.call("POST", &unknown, Some(token), None).await, 404);
        assert_eq!(self.call("POST", "/api/v1/usage/export", Some(token), None).await, 204);
    }

    /// An event with markers in body, query and headers; once more without an identifier.
    pub async fn webhook(&mut self) {
        let (mut body, product) = match self.site.product() {
            Product::Jira => (self.site.issue_body("jira:issue_updated", "DEMO-1").unwrap(), "jira"),
            Product::Confluence => (self.site.content_body("77", "A page"), "confluence"),
        };
        let event = body.get("webhookEvent").cloned();
        self.markers.fill(&mut body);
        // By its name an event becomes a copy, a trace, a link.
        if let Some(event) = event {
            body["webhookEvent"] = event;
            body["changelog"] = json!({"id": self.markers.next(), "items": [
                {"field": "summary", "fieldId": "summary", "fromString": self.markers.next(), "toString": self.markers.next()}]});
            body["issue"]["fields"]["issuelinks"] = json!([{"id": self.markers.next(),
                "type": {"name": self.markers.next()}, "outwardIssue": {"id": self.markers.next()}}]);
        }
        let path = format!(
            "/connect/webhooks/{product}?event=page_updated&{}={}",
            self.markers.next(),
            self.markers.next()
        );
        for headers in [vec![("x-atlassian-webhook-identifier".to_owned(), self.markers.next())], Vec::new()]
        {
            let token = self.keep(self.site.url_token("POST", &path, None));
            let call = Call {
                headers: [headers, self.headers()].concat(),
                method: "POST".to_owned(),
                path: path.clone(),
                token: Some(token),
                body: Some(body.to_string()),
                ..Call::default()
            };
            assert_eq!(self.site.send(&call).await.status, 204);
        }
    }

    /// Requests that are refused, each with markers: an error path must not tell more than a good one.
    pub async fn be_refused(&mut self) {
        let (one, two) = (self.markers.next(), self.markers.next());
        let (url, jira) = (format!("/{one}?{two}={one}"), "/connect/webhooks/jira");
        assert_eq!(self.call("GET", &url, None, None).await, 404);
        assert_eq!(self.call("GET", &format!("/app/{one}"), None, None).await, 401);
        assert_eq!(self.call(&one.to_uppercase(), "/healthz", None, None).await, 405);
        let stranger = kept::sandbox::sign_hs256(&one, &json!({"iss": one, "iat": 1, "exp": 2, "qsh": two}));
        let token = self.keep(stranger);
        assert_eq!(self.call("GET", "/api/v1/session", Some(&token), None).await, 401);
        let token = self.keep(self.site.url_token("POST", jira, None));
        assert_eq!(self.call("POST", jira, Some(&token), Some(&format!("{{\"{one}\": {two}"))).await, 400);
        let broken = json!({"key": one, "clientKey": two, "baseUrl": 1, "sharedSecret": {"a": one}});
        assert_eq!(self.tell(Event::Installed, &broken).await, 400);
        let mut other = self.body(Event::Installed);
        other["baseUrl"] = json!(format!("https://{one}.evil.test/{two}"));
        assert_eq!(self.tell(Event::Installed, &other).await, 403);
    }

    /// A request with markers in the headers that any browser or proxy may send.
    async fn call(&self, method: &str, path: &str, token: Option<&str>, body: Option<&str>) -> u16 {
        let call = Call {
            method: method.to_owned(),
            path: path.to_owned(),
            token: token.map(str::to_owned),
            headers: self.headers(),
            body: body.map(str::to_owned),
            ..Call::default()
        };
        self.site.send(&call).await.status
    }

    fn headers(&self) -> Vec<(String, String)> {
        let names = ["user-agent", "referer", "accept-language", "cookie", "x-request-id"];
        names
            .into_iter()
            .chain(["forwarded", "x-forwarded-for"])
            .map(|name| (name.to_owned(), format!("{}={}", self.markers.next(), self.markers.next())))
            .collect()
    }

    fn keep(&mut self, token: String) -> String {
        self.tokens.push(token.clone());
        token
    }
}

/// Installed, used, disabled, enabled, its secret rotated, refused, removed and installed again. Returns what the last
/// installation sent.
pub async fn live_through(marked: &mut Marked<'_>) -> Value {
    marked.install().await;
    marked.visit().await;
    marked.webhook().await;
    marked.notify(Event::Disabled).await;
    marked.notify(Event::Enabled).await;
    marked.install().await;
    marked.visit().await;
    marked.be_refused().await;
    marked.notify(Event::Uninstalled).await;
    let body = marked.install().await;
    marked.webhook().await;
    body
}
