//! The error law, and the one table of codes that clients see.
//!
//! - `db` and the other lower floors return their own typed errors; a missing row is an `Option`, not an error.
//! - A handler returns [`Error`]: a code of the table, a sentence for the client, and the cause, which goes to the log
//!   and never to the client.
//! - Commands return `anyhow::Error`.
//!
//! The body is `application/problem+json` (RFC 9457) with a stable `code` and the `requestId` that the log also has.

use std::fmt;
use std::panic::Location;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;

macro_rules! codes {
    ($($(#[doc = $doc:literal])* $variant:ident, $status:literal, $code:literal, $title:literal;)*) => {
        /// Every error that a client can see.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Code { $($(#[doc = $doc])* $variant,)* }

        impl Code {
            pub const ALL: &'static [Code] = &[$(Code::$variant,)*];

            /// The HTTP status (RFC 9110).
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)* }
            }

            /// The stable name for machines.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// The sentence that is the same for every occurrence.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)* }
            }
        }
    };
}

codes! {
    /// The one answer to every caller that is not proven. Which check failed stands in the log alone.
    Unauthenticated, 401, "unauthenticated", "The request carries no valid token.";
    /// Two tokens, or a query that cannot be read.
    AmbiguousRequest, 400, "ambiguous_request", "The request can be read in more than one way.";
    InvalidBody, 400, "invalid_body", "The body is not what this route expects.";
    InvalidParameter, 400, "invalid_parameter", "A parameter is not what this route expects.";
    TenantMismatch, 403, "tenant_mismatch", "The token belongs to another installation than the body.";
    HostNotAllowed, 403, "host_not_allowed", "The base URL is not on the list of allowed hosts.";
    TenantDisabled, 403, "tenant_disabled", "The app is disabled on this site.";
    AdminRequired, 403, "admin_required", "Only an administrator of the product may do this.";
    /// Without a token of the invocation nobody can be asked.
    AppTokenRequired, 403, "app_token_required", "The call carries no token to ask the product with; use invokeRemote.";
    /// A person at the vendor whose role does not allow it, or who does not work on this ticket.
    NotPermitted, 403, "not_permitted", "You may not do this.";
    /// A browser may have been made to send this by another site.
    CrossSite, 403, "cross_site", "The request does not come from a page of the console.";
    /// A password that we made is good for choosing another one, and for nothing else.
    PasswordChangeRequired, 403, "password_change_required", "Choose a password of your own first.";
    /// A bundle is open to whoever has said why, for a while.
    GrantRequired, 403, "grant_required", "Say first why you need to look into this bundle.";
    /// Others get to see a report while its reporter agrees to that.
    ConsentRequired, 403, "consent_required", "Whoever reported this has not agreed to it, or no longer does.";
    /// Of the move of a tenant's data to another region: there is none, or not this one of this tenant.
    MoveNotScheduled, 409, "move_not_scheduled", "No such move is scheduled, or it is over.";
    MoveRegionNotSupported, 422, "move_region_not_supported", "There is no deployment in that region to move to.";
    MovesNotSupported, 501, "moves_not_supported", "This deployment moves no data to other regions.";
    TooManyMoves, 429, "too_many_moves", "As many moves as are done at once are under way.";
    MoveFailed, 409, "move_failed", "The move cannot be done.";
    ReportsForbidden, 403, "reports_forbidden", "The administrators of this site do not allow problem reports.";
    NotFound, 404, "not_found", "There is nothing at this address.";
    MethodNotAllowed, 405, "method_not_allowed", "This address does not answer to this method.";
    /// What the caller looked at is no longer what is there.
    StateChanged, 409, "state_changed", "What this request is about has changed meanwhile; look again.";
    NothingToUndo, 409, "nothing_to_undo", "No erasure was asked for.";
    LimitReached, 409, "limit_reached", "As much as this site may store of this is stored already.";
    /// The same request has made a report before, which is gone.
    ReportDeleted, 410, "report_deleted", "The report that this request made has been deleted.";
    /// Told to nobody but those who prove who they are.
    TenantMoved, 421, "tenant_moved", "The data of this site lives in another region now.";
    BodyTooLarge, 413, "body_too_large", "The body is larger than this route accepts.";
    AttachmentRefused, 415, "attachment_refused", "A file is not of a kind that may be attached.";
    /// A secret of the installation stands in it, in whatever form.
    SecretInReport, 422, "secret_in_report", "The report holds a secret of this site, so it cannot be sent.";
    TooManyRequests, 429, "too_many_requests", "Too many requests at once; try again shortly.";
    Internal, 500, "internal", "Something went wrong on our side.";
    /// An operator has paused the intake of the whole service.
    ReportsPaused, 503, "reports_paused", "Problem reports are not taken at the moment; nothing was sent. Try again later.";
    TenantMoving, 503, "tenant_moving", "The data of this site is being moved to another region; try again later.";
    HostUnavailable, 503, "host_unavailable", "The Atlassian product did not answer; try again shortly.";
    Unavailable, 503, "unavailable", "The service cannot store or read data at the moment; try again shortly.";
}

impl JsonSchema for Code {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Code".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let all: Vec<&str> = Self::ALL.iter().map(|code| code.as_str()).collect();
        schemars::json_schema!({ "type": "string", "enum": all })
    }
}

/// An error on its way to a client.
#[derive(Debug)]
pub struct Error {
    code: Code,
    detail: Option<String>,
    cause: Option<anyhow::Error>,
    retry_after: Option<Duration>,
    allow: Option<String>,
    location: &'static Location<'static>,
}

impl Error {
    #[track_caller]
    pub fn new(code: Code) -> Self {
        let retry_after = matches!(code.status(), 429 | 503).then_some(Duration::from_secs(10));
        Self { code, detail: None, cause: None, retry_after, allow: None, location: Location::caller() }
    }

    /// The opaque 401; `reason` goes to the log.
    #[track_caller]
    pub fn unauthenticated(reason: impl Into<anyhow::Error>) -> Self {
        Self::new(Code::Unauthenticated).because(reason)
    }

    /// A sentence for the client about this occurrence. It must hold nothing that the client does not know.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// The cause, for the log.
    #[must_use]
    pub fn because(mut self, cause: impl Into<anyhow::Error>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// When to come back, for 429 and 503.
    #[must_use]
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }

    /// The methods that an address does answer to, for 405 (RFC 9110 §15.5.6).
    #[must_use]
    pub fn allow(mut self, methods: impl Into<String>) -> Self {
        self.allow = Some(methods.into());
        self
    }

    pub fn allowed_methods(&self) -> Option<&str> {
        self.allow.as_deref()
    }

    pub fn code(&self) -> Code {
        self.code
    }

    pub fn wait(&self) -> Option<Duration> {
        self.retry_after
    }

    /// What the log says: the chain of causes, and where in the code it became an error.
    pub fn log_line(&self) -> String {
        match &self.cause {
            Some(cause) => format!("{cause:#} (at {}:{})", self.location.file(), self.location.line()),
            None => format!("{} (at {}:{})", self.code.as_str(), self.location.file(), self.location.line()),
        }
    }

    pub fn problem<'a>(&'a self, request_id: &'a str) -> Problem<'a> {
        Problem { detail: self.detail.as_deref(), ..Problem::of(self.code, request_id) }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.detail.as_deref().unwrap_or(self.code.title()))
    }
}

impl std::error::Error for Error {}

/// The body of an error (RFC 9457). `code` and `requestId` are extension members.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Problem<'a> {
    #[serde(rename = "type")]
    kind: String,
    title: &'static str,
    status: u16,
    #[schemars(with = "Code")]
    code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
    /// What the log has it under.
    request_id: &'a str,
    /// What whoever moves data between regions calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_response_code: Option<&'static str>,
}

impl<'a> Problem<'a> {
    pub fn of(code: Code, request_id: &'a str) -> Self {
        Self {
            kind: format!("urn:kept:problem:{}", code.as_str()),
            title: code.title(),
            status: code.status(),
            code: code.as_str(),
            detail: None,
            request_id,
            error_response_code: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_unique_and_has_a_status_of_its_own_class() {
        for (index, code) in Code::ALL.iter().enumerate() {
            assert!((400..600).contains(&code.status()), "{}", code.as_str());
            assert!(Code::ALL[index + 1..].iter().all(|other| other.as_str() != code.as_str()));
        }
    }

    #[test]
    fn the_cause_is_logged_and_not_told() {
        let error = Error::unauthenticated(anyhow::anyhow!("token expired 5 s ago"));
        assert!(error.log_line().contains("token expired"));
        let body = serde_json::to_string(&error.problem("r1")).unwrap();
        assert!(!body.contains("expired") && body.contains(r#""code":"unauthenticated""#), "{body}");
    }
}
