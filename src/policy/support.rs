//! What the policy says of problem reports, and of who may read them.

use std::time::Duration;

use super::model::DeskPart;
use super::{ClassName, Policy, days, hours};
use crate::clock::Timestamp;

impl Policy {
    /// When a ticket goes: by the time of its class, and earlier once it is closed. `None` where the policy keeps no
    /// support data: then nothing may be reported.
    pub fn ticket_expires_at(
        &self,
        created_at: Timestamp,
        closed_at: Option<Timestamp>,
    ) -> Option<Timestamp> {
        let latest = self.expires_at(ClassName::Support, created_at)?;
        let closed = closed_at.map(|closed_at| closed_at.plus(days(self.document.support.closed_days)));
        Some(closed.map_or(latest, |closed| closed.min(latest)))
    }

    /// By when staff wants to answer a report of this severity first; `None` where the policy names no goal.
    pub fn respond_by(&self, created_at: Timestamp, severity: &str) -> Option<Timestamp> {
        let goal = self.document.support.first_answer_hours?;
        let within = match severity {
            "blocking" => goal.blocking,
            "high" => goal.high,
            "low" => goal.low,
            _ => goal.normal,
        };
        Some(created_at.plus(hours(within)))
    }

    /// Until when the reporter's address can be confirmed with a link that was mailed at `mailed_at`.
    pub fn confirmable_until(&self, mailed_at: Timestamp) -> Timestamp {
        mailed_at.plus(hours(self.document.support.confirm_hours))
    }

    /// Until when a bundle may be read that was opened at `opened_at`.
    pub fn grant_until(&self, opened_at: Timestamp) -> Timestamp {
        opened_at.plus(minutes(self.document.support.grant_minutes))
    }

    /// By when a bundle that was downloaded has to be deleted, and that confirmed.
    pub fn download_until(&self, downloaded_at: Timestamp) -> Timestamp {
        downloaded_at.plus(days(self.document.support.download_days))
    }

    /// Whether this part of a report may leave for the vendor's service desk.
    pub fn leaves_for_desk(&self, part: DeskPart) -> bool {
        self.document.support.desk.contains(&part)
    }

    /// For how long a session of staff lasts without a request.
    pub fn session_idle(&self) -> Duration {
        minutes(self.document.support.session_idle_minutes)
    }

    /// When a session of staff ends in any case.
    pub fn session_until(&self, signed_in_at: Timestamp) -> Timestamp {
        signed_in_at.plus(hours(self.document.support.session_hours))
    }
}

fn minutes(minutes: u32) -> Duration {
    Duration::from_secs(u64::from(minutes) * 60)
}
