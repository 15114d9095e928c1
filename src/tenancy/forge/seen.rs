//! Forge calls for an installation at least once a day. What that shows, and what its absence shows.

use std::time::Duration;

use super::super::install::InstallError;
use super::super::presence::{Heard, INTERVAL};
use super::super::state::{Event, Reason};
use super::super::store::{self, Tenancy};
use super::install::is_under_way;
use super::locked;
use crate::clock::Timestamp;
use crate::db::forge_installations::{self, ForgeRow};
use crate::db::tenants::TenantRow;
use crate::db::{Conn, DbError, Id};
use crate::policy::Policy;

/// An installation that was not called for during this time is silent: one call may be late, or lost.
pub(super) const SILENT_AFTER: Duration = Duration::from_secs(2 * 24 * 3_600 + 6 * 3_600);

/// What a call for an installation found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// The tenant, and whether it is still open which one of before it is.
    Standing {
        tenant: Id,
        is_open: bool,
    },
    /// The product does not know it, although it is called for: its tenant is suspected of having left.
    Denied(Id),
    /// It was removed, or its tenant has left, some time before this call: only the product can say how things stand.
    Left(Id),
    /// As [`Seen::Left`], and the call was under way when that happened.
    UnderWay,
    Nobody,
}

/// What is known of a tenant's installations by their calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Silence {
    /// It has none that stands and was ever called for.
    None,
    Called,
    /// None of its own was called for, and others were: it is theirs.
    Silent,
    /// None of its own was called for, and no other one either: it is ours.
    Ours,
}

impl Silence {
    /// A call has cleared what it clears when it came, and says nothing more today.
    pub fn heard(self) -> Heard {
        match self {
            Self::Silent => Heard::Refusal,
            Self::None | Self::Called | Self::Ours => Heard::Nothing,
        }
    }
}

impl Tenancy {
    /// Forge called for an installation, and the product said whether it is there, or nothing. Whoever stands was seen then, and
    /// is no longer believed to have left without a word; a denial is no sign of life, so its suspicion keeps its date.
    pub async fn seen_forge(
        &self,
        installation_id: &str,
        issued_at: i64,
        is_there: Option<bool>,
    ) -> Result<Seen, InstallError> {
        let index = self.forge_index(installation_id);
        let (policy, now) = (self.policy.clone(), self.clock.now());
        self.db.write(move |tx| see(tx, &index, (issued_at, is_there), now, &policy)).await
    }

    /// The product said that an installation which was believed to be removed is there.
    pub async fn returned_forge(&self, installation_id: &str, issued_at: i64) -> Result<Seen, InstallError> {
        let index = self.forge_index(installation_id);
        let (policy, now) = (self.policy.clone(), self.clock.now());
        let back = self.db.write(move |tx| {
            let Some((row, tenant)) = locked(tx, &index)? else { return Ok::<_, InstallError>(Seen::Nobody) };
            let standing = ForgeRow { removed_at: None, issued_at, seen_at: Some(now.into()), ..row };
            forge_installations::update(tx, &standing)?;
            let back = TenantRow { installed_at: now.into(), ..tenant.clone() };
            let after = store::apply(tx, &tenant, back, Event::Installed, now, &policy)?;
            super::super::presence::begin(tx, after.id, after.generation, now)?;
            Ok(Seen::Standing { tenant: after.id, is_open: standing.is_open() })
        });
        back.await
    }

    /// How long a tenant's installations were silent.
    pub async fn silence_of(&self, tenant: Id) -> Result<Silence, DbError> {
        let now = self.clock.now();
        self.db
            .read(move |conn| {
                let mut rows = forge_installations::of_tenant(conn, tenant)?;
                rows.retain(|row| row.removed_at.is_none());
                let since = now.minus(SILENT_AFTER);
                rows.retain(|row| row.seen_at.is_some());
                if rows.is_empty() {
                    Ok(Silence::None)
                } else if rows.iter().any(|row| row.seen_at.map(Timestamp::from) >= Some(since)) {
                    Ok(Silence::Called)
                } else if are_calls_coming(conn, now)? {
                    Ok(Silence::Silent)
                } else {
                    Ok(Silence::Ours)
                }
            })
            .await
    }
}

/// Whether Forge calls for anybody at all: otherwise silence is ours.
pub(super) fn are_calls_coming(conn: &mut Conn, now: Timestamp) -> diesel::QueryResult<bool> {
    forge_installations::is_any_seen_since(conn, now.minus(INTERVAL))
}

fn see(
    tx: &mut Conn,
    index: &[u8],
    (issued_at, is_there): (i64, Option<bool>),
    now: Timestamp,
    policy: &Policy,
) -> Result<Seen, InstallError> {
    let Some((row, tenant)) = locked(tx, index)? else { return Ok(Seen::Nobody) };
    let removed_since = row.removed_at.map(Timestamp::from);
    let is_late =
        removed_since.is_some_and(|at| Timestamp::from_seconds(issued_at) < at.plus(super::UNDER_WAY));
    if is_late || is_under_way(&tenant, issued_at)? {
        return Ok(Seen::UnderWay);
    }
    if removed_since.is_some() || tenant.standing != "active" {
        return Ok(Seen::Left(tenant.id));
    }
    if is_there == Some(false) {
        let suspected = Event::Suspected(Reason::Unreachable);
        store::apply(tx, &tenant, tenant.clone(), suspected, now, policy)?;
        return Ok(Seen::Denied(tenant.id));
    }
    let seen = ForgeRow { seen_at: Some(now.into()), ..row };
    forge_installations::update(tx, &seen)?;
    let mut edited = tenant.clone();
    edited.refused_since = None;
    store::apply(tx, &tenant, edited, Event::Verified, now, policy)?;
    Ok(Seen::Standing { tenant: tenant.id, is_open: seen.is_open() })
}
