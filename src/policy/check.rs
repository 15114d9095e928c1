//! What must hold between the parts of a policy. All faults are found at once, so that a vendor need not come back for
//! each of them.

mod classes;
mod others;
mod support;
mod texts;
mod told;

use super::fault::{Fault, Text};
use super::model::{Bound, ClassName, Count, Document, LifeCycle};

/// Every fault of `document`, in the order of the file.
pub fn faults(document: &Document, text: &Text<'_>) -> Vec<Fault> {
    let mut found = Vec::new();
    if document.version == 0 {
        found.push(text.fault("version", "versions count from 1", "raise it with every change"));
    }
    classes::check(document, text, &mut found);
    check_promise(document, text, &mut found);
    check_clocks(&document.life_cycle, text, &mut found);
    check_numbers(&document.life_cycle, text, &mut found);
    support::check(document, text, &mut found);
    others::check(document, text, &mut found);
    texts::check(text, &mut found);
    found.sort_by_key(|fault| fault.line);
    found
}

/// Published = promised ≥ real: nothing may be left anywhere when the promised time is over.
fn check_promise(document: &Document, text: &Text<'_>, found: &mut Vec<Fault>) {
    let Some(leaving) = &document.life_cycle.after_leaving else { return };
    let (lag, backup) = (document.life_cycle.sweep_lag_days, document.backup.keep_days);
    let real = u64::from(leaving.grace_days) + u64::from(lag) + u64::from(backup);
    if real > u64::from(leaving.promised_days) {
        let problem = format!(
            "grace_days {} + sweep_lag_days {lag} + backup.keep_days {backup} = {real} is more than \
                 promised_days = {}",
            leaving.grace_days, leaving.promised_days
        );
        let most = i64::from(leaving.promised_days) - i64::from(lag) - i64::from(backup);
        let right = format!("grace_days may be at most {}", most.max(0));
        found.push(text.fault("life_cycle.after_leaving.grace_days", problem, right));
    }
    if leaving.grace_days < document.life_cycle.notice_before_erasure_days {
        let problem = "the data goes before the notice about it could";
        let right = "make it at least notice_before_erasure_days";
        found.push(text.fault("life_cycle.after_leaving.grace_days", problem, right));
    }
}

/// Each number counts from the clock that its place means, and a ceiling is not an exact date.
fn check_clocks(life_cycle: &LifeCycle, text: &Text<'_>, found: &mut Vec<Fault>) {
    if let Some(leaving) = &life_cycle.after_leaving {
        if leaving.clock != Count::Left {
            found.push(text.fault(
                "life_cycle.after_leaving.clock",
                "counts from something else",
                "\"left\"",
            ));
        }
        if leaving.bound != Bound::AtLatest {
            let problem = "with a grace period and backups nothing goes exactly then";
            found.push(text.fault("life_cycle.after_leaving.bound", problem, "\"at_latest\""));
        }
    }
    if let Some(subscription) = &life_cycle.after_subscription
        && subscription.clock != Count::SubscriptionEnd
    {
        let at = "life_cycle.after_subscription.clock";
        found.push(text.fault(at, "counts from something else", "\"subscription_end\""));
    }
    if let Some(subscription) = &life_cycle.after_subscription
        && subscription.days < life_cycle.notice_before_erasure_days
    {
        let problem = "the data goes before the notice about it could";
        let right = "make it at least notice_before_erasure_days";
        found.push(text.fault("life_cycle.after_subscription.days", problem, right));
    }
    if life_cycle.after_leaving.is_none() && life_cycle.after_subscription.is_none() {
        let right = "state [life_cycle.after_leaving], [life_cycle.after_subscription], or both";
        found.push(text.fault("life_cycle", "nothing says when a tenant's data goes", right));
    }
}

fn check_numbers(life_cycle: &LifeCycle, text: &Text<'_>, found: &mut Vec<Fault>) {
    let mut least_one = |name: &str, value: u32| {
        if value == 0 {
            found.push(text.fault(&format!("life_cycle.{name}"), "is 0", "make it at least 1"));
        }
    };
    least_one("sweep_lag_days", life_cycle.sweep_lag_days);
    least_one("unreachable_days", life_cycle.unreachable_days);
    least_one("tombstone_hours", life_cycle.tombstone_hours);
    least_one("brake.share_percent", life_cycle.brake.share_percent);
    least_one("brake.count_min", life_cycle.brake.count_min);
    least_one("brake.clock_jump_days", life_cycle.brake.clock_jump_days);
    if life_cycle.brake.share_percent > 100 {
        found.push(text.fault("life_cycle.brake.share_percent", "is more than all tenants", "at most 100"));
    }
    // The secret of a former generation proves requests; no honest request is under way for longer.
    if life_cycle.former_secret_minutes > 15 {
        let problem = "no honest request is under way for so long";
        found.push(text.fault("life_cycle.former_secret_minutes", problem, "at most 15"));
    }
}

/// Names a class's place in the file.
fn class_at(name: ClassName) -> String {
    format!("classes.{name}")
}
