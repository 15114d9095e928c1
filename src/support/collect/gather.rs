//! Everything that the collectors look at, as databases and logs give it. What cannot be read is left out with the reason.

use super::errors::LogLine;
use crate::clock::Timestamp;
use crate::config::DatabaseUrl;
use crate::db::{DbError, Id, policy_versions};
use crate::error::Error;
use crate::operation::{About, Record, Seen, Thing, Upload};
use crate::support::Support;
use crate::support::draft::Draft;
use crate::support::missing::Lack;
use crate::support::preview::Sight;
use crate::telemetry;
use crate::tenancy::KnownTenant;
use crate::tenancy::settings::TenantSettings;

/// The newest records of a tenant, and of one issue.
const RECORDS_MAX: i64 = 20;
const ISSUE_RECORDS_MAX: i64 = 50;
const UPLOADS_MAX: i64 = 200;
/// Lines of the log, and the days that are looked through.
const LINES_MAX: usize = 20;
const DAYS: u32 = 3;

/// What one look found.
pub type Looked<T> = Result<T, Lack>;

pub struct Gathered {
    pub draft: Draft,
    pub sight: Sight,
    pub known: KnownTenant,
    pub settings: TenantSettings,
    pub licence: Looked<Record>,
    pub issue: Looked<About>,
    pub records: Looked<Vec<Seen>>,
    /// With whether the policy lets the value be reported.
    pub uploads: Looked<Vec<(Upload, bool)>>,
    pub errors: Looked<Vec<LogLine>>,
    pub policy_version: String,
    pub statement_version: i64,
    pub database: &'static str,
    pub now: Timestamp,
}

impl Support {
    /// Looks at everything once.
    pub(in crate::support) async fn gather(
        &self,
        draft: Draft,
        sight: Sight,
        known: KnownTenant,
        settings: TenantSettings,
    ) -> Gathered {
        let tenant = known.tenant.id;
        Gathered {
            licence: self.licence(tenant).await,
            issue: self.issue(tenant, &draft, &known).await,
            records: told(self.operation.newest(tenant, RECORDS_MAX).await),
            uploads: self.uploads(tenant).await,
            errors: self.errors(tenant, draft.error_id.clone()).await,
            policy_version: self.tenancy.policy().version().as_str().to_owned(),
            statement_version: self.statement_version().await,
            database: match self.db.url() {
                DatabaseUrl::Sqlite(_) => "sqlite",
                DatabaseUrl::Postgres(_) => "postgresql",
            },
            now: self.clock.now(),
            draft,
            sight,
            known,
            settings,
        }
    }

    async fn licence(&self, tenant: Id) -> Looked<Record> {
        let found = told(self.operation.get(tenant, "licence", "licence").await)?;
        found.ok_or(Lack::NoLicence)
    }

    async fn issue(&self, tenant: Id, draft: &Draft, known: &KnownTenant) -> Looked<About> {
        let id = draft.issue_id.as_deref().ok_or(Lack::NoIssueNamed)?;
        let is_page = known.account.for_a_report().product == Some("confluence");
        let id = serde_json::Value::from(id);
        let thing = if is_page { Thing::content(&id) } else { Thing::issue(&id) };
        let thing = thing.ok_or(Lack::NoIssueId)?;
        let about = told(self.operation.about(tenant, &thing, ISSUE_RECORDS_MAX).await)?;
        let is_known = about.events > 0 || !about.records.is_empty();
        is_known.then_some(about).ok_or(Lack::NothingStored)
    }

    async fn uploads(&self, tenant: Id) -> Looked<Vec<(Upload, bool)>> {
        let policy = self.tenancy.policy();
        let uploads = told(self.operation.uploads(tenant, UPLOADS_MAX).await)?;
        let with_permission = |upload: Upload| {
            let is_reportable = policy.is_reportable(&upload.key);
            (upload, is_reportable)
        };
        Ok(uploads.into_iter().map(with_permission).collect())
    }

    async fn errors(&self, tenant: Id, error_id: Option<String>) -> Looked<Vec<LogLine>> {
        let (log_dir, now) = (self.log_dir.clone(), self.clock.now());
        let read = move || {
            let is_own = |line: &str| LogLine::parse(line, tenant).is_some();
            let mut lines = telemetry::newest_lines(&log_dir, now, DAYS, LINES_MAX, is_own)?;
            // An older one may be meant.
            if let Some(id) = error_id.filter(|id| !lines.iter().any(|line| line.contains(id.as_str()))) {
                let is_meant = |line: &str| line.contains(&id) && is_own(line);
                lines.extend(telemetry::newest_lines(&log_dir, now, DAYS, 1, is_meant)?);
            }
            Ok::<_, std::io::Error>(lines)
        };
        let lines = tokio::task::spawn_blocking(read).await.ok().and_then(Result::ok);
        let lines = lines.ok_or(Lack::NoLog)?;
        Ok(lines.iter().filter_map(|line| LogLine::parse(line, tenant)).collect())
    }

    /// The number under which the policy in force was published; 0 while it is not.
    pub(in crate::support) async fn statement_version(&self) -> i64 {
        let version = self.tenancy.policy().version().as_str().to_owned();
        let found = self.db.read(move |conn| Ok::<_, DbError>(policy_versions::by_version(conn, &version)?));
        found.await.ok().flatten().map_or(0, |row| row.number)
    }
}

fn told<T>(looked: Result<T, Error>) -> Looked<T> {
    looked.map_err(|error| {
        tracing::warn!(cause = error.log_line(), "a part of a problem report cannot be read");
        Lack::Unreadable
    })
}
