//! What tests stand on: the service, a sandbox site, databases of their own, a clock that they move.
//!
//! ```ignore
//! let app = TestApp::start().await;            // the real service and a sandbox, both on port 0
//! let site = app.site("jira");                 // a tenant's site
//! site.install().await;                        // signed, over HTTP
//! let answer = app.get(&site.page_url("/app/admin", None)).await;
//! app.clock.advance(Duration::from_secs(60));  // time comes from here alone
//! app.run_jobs().await;                        // a test that leaves due jobs behind fails
//! ```

pub mod admin;
pub mod blows;
pub mod console;
pub mod databases;
pub mod described;
pub mod fault;
pub mod forge;
pub mod forge_sites;
pub mod marked;
pub mod notices;
pub mod place;
pub mod planted;
pub mod previews;
pub mod process;
pub mod raw;
pub mod records;
pub mod regions;
pub mod reports;
pub mod scan;
pub mod schema;
pub mod source;
pub mod tenants;
pub mod wire;

use std::collections::HashMap;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::web::Data;
use kept::api::Services;
use kept::app::{self, App, Databases};
use kept::clock::{Clock, Timestamp};
use kept::config::Settings;
use kept::db::brakes::{self, Brake};
use kept::db::jobs::{self, JobKind, JobRow};
use kept::db::{Change, DbError};
use kept::jobs::depends_on_time;
use kept::policy::Departure;
use kept::sandbox::{Answer, Options, Sandbox, Site};
use kept::telemetry::AccessLog;
use kept::tenancy::KnownTenant;
use reqwest::RequestBuilder;
use serde_json::Value;

pub use databases::TestDatabases;

/// The instant at which every test begins.
pub const START: &str = "2026-11-22T08:00:00Z";

pub struct TestApp {
    pub url: String,
    /// Where the metrics are.
    pub admin_url: String,
    pub clock: Clock,
    pub sandbox: Sandbox,
    pub services: Data<Services>,
    pub databases: TestDatabases,
    pub access_log: AccessLog,
    client: reqwest::Client,
    server: ServerHandle,
}

impl TestApp {
    pub async fn start() -> Self {
        Self::with(&[]).await
    }

    /// Starts with some settings changed.
    pub async fn with(settings: &[(&'static str, &str)]) -> Self {
        Self::on(TestDatabases::fresh(), settings).await
    }

    /// Starts on databases that may hold something already.
    pub async fn on(databases: TestDatabases, changed: &[(&'static str, &str)]) -> Self {
        let clock = Clock::manual(START.parse().unwrap());
        Self::at(databases, clock, changed).await
    }

    pub async fn at(databases: TestDatabases, clock: Clock, changed: &[(&'static str, &str)]) -> Self {
        Self::among(databases, clock, None, changed).await
    }

    /// Another deployment of the same app, which the same sites call: from now on they call this one.
    pub async fn beside(other: &Self, databases: TestDatabases, changed: &[(&'static str, &str)]) -> Self {
        let sandbox = Some(other.sandbox.clone());
        Self::among(databases, other.clock.clone(), sandbox, changed).await
    }

    async fn among(
        databases: TestDatabases,
        clock: Clock,
        sandbox: Option<Sandbox>,
        changed: &[(&'static str, &str)],
    ) -> Self {
        // RUST_LOG=kept=debug shows what the service logs.
        let _ = tracing_subscriber::fmt()
            .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
            .with_writer(std::io::stderr)
            .try_init();
        let options = Options {
            listen: ([127, 0, 0, 1], 0).into(),
            smtp: ([127, 0, 0, 1], 0).into(),
            app_url: "http://127.0.0.1:9".into(),
            app_key: "kept".into(),
            clock: clock.clone(),
        };
        let sandbox = match sandbox {
            Some(sandbox) => sandbox,
            None => Sandbox::start(options).await.unwrap(),
        };
        let settings = settings(&databases, &sandbox, &clock, changed);
        app::open_databases(&settings, Databases::PrepareAll).await.unwrap();
        fault::into_databases(&databases);
        let base_path = settings.base_url.path().to_owned();
        let app = App::build(settings).await.unwrap();
        let (url, services, server) =
            (format!("http://127.0.0.1:{}", app.port()), app.services(), app.handle());
        let (admin_url, access_log) = (format!("http://127.0.0.1:{}", app.admin_port()), app.access_log());
        sandbox.set_app_url(&format!("{url}{base_path}"));
        tokio::spawn(app.serve_only());
        Self { url, admin_url, clock, sandbox, services, databases, access_log, client: client(), server }
    }

    pub fn site(&self, name: &str) -> Site {
        self.sandbox.site(name)
    }

    pub async fn get(&self, url: &str) -> Answer {
        send(self.client.get(url)).await
    }

    /// `GET` of one of our addresses with a token in the header.
    pub async fn get_with(&self, path: &str, token: &str) -> Answer {
        send(self.client.get(self.at_path(path)).header("authorization", format!("JWT {token}"))).await
    }

    /// `POST` of a body to one of our addresses with a token in the header.
    pub async fn post_with(&self, path: &str, token: &str, body: impl Into<reqwest::Body>) -> Answer {
        let request = self.client.post(self.at_path(path)).header("authorization", format!("JWT {token}"));
        send(request.header("content-type", "application/json").body(body)).await
    }

    /// A request to be bent further.
    pub fn request(&self, method: &str, path: &str) -> RequestBuilder {
        self.request_to(method, &self.at_path(path))
    }

    /// The same to any address, such as another process of the service.
    pub fn request_to(&self, method: &str, url: &str) -> RequestBuilder {
        self.client.request(method.parse().unwrap(), url)
    }

    fn at_path(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// The tenant of this site, as the database has it.
    pub async fn tenant(&self, site: &Site) -> Option<KnownTenant> {
        self.services.tenancy.find(&site.client_key()).await.unwrap()
    }

    /// The word for the tenant's state, or `nothing`.
    pub async fn state(&self, site: &Site) -> &'static str {
        self.tenant(site).await.map_or("nothing", |known| known.tenant.state())
    }

    pub async fn jobs(&self) -> Vec<JobRow> {
        self.services.main.read(|conn| Ok::<_, DbError>(jobs::list(conn, 10_000)?)).await.unwrap()
    }

    /// Kinds of the jobs that wait for this tenant, in order of their time.
    pub async fn jobs_of(&self, tenant: &KnownTenant) -> Vec<JobRow> {
        let id = tenant.tenant.id;
        self.services.main.read(move |conn| Ok::<_, DbError>(jobs::of_tenant(conn, id)?)).await.unwrap()
    }

    /// Runs what is due. What it changed is heard of at once, and not within the second that the feed may take.
    pub async fn run_jobs(&self) -> usize {
        let done = app::worker(&self.services).drain().await.unwrap();
        self.services.tenants.changed(Change::Everything);
        done
    }

    /// When the data of a tenant that leaves now is due to go.
    pub fn due_after_leaving(&self) -> Timestamp {
        let left_at = self.clock.now();
        self.services.policy.due(&Departure { left_at, subscription_end: None, own_days: None }).at
    }

    /// Lets days go by, with the worker awake.
    pub async fn live(&self, days: u32) {
        self.live_until(self.clock.now().plus(Duration::from_secs(86_400) * days)).await;
    }

    /// Lets time pass until `instant`, with the worker awake: it looks every day, and once more at the end.
    pub async fn live_until(&self, instant: Timestamp) {
        const DAY: Duration = Duration::from_secs(86_400);
        while self.clock.now().plus(DAY) < instant {
            self.advance(DAY);
            self.run_jobs().await;
        }
        assert!(self.clock.set(instant));
        self.run_jobs().await;
    }

    pub fn advance(&self, duration: Duration) {
        assert!(self.clock.advance(duration));
    }
}

/// A test that leaves due work behind has not looked at all that it caused.
impl Drop for TestApp {
    fn drop(&mut self) {
        drop(self.server.stop(false));
        if std::thread::panicking() || self.databases.is_taken() {
            return;
        }
        let now = self.clock.now();
        let recurs = |kind: JobKind| kept::jobs::RECURRING.iter().any(|(recurring, _)| *recurring == kind);
        // Hosts are asked every day as long as there is a tenant, and each record of staff is anchored minutes later.
        let comes_back = |kind: JobKind| {
            recurs(kind) || matches!(kind, JobKind::Probe | JobKind::ReportAccounts | JobKind::AnchorRecords)
        };
        let is_ours = |kind: &JobKind| kept::jobs::handler(*kind).is_some() && !comes_back(*kind);
        let kinds: Vec<JobKind> = JobKind::ALL.iter().copied().filter(is_ours).collect();
        let left = self.services.main.maintain_here(|conn| {
            let brakes = brakes::engaged(conn)?;
            // What the brake holds is not forgotten.
            let held = brakes.iter().any(|engaged| engaged.brake == Brake::Clock);
            let free = |kind: &JobKind| !held || !depends_on_time(*kind);
            let kinds: Vec<JobKind> = kinds.iter().copied().filter(free).collect();
            let mut left = Vec::new();
            for kind in kinds {
                if jobs::is_any_due(conn, &[kind], now)? {
                    left.push(kind);
                }
            }
            Ok(left)
        });
        // A test may have taken the database away on purpose.
        let left = left.unwrap_or_default();
        assert!(left.is_empty(), "due jobs are left: call run_jobs(): {left:?}");
    }
}

/// Settings of a test: everything private, nothing from the environment.
pub fn settings(
    databases: &TestDatabases,
    sandbox: &Sandbox,
    clock: &Clock,
    changed: &[(&'static str, &str)],
) -> Settings {
    let data_dir = databases.dir().join("data");
    let mut values: HashMap<&str, String> = HashMap::from([
        ("KEPT_LISTEN", "127.0.0.1:0".to_owned()),
        ("KEPT_ADMIN_LISTEN", "127.0.0.1:0".to_owned()),
        ("KEPT_BASE_URL", "https://app.example.com".to_owned()),
        ("KEPT_DATA_DIR", data_dir.display().to_string()),
        ("KEPT_DATABASE_POOL", "4".to_owned()),
        ("DATABASE_URL", databases.main_url()),
        ("KEPT_KEYRING_URL", databases.keyring_url()),
        ("KEPT_INSTALL_KEYS_URL", sandbox.install_keys_url()),
        ("KEPT_HOSTS", format!("*.atlassian.net,*.jira.com,{}", sandbox.url())),
        ("KEPT_FORGE_APP_ID", sandbox.forge_app_id()),
        ("KEPT_FORGE_JWKS_URL", sandbox.forge_jwks_url()),
        ("KEPT_FORGE_API_HOSTS", sandbox.url().to_owned()),
        ("KEPT_FORGE_ACCOUNTS_URL", sandbox.forge_accounts_url()),
        ("KEPT_ALL_JS_URL", format!("{}/all.js", sandbox.url())),
        ("KEPT_SMTP_URL", sandbox.smtp_url()),
        ("KEPT_MAIL_FROM", "kept@example.com".to_owned()),
    ]);
    values.extend(changed.iter().map(|(name, value)| (*name, (*value).to_owned())));
    if values.get("KEPT_JSM_URL").is_some_and(|url| url == "sandbox") {
        values.insert("KEPT_JSM_URL", sandbox.desk_url());
    }
    let policy = values.get("KEPT_POLICY").cloned().unwrap_or_else(|| "policies/default.toml".to_owned());
    values.insert("KEPT_POLICY", fault::policy(&policy, databases.dir()));
    let planted = fault::setting();
    let planted =
        |name: &str| planted.as_ref().filter(|(other, _)| other == name).map(|(_, value)| value.clone());
    let settings = Settings::from_lookup(|name| planted(name).or_else(|| values.get(name).cloned())).unwrap();
    Settings { clock: clock.clone(), ..settings }
}

fn client() -> reqwest::Client {
    #[expect(clippy::disallowed_methods, reason = "a test plays the other side")]
    let builder = reqwest::Client::builder();
    builder.redirect(reqwest::redirect::Policy::none()).timeout(Duration::from_secs(30)).build().unwrap()
}

pub async fn send(request: RequestBuilder) -> Answer {
    let (client, request) = fault::request(request).build_split();
    let request = request.unwrap();
    let (method, path) = (request.method().as_str().to_owned(), request.url().path().to_owned());
    let sent = request.body().and_then(|body| body.as_bytes()).map(<[u8]>::to_vec);
    let response = client.execute(request).await.unwrap();
    let headers = response
        .headers()
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), value.to_str().unwrap_or_default().to_owned()))
        .collect();
    let status = response.status().as_u16();
    let answer = Answer { status, headers, body: response.text().await.unwrap_or_default() };
    let exchange = described::Exchange {
        method: &method,
        path: &path,
        sent: sent.as_deref(),
        status,
        kind: answer.header("content-type").unwrap_or_default(),
        body: &answer.body,
    };
    if let Some(fault) = described::fault(&exchange) {
        panic!("not as described: {fault}");
    }
    fault::answer(answer)
}

/// The stable code of a problem document, which has another name on its way through Forge.
pub fn code(answer: &Answer) -> String {
    let body: Value = serde_json::from_str(&answer.body).unwrap_or_default();
    // Forge lets the second through alone. Which of them an address answers with is part of its description.
    let names = ["application/problem+json", "application/json"];
    assert!(answer.header("content-type").is_some_and(|name| names.contains(&name)), "{}", answer.body);
    assert!(body["requestId"].as_str().is_some_and(|id| !id.is_empty()), "{}", answer.body);
    body["code"].as_str().unwrap_or_default().to_owned()
}

pub fn start() -> Timestamp {
    START.parse().unwrap()
}
