//! Processors that have not confirmed an erasure: who they are, and a confirmation that came by letter.

use anyhow::bail;
use clap::Args;
use serde::Serialize;

use super::super::output;
use super::{SHOWN_MAX, WithReason};
use crate::api::Services;
use crate::clock::Timestamp;
use crate::db::Id;
use crate::db::processor_erasures::RequestRow;

#[derive(Args)]
pub struct Acknowledgement {
    /// Our own id of the tenant that was erased.
    tenant: Id,
    /// The processor, as the policy names it.
    #[arg(long, value_name = "NAME")]
    processor: String,
    #[command(flatten)]
    with_reason: WithReason,
}

/// A processor that has not confirmed an erasure.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PendingView {
    tenant_id: Id,
    processor: String,
    reference: Id,
    told_at: Option<Timestamp>,
    due_at: Timestamp,
    /// Its time is over.
    is_silent: bool,
}

pub async fn acknowledge(services: &Services, arguments: &Acknowledgement) -> anyhow::Result<()> {
    let Acknowledgement { tenant, processor, with_reason: WithReason { reason, json } } = arguments;
    let done = services.eraser.acknowledge_by_operator(*tenant, processor, reason).await;
    if !done.map_err(anyhow::Error::new)? {
        bail!(
            "{processor} was not told of an erasure of the tenant {tenant}, or has confirmed it already; \
             `kept erasures list` shows who has not"
        );
    }
    if *json {
        return output::json(&serde_json::json!({ "acknowledged": true }));
    }
    output::line(&format!(
        "{processor} has confirmed the erasure of the tenant {tenant}; a supplement follows"
    ))
}

/// Whoever has the least time left comes first.
pub async fn pending(services: &Services) -> anyhow::Result<Vec<PendingView>> {
    let (rows, now) =
        (services.eraser.pending(SHOWN_MAX).await.map_err(anyhow::Error::new)?, services.clock.now());
    let view = |row: RequestRow| PendingView {
        tenant_id: row.tenant_id,
        reference: row.id,
        processor: row.processor,
        told_at: row.told_at.map(Timestamp::from),
        due_at: row.due_at.into(),
        is_silent: Timestamp::from(row.due_at) <= now,
    };
    Ok(rows.into_iter().map(view).collect())
}

impl PendingView {
    pub fn row(&self) -> [String; 4] {
        let state = match (self.is_silent, self.told_at) {
            (true, _) => "silent: ask it, then `kept erasures acknowledge`".to_owned(),
            (false, Some(at)) => format!("told {at}"),
            (false, None) => "not told yet".to_owned(),
        };
        [self.tenant_id.to_string(), self.processor.clone(), self.due_at.to_string(), state]
    }
}
