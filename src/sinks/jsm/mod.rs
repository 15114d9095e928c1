//! Calls to the vendor's own Jira Service Management: <https://developer.atlassian.com/cloud/jira/service-desk/rest/>.
//!
//! This has nothing to do with the customer's site, and none of the customer's credentials is used.

mod client;
mod comments;
mod customers;
mod shapes;
mod wiki;

use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use super::payload::{Attachment, Payload};
use crate::config::Jsm as Account;
use crate::http::OutgoingError;
use client::Client;
pub use comments::Comment;
use shapes::{AttachmentPage, Created, Found, Kept, Standing};

/// Why a call did not do what it was to do.
#[derive(Debug, thiserror::Error)]
pub enum JsmError {
    /// Nothing was done; it may be tried again after that time.
    #[error("the desk asks us to wait {0:?}")]
    Busy(Duration),
    /// Nothing was done, and it would not be the next time.
    #[error("the desk refuses with {0}")]
    Refused(u16),
    /// Nobody was reached.
    #[error("the desk cannot be reached")]
    NotReached,
    /// It may have been done.
    #[error("the desk answered {0}")]
    Failed(u16),
    #[error("the desk did not answer: {0}")]
    Unanswered(OutgoingError),
    #[error("the desk's answer is not what its documentation says")]
    Unreadable,
}

impl JsmError {
    /// Whether it is certain that nothing was done.
    pub const fn is_sure(&self) -> bool {
        matches!(self, Self::Busy(_) | Self::Refused(_) | Self::NotReached)
    }
}

/// Where a request stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    pub name: String,
    /// `NEW`, `INDETERMINATE`, `DONE` or `UNDEFINED`.
    pub category: String,
}

/// An attachment that stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attached {
    pub id: String,
    pub name: String,
}

/// Attachments and comments that are asked for at once, and pages at most. What nobody could read through is not read through.
const PAGE: usize = 20;
const PAGES_MAX: usize = 50;

pub struct Jsm {
    client: Client,
    service_desk: String,
    request_type: String,
}

impl Jsm {
    pub fn new(account: &Account, https_only: bool) -> Result<Self, OutgoingError> {
        Ok(Self {
            client: Client::new(account, https_only)?,
            service_desk: account.service_desk.clone(),
            request_type: account.request_type.clone(),
        })
    }

    fn desk(&self, rest: &str) -> String {
        format!("/rest/servicedeskapi/servicedesk/{}/{rest}", self.service_desk)
    }

    /// Makes a request, and returns its key.
    pub async fn create(&self, payload: &Payload, on_behalf: Option<&str>) -> Result<String, JsmError> {
        let mut body = json!({
            "serviceDeskId": self.service_desk,
            "requestTypeId": self.request_type,
            "requestFieldValues": {"summary": payload.summary, "description": wiki::literal(&payload.description)},
        });
        if let Some(account_id) = on_behalf {
            body["raiseOnBehalfOf"] = json!(account_id);
        }
        let made: Created =
            self.client.read(Method::POST, "/rest/servicedeskapi/request", Some(body)).await?;
        key_of(made.issue_key)
    }

    /// The keys of the requests that have this number in their summary, of which there should be one. The search does not know what
    /// was made just now.
    pub async fn find(&self, number: &str) -> Result<Vec<String>, JsmError> {
        let jql = format!("summary ~ \"\\\"{number}\\\"\"");
        let body = json!({"jql": jql, "fields": ["summary"], "maxResults": 50});
        let found: Found = self.client.read(Method::POST, "/rest/api/3/search/jql", Some(body)).await?;
        // A search for texts finds more than the text.
        let is_it = |summary: &str| summary.starts_with(&format!("[{number}]"));
        let own = found.issues.into_iter().filter(|issue| is_it(&issue.fields.summary));
        own.map(|issue| key_of(issue.key)).collect()
    }

    pub async fn status(&self, key: &str) -> Result<Status, JsmError> {
        let path = format!("/rest/servicedeskapi/request/{key}");
        let request: Standing = self.client.read(Method::GET, &path, None).await?;
        Ok(Status { name: request.current_status.status, category: request.current_status.status_category })
    }

    pub async fn attachments(&self, key: &str) -> Result<Vec<Attached>, JsmError> {
        let mut found = Vec::new();
        for _ in 0..PAGES_MAX {
            let start = found.len();
            let path = format!("/rest/servicedeskapi/request/{key}/attachment?start={start}&limit={PAGE}");
            let page: AttachmentPage = self.client.read(Method::GET, &path, None).await?;
            let is_last = page.is_last_page || page.values.is_empty();
            found.extend(page.values);
            if is_last {
                break;
            }
        }
        Ok(found.into_iter().filter_map(|one| Some(Attached { id: one.id()?, name: one.filename })).collect())
    }

    /// In two steps: kept over there for a while, then attached.
    pub async fn attach(&self, key: &str, attachment: &Attachment) -> Result<(), JsmError> {
        let kept: Kept = self.client.upload(&self.desk("attachTemporaryFile"), attachment).await?;
        let ids: Vec<String> = kept.temporary_attachments.into_iter().map(|kept| kept.id).collect();
        let path = format!("/rest/servicedeskapi/request/{key}/attachment");
        let body = json!({"temporaryAttachmentIds": ids, "public": true});
        self.client.send(Method::POST, &path, Some(body)).await
    }

    pub async fn delete_attachment(&self, id: &str) -> Result<(), JsmError> {
        gone(self.client.send(Method::DELETE, &format!("/rest/api/3/attachment/{id}"), None).await)
    }

    /// Deletes a request with everything that hangs on it. One that is gone already is gone.
    pub async fn delete(&self, key: &str) -> Result<(), JsmError> {
        let path = format!("/rest/api/3/issue/{key}?deleteSubtasks=true");
        gone(self.client.send(Method::DELETE, &path, None).await)
    }
}

/// A key as it may stand in a path.
fn key_of(text: String) -> Result<String, JsmError> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let is_key = (1..=100).contains(&text.len()) && text.bytes().all(is_plain);
    is_key.then_some(text).ok_or(JsmError::Unreadable)
}

fn gone(deleted: Result<(), JsmError>) -> Result<(), JsmError> {
    match deleted {
        Err(JsmError::Refused(404)) => Ok(()),
        other => other,
    }
}
