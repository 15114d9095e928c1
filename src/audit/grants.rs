//! Opening a bundle, and taking it out: each with a reason, for a time, and with a row that the customer can see.

use super::{Audit, AuditEvent, AuditKind, Who, gone};
use crate::clock::Timestamp;
use crate::db::downloads::{self, DownloadRow};
use crate::db::grants::{self, GrantRow};
use crate::db::{Conn, DbError, Id, tenants, tickets};
use crate::error::{Code, Error};

/// The ticket that something is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    pub tenant: Id,
    pub ticket: Id,
    pub number: String,
}

/// Somebody may look into one bundle, until then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant {
    pub id: Id,
    pub until: Timestamp,
}

/// A bundle that was taken out of the system. Its id stands within the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Download {
    pub id: Id,
    pub tenant: Id,
    pub ticket: Id,
    pub staff: Id,
    pub at: Timestamp,
    /// By when it has to be deleted.
    pub until: Timestamp,
    pub deleted_at: Option<Timestamp>,
}

impl From<DownloadRow> for Download {
    fn from(row: DownloadRow) -> Self {
        Self {
            id: row.id,
            tenant: row.tenant_id,
            ticket: row.ticket_id,
            staff: row.staff_id,
            at: row.at.into(),
            until: row.kept_until.into(),
            deleted_at: row.deleted_at.map(Timestamp::from),
        }
    }
}

impl Audit {
    /// The ticket of this number, if there is one.
    pub async fn subject(&self, number: &str) -> Result<Option<Subject>, Error> {
        let number = number.to_uppercase();
        let found = self.db.read(move |conn| Ok::<_, DbError>(tickets::by_number(conn, &number)?)).await?;
        Ok(found.map(|row| Subject { tenant: row.tenant_id, ticket: row.id, number: row.number }))
    }

    /// Lets somebody look into this bundle for the policy's minutes.
    pub async fn grant(&self, who: &Who, subject: &Subject, reason: &str) -> Result<Grant, Error> {
        let now = self.clock.now();
        let grant = Grant { id: Id::new(now), until: self.policy.grant_until(now) };
        let row = GrantRow {
            tenant_id: subject.tenant,
            id: grant.id,
            ticket_id: subject.ticket,
            staff_id: who.id,
            at: now.into(),
            expires_at: grant.until.into(),
        };
        let event = about(who, subject, AuditKind::BundleOpened).because(reason);
        self.together(event, move |tx| grants::insert(tx, &row)).await?;
        Ok(grant)
    }

    /// The grant by which somebody may look into this bundle now.
    pub async fn standing_grant(&self, who: &Who, subject: &Subject) -> Result<Option<Grant>, Error> {
        let (tenant, ticket, staff, now) = (subject.tenant, subject.ticket, who.id, self.clock.now().into());
        let found = self
            .db
            .read(move |conn| Ok::<_, DbError>(grants::standing(conn, tenant, ticket, staff, now)?))
            .await?;
        Ok(found.map(|row| Grant { id: row.id, until: row.expires_at.into() }))
    }

    /// Enters a download before its bytes leave.
    pub async fn download(&self, who: &Who, subject: &Subject, reason: &str) -> Result<Download, Error> {
        let now = self.clock.now();
        let row = DownloadRow {
            tenant_id: subject.tenant,
            id: Id::new(now),
            ticket_id: subject.ticket,
            staff_id: who.id,
            at: now.into(),
            kept_until: self.policy.download_until(now).into(),
            deleted_at: None,
            expires_at: self.until(now).into(),
        };
        let event =
            about(who, subject, AuditKind::BundleDownloaded).because(reason).about(row.id.to_string());
        let stored = row.clone();
        self.together(event, move |tx| downloads::insert(tx, &stored)).await?;
        Ok(row.into())
    }

    /// Downloads of all customers, the newest first; of one person where one is named.
    pub async fn downloads(
        &self,
        staff: Option<Id>,
        only_open: bool,
        before: Option<Id>,
        limit: i64,
    ) -> Result<Vec<Download>, Error> {
        let before = before.unwrap_or(Id::from_i64(i64::MAX));
        let rows = self
            .db
            .read(move |conn| Ok::<_, DbError>(downloads::page(conn, staff, only_open, before, limit)?))
            .await?;
        Ok(rows.into_iter().map(Download::from).collect())
    }

    /// Somebody says that the file of their download is gone. Only whoever took it can know.
    pub async fn confirm_deleted(&self, who: &Who, id: Id) -> Result<(), Error> {
        let found = self.db.read(move |conn| Ok::<_, DbError>(downloads::by_id(conn, id)?)).await?;
        let row = found.filter(|row| row.staff_id == who.id).ok_or_else(|| Error::new(Code::NotFound))?;
        if row.deleted_at.is_some() {
            return Ok(());
        }
        let (tenant, now) = (row.tenant_id, self.clock.now().into());
        let mut event = AuditEvent::by(who, tenant, AuditKind::DownloadDeleted).about(id.to_string());
        event.ticket = Some(row.ticket_id);
        self.together(event, move |tx| downloads::confirm_deleted(tx, tenant, id, now).map(drop)).await
    }

    /// How many downloads should be gone, and nobody says that they are.
    pub async fn overdue_downloads(&self) -> Result<i64, DbError> {
        let now = self.clock.now().into();
        self.db.read(move |conn| Ok::<_, DbError>(downloads::count_overdue(conn, now)?)).await
    }

    /// Stores something with its row, or neither. A tenant whose erasure has begun is gone: 404.
    async fn together(
        &self,
        event: AuditEvent,
        store: impl FnOnce(&mut Conn) -> diesel::QueryResult<()> + Send + 'static,
    ) -> Result<(), Error> {
        let (own, key) = (self.clone(), self.key(event.tenant).await.map_err(gone)?);
        self.db
            .write(move |tx| {
                if !tenants::fence(tx, event.tenant)? {
                    return Err(Error::new(Code::NotFound));
                }
                store(tx)?;
                own.record(tx, &key, &event)?;
                Ok(())
            })
            .await
    }
}

fn about(who: &Who, subject: &Subject, kind: AuditKind) -> AuditEvent {
    AuditEvent::by(who, subject.tenant, kind).on(subject.ticket, &subject.number)
}
