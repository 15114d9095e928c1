//! What must hold of the times of problem reports.

use super::super::fault::{Fault, Text};
use super::super::model::{ClassName, Document};

pub fn check(document: &Document, text: &Text<'_>, found: &mut Vec<Fault>) {
    let support = &document.support;
    let numbers = [
        ("closed_days", support.closed_days),
        ("confirm_hours", support.confirm_hours),
        ("grant_minutes", support.grant_minutes),
        ("download_days", support.download_days),
        ("session_idle_minutes", support.session_idle_minutes),
        ("session_hours", support.session_hours),
    ];
    for (name, _) in numbers.into_iter().filter(|(_, value)| *value == 0) {
        found.push(text.fault(&format!("support.{name}"), "is 0", "make it at least 1"));
    }
    if let Some(goal) = support.first_answer_hours {
        let order = [goal.blocking, goal.high, goal.normal, goal.low];
        if order.first() == Some(&0) || !order.is_sorted() {
            let problem = "is 0, or longer for what is more severe";
            let fix = "give each severity at least 1 hour, and a more severe one no more than the next";
            found.push(text.fault("support.first_answer_hours", problem, fix));
        }
    }
    let mut parts = support.desk.clone();
    parts.sort_unstable();
    if parts.windows(2).any(|two| two.first() == two.last()) {
        found.push(text.fault("support.desk", "names something twice", "name each part once"));
    }
    let retention = document.classes.get(&ClassName::Support).and_then(|class| class.retention);
    let Some(latest) = retention.and_then(|retention| retention.days) else { return };
    if support.closed_days >= latest {
        let problem = format!("a report goes after {latest} days anyway, closed or not");
        found.push(text.fault("support.closed_days", problem, "make it less than classes.support.retention"));
    }
    // A copy that staff downloaded must be gone before what it is a copy of may be.
    if support.download_days >= latest {
        let problem = format!("a copy would outlive the report, which goes after {latest} days");
        found.push(text.fault(
            "support.download_days",
            problem,
            "make it less than classes.support.retention",
        ));
    }
    if u64::from(support.session_idle_minutes) > u64::from(support.session_hours) * 60 {
        let problem = "a session is over before it could end for want of requests";
        found.push(text.fault("support.session_idle_minutes", problem, "make it less than session_hours"));
    }
}
