//! Whether a deployment is the one that the policy speaks about.

use super::Policy;

/// What a deployment is, as far as a policy says anything about it.
#[derive(Debug, Clone)]
pub struct Deployment {
    pub app_key: String,
    /// Where it runs, as the operator states it.
    pub region: Option<String>,
    /// Hosts that the service calls, by the setting that names them.
    pub hosts: Vec<(&'static str, String)>,
}

impl Policy {
    /// What of this deployment the statement does not cover, with the setting at fault.
    pub fn uncovered(&self, deployment: &Deployment) -> Vec<String> {
        let mut found = Vec::new();
        let document = self.document();
        if !document.apps.iter().any(|app| app.key == deployment.app_key) {
            let key = &deployment.app_key;
            found.push(format!("KEPT_APP_KEY: the policy covers no app {key:?}; add it to [[apps]]"));
        }
        let region = &document.location.region;
        if deployment.region.as_ref().is_some_and(|stated| stated != region) {
            found.push(format!("KEPT_REGION: the policy promises {region:?} ({})", document.location.place));
        }
        for (setting, host) in deployment.hosts.iter().filter(|(_, host)| !self.names_host(host)) {
            found.push(format!(
                "{setting}: no processor of the policy names the host {host}; add it to its hosts"
            ));
        }
        found
    }

    fn names_host(&self, host: &str) -> bool {
        let patterns = self.document().processors.iter().flat_map(|processor| &processor.hosts);
        patterns.into_iter().any(|pattern| match pattern.strip_prefix('*') {
            Some(suffix) => host.ends_with(suffix) && host.len() > suffix.len(),
            None => host == pattern,
        })
    }
}
