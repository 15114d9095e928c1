//! What opens in an iframe: page URLs with their signed query, and the tokens that pages ask for.

use serde_json::{Value, json};
use url::form_urlencoded::Serializer;

use super::sign::sign_hs256;
use super::site::{Product, Site};
use crate::connect::qsh::{CONTEXT_QSH, Qsh};

/// How long a token of the host lives.
const TOKEN_SECONDS: i64 = 900;

impl Site {
    /// The URL of an iframe: the app's page with what a host adds to the query. `path` may have a query of its own.
    pub fn page_url(&self, path: &str, user: Option<&str>) -> String {
        let path_and_query = self.page_path(path);
        let token = self.url_token("GET", &path_and_query, user);
        format!("{}{path_and_query}&jwt={token}", self.app_url())
    }

    /// The page's path with the query of the host, without the token.
    pub fn page_path(&self, path: &str) -> String {
        let (path, own_query) = path.split_once('?').unwrap_or((path, ""));
        let module = self.module_of(path);
        let app_key = &self.world.app_key;
        let mut query = Serializer::new(own_query.to_owned());
        query
            .append_pair("xdm_e", &self.world.origin)
            .append_pair("xdm_c", &format!("channel-{app_key}__{module}"))
            .append_pair("cp", self.context_path())
            .append_pair("xdm_deprecated_addon_key_do_not_use", app_key)
            .append_pair("lic", self.licence_state())
            .append_pair("cv", "1001.0.0-SNAPSHOT");
        format!("{path}?{}", query.finish())
    }

    /// A token for one request to the app, `path_and_query` being relative to its base URL.
    pub fn url_token(&self, method: &str, path_and_query: &str, user: Option<&str>) -> String {
        self.sign(&self.url_claims(method, path_and_query, user))
    }

    /// What `AP.context.getToken` gives: bound to a user and to what is open, not to a URL.
    pub fn context_token(&self, user: Option<&str>) -> String {
        self.sign(&self.context_claims(user))
    }

    pub fn context_claims(&self, user: Option<&str>) -> Value {
        let mut claims = self.url_claims("GET", "/", user);
        claims["qsh"] = json!(CONTEXT_QSH);
        claims["context"] = self.context();
        claims
    }

    /// The claims that bind a token to one request to the app, `path_and_query` being relative to its base URL.
    pub fn url_claims(&self, method: &str, path_and_query: &str, user: Option<&str>) -> Value {
        let (path, query) = match path_and_query.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (path_and_query, None),
        };
        let now = self.world.clock.now().as_seconds();
        let qsh = Qsh::of(method, path, query).map(|qsh| qsh.as_str().to_owned()).unwrap_or_default();
        let mut claims =
            json!({"iss": self.client_key(), "iat": now, "exp": now + TOKEN_SECONDS, "qsh": qsh});
        if let Some(user) = user {
            claims["sub"] = json!(user);
        }
        claims
    }

    /// Signs with the shared secret; with an empty one while the app is not installed, which nobody accepts.
    pub fn sign(&self, claims: &Value) -> String {
        sign_hs256(&self.shared_secret().unwrap_or_default(), claims)
    }

    /// What the host page shows, as `AP.context.getContext` tells it.
    pub fn context(&self) -> Value {
        match self.product() {
            Product::Jira => json!({"jira": {"project": {"id": "10000", "key": "DEMO"}}}),
            Product::Confluence => json!({"confluence": {"space": {"id": "20000", "key": "DEMO"}}}),
        }
    }

    fn context_path(&self) -> &'static str {
        match self.place.product {
            Product::Jira => "",
            Product::Confluence => "/wiki",
        }
    }

    /// The key of the module that opens this path.
    fn module_of(&self, path: &str) -> String {
        let modules = self.descriptor().map(|read| read.modules()).unwrap_or_default();
        let opens = |url: &str| url.split('?').next() == Some(path);
        modules
            .into_iter()
            .find(|module| opens(&module.url))
            .map_or_else(|| "page".to_owned(), |module| module.key)
    }
}

#[cfg(test)]
mod tests {
    use super::super::host_token::verify;
    use super::super::people::Who;
    use super::super::server::{Options, Sandbox};
    use crate::clock::{Clock, Timestamp};

    #[tokio::test]
    async fn the_query_of_a_page_is_under_its_token() {
        let clock = Clock::manual(Timestamp::from_seconds(1_800_000_000));
        let options = Options {
            listen: ([127, 0, 0, 1], 0).into(),
            smtp: ([127, 0, 0, 1], 0).into(),
            app_url: "http://app.example.com/".into(),
            app_key: "kept".into(),
            clock: clock.clone(),
        };
        let site = Sandbox::start(options).await.unwrap().site("jira");
        site.set_shared_secret(Some("a secret of the test"));
        let url = site.page_url("/app/admin?issue=DEMO-1", site.user(Who::Admin).as_deref());

        let (path, query) = url.strip_prefix("http://app.example.com").unwrap().split_once('?').unwrap();
        let (query, token) = query.split_once("&jwt=").unwrap();
        assert!(query.starts_with("issue=DEMO-1&xdm_e=http%3A%2F%2F127.0.0.1"));
        let now = clock.now();
        let verdict =
            |query| verify(token, "a secret of the test", &site.client_key(), "GET", path, query, now);
        assert_eq!(verdict(query), Ok(()));
        assert!(verdict(&query.replace("DEMO-1", "DEMO-2")).is_err());
    }
}
