//! What the user wrote.

use super::{Collected, Gathered};
use crate::clock::Timestamp;
use crate::support::bundle_safe;
use crate::support::item::Tier;
use crate::support::redact::{Redacted, Redactor};
use crate::support::safe::Word;

bundle_safe! {
    struct Report {
        description: Redacted,
        doing: Option<Redacted>,
        severity: Word,
        tier: Word,
        error_id: Option<Redacted>,
        issue_id: Option<Redacted>,
        made_at: Timestamp,
        statement_version: i64,
    }
}

pub fn collect(gathered: &Gathered, tier: Tier, redactor: &mut Redactor) -> Collected {
    let draft = &gathered.draft;
    let mut optional = |text: &Option<String>| text.as_deref().map(|text| redactor.text(text));
    let doing = Some(draft.doing.clone()).filter(|doing| !doing.is_empty());
    let (doing, error_id, issue_id) =
        (optional(&doing), optional(&draft.error_id), optional(&draft.issue_id));
    Ok(Box::new(Report {
        description: redactor.text(&draft.description),
        doing,
        severity: Word(draft.severity.as_str()),
        tier: Word(tier.as_str()),
        error_id,
        issue_id,
        made_at: gathered.now,
        statement_version: gathered.statement_version,
    }))
}
