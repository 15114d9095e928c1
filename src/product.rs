//! What the engine asks the product that the app is installed in, in words of its own. How the product is called, and what proves
//! us there, is known to whoever implements these traits, and to nobody here.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use serde::Serialize;

use crate::clock::Timestamp;
use crate::tenancy::KnownTenant;

/// A question that is under way.
pub type Asking<'a, T> = Pin<Box<dyn Future<Output = Result<T, NoAnswer>> + Send + 'a>>;

/// The product, for whichever tenant is meant.
pub trait Product: Send + Sync {
    /// Whether the tenant's host still knows us, by what it says of the licence; `None` where the app is not licensed there.
    fn licence<'a>(&'a self, tenant: &'a KnownTenant) -> Asking<'a, Option<Licence>>;

    /// Where account ids of this tenant are reported; `None` as long as nothing proves us there.
    fn accounts_office(&self, tenant: &KnownTenant) -> Option<Box<dyn AccountsOffice>>;
}

/// Where the product hears whose account ids are stored, and says whose account is closed.
pub trait AccountsOffice: Send + Sync {
    /// Reports some accounts, [`AT_ONCE`] at most. Saying it twice does no harm.
    fn report<'a>(&'a self, accounts: &'a [StoredAccount]) -> Asking<'a, Reported>;
}

/// Accounts of one report; the product takes a few more.
pub const AT_ONCE: i64 = 80;

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoAnswer {
    /// There is nothing that would prove us.
    #[error("nothing proves us to the product")]
    Unproven,
    /// It no longer knows us, or does not let us.
    #[error("the product refuses us with {0}")]
    Refused(u16),
    #[error("the product asks us to wait {0:?}")]
    Busy(Duration),
    /// It cannot be reached, or has a fault of its own.
    #[error("the product is away: {0}")]
    Away(String),
    /// It does not get better by asking soon.
    #[error("{0}")]
    Fault(String),
}

/// The licence of one installation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Licence {
    pub active: bool,
    pub evaluation: bool,
    /// As it is told.
    #[serde(rename = "type")]
    pub kind: Option<String>,
}

/// An account of which something is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAccount {
    pub account_id: String,
    /// Since when the oldest of that is as it is.
    pub since: Timestamp,
}

/// What the product says of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountStatus {
    /// Everything that is stored of that person has to go.
    Closed,
    /// What is stored of that person may no longer be right.
    Updated,
    /// A word that is not known here asks for nothing that could be done.
    Other,
}

/// What there is to do, and how many days later the product wants to hear again.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reported {
    pub verdicts: Vec<(String, AccountStatus)>,
    pub cycle_days: Option<u32>,
}
