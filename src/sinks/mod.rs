//! Copies of tickets in other systems: what leaves, how it is found again, and how it goes.
//!
//! Other systems know no key for a request that is sent twice. So every copy is claimed before it is sent, with the number that
//! it will be found by; whoever does not know what became of a try looks for it before trying again.

mod copies;
mod deliver;
mod forget;
pub mod jsm;
mod payload;
mod refresh;
mod replies;

use crate::clock::Timestamp;
use crate::config::Jsm as Account;
use crate::db::Db;
use crate::error::Error;
use crate::http::OutgoingError;
use crate::policy::Policy;
use crate::tickets::Tickets;
use crate::vault::Vault;
pub use copies::CopyState;
use jsm::{Jsm, JsmError};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The name of Jira Service Management among the sinks.
pub const JSM: &str = "jsm";

/// Whether there is more to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    Nothing,
    /// Look again at that time.
    At(Timestamp),
}

#[derive(Debug, thiserror::Error)]
pub enum SinkError {
    #[error("{}", .0.log_line())]
    Here(Error),
    #[error(transparent)]
    Jsm(#[from] JsmError),
    /// Nobody knows whether the last call did what it was to do; that can be seen at that time.
    #[error("nobody knows whether it was done")]
    Unsure(Timestamp),
    /// Somebody else works on this copy.
    #[error("the copy was changed meanwhile")]
    Changed,
}

impl From<Error> for SinkError {
    fn from(error: Error) -> Self {
        Self::Here(error)
    }
}

/// Brings copies up to date, and away. Cheap to clone.
#[derive(Clone)]
pub struct Sinks {
    db: Db,
    vault: Vault,
    policy: Arc<Policy>,
    tickets: Tickets,
    jsm: Option<Arc<Jsm>>,
}

impl Sinks {
    pub fn new(
        db: Db,
        vault: Vault,
        policy: Arc<Policy>,
        tickets: Tickets,
        account: Option<&Account>,
        https_only: bool,
    ) -> Result<Self, OutgoingError> {
        let jsm = account.map(|account| Jsm::new(account, https_only)).transpose()?.map(Arc::new);
        Ok(Self { db, vault, policy, tickets, jsm })
    }

    /// The names of the systems that get copies with these settings.
    pub fn names(account: Option<&Account>) -> Vec<String> {
        account.map(|_| JSM.to_owned()).into_iter().collect()
    }

    /// Who has the copies, by the names of their systems: as the policy names whoever runs the host.
    pub fn processors(account: Option<&Account>, policy: &Policy) -> BTreeMap<String, String> {
        let named = |account: &Account| policy.processor_of(account.url.host_str()?).map(str::to_owned);
        let name = |account| named(account).unwrap_or_else(|| "Jira Service Management".to_owned());
        account.map(|account| (JSM.to_owned(), name(account))).into_iter().collect()
    }

    fn jsm(&self, sink: &str) -> Option<&Jsm> {
        self.jsm.as_deref().filter(|_| sink == JSM)
    }
}
