//! Page loads and calls with a context token, as a browser and a host send them.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use url::form_urlencoded::Serializer;

use super::Bench;
use super::child::Child;
use super::load::{Load, Measured, Requests};
use super::report::{Report, Row};
use super::tenants::Tenant;
use crate::clock::Clock;
use crate::connect::qsh::{CONTEXT_QSH, Qsh};
use crate::sandbox::sign_hs256;

pub const PATH: &str = "/app/admin";
/// Longer than any run, and not longer than a token may live.
const TOKEN_SECONDS: i64 = 3_500;
/// What a browser adds to every request of its own.
const BROWSER: &str = "Host: app.example.com\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 \
     (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36\r\nAccept-Encoding: gzip, deflate, br, zstd\r\n\
     Accept-Language: en-US,en;q=0.9\r\n";

/// Requests that are complete, one for each tenant, in turn.
pub struct Pages(Vec<Box<[u8]>>);

impl Requests for Pages {
    fn write(&self, nth: u64, out: &mut Vec<u8>) {
        let index = usize::try_from(nth).unwrap_or_default() % self.0.len();
        out.extend(self.0.get(index).map(|request| &request[..]).unwrap_or_default());
    }
}

impl Pages {
    /// Page loads: the token in the query, bound to the URL.
    pub fn sign(tenants: &[Tenant]) -> anyhow::Result<Self> {
        let request = |tenant: &Tenant| {
            let (query, token) = page(tenant)?;
            let accept = "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n\
                 Sec-Fetch-Dest: iframe\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Site: cross-site\r\n";
            let head = format!("GET {PATH}?{query}&jwt={token} HTTP/1.1\r\n{BROWSER}{accept}\r\n");
            Ok(head.into_bytes().into_boxed_slice())
        };
        tenants.iter().map(request).collect::<anyhow::Result<_>>().map(Self)
    }

    /// Calls of a page's script: a context token in the header.
    fn calls(tenants: &[Tenant]) -> Self {
        let request = |tenant: &Tenant| {
            let token = sign_hs256(&tenant.secret, &claims(tenant, CONTEXT_QSH));
            let head = format!(
                "GET /api/v1/session HTTP/1.1\r\n{BROWSER}Accept: */*\r\nAuthorization: JWT {token}\r\n\
                 Sec-Fetch-Dest: empty\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Site: same-origin\r\n\r\n"
            );
            head.into_bytes().into_boxed_slice()
        };
        Self(tenants.iter().map(request).collect())
    }
}

/// The query that a host adds to the URL of an iframe, and the token that is bound to it.
pub fn page(tenant: &Tenant) -> anyhow::Result<(String, String)> {
    let mut query = Serializer::new(String::new());
    query
        .append_pair("xdm_e", &tenant.site)
        .append_pair("xdm_c", "channel-kept__kept-admin")
        .append_pair("cp", "")
        .append_pair("xdm_deprecated_addon_key_do_not_use", "kept")
        .append_pair("lic", "active")
        .append_pair("cv", "1001.0.0-SNAPSHOT");
    let query = query.finish();
    let qsh = Qsh::of("GET", PATH, Some(&query))?;
    let token = sign_hs256(&tenant.secret, &claims(tenant, qsh.as_str()));
    Ok((query, token))
}

/// What a host claims for a user of this tenant.
pub fn claims(tenant: &Tenant, qsh: &str) -> Value {
    let now = Clock::system().now().as_seconds();
    json!({
        "iss": tenant.client_key, "iat": now, "exp": now + TOKEN_SECONDS, "qsh": qsh,
        "sub": "557058:f58131cb-b67d-43c7-b30d-6b58d40bd077",
        "context": {"jira": {"project": {"id": "10000", "key": "DEMO"}}},
    })
}

/// Page loads and calls of `kept serve`, each beside a server that only answers the same.
pub async fn measure(bench: &Bench<'_>, server: &Child, report: &mut Report) -> anyhow::Result<()> {
    let pages = Arc::new(Pages::sign(&bench.tenants)?);
    let floor = floor(bench, server, pages.clone(), "page").await?;
    let floor = report.add(Row::of("bare answer: the page's bytes", &floor));
    let measured = window(bench, server, pages.clone()).await?;
    report.add(Row::of("page load, verified", &measured).above(floor));
    let quiet = bench.serve(&["bench", "serve-quietly"], report).await?;
    let measured = window(bench, &quiet, pages).await?;
    report.add(Row::of("page load, verified, nothing logged", &measured).above(floor));
    drop(quiet);

    let calls = Arc::new(Pages::calls(&bench.tenants));
    let floor = self::floor(bench, server, calls.clone(), "session").await?;
    let floor = report.add(Row::of("bare answer: the session's bytes", &floor));
    let measured = window(bench, server, calls).await?;
    report.add(Row::of("GET /api/v1/session, context token", &measured).above(floor));
    Ok(())
}

/// A run of the whole window, with the processor time that the server took for it.
pub async fn window(
    bench: &Bench<'_>,
    server: &Child,
    requests: Arc<impl Requests>,
) -> anyhow::Result<(Measured, Duration)> {
    let before = server.cpu()?;
    let measured = bench.load(server).window(requests, bench.arguments.window()).await?;
    Ok((measured, server.cpu()?.saturating_sub(before)))
}

/// The same requests to a server that only answers what the real one answered to the first of them.
pub async fn floor(
    bench: &Bench<'_>,
    server: &Child,
    requests: Arc<impl Requests>,
    name: &str,
) -> anyhow::Result<(Measured, Duration)> {
    let real = Load { address: server.address(), connections: 1 };
    let recorded = bench.place.file(name);
    std::fs::write(&recorded, real.ask(&*requests).await?)?;
    let floor = Child::start(&bench.place, &["bench", "floor-http", name]).await?;
    window(bench, &floor, requests).await
}
