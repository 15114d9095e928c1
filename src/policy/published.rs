//! Published versions of the statement: an archive in which each version's hash covers the one before it, so that nothing
//! in it can be changed, left out or put in unseen (UTOOLITY-22, WEBSITE-49).

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::diff::Change;
use super::model::Language;
use super::statement::Statement;
use super::{Policy, PolicyError};
use crate::clock::Timestamp;
use crate::db::policy_versions::{self, PolicyVersionRow};
use crate::db::{Conn, Db, DbError};

/// What tells notices about a change of the policy apart from others.
pub const NOTICE: &str = "policy";
/// Stands where the first version names the one before it.
const NO_HASH: [u8; 32] = [0; 32];

/// One version, as it was said when it was published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Archived {
    /// The policy file.
    pub policy: String,
    pub en: Statement,
    pub de: Statement,
}

impl Archived {
    pub fn statement(&self, language: Language) -> &Statement {
        match language {
            Language::En => &self.en,
            Language::De => &self.de,
        }
    }

    pub fn read(row: &PolicyVersionRow) -> Result<Self, PublishError> {
        serde_json::from_str(&row.document).map_err(|_| PublishError::Damaged(row.number))
    }

    /// The policy of that version, by today's rules.
    pub fn policy(&self, number: i64) -> Result<Policy, PolicyError> {
        Policy::parse(&self.policy, &format!("version {number}"))
    }
}

/// What publishing did.
#[derive(Debug, Clone, PartialEq)]
pub struct Publication {
    pub number: i64,
    pub version: String,
    /// False when this very version stood already.
    pub is_new: bool,
    pub changes: Vec<Change>,
    /// How many tenants are told; `None` when nobody is.
    pub notified: Option<usize>,
}

#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    #[error("customers must be told of this change:\n{0}\nrun it with --notify")]
    NoticeNeeded(String),
    #[error(
        "customers must be told of this change, so it takes effect on {earliest} at the earliest; set \
             effective to that day or a later one"
    )]
    TooSoon { earliest: jiff::civil::Date },
    #[error(
        "version {number} takes effect on {after}, and this one would before it; set effective to that day \
             or a later one"
    )]
    BackInTime { number: i64, after: jiff::civil::Date },
    #[error("version {0} in the archive is damaged: its hash does not fit")]
    Damaged(i64),
    #[error(
        "version {number} in the archive breaks a rule of today, so nothing can be compared with it:\n{cause}"
    )]
    Unreadable { number: i64, cause: PolicyError },
    #[error(transparent)]
    Database(#[from] DbError),
    #[error(transparent)]
    Query(#[from] diesel::result::Error),
}

/// A version that customers are told of before it takes effect.
#[derive(Debug, Clone)]
pub struct Announced {
    pub number: i64,
    pub effective_at: Timestamp,
    pub policy: Policy,
}

/// The newest version that customers are told of.
pub async fn announced(db: &Db) -> Result<Option<Announced>, PublishError> {
    let find = |conn: &mut _| Ok::<_, DbError>(policy_versions::latest_material(conn)?);
    let Some(row) = db.read(find).await? else { return Ok(None) };
    let (number, effective_at) = (row.number, row.effective_at.into());
    let policy = Archived::read(&row)?.policy(number);
    let policy = policy.map_err(|cause| PublishError::Unreadable { number, cause })?;
    Ok(Some(Announced { number, effective_at, policy }))
}

impl Policy {
    /// Publishes this policy. The first version is not a change; a material change needs `notify`, and is in force no
    /// earlier than the notice about it can be read.
    pub async fn publish(&self, db: &Db, now: Timestamp, notify: bool) -> Result<Publication, PublishError> {
        let policy = self.clone();
        db.write(move |tx| policy.publish_in(tx, now, notify)).await
    }

    fn publish_in(&self, tx: &mut Conn, now: Timestamp, notify: bool) -> Result<Publication, PublishError> {
        let archive = policy_versions::all(tx)?;
        verify(&archive)?;
        let version = self.version().as_str().to_owned();
        if let Some(row) = archive.iter().find(|row| row.version == version) {
            let number = row.number;
            return Ok(Publication { number, version, is_new: false, changes: Vec::new(), notified: None });
        }
        let latest = archive.last();
        let changes = latest.map(|row| self.changes_since(row)).transpose()?.unwrap_or_default();
        self.check_notice(&changes, latest, now, notify)?;
        // What its vendor tells customers of matters, whatever the rules say.
        let material = notify || changes.iter().any(|change| change.material.is_some());
        let row = self.row(latest, now, material);
        policy_versions::insert(tx, &row)?;
        let notified = notify.then(|| policy_versions::notify_tenants(tx, now, NOTICE)).transpose()?;
        Ok(Publication { number: row.number, version, is_new: true, changes, notified })
    }

    /// What this policy changes about a published version.
    pub fn changes_since(&self, row: &PolicyVersionRow) -> Result<Vec<Change>, PublishError> {
        let number = row.number;
        let former = Archived::read(row)?.policy(number);
        let former = former.map_err(|cause| PublishError::Unreadable { number, cause })?;
        Ok(former.changes_to(self))
    }

    fn check_notice(
        &self,
        changes: &[Change],
        latest: Option<&PolicyVersionRow>,
        now: Timestamp,
        notify: bool,
    ) -> Result<(), PublishError> {
        let effective = self.document().effective;
        if let Some(row) = latest
            && Timestamp::from(row.effective_at) > Timestamp::at_midnight(effective)
        {
            let after = Timestamp::from(row.effective_at).day();
            return Err(PublishError::BackInTime { number: row.number, after });
        }
        let material: Vec<String> =
            changes.iter().filter(|change| change.material.is_some()).map(Change::to_string).collect();
        if material.is_empty() {
            return Ok(());
        }
        if !notify {
            return Err(PublishError::NoticeNeeded(material.join("\n")));
        }
        // The day after, so that the whole gap lies between the mail and the change.
        let earliest = now.plus(self.notice_gap());
        if Timestamp::at_midnight(effective) < earliest {
            return Err(PublishError::TooSoon { earliest: earliest.plus(super::days(1)).day() });
        }
        Ok(())
    }

    fn row(&self, latest: Option<&PolicyVersionRow>, now: Timestamp, material: bool) -> PolicyVersionRow {
        let archived = Archived {
            policy: self.text().to_owned(),
            en: self.statement(Language::En, now.day()),
            de: self.statement(Language::De, now.day()),
        };
        let mut row = PolicyVersionRow {
            number: latest.map_or(1, |row| row.number + 1),
            version: self.version().as_str().to_owned(),
            effective_at: Timestamp::at_midnight(self.document().effective).into(),
            published_at: now.into(),
            material,
            document: serde_json::to_string(&archived).unwrap_or_default(),
            previous_hash: latest.map_or_else(|| NO_HASH.to_vec(), |row| row.hash.clone()),
            hash: Vec::new(),
        };
        row.hash = hash(&row);
        row
    }
}

/// Whether every version is as it was published, and none is missing.
pub fn verify(archive: &[PolicyVersionRow]) -> Result<(), PublishError> {
    let mut previous = NO_HASH.to_vec();
    for (row, number) in archive.iter().zip(1_i64..) {
        if row.number != number || row.previous_hash != previous || !is_intact(row) {
            return Err(PublishError::Damaged(row.number));
        }
        previous.clone_from(&row.hash);
    }
    Ok(())
}

/// Whether this version is as it was published.
pub fn is_intact(row: &PolicyVersionRow) -> bool {
    row.hash == hash(row)
}

/// SHA-256 over number, version, document, effective date and the previous hash; each text behind its length, so that
/// nothing can move from one to the next.
fn hash(row: &PolicyVersionRow) -> Vec<u8> {
    let mut digest = Sha256::new();
    digest.update(row.number.to_be_bytes());
    for text in [&row.version, &row.document] {
        digest.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
        digest.update(text.as_bytes());
    }
    digest.update(Timestamp::from(row.effective_at).as_millis().to_be_bytes());
    digest.update(&row.previous_hash);
    digest.finalize().to_vec()
}
