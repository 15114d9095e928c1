//! People at the vendor: their accounts and roles, how they sign in, and what each role may do.
//!
//! Whoever signs in shows a password and a one-time code. Which of the two was wrong, and whether there is such an account, is
//! told to nobody. What they do afterwards is recorded by [`crate::audit`].

mod account;
mod manage;
mod name;
mod password;
pub mod replies;
mod role;
mod sessions;
mod sign_in;
mod throttle;

use std::net::IpAddr;
use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::audit::Audit;
use crate::clock::Clock;
use crate::db::Db;
use crate::policy::Policy;
use crate::vault::Vault;
pub use account::{Account, AccountState};
pub use manage::Invitation;
pub use name::StaffName;
pub use role::{Needs, Permission, Role, needs};
pub use sessions::{SessionToken, SignedIn};
pub use sign_in::{Credentials, Refused};
use throttle::Throttle;

/// Passwords that are hashed at once: each takes memory and a processor.
const HASHING_MAX: usize = 4;

/// Accounts and sessions. Cheap to clone.
#[derive(Clone)]
pub struct Staff {
    db: Db,
    vault: Vault,
    policy: Arc<Policy>,
    clock: Clock,
    audit: Audit,
    throttle: Throttle<IpAddr>,
    hashing: Arc<Semaphore>,
}

impl Staff {
    pub fn new(db: Db, vault: Vault, policy: Arc<Policy>, clock: Clock, audit: Audit) -> Self {
        let hashing = Arc::new(Semaphore::new(HASHING_MAX));
        Self { db, vault, policy, clock, audit, throttle: Throttle::default(), hashing }
    }
}
