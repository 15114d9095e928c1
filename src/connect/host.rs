//! Calls to the tenant's own product (connect.md §5, §11.5): signed per request, or with the token of an invocation; patient,
//! bounded, and never led astray.

use std::sync::Arc;
use std::time::Duration;

use jsonwebtoken::{Algorithm, EncodingKey};
use moka::sync::Cache;
use reqwest::Method;
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderValue};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};
use url::Url;

use super::forge::{ApiBase, OAuthToken};
use super::qsh::{self, Qsh};
use crate::clock::{Clock, Stopwatch};
use crate::config::{HostRules, Secret};
use crate::db::Id;
use crate::error::{Code, Error};
use crate::http::{self, OutgoingError};

const TIMEOUT: Duration = Duration::from_secs(10);
const BODY_MAX: usize = 1024 * 1024;
/// How long one of our tokens is good for.
const TOKEN_LIFE: Duration = Duration::from_secs(180);
const REDIRECTS_MAX: usize = 3;
/// Atlassian's retry guidance (connect.md §5.3).
const TRIES_MAX: u32 = 4;
const FIRST_PAUSE: Duration = Duration::from_secs(2);
const PAUSE_MAX: Duration = Duration::from_secs(30);
/// Calls at once: to all hosts together, since a quota is shared by all tenants of an app, and to one of them.
const CONCURRENT_MAX: usize = 64;
const CONCURRENT_PER_TENANT_MAX: usize = 8;
const TENANTS_MAX: u64 = 10_000;
/// How long a call waits for its place.
const PLACE_WAIT: Duration = Duration::from_secs(5);
/// The longest wait that a host is believed to mean.
const RETRY_AFTER_MAX: Duration = Duration::from_secs(3_600);

/// Where a tenant lives and how it knows us.
#[derive(Clone)]
pub struct Site {
    pub tenant: Id,
    pub base_url: Url,
    pub access: Access,
}

/// How the product knows that it is us.
#[derive(Clone)]
pub enum Access {
    /// Connect: each request is signed with the tenant's secret.
    Signed { client_key: String, secret: Secret },
    /// Forge: the token of an invocation, which goes to no host that is not on the list for it.
    Bearer { token: OAuthToken, who: Acting },
}

/// On whose behalf a call is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acting {
    App,
    /// The user of the invocation: what is answered is what they may see and do.
    User,
}

impl Site {
    /// The product that an invocation came from.
    pub fn of_invocation(tenant: Id, base: &ApiBase, token: OAuthToken, who: Acting) -> Self {
        Self { tenant, base_url: base.rest_base(), access: Access::Bearer { token, who } }
    }

    /// An address that is the same for all tenants.
    pub fn at(tenant: Id, base_url: Url, token: OAuthToken, who: Acting) -> Self {
        Self { tenant, base_url, access: Access::Bearer { token, who } }
    }

    pub fn acting(&self) -> Acting {
        match self.access {
            Access::Signed { .. } => Acting::App,
            Access::Bearer { who, .. } => who,
        }
    }
}

/// One question to the product.
pub struct Call<'a> {
    pub purpose: &'static str,
    pub method: Method,
    /// Relative to the base URL, with its query.
    pub path: &'a str,
    pub body: Option<serde_json::Value>,
    /// Whether asking twice does no harm: only then a failure is tried again.
    pub idempotent: bool,
    /// How long the caller is ready to wait between tries, altogether.
    pub patience: Duration,
}

#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// 401 or 403: the host no longer knows us, or does not let us.
    #[error("the host refuses us with {0}")]
    Refused(u16),
    #[error("the host asks us to wait {0:?}")]
    Busy(Duration),
    #[error("the host answered {0}")]
    Status(u16),
    #[error("the host redirects to an address that is not on the list of allowed hosts")]
    LedAstray,
    #[error("the host is not on the list of those that get tokens of invocations")]
    NotAllowed,
    #[error("the host's answer is not what its documentation says")]
    Unreadable,
    #[error(transparent)]
    Unreachable(#[from] OutgoingError),
}

impl From<HostError> for Error {
    #[track_caller]
    fn from(error: HostError) -> Self {
        let wait = if let HostError::Busy(wait) = &error { Some(*wait) } else { None };
        if matches!(error, HostError::NotAllowed) {
            return Self::new(Code::HostNotAllowed).because(error);
        }
        let unavailable = Self::new(Code::HostUnavailable).because(error);
        match wait {
            Some(wait) => unavailable.retry_after(wait),
            None => unavailable,
        }
    }
}

/// Makes the calls. One for the whole process, because its limits are.
pub struct HostClient {
    client: reqwest::Client,
    app_key: String,
    hosts: HostRules,
    /// Who gets tokens of invocations.
    api_hosts: HostRules,
    clock: Clock,
    all: Arc<Semaphore>,
    per_tenant: Cache<Id, Arc<Semaphore>>,
}

#[derive(Serialize)]
struct OwnClaims<'a> {
    iss: &'a str,
    iat: i64,
    exp: i64,
    qsh: &'a str,
    aud: [&'a str; 1],
}

/// What a host answered with, whole.
#[derive(Debug)]
pub struct Answer {
    pub body: Vec<u8>,
    /// In how many days the host wants to be asked again, where it says so (connect.md §7).
    pub cycle_days: Option<u32>,
}

/// How one try ended.
enum Try {
    Answer(Answer),
    /// Worth another try, after the host's own wait if it named one.
    Again(HostError, Option<Duration>),
}

impl HostClient {
    pub fn new(
        app_key: String,
        hosts: HostRules,
        https_only: bool,
        clock: Clock,
    ) -> Result<Self, OutgoingError> {
        Ok(Self {
            client: http::client(TIMEOUT, https_only)?,
            app_key,
            hosts,
            // Nobody, until somebody says who.
            api_hosts: HostRules::default(),
            clock,
            all: Arc::new(Semaphore::new(CONCURRENT_MAX)),
            per_tenant: Cache::new(TENANTS_MAX),
        })
    }

    /// The same, which sends tokens of invocations to these hosts.
    #[must_use]
    pub fn with_api_hosts(mut self, api_hosts: HostRules) -> Self {
        self.api_hosts = api_hosts;
        self
    }

    /// The app as hosts know it.
    pub fn app_key(&self) -> &str {
        &self.app_key
    }

    /// Asks the product and reads its JSON answer.
    pub async fn call<T: DeserializeOwned>(&self, site: &Site, call: &Call<'_>) -> Result<T, HostError> {
        let answer = self.ask(site, call).await?;
        serde_json::from_slice(&answer.body).map_err(|_| HostError::Unreadable)
    }

    /// Asks the product, whatever it answers with: some answers are empty.
    pub async fn ask(&self, site: &Site, call: &Call<'_>) -> Result<Answer, HostError> {
        if !self.may_call(site) {
            return Err(HostError::NotAllowed);
        }
        let mut patience = call.patience;
        let mut pause = FIRST_PAUSE;
        for attempt in 1.. {
            let permits = self.permits(site.tenant).await?;
            let tried = self.attempt(site, call).await;
            // Nobody else should wait for a place while we only wait.
            drop(permits);
            let (error, wait) = match tried? {
                Try::Answer(answer) => return Ok(answer),
                Try::Again(error, wait) => (error, wait.unwrap_or_else(|| jittered(pause))),
            };
            if !call.idempotent || attempt >= TRIES_MAX || wait > patience {
                return Err(error);
            }
            tokio::time::sleep(wait).await;
            patience -= wait;
            pause = (pause * 2).min(PAUSE_MAX);
        }
        Err(HostError::Unreadable)
    }

    /// Whether the site's host may have what proves us. Where Connect's may be was checked when it was installed.
    fn may_call(&self, site: &Site) -> bool {
        match site.access {
            Access::Signed { .. } => true,
            Access::Bearer { .. } => self.api_hosts.admit(&site.base_url),
        }
    }

    /// A place among the tenant's own calls, then one among all: one busy tenant must not hold what others wait for.
    async fn permits(&self, tenant: Id) -> Result<[OwnedSemaphorePermit; 2], HostError> {
        let own = self.per_tenant.get_with(tenant, || Arc::new(Semaphore::new(CONCURRENT_PER_TENANT_MAX)));
        let places = async { Ok([own.acquire_owned().await?, self.all.clone().acquire_owned().await?]) };
        let in_time: Result<Result<_, AcquireError>, _> = tokio::time::timeout(PLACE_WAIT, places).await;
        in_time.ok().and_then(Result::ok).ok_or(HostError::Busy(FIRST_PAUSE))
    }

    /// One try, with the redirects that the list allows.
    async fn attempt(&self, site: &Site, call: &Call<'_>) -> Result<Try, HostError> {
        let mut url = join(&site.base_url, call.path)?;
        let mut base = site.base_url.clone();
        for _ in 0..=REDIRECTS_MAX {
            let watch = Stopwatch::start();
            let sent = self.send(site, call, &url, base.path()).await;
            http::log_call(
                call.purpose,
                sent.as_ref().ok().map(|response| response.status().as_u16()),
                &watch,
            );
            let response = match sent {
                Ok(response) => response,
                Err(error) => return Ok(Try::Again(error.into(), None)),
            };
            let Some(next) = redirect(&response, &url) else { return outcome(response).await };
            // A signature is good for one address alone; a token is good anywhere, so it is never sent on.
            if !matches!(site.access, Access::Signed { .. }) || !self.hosts.admit(&without_query(&next)) {
                return Err(HostError::LedAstray);
            }
            // After a rename the site lives at another origin under the same path.
            let _ = base.set_host(next.host_str());
            url = next;
        }
        Err(HostError::LedAstray)
    }

    async fn send(
        &self,
        site: &Site,
        call: &Call<'_>,
        url: &Url,
        base_path: &str,
    ) -> Result<reqwest::Response, OutgoingError> {
        let authorization = self.authorization(site, call.method.as_str(), url, base_path)?;
        let mut request = self.client.request(call.method.clone(), url.clone());
        request = request.header(AUTHORIZATION, authorization).header(ACCEPT, "application/json");
        if let Some(body) = &call.body {
            request = request.json(body);
        }
        Ok(request.send().await?)
    }

    /// What proves us. It is marked, so that no library shows it.
    fn authorization(
        &self,
        site: &Site,
        method: &str,
        url: &Url,
        base_path: &str,
    ) -> Result<HeaderValue, OutgoingError> {
        let line = match &site.access {
            Access::Signed { client_key, secret } => {
                let token = self.sign(client_key, secret, method, url, base_path)?;
                Secret::new(format!("JWT {token}"))
            }
            Access::Bearer { token, .. } => token.authorization(),
        };
        let unfit = |_| OutgoingError::Failed("cannot sign: header".to_owned());
        let mut value = HeaderValue::from_str(line.expose()).map_err(unfit)?;
        value.set_sensitive(true);
        Ok(value)
    }

    /// One token for one request: method and URL are bound by the hash.
    fn sign(
        &self,
        client_key: &str,
        secret: &Secret,
        method: &str,
        url: &Url,
        base_path: &str,
    ) -> Result<String, OutgoingError> {
        let failed = |what: &str| OutgoingError::Failed(format!("cannot sign: {what}"));
        let qsh = Qsh::of(method, qsh::relative_path(url.path(), base_path), url.query())
            .map_err(|_| failed("query"))?;
        let now = self.clock.now();
        let claims = OwnClaims {
            iss: &self.app_key,
            iat: now.as_seconds(),
            exp: now.plus(TOKEN_LIFE).as_seconds(),
            qsh: qsh.as_str(),
            aud: [client_key],
        };
        let key = EncodingKey::from_secret(secret.expose().as_bytes());
        jsonwebtoken::encode(&jsonwebtoken::Header::new(Algorithm::HS256), &claims, &key)
            .map_err(|_| failed("token"))
    }
}

/// `path` under the base URL, whose own path stays (Confluence's is `/wiki`).
fn join(base: &Url, path: &str) -> Result<Url, HostError> {
    let whole = format!("{}{path}", base.as_str().trim_end_matches('/'));
    Url::parse(&whole).map_err(|_| HostError::Unreadable)
}

fn redirect(response: &reqwest::Response, from: &Url) -> Option<Url> {
    if !response.status().is_redirection() {
        return None;
    }
    let location = response.headers().get("location")?.to_str().ok()?;
    from.join(location).ok()
}

fn without_query(url: &Url) -> Url {
    let mut bare = url.clone();
    bare.set_query(None);
    bare
}

async fn outcome(response: reqwest::Response) -> Result<Try, HostError> {
    let status = response.status().as_u16();
    let wait = retry_after(&response);
    match status {
        200..=299 => {
            let cycle_days = number(&response, "cycle-period");
            Ok(Try::Answer(Answer { body: http::read_body(response, BODY_MAX).await?, cycle_days }))
        }
        401 | 403 => Err(HostError::Refused(status)),
        429 => Ok(Try::Again(HostError::Busy(wait.unwrap_or(FIRST_PAUSE)), wait)),
        500..=599 => Ok(Try::Again(HostError::Status(status), wait)),
        _ => Err(HostError::Status(status)),
    }
}

fn retry_after(response: &reqwest::Response) -> Option<Duration> {
    let seconds: u32 = number(response, "retry-after")?;
    Some(Duration::from_secs(seconds.into()).min(RETRY_AFTER_MAX))
}

fn number(response: &reqwest::Response, header: &str) -> Option<u32> {
    response.headers().get(header)?.to_str().ok()?.trim().parse().ok()
}

/// 0.7 to 1.3 times `pause`, so that many tenants do not come back in step.
fn jittered(pause: Duration) -> Duration {
    let mut random = [0_u8; 1];
    let _ = aws_lc_rs::rand::fill(&mut random);
    pause.mul_f64(0.7 + 0.6 * f64::from(random[0]) / 255.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_joined_under_the_base_path() {
        let wiki = Url::parse("https://example.atlassian.net/wiki").unwrap();
        assert_eq!(
            join(&wiki, "/rest/api/user?a=1").unwrap().as_str(),
            "https://example.atlassian.net/wiki/rest/api/user?a=1"
        );
    }

    #[test]
    fn a_pause_is_jittered_by_three_tenths() {
        for _ in 0..100 {
            let pause = jittered(Duration::from_secs(10));
            assert!((Duration::from_secs(7)..=Duration::from_secs(13)).contains(&pause), "{pause:?}");
        }
    }
}
