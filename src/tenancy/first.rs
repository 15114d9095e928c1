//! A tenant that was not known before, however it was installed.

use super::install::InstallError;
use super::settings::ContactState;
use super::timeline::{self, TimelineKind};
use super::{presence, state, store};
use crate::clock::Timestamp;
use crate::db::tenants::{self, TenantRow};
use crate::db::{Conn, Id};
use crate::policy::Policy;

/// What a new tenant begins with.
pub(super) struct FirstRow {
    pub id: Id,
    pub identity_index: Option<Vec<u8>>,
    pub site_index: Vec<u8>,
    pub account: Vec<u8>,
    pub secret: Option<(Id, Vec<u8>)>,
    pub issued_at: i64,
}

/// Stores the first row of a tenant, with what begins with it. An error when the product's name leads to another one already.
pub(super) fn insert(
    tx: &mut Conn,
    row: FirstRow,
    now: Timestamp,
    policy: &Policy,
) -> Result<(), InstallError> {
    let FirstRow { id, identity_index, site_index, account, secret, issued_at } = row;
    let (secret_key_id, secret) = secret.unzip();
    let row = TenantRow {
        id,
        identity_index,
        site_index,
        account,
        secret,
        secret_key_id,
        former_secret: None,
        former_secret_key_id: None,
        former_secret_until: None,
        lifecycle_issued_at: issued_at,
        installed_at: now.into(),
        updated_at: now.into(),
        // The state's part; replaced below.
        generation: 0,
        standing: String::new(),
        enabled: false,
        marked_at: None,
        due_at: None,
        asked_due_at: None,
        due_policy: None,
        ends_at: None,
        mark_reason: None,
        own_days: None,
        refused_since: None,
        contact_state: ContactState::Missing.as_str().to_owned(),
        held_by: None,
    };
    let first = state::first(id);
    if !tenants::insert(tx, &store::with_state(row, &first))? {
        return Err(InstallError::LostRace);
    }
    presence::begin(tx, id, first.generation, now)?;
    timeline::record(tx, id, now, TimelineKind::Installed, None, timeline::expires_at(policy, now))?;
    Ok(())
}
