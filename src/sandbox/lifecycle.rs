//! Install, rename, disable, uninstall: what happens to an app at a site, and the calls that tell it so.
//!
//! `installed` and `uninstalled` are signed with the site's RSA key, `enabled` and `disabled` with the shared secret
//! (`lifecycle_call`).

use serde_json::json;

use super::answer::Answer;
use super::descriptor::Descriptor;
use super::outgoing::Call;
use super::site::{Former, Product, Record, Site, path_of};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    Installed,
    Uninstalled,
    Enabled,
    Disabled,
}

impl Event {
    /// As in `eventType` and in the descriptor's `lifecycle`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Installed => "installed",
            Self::Uninstalled => "uninstalled",
            Self::Enabled => "enabled",
            Self::Disabled => "disabled",
        }
    }

    /// Signed by Atlassian rather than with the shared secret.
    pub(super) const fn is_signed_by_host(self) -> bool {
        matches!(self, Self::Installed | Self::Uninstalled)
    }
}

impl Site {
    /// Reads the descriptor and sends `installed` with a new secret. The host keeps the secret when the app answers 200
    /// or 204, as it does for every call here that brings one. `enabled` is a call of its own.
    pub async fn install(&self) -> Answer {
        self.install_with(&self.world.random.secret()).await
    }

    /// As [`Site::install`], with a secret of the caller's choice.
    pub async fn install_with(&self, secret: &str) -> Answer {
        if let Err(answer) = self.read_descriptor().await {
            return answer;
        }
        let mut body = self.lifecycle_body(Event::Installed);
        body["sharedSecret"] = json!(secret);
        let token = self.lifecycle_token(Event::Installed, &self.lifecycle_claims(Event::Installed));
        let answer = self.send_lifecycle(Event::Installed, &body, &token).await;
        if answer.is_good() {
            let mut record = self.place.record();
            record.secret = Some(secret.to_owned());
            record.is_enabled = true;
        }
        answer
    }

    /// The same tenant again with a new secret: after an uninstall, or over an existing installation.
    pub async fn reinstall(&self) -> Answer {
        self.install().await
    }

    /// A new version of the app: the same tenant with the same secret.
    pub async fn upgrade(&self) -> Answer {
        let secret = self.shared_secret().unwrap_or_else(|| self.world.random.secret());
        self.install_with(&secret).await
    }

    /// The host gives the installation a new secret.
    pub async fn rotate_secret(&self) -> Answer {
        self.install().await
    }

    /// The site moves to `/site/{name}` and tells the app; its former address redirects.
    pub async fn rename(&self, name: &str) -> Answer {
        let path = path_of(name, self.product());
        {
            let mut record = self.place.record();
            let former = std::mem::replace(&mut record.path, path.clone());
            record.former_paths.push(former);
            record.former_paths.retain(|former| *former != path);
        }
        self.upgrade().await
    }

    /// Another site's data is put over this one: a new client key at the same base URL, and no word about the old one.
    pub async fn import(&self) -> Answer {
        {
            let client_key = self.world.random.uuid();
            let mut record = self.place.record();
            let Record { secret, client_key: present, former, .. } = &mut *record;
            let client_key = std::mem::replace(present, client_key);
            former.push(Former { client_key, shared_secret: secret.take() });
        }
        self.install().await
    }

    pub async fn enable(&self) -> Answer {
        self.place.record().is_enabled = true;
        self.notify(Event::Enabled).await
    }

    pub async fn disable(&self) -> Answer {
        self.place.record().is_enabled = false;
        self.notify(Event::Disabled).await
    }

    /// The app goes, whatever it answers: the call is a notification.
    pub async fn uninstall(&self) -> Answer {
        let answer = self.notify(Event::Uninstalled).await;
        let mut record = self.place.record();
        record.secret = None;
        record.is_enabled = false;
        answer
    }

    /// Sends a good call of this kind, and changes nothing at the site.
    pub async fn notify(&self, event: Event) -> Answer {
        if self.descriptor().is_none()
            && let Err(answer) = self.read_descriptor().await
        {
            return answer;
        }
        let token = self.lifecycle_token(event, &self.lifecycle_claims(event));
        self.send_lifecycle(event, &self.lifecycle_body(event), &token).await
    }

    /// Fetches the app's descriptor, which the host keeps from then on. The error is what the person who installs sees.
    pub async fn read_descriptor(&self) -> Result<Descriptor, Answer> {
        let path = match self.product() {
            Product::Jira => "/atlassian-connect.json",
            Product::Confluence => "/atlassian-connect-confluence.json",
        };
        let call =
            Call { what: "descriptor".into(), method: "GET".into(), path: path.into(), ..Call::default() };
        let answer = self.send(&call).await;
        if answer.status != 200 {
            return Err(answer);
        }
        let unreadable = |reason| Answer::none(format!("The descriptor at {path} cannot be used: {reason}."));
        let descriptor = Descriptor::parse(&answer.body).map_err(unreadable)?;
        self.place.record().descriptor = Some(descriptor.clone());
        Ok(descriptor)
    }
}
