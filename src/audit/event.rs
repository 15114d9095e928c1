//! What can be recorded, in closed words.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::db::{Id, text_enum};

text_enum! {
    /// What somebody at the vendor did, or tried to do.
    pub enum AuditKind {
        SignedIn = "signed_in",
        SignInRefused = "sign_in_refused",
        SignedOut = "signed_out",
        AccountAdded = "account_added",
        AccountDisabled = "account_disabled",
        AccountReset = "account_reset",
        AccountLapsed = "account_lapsed",
        AccessRefused = "access_refused",
        TicketRead = "ticket_read",
        TicketsSearched = "tickets_searched",
        BundleOpened = "bundle_opened",
        BundleDownloaded = "bundle_downloaded",
        DownloadDeleted = "download_deleted",
        /// Somebody made a ticket for a caller, or for a letter.
        TakenIn = "taken_in",
        Assigned = "assigned",
        Prioritised = "prioritised",
        /// Somebody put a ticket out of the queue for a while, or back.
        Snoozed = "snoozed",
        Tagged = "tagged",
        NoteAdded = "note_added",
        /// Somebody masked a text for good in what was sent with a ticket and said about it.
        MaskedLater = "masked_later",
        Replied = "replied",
        /// Somebody said what is known of an error, or took that back.
        KnownProblem = "known_problem",
        /// Somebody said where it is worked on in development, or in which version it is fixed.
        DevelopmentLinked = "development_linked",
        Merged = "merged",
        Unmerged = "unmerged",
        Closed = "closed",
        StateChanged = "state_changed",
        /// A reporter gave another address for the answers, by the link that came with the answer to the report.
        AddressCorrected = "address_corrected",
        /// An administrator of the site let a report leave it, or did not.
        ReportApproved = "report_approved",
        ReportRefused = "report_refused",
        AccessReviewed = "access_reviewed",
        /// An operator looked at what an installation is called and how much is stored of it.
        TenantRead = "tenant_read",
        JobRetried = "job_retried",
        Forgotten = "forgotten",
        ReplyWritten = "reply_written",
        ReplyDeleted = "reply_deleted",
    }
}

impl AuditKind {
    /// Whether somebody else at the vendor looks at it afterwards.
    pub fn is_reviewed(self) -> bool {
        matches!(self, Self::BundleOpened | Self::BundleDownloaded | Self::AccessRefused)
    }

    /// Whether somebody looked into what the customer sent.
    pub fn is_access(self) -> bool {
        matches!(self, Self::TicketRead | Self::BundleOpened | Self::BundleDownloaded)
    }
}

/// Who it was, as the customer sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    pub id: Id,
    pub name: String,
    pub role: String,
}

/// One thing that happened. [`Id::NONE`] as the tenant: it belongs to none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEvent {
    pub tenant: Id,
    pub kind: AuditKind,
    pub staff: Option<Id>,
    pub ticket: Option<Id>,
    pub detail: Detail,
}

/// What is sealed of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Detail {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The ticket's public number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What it was about, in words of ours: a route, a state, the number of a download.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
}

impl AuditEvent {
    /// Something that this person did.
    pub fn by(who: &Who, tenant: Id, kind: AuditKind) -> Self {
        let detail =
            Detail { who: Some(who.name.clone()), role: Some(who.role.clone()), ..Detail::default() };
        Self { tenant, kind, staff: Some(who.id), ticket: None, detail }
    }

    /// Something that happened to nobody in particular.
    pub fn of_nobody(kind: AuditKind) -> Self {
        Self { tenant: Id::NONE, kind, staff: None, ticket: None, detail: Detail::default() }
    }

    #[must_use]
    pub fn on(mut self, ticket: Id, number: &str) -> Self {
        self.ticket = Some(ticket);
        self.detail.ticket = Some(number.to_owned());
        self
    }

    #[must_use]
    pub fn because(mut self, reason: &str) -> Self {
        self.detail.reason = Some(reason.to_owned());
        self
    }

    #[must_use]
    pub fn about(mut self, about: impl Into<String>) -> Self {
        self.detail.about = Some(about.into());
        self
    }
}
