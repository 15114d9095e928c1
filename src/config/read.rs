//! Reading each setting: its name, its default and what it expects.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use url::Url;

use super::{
    BaseUrl, DatabaseUrl, Environment, ForgeAppId, ForgeEnvironment, ForgeSettings, HostRules, Jsm,
    LogFormat, MasterKeySource, MoveSettings, Reads, Secret, SettingError, Settings, Smtp,
};
use crate::clock::{Clock, Timestamp};

const SANDBOX_ORIGIN: &str = "http://127.0.0.1:8081";
const INSTALL_KEYS: &str = "https://connect-install-keys.atlassian.com";
const FORGE_ACCOUNTS: &str = "https://api.atlassian.com/app/report-accounts/";
const FORGE_KEYS: &str = "https://forge.cdn.prod.atlassian-dev.net/.well-known/jwks.json";

type Result<T> = std::result::Result<T, SettingError>;

/// Where values come from: the environment, or a table in a test.
pub struct Lookup<'a>(&'a dyn Fn(&'static str) -> Option<String>);

impl<'a> Lookup<'a> {
    pub fn new(lookup: &'a dyn Fn(&'static str) -> Option<String>) -> Self {
        Self(lookup)
    }

    fn text(&self, name: &'static str) -> Option<String> {
        (self.0)(name).filter(|value| !value.trim().is_empty())
    }

    fn parse<T>(
        &self,
        name: &'static str,
        default: &str,
        parse: impl Fn(&str) -> std::result::Result<T, String>,
    ) -> Result<T> {
        let text = self.text(name).unwrap_or_else(|| default.to_owned());
        parse(text.trim()).map_err(|expected| SettingError::new(name, expected))
    }

    fn list<T>(
        &self,
        name: &'static str,
        parse: impl Fn(&str) -> std::result::Result<T, String>,
    ) -> Result<Vec<T>> {
        let text = self.text(name).unwrap_or_default();
        let entries = text.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        entries
            .map(parse)
            .collect::<std::result::Result<_, _>>()
            .map_err(|expected| SettingError::new(name, expected))
    }
}

pub fn settings(lookup: &Lookup<'_>) -> Result<Settings> {
    let environment = lookup.parse("KEPT_ENV", "development", environment)?;
    let production = environment == Environment::Production;
    let data_dir = PathBuf::from(lookup.text("KEPT_DATA_DIR").unwrap_or_else(|| "data".to_owned()));
    let settings = Settings {
        environment,
        listen: lookup.parse("KEPT_LISTEN", "127.0.0.1:8080", |text| {
            expect(text, "an address and port such as 127.0.0.1:8080")
        })?,
        admin_listen: lookup.parse("KEPT_ADMIN_LISTEN", "127.0.0.1:9090", |text| {
            expect(text, "an address and port such as 127.0.0.1:9090")
        })?,
        base_url: lookup.parse("KEPT_BASE_URL", "http://localhost:8080", BaseUrl::parse)?,
        region_base_urls: region_base_urls(lookup)?,
        moves: moves(lookup)?,
        former_base_urls: lookup.list("KEPT_FORMER_BASE_URLS", BaseUrl::parse)?,
        app_key: lookup.parse("KEPT_APP_KEY", "kept", app_key)?,
        trusted_proxies: lookup
            .list("KEPT_TRUSTED_PROXIES", |text| expect::<IpAddr>(text, "a list of IP addresses"))?,
        database_pool: lookup.parse("KEPT_DATABASE_POOL", "8", pool_size)?,
        database_url: database(lookup, "DATABASE_URL", &data_dir, "kept.db")?,
        keyring_url: database(lookup, "KEPT_KEYRING_URL", &data_dir, "keyring.db")?,
        master_key: master_key(lookup, production, &data_dir)?,
        master_key_previous: lookup.text("KEPT_MASTER_KEY_PREVIOUS").map(Secret::new),
        policy: PathBuf::from(
            lookup.text("KEPT_POLICY").unwrap_or_else(|| "policies/default.toml".to_owned()),
        ),
        install_keys_urls: install_keys(lookup)?,
        hosts: hosts(lookup, production)?,
        forge: forge(lookup, production)?,
        all_js_url: lookup.parse(
            "KEPT_ALL_JS_URL",
            "https://connect-cdn.atl-paas.net/all.js",
            absolute_url,
        )?,
        region: lookup.text("KEPT_REGION"),
        smtp: smtp(lookup)?,
        jsm: jsm(lookup)?,
        support_email: lookup.text("KEPT_SUPPORT_EMAIL").map(|text| text.trim().to_owned()),
        log_dir: lookup.text("KEPT_LOG_DIR").map_or_else(|| data_dir.join("logs"), PathBuf::from),
        log_format: lookup.parse(
            "KEPT_LOG_FORMAT",
            if production { "json" } else { "pretty" },
            log_format,
        )?,
        log_filter: lookup.text("KEPT_LOG").unwrap_or_else(|| "info".to_owned()),
        clock: clock(lookup)?,
        reads: Reads::default(),
        data_dir,
    };
    check_databases_differ(&settings)?;
    if production {
        check_production(lookup, &settings)?;
    }
    Ok(settings)
}

/// What a production start refuses, because each of these is safe only on a developer's machine.
fn check_production(lookup: &Lookup<'_>, settings: &Settings) -> Result<()> {
    let refuse = |name, expected: &str| Err(SettingError::new(name, expected));
    if !settings.base_url.is_https() {
        return refuse("KEPT_BASE_URL", "production needs an https URL");
    }
    if settings.region_base_urls.values().any(|url| !url.is_https()) {
        return refuse("KEPT_REGION_BASE_URLS", "production needs https URLs");
    }
    if lookup.text("KEPT_CLOCK").is_some() {
        return refuse("KEPT_CLOCK", "production keeps the real time; unset it");
    }
    if settings.install_keys_urls.iter().any(|url| url.scheme() != "https") {
        return refuse(
            "KEPT_INSTALL_KEYS_URL",
            "production needs Atlassian's https key server, not a sandbox's",
        );
    }
    if settings.forge.as_ref().is_some_and(|forge| forge.jwks_url.scheme() != "https") {
        return refuse("KEPT_FORGE_JWKS_URL", "production needs Atlassian's https address, not a sandbox's");
    }
    if settings.forge.as_ref().is_some_and(|forge| !forge.api_hosts.admit(&forge.accounts_url)) {
        return refuse(
            "KEPT_FORGE_ACCOUNTS_URL",
            "production needs an https address on a host of KEPT_FORGE_API_HOSTS, which alone gets tokens",
        );
    }
    if settings.all_js_url.scheme() != "https" {
        return refuse("KEPT_ALL_JS_URL", "production needs an https URL");
    }
    if settings.region.is_none() {
        return refuse(
            "KEPT_REGION",
            "production needs the place where this deployment runs, as the policy names it",
        );
    }
    if settings.jsm.as_ref().is_some_and(|jsm| jsm.url.scheme() != "https") {
        return refuse("KEPT_JSM_URL", "production needs an https URL");
    }
    if settings.smtp.is_none() {
        return refuse("KEPT_SMTP_URL", "production needs a mail server; .eml files are for development");
    }
    Ok(())
}

/// A restore of the main database must never touch the keyring, so the two cannot be one.
fn check_databases_differ(settings: &Settings) -> Result<()> {
    if settings.database_url == settings.keyring_url {
        return Err(SettingError::new("KEPT_KEYRING_URL", "expected another database than DATABASE_URL"));
    }
    Ok(())
}

fn environment(text: &str) -> std::result::Result<Environment, String> {
    match text {
        "development" => Ok(Environment::Development),
        "production" => Ok(Environment::Production),
        _ => Err("expected development or production".to_owned()),
    }
}

fn log_format(text: &str) -> std::result::Result<LogFormat, String> {
    match text {
        "pretty" => Ok(LogFormat::Pretty),
        "json" => Ok(LogFormat::Json),
        _ => Err("expected pretty or json".to_owned()),
    }
}

fn expect<T: FromStr>(text: &str, what: &str) -> std::result::Result<T, String> {
    text.parse().map_err(|_| format!("expected {what}, not {text:?}"))
}

fn pool_size(text: &str) -> std::result::Result<u32, String> {
    text.parse()
        .ok()
        .filter(|size| (1..=256).contains(size))
        .ok_or_else(|| "expected 1 to 256 connections".to_owned())
}

/// Atlassian's rule for an app key (connect.md §1.1).
fn app_key(text: &str) -> std::result::Result<String, String> {
    let good = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    if text.len() <= 64 && text.bytes().all(good) {
        return Ok(text.to_owned());
    }
    Err("expected at most 64 letters, digits, '-', '.' or '_'".to_owned())
}

/// The list of regions grows, so any name of their form is one.
fn region_base_urls(lookup: &Lookup<'_>) -> Result<BTreeMap<String, BaseUrl>> {
    const NAME: &str = "KEPT_REGION_BASE_URLS";
    let entries = lookup.list(NAME, |text| {
        let right = || format!("{text:?}: expected a region and a URL, such as EU=https://eu.example.com");
        let (realm, url) = text.split_once('=').ok_or_else(right)?;
        let is_realm = realm.len() == 2 && realm.bytes().all(|byte| byte.is_ascii_uppercase());
        if is_realm { Ok((realm.to_owned(), BaseUrl::parse(url)?)) } else { Err(right()) }
    })?;
    let (named, urls) = (entries.len(), entries.into_iter().collect::<BTreeMap<_, _>>());
    if urls.len() < named {
        return Err(SettingError::new(NAME, "expected each region once"));
    }
    Ok(urls)
}

/// Two letters, or the one for sites that no region is named for.
fn realm(text: &str) -> std::result::Result<String, String> {
    let is_realm = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase());
    if is_realm {
        Ok(text.to_owned())
    } else {
        Err("expected a region of KEPT_REGION_BASE_URLS, such as EU".to_owned())
    }
}

/// In half hours, as descriptors and manifests say it.
fn move_hours(text: &str) -> std::result::Result<Duration, String> {
    let halves = text.parse::<f64>().ok().map(|hours| hours * 2.0);
    let halves = halves.filter(|halves| halves.fract() == 0.0 && (1.0..=48.0).contains(halves));
    let halves = halves.ok_or_else(|| "expected 0.5 to 24 hours in steps of 0.5".to_owned())?;
    Ok(Duration::from_secs_f64(halves * 1_800.0))
}

/// One without the other would be half of it: nobody is moved then, and nobody knows why.
fn moves(lookup: &Lookup<'_>) -> Result<Option<MoveSettings>> {
    let max = lookup.parse("KEPT_MOVE_MAX_HOURS", "2", move_hours)?;
    let needed = |name, expected: &str| SettingError::new(name, expected);
    match (lookup.text("KEPT_REALM"), lookup.text("KEPT_MOVE_SECRET")) {
        (None, None) => Ok(None),
        (Some(_), None) => {
            Err(needed("KEPT_MOVE_SECRET", "expected 32 bytes in base64, since KEPT_REALM is set"))
        }
        (None, Some(_)) => {
            Err(needed("KEPT_REALM", "expected the region of this deployment, since KEPT_MOVE_SECRET is set"))
        }
        (Some(_), Some(secret)) => {
            let realm = lookup.parse("KEPT_REALM", "", realm)?;
            Ok(Some(MoveSettings { realm, secret: Secret::new(secret), max }))
        }
    }
}

fn absolute_url(text: &str) -> std::result::Result<Url, String> {
    let url =
        Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.host().is_some());
    url.ok_or_else(|| "expected an absolute http or https URL".to_owned())
}

fn database(lookup: &Lookup<'_>, name: &'static str, data_dir: &Path, file: &str) -> Result<DatabaseUrl> {
    match lookup.text(name) {
        Some(text) => DatabaseUrl::parse(text.trim()).map_err(|expected| SettingError::new(name, expected)),
        None => Ok(DatabaseUrl::sqlite_in(data_dir, file)),
    }
}

fn master_key(lookup: &Lookup<'_>, production: bool, data_dir: &Path) -> Result<MasterKeySource> {
    match (lookup.text("KEPT_MASTER_KEY"), lookup.text("KEPT_MASTER_KEY_FILE")) {
        (Some(_), Some(_)) => {
            Err(SettingError::new("KEPT_MASTER_KEY", "set it or KEPT_MASTER_KEY_FILE, not both"))
        }
        (Some(value), None) => Ok(MasterKeySource::Value(Secret::new(value))),
        (None, Some(path)) => Ok(MasterKeySource::File(PathBuf::from(path))),
        (None, None) if production => Err(SettingError::new(
            "KEPT_MASTER_KEY",
            "production needs 32 bytes in base64, or KEPT_MASTER_KEY_FILE",
        )),
        (None, None) => Ok(MasterKeySource::Development(data_dir.join("master.key"))),
    }
}

fn install_keys(lookup: &Lookup<'_>) -> Result<Vec<Url>> {
    let urls = lookup.list("KEPT_INSTALL_KEYS_URL", absolute_url)?;
    match urls.len() {
        0 => Ok(Url::parse(INSTALL_KEYS).into_iter().collect()),
        1 | 2 => Ok(urls),
        _ => Err(SettingError::new("KEPT_INSTALL_KEYS_URL", "expected one or two URLs")),
    }
}

fn hosts(lookup: &Lookup<'_>, production: bool) -> Result<HostRules> {
    let default = if production {
        "*.atlassian.net,*.jira.com".to_owned()
    } else {
        format!("*.atlassian.net,*.jira.com,{SANDBOX_ORIGIN}")
    };
    lookup.parse("KEPT_HOSTS", &default, |text| HostRules::parse(text, !production))
}

/// Read as a whole even while there is no app id: a mistyped line should not wait until it counts.
fn forge(lookup: &Lookup<'_>, production: bool) -> Result<Option<ForgeSettings>> {
    let environments = lookup.list("KEPT_FORGE_ENVIRONMENTS", ForgeEnvironment::parse)?;
    let by_default = if production {
        vec![ForgeEnvironment::Production]
    } else {
        vec![ForgeEnvironment::Production, ForgeEnvironment::Development, ForgeEnvironment::Staging]
    };
    let api_hosts = match production {
        true => "api.atlassian.com".to_owned(),
        false => format!("api.atlassian.com,{SANDBOX_ORIGIN}"),
    };
    let jwks_url = lookup.parse("KEPT_FORGE_JWKS_URL", FORGE_KEYS, absolute_url)?;
    let api_hosts =
        lookup.parse("KEPT_FORGE_API_HOSTS", &api_hosts, |text| HostRules::parse(text, !production))?;
    let accounts_url = lookup.parse("KEPT_FORGE_ACCOUNTS_URL", FORGE_ACCOUNTS, absolute_url)?;
    let Some(_) = lookup.text("KEPT_FORGE_APP_ID") else { return Ok(None) };
    let app_id = lookup.parse("KEPT_FORGE_APP_ID", "", ForgeAppId::parse)?;
    let environments = if environments.is_empty() { by_default } else { environments };
    Ok(Some(ForgeSettings { app_id, jwks_url, environments, api_hosts, accounts_url }))
}

fn smtp(lookup: &Lookup<'_>) -> Result<Option<Smtp>> {
    let Some(url) = lookup.text("KEPT_SMTP_URL") else { return Ok(None) };
    let parsed = Url::parse(&url).ok().filter(|url| matches!(url.scheme(), "smtp" | "smtps"));
    if parsed.is_none() {
        return Err(SettingError::new(
            "KEPT_SMTP_URL",
            "expected smtp://host:port or smtps://user:password@host",
        ));
    }
    let from = lookup.text("KEPT_MAIL_FROM").filter(|from| from.contains('@'));
    let from =
        from.ok_or_else(|| SettingError::new("KEPT_MAIL_FROM", "expected the address that mail comes from"))?;
    Ok(Some(Smtp { url: Secret::new(url), from }))
}

fn jsm(lookup: &Lookup<'_>) -> Result<Option<Jsm>> {
    if lookup.text("KEPT_JSM_URL").is_none() {
        return Ok(None);
    }
    let needed = |name| {
        lookup
            .text(name)
            .ok_or_else(|| SettingError::new(name, "expected a value, since KEPT_JSM_URL is set"))
    };
    let bare = |text: &str| BaseUrl::parse(text).and_then(|url| absolute_url(url.as_str()));
    Ok(Some(Jsm {
        url: lookup.parse("KEPT_JSM_URL", "", bare)?,
        email: needed("KEPT_JSM_EMAIL")?,
        token: Secret::new(needed("KEPT_JSM_TOKEN")?),
        service_desk: needed("KEPT_JSM_SERVICE_DESK")?,
        request_type: needed("KEPT_JSM_REQUEST_TYPE")?,
    }))
}

fn clock(lookup: &Lookup<'_>) -> Result<Clock> {
    match lookup.text("KEPT_CLOCK") {
        None => Ok(Clock::system()),
        Some(text) => {
            let start: Timestamp =
                text.parse().map_err(|expected: String| SettingError::new("KEPT_CLOCK", expected))?;
            Ok(Clock::starting_at(start))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(values: &[(&'static str, &str)]) -> Result<Settings> {
        Settings::from_lookup(|name| {
            values.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    }

    fn fault(values: &[(&'static str, &str)]) -> &'static str {
        read(values).err().map_or("none", |error| error.name)
    }

    #[test]
    fn nothing_needs_to_be_set_in_development() {
        let settings = read(&[]).unwrap();
        assert_eq!(settings.database_url, DatabaseUrl::Sqlite("data/kept.db".into()));
        assert_eq!(settings.app_key, "kept");
    }

    #[test]
    fn a_wrong_value_names_its_variable() {
        for (name, wrong) in [
            ("KEPT_ENV", "prod"),
            ("KEPT_LISTEN", "8080"),
            ("KEPT_BASE_URL", "localhost"),
            ("KEPT_APP_KEY", "a b"),
            ("KEPT_DATABASE_POOL", "0"),
            ("DATABASE_URL", "kept.db"),
            ("KEPT_HOSTS", "*"),
            ("KEPT_CLOCK", "yesterday"),
            ("KEPT_SMTP_URL", "mail.example.com"),
            ("KEPT_KEYRING_URL", "sqlite:data/kept.db"),
            ("KEPT_INSTALL_KEYS_URL", "ftp://x"),
            ("KEPT_LOG_FORMAT", "xml"),
            ("KEPT_REGION_BASE_URLS", "https://eu.example.com"),
            ("KEPT_REGION_BASE_URLS", "Europe=https://eu.example.com"),
            ("KEPT_REGION_BASE_URLS", "EU=eu.example.com"),
            ("KEPT_REGION_BASE_URLS", "EU=https://a.example.com, EU=https://b.example.com"),
            ("KEPT_MOVE_MAX_HOURS", "0.75"),
            ("KEPT_MOVE_MAX_HOURS", "25"),
            ("KEPT_FORGE_APP_ID", "8db33809-1f32-48bb-8c52-5877dab48107"),
            ("KEPT_FORGE_JWKS_URL", "jwks.json"),
            ("KEPT_FORGE_ENVIRONMENTS", "production"),
            ("KEPT_FORGE_API_HOSTS", "*"),
            ("KEPT_FORGE_ACCOUNTS_URL", "report-accounts"),
        ] {
            assert_eq!(fault(&[(name, wrong)]), name);
        }
    }

    #[test]
    fn a_deployment_that_moves_tenants_knows_its_region_and_the_secret_of_all_of_them() {
        let secret = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
        assert!(read(&[]).unwrap().moves.is_none());
        assert_eq!(fault(&[("KEPT_REALM", "EU")]), "KEPT_MOVE_SECRET");
        assert_eq!(fault(&[("KEPT_MOVE_SECRET", secret)]), "KEPT_REALM");
        assert_eq!(fault(&[("KEPT_MOVE_SECRET", secret), ("KEPT_REALM", "Europe")]), "KEPT_REALM");
        let both = [("KEPT_MOVE_SECRET", secret), ("KEPT_REALM", "EU"), ("KEPT_MOVE_MAX_HOURS", "1.5")];
        assert_eq!(read(&both).unwrap().moves.unwrap().max, Duration::from_secs(5_400));
    }

    #[test]
    fn a_forge_app_in_production_is_called_by_its_production_environment_alone() {
        let id = ("KEPT_FORGE_APP_ID", "ari:cloud:ecosystem::app/8db33809-1f32-48bb-8c52-5877dab48107");
        assert!(read(&[]).unwrap().forge.is_none());
        let forge = read(&[id]).unwrap().forge.unwrap();
        assert_eq!(forge.environments.len(), 3);
        assert!(forge.api_hosts.admit(&Url::parse("https://api.atlassian.com/ex/jira/1").unwrap()));
        let forge = read(&[id, ("KEPT_FORGE_ENVIRONMENTS", "PRODUCTION")]).unwrap().forge.unwrap();
        assert_eq!(forge.environments, [ForgeEnvironment::Production]);
    }

    #[test]
    fn production_refuses_what_is_safe_only_in_development() {
        let good = [
            ("KEPT_ENV", "production"),
            ("KEPT_BASE_URL", "https://app.example.com"),
            ("KEPT_MASTER_KEY", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
            ("KEPT_REGION", "Roubaix, France"),
            ("KEPT_SMTP_URL", "smtps://mail.example.com"),
            ("KEPT_MAIL_FROM", "kept@example.com"),
        ];
        assert!(read(&good).is_ok());
        for (name, value) in [
            ("KEPT_BASE_URL", "http://app.example.com"),
            ("KEPT_MASTER_KEY", ""),
            ("KEPT_REGION", ""),
            ("KEPT_SMTP_URL", ""),
            ("KEPT_CLOCK", "2027-05-22T00:00:00Z"),
            ("KEPT_INSTALL_KEYS_URL", "http://127.0.0.1:8081/install-keys"),
            ("KEPT_HOSTS", "http://127.0.0.1:8081"),
            ("KEPT_REGION_BASE_URLS", "EU=http://eu.example.com"),
            ("KEPT_JSM_URL", "http://desk.example.com"),
            ("KEPT_FORGE_JWKS_URL", "http://127.0.0.1:8081/.well-known/jwks.json"),
            ("KEPT_FORGE_API_HOSTS", "http://127.0.0.1:8081"),
            ("KEPT_FORGE_ACCOUNTS_URL", "http://127.0.0.1:8081/app/report-accounts/"),
            ("KEPT_FORGE_ACCOUNTS_URL", "https://api.example.com/app/report-accounts/"),
        ] {
            let desk = ["KEPT_JSM_EMAIL", "KEPT_JSM_TOKEN", "KEPT_JSM_SERVICE_DESK", "KEPT_JSM_REQUEST_TYPE"];
            let mut values: Vec<_> = desk.into_iter().map(|name| (name, "1")).collect();
            values
                .push(("KEPT_FORGE_APP_ID", "ari:cloud:ecosystem::app/8db33809-1f32-48bb-8c52-5877dab48107"));
            values.push((name, value));
            values.extend(good.iter().filter(|(good, _)| *good != name));
            assert_eq!(fault(&values), name);
        }
    }
}
