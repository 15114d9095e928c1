//! Tickets: what users reported, how it is answered, and when it goes. A ticket is made by a report alone, its texts are
//! sealed under the tenant's data key, and everything of it knows its day.
//!
//! Who may do what to a ticket is `state`'s to say for its states; what staff does takes a [`Deed`], which holds the permission and
//! the record of it.

mod account_reports;
mod address;
pub mod approval;
pub mod consent;
mod content;
pub mod deed;
pub mod development;
pub mod elsewhere;
mod files;
pub mod forget;
mod hold;
pub mod intake;
pub mod known;
mod limits;
pub mod links;
pub mod mails;
pub mod mask;
mod merge;
pub mod number;
pub mod people;
pub mod read;
mod removal;
pub mod reporter;
mod staff_mail;
pub mod state;
mod steps;
pub mod submit;
pub mod work;

use std::sync::Arc;

use crate::audit::Audit;
use crate::clock::{Clock, Timestamp};
use crate::db::jobs::{self, JobKind, NewJob};
use crate::db::tickets::TicketRow;
use crate::db::{Conn, Db, Id, tenants};
use crate::error::{Code, Error};
use crate::mail::Address;
use crate::policy::Policy;
use crate::tenancy::Tenancy;
use crate::vault::{Label, SealingKey, Vault};
pub use consent::Consent;
pub use content::{Decided, ItemContent, MessageContent, TicketContent};
pub use deed::Deed;
pub use forget::{Forgotten, RemoteCopy};
pub use hold::lock;
use limits::Limits;
pub use state::{Actor, State};

const REPORTER: Label = Label("ticket.reporter");
const FINGERPRINT: Label = Label("ticket.fingerprint");
const IDEMPOTENCY: Label = Label("ticket.idempotency");
const REQUEST: Label = Label("ticket.request");

/// Makes tickets, shows them and ends them. Cheap to clone.
#[derive(Clone)]
pub struct Tickets {
    pub(crate) db: Db,
    pub(crate) vault: Vault,
    pub(crate) policy: Arc<Policy>,
    pub(crate) clock: Clock,
    tenancy: Tenancy,
    audit: Audit,
    /// What links begin with.
    base_url: Arc<str>,
    limits: Arc<Limits>,
    /// The names of other systems that get copies.
    sinks: Arc<[String]>,
    /// Where the vendor's own support hears of new reports.
    support: Option<Address>,
}

impl Tickets {
    pub fn new(
        db: Db,
        vault: Vault,
        tenancy: Tenancy,
        clock: Clock,
        base_url: &str,
        sinks: Vec<String>,
    ) -> Self {
        let policy = tenancy.shared_policy();
        let audit = Audit::new(db.clone(), vault.clone(), policy.clone(), clock.clone());
        Self {
            audit,
            db,
            vault,
            policy,
            clock,
            tenancy,
            base_url: base_url.into(),
            limits: Arc::default(),
            sinks: sinks.into(),
            support: None,
        }
    }

    /// The names of other systems that get copies.
    pub fn sinks(&self) -> &[String] {
        &self.sinks
    }

    /// The place that this service runs in, as the policy has it: a deployment elsewhere does not start.
    fn region(&self) -> &str {
        &self.policy.document().location.region
    }

    /// What the sealed part of a ticket says. A report is read where it was made and nowhere else (IDALKO-22).
    pub fn open(&self, key: &SealingKey, row: &TicketRow) -> Result<TicketContent, Error> {
        if row.region != self.region() {
            let cause = anyhow::anyhow!("a report of {} must not be read in {}", row.region, self.region());
            return Err(Error::new(Code::Internal).because(cause));
        }
        TicketContent::open(key, row.id, &row.sealed)
    }

    /// What the administrators want masked in whatever leaves.
    pub async fn terms(&self, tenant: Id) -> Result<Vec<String>, Error> {
        let settings = self.tenancy.settings(tenant).await?.ok_or_else(|| Error::new(Code::NotFound))?;
        Ok(settings.reports.terms)
    }

    /// Asks every other system that gets copies to look at this ticket.
    fn deliver(&self, tx: &mut Conn, tenant: Id, ticket: Id, now: Timestamp) -> Result<(), Error> {
        for sink in self.sinks.iter() {
            enqueue(tx, JobKind::DeliverTicket, tenant, format!("{sink}:{ticket}"), now)?;
        }
        Ok(())
    }
}

fn enqueue(
    tx: &mut Conn,
    kind: JobKind,
    tenant: Id,
    discriminator: String,
    now: Timestamp,
) -> Result<(), Error> {
    Ok(jobs::enqueue(tx, now, &NewJob { kind, tenant, generation: 0, discriminator, run_at: now })?)
}

/// Finds the tickets of somebody.
fn reporter_index(key: &SealingKey, account_id: &str) -> Vec<u8> {
    key.index(REPORTER, &[account_id.as_bytes()])
}

/// Finds tickets with the same error.
fn fingerprint_index(key: &SealingKey, fingerprint: &str) -> Vec<u8> {
    key.index(FINGERPRINT, &[fingerprint.as_bytes()])
}

/// What is written for a tenant after its erasure began would outlive it.
fn fence(tx: &mut Conn, tenant: Id) -> Result<(), Error> {
    let is_open = tenants::fence(tx, tenant)?;
    is_open.then_some(()).ok_or_else(|| {
        Error::new(Code::StateChanged).with_detail("The data of this installation is being erased.")
    })
}

#[track_caller]
fn internal(cause: impl Into<anyhow::Error>) -> Error {
    Error::new(Code::Internal).because(cause)
}

fn wrong(detail: impl Into<String>) -> Error {
    Error::new(Code::InvalidBody).with_detail(detail)
}
