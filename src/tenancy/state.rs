//! The tenant's states, as a pure function: `next(tenant, event, now, policy)` gives the new tenant and what must be
//! done about it. No time, no database, no product in here.
//!
//! ```text
//!             installed                         uninstalled
//!  (nothing) ───────────▶ active ⇄ disabled ─────────────────▶ marked(due) ──due──▶ erasing ──▶ (nothing) + receipt
//!                           │  ▲      ▲                          │      ▲
//!      lapsed, unreachable, ▼  │      └── re-install (generation + 1) ──┘ asked: due = now + early_erasure_delay
//!      superseded    suspected(reason, due)  ── due ──▶ erasing
//! ```

use std::collections::BTreeMap;

use crate::clock::Timestamp;
use crate::db::{Id, text_enum};
use crate::policy::Policy;

text_enum! {
    /// Why we think that a tenant may have left without telling us.
    pub enum Reason {
        /// The licence ended.
        Lapsed = "lapsed",
        /// The host has refused us for the policy's number of days.
        Unreachable = "unreachable",
        /// Another installation took over the same site and product.
        Superseded = "superseded",
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    pub id: Id,
    /// Counts installations. Work of a former generation does nothing.
    pub generation: i64,
    pub standing: Standing,
    /// Whether an administrator has the app switched on.
    pub enabled: bool,
    pub suspicions: BTreeMap<Reason, Suspicion>,
    /// When the subscription or trial ends, if that is known.
    pub ends_at: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    Active,
    /// The customer left; the data waits for its erasure, or for a re-install.
    Marked(Mark),
    /// The erasure has begun. Nothing brings the tenant back.
    Erasing(Mark),
}

/// When a tenant left and when its data is due to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    pub at: Timestamp,
    pub due_at: Timestamp,
    /// An earlier date that the customer asked for; undone, `due_at` counts again.
    pub asked_due_at: Option<Timestamp>,
    /// The policy version that `due_at` came from.
    pub policy: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspicion {
    pub since: Timestamp,
    pub due_at: Timestamp,
    pub policy: String,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    Installed,
    Uninstalled,
    Enabled,
    Disabled,
    Suspected(Reason),
    /// A request was proven with the tenant's secret.
    Verified,
    LicenceRenewed,
    /// The subscription or trial will end then.
    EndsOn(Timestamp),
    /// The customer asked for an early erasure, after leaving.
    ErasureAsked,
    ErasureUndone,
    /// The erasure job looked.
    Due,
}

/// What must be done in the same transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Look at the tenant then, and erase it if it is due.
    Erase { at: Timestamp, because: &'static str },
    /// Mail a notice then.
    Notice { at: Timestamp, about: &'static str },
    /// The sealed secrets go in this transaction, their keys right after it.
    DropSecrets,
}

/// The tenant as a first installation makes it.
pub fn first(id: Id) -> Tenant {
    Tenant {
        id,
        generation: 1,
        standing: Standing::Active,
        enabled: true,
        suspicions: BTreeMap::new(),
        ends_at: None,
    }
}

/// What `event` makes of `tenant`. An event that does not apply changes nothing.
pub fn next(tenant: &Tenant, event: Event, now: Timestamp, policy: &Policy) -> (Tenant, Vec<Effect>) {
    let mut next = tenant.clone();
    let effects = match &tenant.standing {
        Standing::Active => from_active(&mut next, event, now, policy),
        Standing::Marked(mark) => from_marked(&mut next, mark.clone(), event, now, policy),
        // A re-install meanwhile is another tenant, under a new id.
        Standing::Erasing(_) => Vec::new(),
    };
    (next, effects)
}

fn from_active(tenant: &mut Tenant, event: Event, now: Timestamp, policy: &Policy) -> Vec<Effect> {
    match event {
        Event::Installed | Event::Verified => {
            tenant.suspicions.remove(&Reason::Unreachable);
            tenant.suspicions.remove(&Reason::Superseded);
            Vec::new()
        }
        Event::Uninstalled => leave(tenant, now, policy),
        Event::Enabled | Event::Disabled => {
            tenant.enabled = event == Event::Enabled;
            Vec::new()
        }
        Event::Suspected(reason) => suspect(tenant, reason, now, policy),
        Event::LicenceRenewed => {
            tenant.suspicions.remove(&Reason::Lapsed);
            Vec::new()
        }
        Event::EndsOn(at) => {
            tenant.ends_at = Some(at);
            vec![Effect::Notice { at: policy.notice_before_end(at).max(now), about: "end" }]
        }
        Event::Due => erase_if_suspected(tenant, now),
        Event::ErasureAsked | Event::ErasureUndone => Vec::new(),
    }
}

fn from_marked(
    tenant: &mut Tenant,
    mark: Mark,
    event: Event,
    now: Timestamp,
    policy: &Policy,
) -> Vec<Effect> {
    match event {
        Event::Installed => {
            tenant.generation += 1;
            tenant.standing = Standing::Active;
            tenant.enabled = true;
            Vec::new()
        }
        Event::ErasureAsked => {
            let at = policy.due_after_asking(now).min(mark.effective_due_at());
            tenant.standing = Standing::Marked(Mark { asked_due_at: Some(at), ..mark });
            vec![Effect::Erase { at, because: "asked" }]
        }
        Event::ErasureUndone => {
            let due_at = mark.due_at;
            tenant.standing = Standing::Marked(Mark { asked_due_at: None, ..mark });
            vec![Effect::Erase { at: due_at, because: "left" }]
        }
        Event::Due if mark.effective_due_at() <= now => {
            tenant.standing = Standing::Erasing(mark);
            Vec::new()
        }
        // `uninstalled` wins over a late `enabled` or `disabled`, and over every suspicion.
        _ => Vec::new(),
    }
}

fn leave(tenant: &mut Tenant, now: Timestamp, policy: &Policy) -> Vec<Effect> {
    // A date that stood already is never moved away by leaving.
    let standing = tenant.suspicions.values().map(|suspicion| suspicion.due_at).min();
    let due_at =
        standing.map_or(policy.due_after_leaving(now), |due_at| due_at.min(policy.due_after_leaving(now)));
    let mark = Mark { at: now, due_at, asked_due_at: None, policy: policy.version().as_str().to_owned() };
    tenant.standing = Standing::Marked(mark);
    tenant.suspicions.clear();
    vec![
        Effect::DropSecrets,
        Effect::Erase { at: due_at, because: "left" },
        Effect::Notice { at: policy.notice_before_erasure(due_at).max(now), about: "erasure" },
    ]
}

/// A second suspicion for the same reason does not move its date.
fn suspect(tenant: &mut Tenant, reason: Reason, now: Timestamp, policy: &Policy) -> Vec<Effect> {
    if tenant.suspicions.contains_key(&reason) {
        return Vec::new();
    }
    let due_at = match reason {
        Reason::Lapsed => policy.due_after_subscription(now),
        Reason::Unreachable | Reason::Superseded => policy.due_after_leaving(now),
    };
    let policy_version = policy.version().as_str().to_owned();
    tenant.suspicions.insert(reason, Suspicion { since: now, due_at, policy: policy_version });
    vec![
        Effect::Erase { at: due_at, because: reason.as_str() },
        Effect::Notice { at: policy.notice_before_erasure(due_at), about: "erasure" },
    ]
}

fn erase_if_suspected(tenant: &mut Tenant, now: Timestamp) -> Vec<Effect> {
    let due = tenant.suspicions.values().find(|suspicion| suspicion.due_at <= now).cloned();
    let Some(suspicion) = due else { return Vec::new() };
    tenant.standing = Standing::Erasing(Mark {
        at: suspicion.since,
        due_at: suspicion.due_at,
        asked_due_at: None,
        policy: suspicion.policy,
    });
    vec![Effect::DropSecrets]
}

impl Mark {
    /// The date that counts.
    pub fn effective_due_at(&self) -> Timestamp {
        self.asked_due_at.map_or(self.due_at, |asked| asked.min(self.due_at))
    }
}

impl Tenant {
    /// The word for the state, as people and programs see it.
    pub fn state(&self) -> &'static str {
        match &self.standing {
            Standing::Marked(_) => "marked",
            Standing::Erasing(_) => "erasing",
            Standing::Active if !self.suspicions.is_empty() => "suspected",
            Standing::Active if !self.enabled => "disabled",
            Standing::Active => "active",
        }
    }

    /// When the data is due to go, if that is known; the earliest date where several apply.
    pub fn due_at(&self) -> Option<Timestamp> {
        match &self.standing {
            Standing::Marked(mark) | Standing::Erasing(mark) => Some(mark.effective_due_at()),
            Standing::Active => self.suspicions.values().map(|suspicion| suspicion.due_at).min(),
        }
    }

    /// Why it is due: `left`, `asked`, or the suspicion that is due first.
    pub fn reason(&self) -> Option<&'static str> {
        match &self.standing {
            Standing::Marked(mark) | Standing::Erasing(mark) => {
                Some(if mark.asked_due_at.is_some() { "asked" } else { "left" })
            }
            Standing::Active => {
                let first = self.suspicions.iter().min_by_key(|(_, suspicion)| suspicion.due_at);
                first.map(|(reason, _)| reason.as_str())
            }
        }
    }

    /// Whether a proven request would clear a suspicion.
    pub fn is_cleared_by_a_request(&self) -> bool {
        self.suspicions.contains_key(&Reason::Unreachable)
            || self.suspicions.contains_key(&Reason::Superseded)
    }
}

#[cfg(test)]
mod tests;
