//! A tenant's life: the state machine (pure), and the store that obeys it.

mod account;
mod address;
pub mod brake;
pub mod early_erasure;
mod install;
pub mod links;
pub mod settings;
pub mod state;
mod store;
pub mod summary;
pub mod timeline;

pub use account::Account;
pub use address::{Address, NotAnAddress};
pub use install::{InstallError, Installation, Installed};
pub use state::{Event, Reason, Standing, Tenant};
pub use store::{Delivery, KnownTenant, Outcome, SecretInUse, Tenancy};
