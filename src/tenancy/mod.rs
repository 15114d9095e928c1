//! A tenant's life: the state machine (pure), and the store that obeys it.

mod account;
mod adopt;
pub mod brake;
pub mod early_erasure;
mod first;
pub mod forge;
mod install;
mod licence;
pub mod links;
pub mod mapped;
pub mod moving;
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
pub use forge::{Arrivals, Joined, ListedInstallation, Silence, Sought};
pub use install::{InstallError, Installation, Installed};
pub use moving::Hold;
pub use reports::{ReportRule, ReportRules};
pub use standing::TenantStanding;
pub use state::{Event, Reason, Standing, Tenant};
pub use store::{Delivery, KnownTenant, ListedTenant, Outcome, SecretInUse, Tenancy};
