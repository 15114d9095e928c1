//! What tests about notices and mails have in common.

use std::path::Path;

use kept::clock::Timestamp;
use kept::db::jobs::JobKind;
use kept::db::notices::{self, NoticeRow};
use kept::db::{DbError, Id, sink_copies};
use kept::policy::{Language, Policy};
use kept::sandbox::{ReceivedMail, Site};
use kept::tenancy::settings::WantedSettings;
use kept::tickets::forget;

use super::TestApp;
use super::admin::press;

pub fn policy() -> Policy {
    Policy::load(Path::new("policies/default.toml")).unwrap()
}

/// Settings with this contact, and nothing else.
pub fn contact(address: &str) -> WantedSettings {
    WantedSettings { contact: Some(address.parse_address()), ..nobody() }
}

pub fn nobody() -> WantedSettings {
    WantedSettings {
        contact: None,
        billing_cc: None,
        language: Language::En,
        retention_days: None,
        subscription_ends_at: None,
        reports: None,
    }
}

pub trait ParseAddress {
    fn parse_address(&self) -> kept::tenancy::Address;
}

impl ParseAddress for str {
    fn parse_address(&self) -> kept::tenancy::Address {
        kept::tenancy::Address::parse(self).unwrap()
    }
}

impl TestApp {
    /// An installed site whose administrators have entered this.
    pub async fn site_with(&self, settings: WantedSettings) -> (Site, Id) {
        let site = self.site("jira");
        // A product that knows of no licence says nothing against the date that an administrator enters.
        site.set_licence(None);
        assert_eq!(site.install().await.status, 204);
        let id = self.tenant(&site).await.unwrap().tenant.id;
        self.enter(id, settings).await;
        (site, id)
    }

    pub async fn enter(&self, tenant: Id, settings: WantedSettings) {
        self.services.tenancy.change_settings(tenant, settings).await.unwrap();
    }

    /// The same, for a site that has left: the date on which its data is due.
    pub async fn left_with(&self, settings: WantedSettings) -> (Id, Timestamp) {
        let (site, id) = self.site_with(settings).await;
        let due_at = self.due_after_leaving();
        assert_eq!(site.uninstall().await.status, 204);
        self.run_jobs().await;
        (id, due_at)
    }

    pub async fn set_clock_and_run(&self, instant: Timestamp) {
        assert!(self.clock.set(instant));
        self.run_jobs().await;
    }

    pub async fn notices(&self, tenant: Id) -> Vec<NoticeRow> {
        let found = self.services.main.read(move |conn| Ok::<_, DbError>(notices::of_tenant(conn, tenant)?));
        found.await.unwrap()
    }

    /// The words of the timeline that are about notices, the oldest first.
    pub async fn told(&self, tenant: Id) -> Vec<String> {
        let page = self.services.main.read(move |conn| {
            Ok::<_, DbError>(kept::db::timeline::page(conn, tenant, Id::from_i64(i64::MAX), 1_000)?)
        });
        let rows = page.await.unwrap().into_iter().rev();
        let about = rows.filter(|row| row.kind.starts_with("notice_"));
        about.map(|row| format!("{} {}", row.kind, row.detail.unwrap_or_default())).collect()
    }

    /// The mails that are notices: others follow an erasure.
    pub fn notice_mails(&self) -> Vec<ReceivedMail> {
        self.mails_of("notice")
    }

    /// The mails of one kind: `told` and `asked` go to processors, `erased` to the customer in the end.
    pub fn mails_of(&self, kind: &str) -> Vec<ReceivedMail> {
        let is_of = |mail: &ReceivedMail| mail.message_id.starts_with(&format!("{kind}."));
        self.sandbox.mails().into_iter().filter(is_of).collect()
    }

    /// Every processor that was told of an erasure says by its link that its part is done, and so does every other system that
    /// had copies of reports.
    pub async fn confirm_deletions(&self) {
        let now = self.clock.now();
        for job in self.jobs().await.into_iter().filter(|job| job.kind == JobKind::ForgetTicket.as_str()) {
            let id = job.discriminator.parse().unwrap();
            let gone = self.services.main.write(move |tx| match sink_copies::erasure(tx, id)? {
                Some(row) => forget::gone(tx, &row, now),
                None => Ok(()),
            });
            gone.await.unwrap();
        }
        for mail in self.mails_of("told") {
            let links = mail.links();
            let token = links[0].rsplit('/').next().unwrap();
            assert_eq!(press(self, token, "acknowledge").await.status, 200, "{}", mail.text);
        }
        self.run_jobs().await;
    }

    /// The one mail that was received.
    pub fn only_mail(&self) -> ReceivedMail {
        let mut mails = self.sandbox.mails();
        assert_eq!(mails.len(), 1, "{mails:#?}");
        mails.remove(0)
    }
}
