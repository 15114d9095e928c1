//! A tenant's life: the state machine (pure), and the store that obeys it.

mod account;
mod adopt;
pub mod brake;
mod install;
pub mod operator;
pub mod presence;
pub mod state;
mod store;
pub mod summary;

pub use account::Account;
pub use install::{InstallError, Installation, Installed};
pub use state::{Event, Reason, Standing, Tenant};
pub use store::{Delivery, KnownTenant, Outcome, SecretInUse, Tenancy};
