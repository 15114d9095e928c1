pub mod clock;
pub mod config;
pub mod connect;
pub mod db;
pub mod error;
pub mod policy;
pub mod tenancy;
pub mod vault;
