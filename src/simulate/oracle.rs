//! What must be true, computed from the numbers of the policy file alone, in days, by other rules than the program's.

use super::life::{Act, Planned};
use crate::policy::model::{Bound, Document};
use crate::policy::{ClassName, Policy};

/// The numbers that a life depends on.
#[derive(Debug, Clone, Copy)]
pub struct Numbers {
    leaving: Option<Leaving>,
    subscription: Option<u32>,
    lag: u32,
    gap: u32,
    before_end: u32,
    asked: u32,
    event: u32,
    /// The longest time that a customer may choose.
    own_max: u32,
}

#[derive(Debug, Clone, Copy)]
struct Leaving {
    grace: u32,
    ceiling: u32,
}

/// Something to do or to look at on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// An act, and whether it begins a new tenant.
    Do {
        act: Act,
        is_new: bool,
    },
    /// The tenant and what it uploaded are there.
    Present {
        tenant: usize,
    },
    /// Nothing of the tenant is left, and a receipt proves it.
    Gone {
        tenant: usize,
    },
    /// The notice went out, once, and no later than that day.
    Noticed {
        tenant: usize,
        about: &'static str,
        of_day: u32,
        by_day: u32,
    },
    /// The event of that day is stored, or is gone.
    EventPresent {
        tenant: usize,
        of_day: u32,
    },
    EventGone {
        tenant: usize,
        of_day: u32,
    },
}

impl Numbers {
    pub fn of(policy: &Policy) -> Self {
        let document: &Document = policy.document();
        let life_cycle = &document.life_cycle;
        let lag = life_cycle.sweep_lag_days;
        let leaving = life_cycle.after_leaving.as_ref().map(|leaving| Leaving {
            grace: leaving.grace_days,
            ceiling: leaving.promised_days - document.backup.keep_days - lag,
        });
        let subscription = life_cycle.after_subscription.as_ref().map(|after| match after.bound {
            Bound::Exactly => after.days,
            Bound::AtLatest => after.days - lag,
        });
        let operation = document.classes.get(&ClassName::Operation);
        let event =
            operation.and_then(|class| class.kinds.get("webhook")).and_then(|kind| kind.retention.days);
        Self {
            leaving,
            subscription,
            lag,
            gap: life_cycle.notice_before_erasure_days,
            before_end: life_cycle.notice_before_end_days,
            asked: life_cycle.early_erasure_delay_hours.div_ceil(24),
            event: event.unwrap_or(0),
            own_max: leaving
                .map(|leaving| leaving.grace)
                .or(life_cycle.after_subscription.as_ref().map(|after| after.days))
                .unwrap_or(1),
        }
    }

    /// The day on which the data of somebody who left on `left` goes.
    fn due(&self, left: u32, ends: Option<u32>, own: Option<u32>) -> u32 {
        let counted_from = ends.or(self.leaving.is_none().then_some(left));
        let exact = self.subscription.zip(counted_from).map(|(days, from)| from + days);
        let due = match (self.leaving, exact) {
            (Some(leaving), Some(exact)) if exact > left + leaving.ceiling => left + leaving.grace,
            (_, Some(exact)) => exact,
            (Some(leaving), None) => left + leaving.grace,
            (None, None) => left,
        };
        own.map_or(due, |own| due.min(left + own))
    }
}

/// One tenant of a customer: a customer who comes back too late is another one.
#[derive(Debug, Clone, Copy, Default)]
struct Tenant {
    left: Option<u32>,
    ends: Option<u32>,
    configured: u32,
    own: Option<u32>,
    asked: Option<u32>,
    contact: bool,
}

impl Tenant {
    /// The day of its erasure as things stand, and whether that was asked for.
    fn due(&self, numbers: &Numbers) -> Option<(u32, bool)> {
        let lapse = |ends| numbers.due(ends, Some(ends), self.own);
        let due = match self.left {
            Some(left) => {
                let lapsed = self.ends.filter(|ends| *ends < left).map(lapse);
                let leaving = numbers.due(left, self.ends, self.own);
                Some(lapsed.map_or(leaving, |lapsed| lapsed.min(leaving)))
            }
            None => self.ends.map(lapse),
        };
        match (due, self.asked) {
            (Some(due), Some(asked)) if asked < due => Some((asked, true)),
            (Some(due), _) => Some((due, false)),
            (None, asked) => asked.map(|asked| (asked, true)),
        }
    }
}

/// Everything to do and to look at in this life, and how many tenants are erased in it.
pub fn foretell(life: &[Planned], numbers: &Numbers, days: u32) -> (Vec<(u32, Step)>, usize) {
    let mut telling = Telling { steps: Vec::new(), numbers: *numbers, days, count: 0, erased: 0, now: None };
    for (day, act) in life {
        telling.end_if_due_before(*day);
        telling.act(*day, *act);
    }
    telling.end_if_due_before(days);
    if telling.now.is_some() {
        telling.at(days - 1, Step::Present { tenant: telling.count - 1 });
    }
    (telling.steps, telling.erased)
}

struct Telling {
    steps: Vec<(u32, Step)>,
    numbers: Numbers,
    days: u32,
    /// Tenants so far.
    count: usize,
    erased: usize,
    now: Option<(Tenant, Vec<u32>)>,
}

impl Telling {
    fn at(&mut self, day: u32, step: Step) {
        if day < self.days {
            self.steps.push((day, step));
        }
    }

    /// On the day itself the customer acts before the worker looks.
    fn end_if_due_before(&mut self, day: u32) {
        let Some((tenant, events)) = self.now.clone() else { return };
        let Some((due, was_asked)) = tenant.due(&self.numbers).filter(|(due, _)| *due < day) else { return };
        let index = self.count - 1;
        if due > 0 {
            self.at(due - 1, Step::Present { tenant: index });
        }
        self.at(due + self.numbers.lag, Step::Gone { tenant: index });
        self.tell_notices(&tenant, index, due, was_asked);
        self.tell_events(&events, index, due);
        self.erased += usize::from(due < self.days);
        self.now = None;
    }

    fn tell_notices(&mut self, tenant: &Tenant, index: usize, due: u32, was_asked: bool) {
        if !tenant.contact {
            return;
        }
        let marked = tenant.left.or(tenant.ends).unwrap_or(due);
        if !was_asked && due > marked.max(tenant.configured) + self.numbers.gap {
            let by_day = due - self.numbers.gap;
            self.at(due - 1, Step::Noticed { tenant: index, about: "erasure", of_day: due, by_day });
        }
        if let Some(ends) =
            tenant.ends.filter(|ends| *ends < due && tenant.left.is_none_or(|left| left > *ends))
        {
            let by_day = ends.saturating_sub(self.numbers.before_end).max(tenant.configured);
            self.at(ends, Step::Noticed { tenant: index, about: "end", of_day: ends, by_day });
        }
    }

    fn tell_events(&mut self, events: &[u32], tenant: usize, until: u32) {
        for of_day in events.iter().copied() {
            let expires = of_day + self.numbers.event;
            if expires > 0 && expires - 1 < until {
                self.at(expires - 1, Step::EventPresent { tenant, of_day });
            }
            self.at(expires + self.numbers.lag, Step::EventGone { tenant, of_day });
        }
    }

    fn act(&mut self, day: u32, act: Act) {
        let act = match act {
            // Nobody can choose a longer time than the policy's.
            Act::Configure { contact, ends_on, own_days } => {
                let own_days = own_days.filter(|days| *days <= self.numbers.own_max);
                Act::Configure { contact, ends_on, own_days }
            }
            other => other,
        };
        let is_new = act == Act::Install && self.now.is_none();
        if is_new {
            (self.now, self.count) = (Some((Tenant::default(), Vec::new())), self.count + 1);
        }
        let asked = day + self.numbers.asked;
        let Some((tenant, events)) = &mut self.now else { return };
        let is_away = tenant.left.is_some();
        match act {
            Act::Install if is_away => (tenant.left, tenant.ends, tenant.asked) = (None, None, None),
            Act::Install => {}
            // Nobody sees our pages after leaving, and a product without the app sends nothing.
            Act::Configure { .. } | Act::Event | Act::Upload | Act::Use | Act::Uninstall if is_away => return,
            Act::Configure { contact, ends_on, own_days } => {
                (tenant.contact, tenant.ends, tenant.own, tenant.configured) =
                    (contact, ends_on, own_days, day);
            }
            Act::Event => events.push(day),
            Act::Uninstall => tenant.left = Some(day),
            Act::AskForErasure => tenant.asked = Some(asked),
            Act::UndoErasure => tenant.asked = None,
            Act::Upload | Act::Use => {}
        }
        self.steps.push((day, Step::Do { act, is_new }));
    }
}
