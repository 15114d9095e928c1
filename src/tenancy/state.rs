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
use crate::policy::{Departure, Due, Policy};

text_enum! {
    /// Why we think that a tenant may have left without telling us.
    pub enum Reason {
        /// The licence ended.
        Lapsed = "lapsed",
        /// The host has refused us for the policy's number of days.
        Unreachable = "unreachable",
        /// Another installation took over the same site and product.
        Superseded = "superseded",
        /// The customer asked for an early erasure while the app is installed.
        Asked = "asked",
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
    /// A shorter time than the policy's that the customer chose, in days after leaving.
    pub own_days: Option<u32>,
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
    /// The suspicion that led here; absent when the customer said that they leave.
    pub reason: Option<Reason>,
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
    /// The subscription or trial will end then, or nobody knows any more when.
    EndsOn(Option<Timestamp>),
    /// The customer chose a shorter time after leaving, in days, or took the choice back.
    ChoseDays(Option<u32>),
    /// The customer asked for an early erasure.
    ErasureAsked,
    ErasureUndone,
    /// Another policy is in force. A date may only come nearer by it.
    PolicyChanged,
    /// The erasure job looked.
    Due,
    /// Whoever decides about it has let an erasure that is due begin, whatever else there is to look at.
    LetGo,
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
        own_days: None,
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
            tenant.ends_at = tenant.ends_at.filter(|ends_at| *ends_at > now);
            Vec::new()
        }
        Event::EndsOn(ends_at) => end_on(tenant, ends_at, now, policy),
        Event::ChoseDays(own_days) => {
            tenant.own_days = own_days;
            Vec::new()
        }
        Event::ErasureAsked => suspect(tenant, Reason::Asked, now, policy),
        Event::ErasureUndone => {
            tenant.suspicions.remove(&Reason::Asked);
            Vec::new()
        }
        Event::PolicyChanged => bring_nearer(tenant, now, policy),
        Event::Due => look(tenant, now, policy),
        Event::LetGo => erase_due(tenant, now),
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
            // What was known about the former subscription says nothing about this one.
            tenant.ends_at = None;
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
            vec![Effect::Erase { at: due_at, because: "left" }, notice_before_erasure(due_at, now, policy)]
        }
        Event::PolicyChanged => {
            let due_at = mark.due_at.min(policy.due(&departure(tenant, mark.at)).at);
            let notice = notice_before_erasure(due_at, now, policy);
            let policy = policy.version().as_str().to_owned();
            tenant.standing = Standing::Marked(Mark { due_at, policy, ..mark });
            vec![Effect::Erase { at: due_at, because: "left" }, notice]
        }
        Event::Due | Event::LetGo if mark.effective_due_at() <= now => {
            tenant.standing = Standing::Erasing(mark);
            Vec::new()
        }
        // `uninstalled` wins over a late `enabled` or `disabled`, and over every suspicion.
        _ => Vec::new(),
    }
}

fn departure(tenant: &Tenant, left_at: Timestamp) -> Departure {
    Departure { left_at, subscription_end: tenant.ends_at, own_days: tenant.own_days }
}

fn leave(tenant: &mut Tenant, now: Timestamp, policy: &Policy) -> Vec<Effect> {
    let asked_due_at = tenant.suspicions.remove(&Reason::Asked).map(|asked| asked.due_at);
    // A date that stood already is never moved away by leaving.
    let standing = tenant.suspicions.values().map(|suspicion| suspicion.due_at).min();
    let due_at = policy.due(&departure(tenant, now)).at;
    let due_at = standing.map_or(due_at, |standing| standing.min(due_at));
    let policy_version = policy.version().as_str().to_owned();
    tenant.standing =
        Standing::Marked(Mark { at: now, due_at, asked_due_at, policy: policy_version, reason: None });
    tenant.suspicions.clear();
    vec![
        Effect::DropSecrets,
        Effect::Erase { at: asked_due_at.map_or(due_at, |asked| asked.min(due_at)), because: "left" },
        notice_before_erasure(due_at, now, policy),
    ]
}

/// A date has a notice of its own, also one that came nearer after another was announced.
fn notice_before_erasure(due_at: Timestamp, now: Timestamp, policy: &Policy) -> Effect {
    Effect::Notice { at: policy.notice_before_erasure(due_at).max(now), about: "erasure" }
}

/// A date that is set anew takes the place of the former one; one that is over suspects the tenant at the next look.
fn end_on(tenant: &mut Tenant, ends_at: Option<Timestamp>, now: Timestamp, policy: &Policy) -> Vec<Effect> {
    tenant.ends_at = ends_at;
    let Some(at) = ends_at else { return Vec::new() };
    if at > now {
        tenant.suspicions.remove(&Reason::Lapsed);
    }
    vec![
        Effect::Notice { at: policy.notice_before_end(at).max(now), about: "end" },
        Effect::Erase { at: at.max(now), because: "ends" },
    ]
}

/// A second suspicion for the same reason does not move its date.
fn suspect(tenant: &mut Tenant, reason: Reason, now: Timestamp, policy: &Policy) -> Vec<Effect> {
    if tenant.suspicions.contains_key(&reason) {
        return Vec::new();
    }
    let since = match reason {
        // A known end that is over is when the subscription lapsed, however late we heard of it.
        Reason::Lapsed => tenant.ends_at.map_or(now, |ends_at| ends_at.min(now)),
        _ => now,
    };
    if reason == Reason::Lapsed {
        tenant.ends_at = Some(since);
    }
    let due_at = due_of_suspicion(tenant, reason, since, policy);
    let policy_version = policy.version().as_str().to_owned();
    tenant.suspicions.insert(reason, Suspicion { since, due_at, policy: policy_version });
    let erase = Effect::Erase { at: due_at, because: reason.as_str() };
    match reason {
        // Whoever asks for it needs no notice about it.
        Reason::Asked => vec![erase],
        _ => vec![erase, notice_before_erasure(due_at, now, policy)],
    }
}

fn due_of_suspicion(tenant: &Tenant, reason: Reason, since: Timestamp, policy: &Policy) -> Timestamp {
    match reason {
        Reason::Asked => policy.due_after_asking(since),
        Reason::Lapsed | Reason::Unreachable | Reason::Superseded => policy.due(&departure(tenant, since)).at,
    }
}

fn bring_nearer(tenant: &mut Tenant, now: Timestamp, policy: &Policy) -> Vec<Effect> {
    let mut effects = Vec::new();
    for (reason, suspicion) in tenant.suspicions.clone() {
        let due_at = suspicion.due_at.min(due_of_suspicion(tenant, reason, suspicion.since, policy));
        let version = policy.version().as_str().to_owned();
        tenant.suspicions.insert(reason, Suspicion { due_at, policy: version, ..suspicion });
        effects.push(Effect::Erase { at: due_at, because: reason.as_str() });
        if reason != Reason::Asked {
            effects.push(notice_before_erasure(due_at, now, policy));
        }
    }
    effects
}

/// The erasure job looked: a subscription whose end is over has lapsed, and the suspicion that is due first ends in erasure.
/// Never both at one look: what was only just suspected is looked at again, by whoever decides whether it may be erased.
fn look(tenant: &mut Tenant, now: Timestamp, policy: &Policy) -> Vec<Effect> {
    let is_over = tenant.ends_at.is_some_and(|ends_at| ends_at <= now);
    if is_over && !tenant.suspicions.contains_key(&Reason::Lapsed) {
        return suspect(tenant, Reason::Lapsed, now, policy);
    }
    erase_due(tenant, now)
}

/// The suspicion that is due first ends in erasure.
fn erase_due(tenant: &mut Tenant, now: Timestamp) -> Vec<Effect> {
    let first = tenant.suspicions.iter().min_by_key(|(_, suspicion)| suspicion.due_at);
    let Some((reason, suspicion)) = first.filter(|(_, suspicion)| suspicion.due_at <= now) else {
        return Vec::new();
    };
    let Suspicion { since, due_at, policy } = suspicion.clone();
    let mark = Mark { at: since, due_at, asked_due_at: None, policy, reason: Some(*reason) };
    tenant.standing = Standing::Erasing(mark);
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
                let by_suspicion = mark.reason.map_or("left", Reason::as_str);
                Some(if mark.asked_due_at.is_some() { "asked" } else { by_suspicion })
            }
            Standing::Active => {
                let first = self.suspicions.iter().min_by_key(|(_, suspicion)| suspicion.due_at);
                first.map(|(reason, _)| reason.as_str())
            }
        }
    }

    /// Until when the data goes at the latest: a late notice moves an erasure, but never beyond this.
    pub fn ceiling(&self, policy: &Policy) -> Option<Timestamp> {
        let Due { at, ceiling } = match &self.standing {
            Standing::Marked(mark) | Standing::Erasing(mark) => policy.due(&departure(self, mark.at)),
            Standing::Active => {
                let first = self.suspicions.values().min_by_key(|suspicion| suspicion.due_at)?;
                policy.due(&departure(self, first.since))
            }
        };
        self.due_at().map(|due_at| due_at.max(ceiling.max(at)))
    }

    /// Whether an early erasure was asked for, and can still be taken back.
    pub fn is_asked(&self) -> bool {
        match &self.standing {
            Standing::Active => self.suspicions.contains_key(&Reason::Asked),
            Standing::Marked(mark) => mark.asked_due_at.is_some(),
            Standing::Erasing(_) => false,
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
