//! Whether a deployment is the one that the policy speaks about.

use url::{Host, Url};

use super::model::Processor;
use super::{ClassName, Fault, Policy};
use crate::config::Settings;

/// What a deployment is, as far as a policy says anything about it.
#[derive(Debug, Clone)]
pub struct Deployment {
    pub app_key: String,
    /// Where it runs, as the operator states it.
    pub region: Option<String>,
    /// Hosts that the service calls, by the setting that names them; `*.` stands for any name below.
    pub hosts: Vec<(&'static str, String)>,
    /// Whether its own support hears of new reports by mail.
    pub mails_staff: bool,
}

impl Deployment {
    /// What these settings make. In development the machine itself is nobody else: it may play product and mail server.
    pub fn of(settings: &Settings) -> Self {
        let urls = settings.install_keys_urls.iter().map(|url| ("KEPT_INSTALL_KEYS_URL", url.clone()));
        let all_js = [("KEPT_ALL_JS_URL", settings.all_js_url.clone())];
        let mail = settings.smtp.iter().filter_map(|smtp| Url::parse(smtp.url.expose()).ok());
        let desk = settings.jsm.iter().map(|jsm| ("KEPT_JSM_URL", jsm.url.clone()));
        let forge = settings.forge.iter();
        let forge_keys = forge.clone().map(|forge| ("KEPT_FORGE_JWKS_URL", forge.jwks_url.clone()));
        let urls =
            urls.chain(forge_keys).chain(all_js).chain(mail.map(|url| ("KEPT_SMTP_URL", url))).chain(desk);
        let exempt = |url: &Url| !settings.is_production() && is_loopback(url);
        let called = urls.filter(|(_, url)| !exempt(url));
        let called = called.filter_map(|(setting, url)| Some((setting, url.host_str()?.to_owned())));
        let tenants = settings.hosts.public_names().map(|name| ("KEPT_HOSTS", name));
        let api = forge.flat_map(|forge| forge.api_hosts.public_names());
        let api = api.map(|name| ("KEPT_FORGE_API_HOSTS", name));
        Self {
            app_key: settings.app_key.clone(),
            region: settings.region.clone(),
            hosts: called.chain(tenants).chain(api).collect(),
            mails_staff: settings.support_email.is_some(),
        }
    }
}

impl Policy {
    /// What of this deployment the statement does not cover, with the setting at fault.
    pub fn uncovered(&self, deployment: &Deployment) -> Vec<Fault> {
        let (mut found, document, places) = (Vec::new(), self.document(), self.places());
        if !document.apps.iter().any(|app| app.key == deployment.app_key) {
            let problem = format!("KEPT_APP_KEY is {:?}, and no section covers that app", deployment.app_key);
            found.push(places.fault("apps", problem, "add it to [[apps]], or correct the setting"));
        }
        let region = &document.location.region;
        if let Some(stated) = deployment.region.as_ref().filter(|stated| *stated != region) {
            let problem =
                format!("KEPT_REGION is {stated:?}, and {:?} is promised", document.location.place.en);
            found.push(places.fault("location.region", problem, format!("{region:?}")));
        }
        for (setting, host) in deployment.hosts.iter().filter(|(_, host)| !self.names_host(host)) {
            let problem = format!("{setting} makes us call {host}, and no processor has that host");
            found.push(places.fault("processors", problem, "add it to the hosts of whoever runs it"));
        }
        let desks = deployment.hosts.iter().filter(|(setting, _)| *setting == "KEPT_JSM_URL");
        for (setting, host) in desks.filter(|(_, host)| self.names_host(host) && !self.gets_reports(host)) {
            let problem =
                format!("{setting} sends problem reports to {host}, whose processor gets no support data");
            found.push(places.fault(
                "processors",
                problem,
                "add \"support\" to its classes, or unset the setting",
            ));
        }
        if deployment.mails_staff && !document.support.mail_to_staff {
            let problem = "KEPT_SUPPORT_EMAIL is set, and no mail tells our support of a report";
            found.push(places.fault("support.mail_to_staff", problem, "make it true, or unset the setting"));
        }
        found
    }

    /// Who runs this host, as the policy names them: whoever gets reports, where several do.
    pub fn processor_of(&self, host: &str) -> Option<&str> {
        let runs = |processor: &&Processor| processor.hosts.iter().any(|pattern| covers(pattern, host));
        let found: Vec<_> = self.document().processors.iter().filter(runs).collect();
        let gets = found.iter().find(|processor| processor.classes.contains(&ClassName::Support));
        gets.or(found.first()).map(|processor| processor.name.as_str())
    }

    fn names_host(&self, host: &str) -> bool {
        let patterns = self.document().processors.iter().flat_map(|processor| &processor.hosts);
        patterns.into_iter().any(|pattern| covers(pattern, host))
    }

    /// Whether what leaves for this host may be of a problem report.
    fn gets_reports(&self, host: &str) -> bool {
        let mut theirs = self
            .document()
            .processors
            .iter()
            .filter(|processor| processor.hosts.iter().any(|pattern| covers(pattern, host)));
        theirs.any(|processor| processor.classes.contains(&ClassName::Support))
    }
}

fn covers(pattern: &str, host: &str) -> bool {
    match pattern.strip_prefix('*') {
        Some(suffix) => host == pattern || host.ends_with(suffix) && host.len() > suffix.len(),
        None => host == pattern,
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name == "127.0.0.1",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
