//! Opening a bundle, and taking it out: each with a reason, for a time, and with a row that the customer can see.

use super::{Audit, AuditEvent, AuditKind, Who};
use crate::clock::Timestamp;
use crate::db::downloads::{self, DownloadRow};
use crate::db::grants::{self, GrantRow};
use crate::db::{DbError, Id, consents, tickets};
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
        self.together(event, move |tx| Ok(grants::insert(tx, &row)?)).await?;
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
        self.download_for(who, subject, reason, None).await
    }

    /// The same for an expert outside of the vendor, if one is named: while the reporter agrees to that (WEBSITE-22). That is
    /// asked at this moment, in the transaction that enters it.
    pub async fn download_for(
        &self,
        who: &Who,
        subject: &Subject,
        reason: &str,
        expert: Option<&str>,
    ) -> Result<Download, Error> {
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
        let what = expert.map_or_else(|| row.id.to_string(), |expert| format!("{}, for {expert}", row.id));
        let event = about(who, subject, AuditKind::BundleDownloaded).because(reason).about(what);
        let (stored, is_passed_on) = (row.clone(), expert.is_some());
        let entered = self.together(event, move |tx| {
            let (tenant, ticket) = (stored.tenant_id, stored.ticket_id);
            if is_passed_on && !consents::stands(tx, tenant, ticket, consents::EXPERTS)? {
                return Err(Error::new(Code::ConsentRequired));
            }
            Ok(downloads::insert(tx, &stored)?)
        });
        match entered.await {
            Err(error) if error.code() == Code::ConsentRequired => {
                let tried = about(who, subject, AuditKind::AccessRefused).because(reason);
                self.write(tried.about(format!("passing on to {}", expert.unwrap_or_default()))).await?;
                Err(error)
            }
            entered => entered.map(|()| row.into()),
        }
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
        self.together(event, move |tx| Ok(downloads::confirm_deleted(tx, tenant, id, now).map(drop)?)).await
    }

    /// How many downloads should be gone, and nobody says that they are.
    pub async fn overdue_downloads(&self) -> Result<i64, DbError> {
        let now = self.clock.now().into();
        self.db.read(move |conn| Ok::<_, DbError>(downloads::count_overdue(conn, now)?)).await
    }
}

fn about(who: &Who, subject: &Subject, kind: AuditKind) -> AuditEvent {
    AuditEvent::by(who, subject.tenant, kind).on(subject.ticket, &subject.number)
}
