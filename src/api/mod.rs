//! What the service answers: one file per endpoint.

pub mod access_log;
pub mod answer;
pub mod console;
pub mod data_erasure;
pub mod data_export;
pub mod data_export_link;
pub mod data_records;
pub mod data_summary;
pub mod descriptor;
pub mod forge_daily;
pub mod forge_events;
mod forge_facts;
pub mod forge_lifecycle;
pub mod health;
pub mod installed;
pub mod kept_keys;
pub mod mask_test;
pub mod migration;
pub mod moves;
pub mod operation;
pub mod problem;
pub mod problem_reports;
pub mod problem_reports_export;
pub mod problem_reports_list;
pub mod problem_reports_preview;
pub mod problem_reports_rule;
mod problem_reports_view;
mod request_name;
pub mod session;
pub mod settings;
pub mod statement;
pub mod storage;
pub mod switched;
pub mod timeline;
pub mod uninstalled;
pub mod usage;
mod value;
pub mod webhooks;

use std::sync::Arc;

use tokio::sync::Notify;

use crate::audit::Audit;
use crate::auth::TenantCache;
use crate::clock::Clock;
use crate::config::Settings;
use crate::connect::descriptor::Descriptor;
use crate::connect::host::HostClient;
use crate::db::Db;
use crate::erasure::Eraser;
use crate::mail::Mailer;
use crate::metrics::Metrics;
use crate::moves::Moves;
use crate::operation::{Ingest, Operation};
use crate::policy::Policy;
use crate::rights::{Export, Records};
use crate::sinks::Sinks;
use crate::staff::Staff;
use crate::support::Support;
use crate::telemetry::Retention;
use crate::tenancy::Tenancy;
use crate::tickets::Tickets;
use crate::vault::Vault;

/// What handlers work with. Registered as application data.
pub struct Services {
    pub settings: Settings,
    pub clock: Clock,
    pub policy: Arc<Policy>,
    pub main: Db,
    pub keyring: Db,
    pub vault: Vault,
    pub tenancy: Tenancy,
    pub audit: Audit,
    pub staff: Staff,
    pub records: Records,
    pub export: Export,
    pub eraser: Eraser,
    pub mailer: Mailer,
    pub moves: Moves,
    pub tickets: Tickets,
    pub sinks: Sinks,
    pub operation: Operation,
    pub ingest: Ingest,
    pub support: Support,
    /// One for the whole process, because its limits are.
    pub host: Arc<HostClient>,
    pub tenants: Arc<TenantCache>,
    pub jira_descriptor: Descriptor,
    pub confluence_descriptor: Descriptor,
    /// Wakes the worker, so that what a request caused need not wait for its next look.
    pub wake: Arc<Notify>,
    pub metrics: Metrics,
    pub log_retention: Retention,
}
