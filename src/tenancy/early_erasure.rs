//! Asking for an early erasure, and taking that back: by an administrator, by a link from a mail, by an operator.
//!
//! Whoever asks has seen what is there. The confirmation that they send back is a keyed hash of what they saw, stored
//! nowhere: it no longer fits when the tenant's state or dates have changed, or when people entered or removed something.
//! Copies that the product sends, usage counts and our own records come and go by themselves, so their numbers do not
//! count: a site with much traffic could otherwise never be confirmed.

use data_encoding::BASE64URL_NOPAD;

use super::links::{self, Link, LinkError, Purpose};
use super::state::{self, Event, Tenant};
use super::summary::{ClassSummary, Summary};
use super::{Tenancy, settings, store, timeline};
use crate::clock::Timestamp;
use crate::config::Secret;
use crate::db::operator_actions;
use crate::db::tenants::{self, TenantRow};
use crate::db::{Conn, DbError, Id};
use crate::error::{Code, Error};
use crate::policy::model::Origin;
use crate::policy::{ClassName, Policy};
use crate::vault::Label;

const CONFIRMATION: Label = Label("early_erasure.confirmation");

/// What would go, and when.
#[derive(Debug, Clone)]
pub struct ErasurePreview {
    pub classes: Vec<ClassSummary>,
    pub due_at: Timestamp,
    pub confirmation: String,
}

/// What a link did.
pub enum Followed {
    /// The data goes then; the token undoes that.
    Asked { due_at: Timestamp, undo: Secret },
    /// Nobody asks any more. The data goes at that date if there is one; the token asks again.
    Undone { due_at: Option<Timestamp>, erase: Secret },
    /// There was nothing to take back; the link was not used up.
    NothingToUndo,
    /// The link was good for one download, which may begin now.
    MayDownload,
}

impl Tenancy {
    /// What an erasure asked for now would mean. `None` when there is no such tenant.
    pub async fn preview_erasure(&self, id: Id) -> Result<Option<ErasurePreview>, Error> {
        let summary = self.summary(id).await?;
        let read = self.db.read(move |conn| read_state(conn, id));
        let Some(tenant) = read.await? else { return Ok(None) };
        let asked = state::next(&tenant, Event::ErasureAsked, self.clock.now(), &self.policy).0;
        let confirmation = self.confirmation(&tenant, &summary);
        let due_at = asked.due_at().unwrap_or_default();
        Ok(Some(ErasurePreview { classes: summary.classes, due_at, confirmation }))
    }

    /// What somebody confirms who has seen this tenant and this summary of it.
    pub fn confirmation(&self, tenant: &Tenant, summary: &Summary) -> String {
        let date = |at: Option<Timestamp>| at.map_or_else(String::new, |at| at.to_string());
        let mut parts = vec![
            tenant.id.to_string(),
            tenant.generation.to_string(),
            tenant.state().to_owned(),
            tenant.reason().unwrap_or_default().to_owned(),
            date(tenant.due_at()),
            date(tenant.ends_at),
        ];
        let entered = summary.classes.iter().filter(|class| is_entered_by_people(class.class, &self.policy));
        parts.extend(entered.map(|class| format!("{} {}", class.class, class.records)));
        let parts: Vec<&[u8]> = parts.iter().map(String::as_bytes).collect();
        BASE64URL_NOPAD.encode(&self.vault.index().of(CONFIRMATION, &parts))
    }

    /// Asks for the erasure if the confirmation fits what is there now. Returns when the data is due to go.
    pub async fn ask_erasure(&self, id: Id, confirmation: &str) -> Result<Timestamp, Error> {
        let summary = self.summary(id).await?;
        let (tenancy, confirmation, now) = (self.clone(), confirmation.to_owned(), self.clock.now());
        let asked = self.db.write(move |tx| {
            let row = settings::lock_open(tx, id)?;
            let tenant = store::to_state(&row, &tenants::suspicions_of(tx, id)?)?;
            let fits = tenancy.confirmation(&tenant, &summary);
            if aws_lc_rs::constant_time::verify_slices_are_equal(fits.as_bytes(), confirmation.as_bytes())
                .is_err()
            {
                return Err(Error::new(Code::StateChanged));
            }
            ask(tx, &row, now, &tenancy.policy)
        });
        asked.await
    }

    /// Takes an early erasure back.
    pub async fn undo_erasure(&self, id: Id) -> Result<(), Error> {
        let (policy, now) = (self.policy.clone(), self.clock.now());
        let undone = self.db.write(move |tx| {
            let row = settings::lock_open(tx, id)?;
            if !store::to_state(&row, &tenants::suspicions_of(tx, id)?)?.is_asked() {
                return Err(Error::new(Code::NothingToUndo));
            }
            store::apply(tx, &row, row.clone(), Event::ErasureUndone, now, &policy).map(drop)
        });
        undone.await
    }

    /// An operator's hand: recorded with the reason, sealed under the vendor's key.
    pub async fn erase_by_operator(&self, id: Id, reason: &str) -> Result<Timestamp, Error> {
        let (tenancy, now) = (self.clone(), self.clock.now());
        let action = self.operator_action("tenants erase", Some(id), reason, now)?;
        let asked = self.db.write(move |tx| {
            let row = settings::lock_open(tx, id)?;
            operator_actions::insert(tx, &action)?;
            ask(tx, &row, now, &tenancy.policy)
        });
        asked.await
    }

    /// Does what the link is good for, once.
    pub async fn follow(&self, link: &Link) -> Result<Followed, LinkError> {
        let (tenancy, link, now) = (self.clone(), link.clone(), self.clock.now());
        self.db.write(move |tx| follow(tx, &tenancy, &link, now)).await
    }
}

fn follow(tx: &mut Conn, tenancy: &Tenancy, link: &Link, now: Timestamp) -> Result<Followed, LinkError> {
    let row = tenants::lock_by_id(tx, link.tenant)?;
    let is_open = tenants::fence(tx, link.tenant)?;
    let row = row.filter(|_| is_open).ok_or(LinkError::Dead("the tenant is gone"))?;
    let tenant = store::to_state(&row, &tenants::suspicions_of(tx, row.id)?)?;
    let event = match link.purpose {
        Purpose::Erase => Event::ErasureAsked,
        Purpose::Undo if !tenant.is_asked() => {
            links::check_alive(tx, link, now)?;
            return Ok(Followed::NothingToUndo);
        }
        Purpose::Undo => Event::ErasureUndone,
        Purpose::Export => {
            links::take(tx, link, now)?;
            timeline::record_export(tx, row.id, now, &tenancy.policy)?;
            return Ok(Followed::MayDownload);
        }
    };
    links::take(tx, link, now)?;
    let after = store::apply(tx, &row, row.clone(), event, now, &tenancy.policy)?;
    match (event, after.due_at()) {
        (Event::ErasureAsked, Some(due_at)) => {
            let undo = links::issue(tx, &tenancy.vault, &after, Purpose::Undo, now, due_at)?;
            Ok(Followed::Asked { due_at, undo })
        }
        (_, due_at) => {
            let until = due_at.unwrap_or(link.expires_at);
            let erase = links::issue(tx, &tenancy.vault, &after, Purpose::Erase, now, until)?;
            Ok(Followed::Undone { due_at, erase })
        }
    }
}

fn ask(tx: &mut Conn, row: &TenantRow, now: Timestamp, policy: &Policy) -> Result<Timestamp, Error> {
    let after = store::apply(tx, row, row.clone(), Event::ErasureAsked, now, policy)?;
    Ok(after.due_at().unwrap_or_default())
}

fn read_state(conn: &mut Conn, id: Id) -> Result<Option<Tenant>, DbError> {
    let Some(row) = tenants::by_id(conn, id)? else { return Ok(None) };
    store::to_state(&row, &tenants::suspicions_of(conn, id)?).map(Some)
}

fn is_entered_by_people(class: ClassName, policy: &Policy) -> bool {
    policy.class(class).is_some_and(|class| matches!(class.origin, Origin::Admin | Origin::User))
}
