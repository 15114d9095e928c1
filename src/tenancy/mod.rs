//! A tenant's life: the state machine (pure), and the store that obeys it.

mod account;
mod adopt;
pub mod brake;
pub mod early_erasure;
mod install;
pub mod links;
pub mod mapped;
pub mod operator;
pub mod outlook;
pub mod presence;
pub mod reports;
pub mod settings;
mod standing;
pub mod state;
mod store;
mod subscription;
pub mod summary;
pub mod timeline;

pub use crate::mail::Address;
pub use account::Account;
pub use install::{InstallError, Installation, Installed};
pub use reports::ReportRules;
pub use standing::TenantStanding;
pub use state::{Event, Reason, Standing, Tenant};
pub use store::{Delivery, KnownTenant, ListedTenant, Outcome, SecretInUse, Tenancy};
