//! The kinds of URL that a setting may hold, each checked when it is read.

use std::fmt;
use std::path::{Path, PathBuf};

use url::{Host, Url};

use super::Secret;

/// An absolute `http` or `https` URL without query, fragment or user-info, kept without a trailing slash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl(Url);

impl BaseUrl {
    pub fn parse(text: &str) -> Result<Self, String> {
        let expected = "expected an absolute URL such as https://app.example.com or https://example.com/kept";
        let mut url = Url::parse(text).map_err(|_| expected.to_owned())?;
        let plain = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
        if !matches!(url.scheme(), "http" | "https")
            || url.host().is_none()
            || !plain
            || url.password().is_some()
        {
            return Err(expected.to_owned());
        }
        let path = url.path().trim_end_matches('/').to_owned();
        url.set_path(&path);
        Ok(Self(url))
    }

    /// The URL without a trailing slash, as it stands in a descriptor and as `aud`.
    pub fn as_str(&self) -> &str {
        self.0.as_str().trim_end_matches('/')
    }

    /// The path prefix: empty, or a slash and more, without a trailing slash.
    pub fn path(&self) -> &str {
        self.0.path().trim_end_matches('/')
    }

    pub fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    pub fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// Which database engine, and where. Parsed here because the drivers guess: a mistyped URL must never become a new,
/// silently created SQLite file.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    Sqlite(PathBuf),
    /// May hold a password, so it is never shown.
    Postgres(Secret),
}

impl DatabaseUrl {
    pub fn parse(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            Some(("sqlite", path)) => {
                let path = path.strip_prefix("//").unwrap_or(path);
                if path.is_empty() || path.contains('?') || path == ":memory:" {
                    return Err("expected sqlite:PATH with a path to a file".to_owned());
                }
                Ok(Self::Sqlite(PathBuf::from(path)))
            }
            Some(("postgres" | "postgresql", _)) => {
                let url =
                    Url::parse(text).map_err(|_| "expected postgres://user@host:port/database".to_owned())?;
                if url.host().is_none() && url.query().is_none_or(|query| !query.contains("host=")) {
                    return Err("expected postgres://user@host:port/database with a host".to_owned());
                }
                Ok(Self::Postgres(Secret::new(text)))
            }
            _ => Err("expected sqlite:PATH or postgres://user@host:port/database".to_owned()),
        }
    }

    /// Puts a relative SQLite path under `dir`.
    pub fn sqlite_in(dir: &Path, file: &str) -> Self {
        Self::Sqlite(dir.join(file))
    }
}

/// Names the database without its password.
impl fmt::Display for DatabaseUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(out, "sqlite:{}", path.display()),
            Self::Postgres(url) => match Url::parse(url.expose()) {
                Ok(url) => {
                    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
                    write!(out, "postgres://{}{port}{}", url.host_str().unwrap_or_default(), url.path())
                }
                Err(_) => out.write_str("postgres"),
            },
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

/// The allow-list of hosts for a tenant's base URL and for a page that embeds ours (connect.md §3.3 step 8).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HostRules {
    /// Suffixes with their dot, `.atlassian.net`.
    suffixes: Vec<String>,
    /// Exact host names.
    names: Vec<String>,
    /// Full loopback origins, for development.
    origins: Vec<String>,
}

impl HostRules {
    /// Reads a comma-separated list of `*.suffix`, `host.name` and, where `loopback` allows, `http://127.0.0.1:8081`.
    pub fn parse(list: &str, loopback: bool) -> Result<Self, String> {
        let mut rules = Self::default();
        for entry in list.split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
            rules.add(entry, loopback)?;
        }
        Ok(rules)
    }

    fn add(&mut self, entry: &str, loopback: bool) -> Result<(), String> {
        let is_name = |name: &str| {
            name.contains('.') && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'))
        };
        if let Some(suffix) = entry.strip_prefix("*.").filter(|suffix| is_name(suffix)) {
            self.suffixes.push(format!(".{}", suffix.to_ascii_lowercase()));
        } else if let Ok(url) = Url::parse(entry)
            && is_loopback(&url)
            && url.path() == "/"
        {
            if !loopback {
                return Err(format!("{entry}: a loopback origin is for development only"));
            }
            self.origins.push(url.origin().ascii_serialization());
        } else if is_name(entry) {
            self.names.push(entry.to_ascii_lowercase());
        } else {
            return Err(format!(
                "{entry:?}: expected *.example.net, host.example.net or, in development, http://127.0.0.1:8081"
            ));
        }
        Ok(())
    }

    /// Whether `url` is on the list: `https` without a port, user-info, query or fragment, or a listed loopback origin.
    pub fn admit(&self, url: &Url) -> bool {
        let bare = url.username().is_empty()
            && url.password().is_none()
            && url.fragment().is_none()
            && url.query().is_none();
        bare && (self.origins.contains(&url.origin().ascii_serialization()) || self.admit_public(url))
    }

    fn admit_public(&self, url: &Url) -> bool {
        let Some(Host::Domain(name)) = url.host() else { return false };
        let listed = self.names.iter().any(|listed| listed == name)
            || self
                .suffixes
                .iter()
                .any(|suffix| name.len() > suffix.len() && name.ends_with(suffix.as_str()));
        url.scheme() == "https" && url.port().is_none() && listed
    }

    /// Names of the list that are not this machine, suffixes as `*.example.net`.
    pub fn public_names(&self) -> impl Iterator<Item = String> + '_ {
        let suffixes = self.suffixes.iter().map(|suffix| format!("*{suffix}"));
        suffixes.chain(self.names.iter().cloned())
    }

    /// The list as sources of a Content-Security-Policy.
    pub fn csp_sources(&self) -> String {
        let suffixes = self.suffixes.iter().map(|suffix| format!("https://*{suffix}"));
        let names = self.names.iter().map(|name| format!("https://{name}"));
        suffixes.chain(names).chain(self.origins.iter().cloned()).collect::<Vec<_>>().join(" ")
    }
}

fn is_loopback(url: &Url) -> bool {
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    loopback && matches!(url.scheme(), "http" | "https")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admits(url: &str) -> bool {
        let rules = HostRules::parse("*.atlassian.net,*.jira.com,http://127.0.0.1:8081", true).unwrap();
        Url::parse(url).is_ok_and(|url| rules.admit(&url))
    }

    #[test]
    fn only_listed_hosts_are_admitted() {
        assert!(admits("https://example.atlassian.net"));
        assert!(admits("https://example.atlassian.net/wiki"));
        assert!(admits("http://127.0.0.1:8081/site/one"));
        for refused in [
            "http://example.atlassian.net",
            "https://atlassian.net",
            "https://example.atlassian.net.evil.test",
            "https://evilatlassian.net",
            "https://example.atlassian.net:8443",
            "https://user@example.atlassian.net",
            "https://evil.test#.atlassian.net",
            "https://evil.test/?.atlassian.net",
            "https://127.0.0.1",
            "http://127.0.0.1:8082",
            "https://[::1]",
            "file:///etc/passwd",
        ] {
            assert!(!admits(refused), "{refused}");
        }
    }

    #[test]
    fn a_loopback_origin_is_refused_in_production() {
        assert!(HostRules::parse("http://127.0.0.1:8081", false).is_err());
    }

    #[test]
    fn a_database_url_is_never_guessed() {
        for wrong in ["data/kept.db", "host=localhost dbname=kept", "sqlite:", "postgres:kept", "mysql://x/y"]
        {
            assert!(DatabaseUrl::parse(wrong).is_err(), "{wrong}");
        }
        let shown = DatabaseUrl::parse("postgres://kept:hunter2@db:5433/kept").unwrap().to_string();
        assert_eq!(shown, "postgres://db:5433/kept");
    }

    #[test]
    fn a_base_url_loses_its_trailing_slash() {
        let url = BaseUrl::parse("https://example.com/kept/").unwrap();
        assert_eq!((url.as_str(), url.path()), ("https://example.com/kept", "/kept"));
        assert!(BaseUrl::parse("https://example.com/?a=1").is_err());
        assert!(BaseUrl::parse("example.com").is_err());
    }
}
