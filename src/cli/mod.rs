//! The `kept` command: one file per subcommand. Exit codes: 0 done, 1 failed, 2 wrong use.

mod audit;
mod consents;
mod doctor;
mod due;
mod erasures;
mod folder;
mod jobs;
mod mails;
mod manifest;
mod migrate;
mod moves;
pub(crate) mod output;
pub mod policy;
mod prove;
mod prove_erasure;
mod receipt;
mod rekey;
mod reports;
mod serve;
mod simulate;
mod staff;
mod tenants;
mod way_to_forge;
mod work;

use clap::{Parser, Subcommand};

use crate::app;
use crate::config::Settings;
use crate::telemetry;

/// Kept: a backend for Atlassian Cloud apps that keeps the promises of its privacy statement.
///
/// Settings come from the environment and from `.env`; `.env.example` explains each of them.
#[derive(Parser)]
#[command(name = "kept", version, arg_required_else_help = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the service: answers requests and runs jobs.
    ///
    /// Listens on KEPT_LISTEN (127.0.0.1:8080), shows its metrics on KEPT_ADMIN_LISTEN (127.0.0.1:9090), and keeps its data
    /// under KEPT_DATA_DIR (./data) unless DATABASE_URL and KEPT_KEYRING_URL say otherwise. Missing SQLite databases are
    /// made and migrated; PostgreSQL needs `kept migrate` first. Logs go to standard error and to KEPT_LOG_DIR. SIGTERM finishes what is under way, Ctrl-C stops at once;
    /// both end with 0. A start that fails ends with 1 and names the setting at fault.
    Serve(serve::Arguments),
    /// Run jobs only, beside one or more `serve` processes on the same database.
    ///
    /// Takes the settings of `serve` and listens on KEPT_ADMIN_LISTEN alone, for its metrics: beside a `serve` on the same
    /// machine it needs another port there, or 0 for any. SIGTERM and Ctrl-C let the job under way finish.
    Work(work::Arguments),
    /// Bring both databases up to date, and make missing SQLite files.
    ///
    /// Changes DATABASE_URL and KEPT_KEYRING_URL, or neither if something is wrong with one of them. Running it again
    /// changes nothing. Do it before starting a newer version on PostgreSQL; `serve` does it by itself on SQLite.
    Migrate(migrate::Arguments),
    /// Look at the tenants: the installations of the app.
    #[command(subcommand)]
    Tenants(tenants::TenantsCommand),
    /// Look at the queue of work, and run or retry it.
    #[command(subcommand)]
    Jobs(jobs::JobsCommand),
    /// Show what is due when: notices, ends of subscriptions, erasures, and what expires in each data class.
    ///
    /// What is due already comes first, after the brakes that hold it.
    Due(due::Arguments),
    /// Look at what holds erasures, pause them, or let them go on.
    #[command(subcommand)]
    Erasures(erasures::ErasuresCommand),
    /// Look at moves of sites to other regions, and give one up.
    #[command(subcommand)]
    Moves(moves::MovesCommand),
    /// Look whether problem reports are taken, pause that for everybody, or let it go on; and look at what one would hold.
    #[command(subcommand)]
    Reports(reports::ReportsCommand),
    /// Export the ledger of consents to problem reports.
    #[command(subcommand)]
    Consents(consents::ConsentsCommand),
    /// Look at what became of mails.
    #[command(subcommand)]
    Mails(mails::MailsCommand),
    /// Look at the receipts of erasures, and verify them.
    #[command(subcommand, alias = "receipts")]
    Receipt(receipt::ReceiptCommand),
    /// Add, list, reset and disable accounts of the vendor's people.
    #[command(subcommand)]
    Staff(staff::StaffCommand),
    /// Look whether the records of what staff did are as they were written.
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// Let many customers live for years, in seconds, and see whether every promise of a policy is kept.
    ///
    /// The lives are made up; everything else is the service itself: the handlers and the SQL of `kept work`, on databases
    /// of its own that are removed afterwards. An oracle that knows the policy's numbers, and nothing of the program, says what
    /// must be there and what must be gone on each day. Ends with 1 when anything differs.
    Simulate(simulate::Arguments),
    /// Erase tenants among thousands, and look into every file before and after.
    ///
    /// The tenants are made up; everything else is the service itself, on databases of its own: SQLite files that are removed
    /// afterwards, or empty PostgreSQL databases that you name. Before the erasures the sealed bytes of every class and the
    /// wrapped keys are found in the files; afterwards the table says what is left of them, file by file. At no time may a
    /// text stand anywhere in clear, and a copy of the main database from before must open nothing with the keys that are
    /// left. Ends with 1 when anything of this is not so, or could not be looked at.
    ProveErasure(prove_erasure::Arguments),
    /// Check the policy, show what follows from it, compare two, and publish one.
    #[command(subcommand)]
    Policy(policy::PolicyCommand),
    /// Move the keyring to a new master key: set KEPT_MASTER_KEY to the new one and KEPT_MASTER_KEY_PREVIOUS to the old one.
    ///
    /// First restart every `serve` and `work` with both settings, or they go on wrapping keys with the old one. Then run
    /// this. Take the old key away only when `kept doctor` says that no key is left under it.
    Rekey(rekey::Arguments),
    /// Print the manifest of the app's Forge side, which `forge deploy` takes.
    ///
    /// It is made from KEPT_FORGE_APP_ID, KEPT_BASE_URL, KEPT_REGION_BASE_URLS and KEPT_APP_KEY, and held against the modules and
    /// addresses of this version before it is printed. It belongs beside dist-forge/, which `make build` leaves in frontend/:
    /// kept manifest > frontend/manifest.yml. docs/FORGE.md says what an app needs to move.
    Manifest(manifest::Arguments),
    /// Check policy, descriptor, databases, keys, jobs, key servers, clock and front end, and say what is wrong.
    Doctor(doctor::Arguments),
    /// Measure what a page load and a webhook cost, each beside its floor.
    #[cfg(feature = "sandbox")]
    #[command(subcommand)]
    Bench(crate::bench::BenchCommand),
}

impl Cli {
    pub async fn run(self) -> anyhow::Result<()> {
        let settings = Settings::from_environment()?;
        let _telemetry = match &self.command {
            Command::Serve(_) | Command::Work(_) => {
                let retention = app::log_retention(&app::load_policy(&settings)?);
                Some(telemetry::start_service(&settings, retention)?)
            }
            Command::Simulate(_) => {
                telemetry::start_simulation();
                None
            }
            // It has services of its own, whose log it starts.
            Command::ProveErasure(_) => None,
            _ => {
                telemetry::start_command();
                None
            }
        };
        match self.command {
            Command::Serve(arguments) => serve::run(settings, &arguments).await,
            Command::Work(arguments) => work::run(settings, &arguments).await,
            Command::Migrate(arguments) => migrate::run(settings, &arguments).await,
            Command::Tenants(command) => tenants::run(settings, command).await,
            Command::Jobs(command) => jobs::run(settings, command).await,
            Command::Due(arguments) => due::run(settings, &arguments).await,
            Command::Erasures(command) => erasures::run(settings, command).await,
            Command::Moves(command) => moves::run(settings, command).await,
            Command::Reports(command) => reports::run(settings, command).await,
            Command::Consents(command) => consents::run(settings, command).await,
            Command::Mails(command) => mails::run(settings, command).await,
            Command::Receipt(command) => receipt::run(settings, command).await,
            Command::Staff(command) => staff::run(settings, command).await,
            Command::Audit(command) => audit::run(settings, command).await,
            Command::Simulate(arguments) => simulate::run(settings, arguments).await,
            Command::ProveErasure(arguments) => prove_erasure::run(settings, arguments).await,
            Command::Policy(command) => policy::run(settings, command).await,
            Command::Manifest(arguments) => manifest::run(&settings, &arguments),
            Command::Rekey(arguments) => rekey::run(settings, &arguments).await,
            Command::Doctor(arguments) => doctor::run(settings, &arguments).await,
            #[cfg(feature = "sandbox")]
            Command::Bench(command) => crate::bench::run(settings, command).await,
        }
    }
}
