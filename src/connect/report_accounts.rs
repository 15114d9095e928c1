//! Telling a host whose account ids are stored, and hearing whose account is closed (connect.md §7): under Connect the host of the
//! tenant; under Forge one address for all, with the token of an invocation.

use std::time::Duration;

use reqwest::Method;
use serde::{Deserialize, Serialize};

use super::host::{Access, Call, HostClient, HostError, Site};
use crate::clock::Timestamp;

const PATH: &str = "/rest/atlassian-connect/latest/report-accounts";

/// An account of which something is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    account_id: String,
    updated_at: Timestamp,
}

impl Account {
    pub fn new(account_id: &str, updated_at: Timestamp) -> Self {
        Self { account_id: account_id.to_owned(), updated_at }
    }
}

/// What a host says of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Everything that is stored of that person has to go.
    Closed,
    /// What is stored of that person may no longer be right.
    Updated,
    /// A word that is not known here asks for nothing that could be done.
    #[serde(other)]
    Other,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Verdict {
    pub account_id: String,
    pub status: Status,
}

/// What there is to do, and how many days later the host wants to hear again.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reported {
    pub verdicts: Vec<Verdict>,
    pub cycle_days: Option<u32>,
}

#[derive(Serialize)]
struct Body<'a> {
    accounts: &'a [Account],
}

#[derive(Deserialize)]
struct Wire {
    accounts: Vec<Verdict>,
}

/// Reports these accounts. Saying it twice does no harm.
pub async fn report(host: &HostClient, site: &Site, accounts: &[Account]) -> Result<Reported, HostError> {
    let call = Call {
        purpose: "account report",
        method: Method::POST,
        path: match site.access {
            Access::Signed { .. } => PATH,
            // The whole address is the site's there.
            Access::Bearer { .. } => "/",
        },
        body: Some(serde_json::to_value(Body { accounts }).map_err(|_| HostError::Unreadable)?),
        idempotent: true,
        patience: Duration::ZERO,
    };
    let answer = host.ask(site, &call).await?;
    // 204 says that there is nothing to do.
    let verdicts = if answer.body.is_empty() { Vec::new() } else { read(&answer.body)? };
    Ok(Reported { verdicts, cycle_days: answer.cycle_days })
}

fn read(body: &[u8]) -> Result<Vec<Verdict>, HostError> {
    serde_json::from_slice(body).map(|wire: Wire| wire.accounts).map_err(|_| HostError::Unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_is_not_known_makes_the_others_no_less_true() {
        let body =
            br#"{"accounts":[{"accountId":"a","status":"closed"},{"accountId":"b","status":"moved"}]}"#;
        let read: Vec<_> = read(body).unwrap().into_iter().map(|verdict| verdict.status).collect();
        assert_eq!(read, [Status::Closed, Status::Other]);
        assert!(matches!(super::read(b"{}"), Err(HostError::Unreadable)));
    }
}
