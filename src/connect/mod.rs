//! Atlassian's wire: what a Connect host sends, and what it expects to be sent (connect.md).

pub mod descriptor;
pub mod forge;
pub mod host;
pub mod install_keys;
pub mod licence;
pub mod lifecycle;
pub mod manifest;
pub mod migration;
pub mod permission;
pub mod qsh;
pub mod report_accounts;
pub mod token;
