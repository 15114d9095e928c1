//! Replies leave too: they are looked through like reports before anything of them is stored, and their files are prepared as those
//! of a report are.

use super::Support;
use super::attachment::{self, Attached};
use super::item::{ATTACHMENTS_MAX, Item, ItemName, Media, Tier};
use super::masked::Masked;
use super::redact::{Redactor, Wanted};
use super::secrets::{OwnSecrets, SecretFound};
use super::service::Unmade;
use crate::db::Id;
use crate::error::{Code, Error};

/// Files of a reply as they may leave, and the version of the statement that they are sent under.
#[derive(Debug, Clone, Default)]
pub struct ReplyFiles {
    prepared: Vec<Prepared>,
    pub statement_version: i64,
}

#[derive(Debug, Clone)]
struct Prepared {
    media: Media,
    content: Vec<u8>,
    masked: Vec<Masked>,
}

impl ReplyFiles {
    pub fn is_empty(&self) -> bool {
        self.prepared.is_empty()
    }

    /// The items, named from this number on.
    pub fn items(self, first: u8) -> Vec<Item> {
        let named = (first..).zip(self.prepared);
        let item = |(number, one): (u8, Prepared)| {
            Item::new(ItemName::ReplyFile(number), Tier::Minimal, one.media, one.content, one.masked)
        };
        named.map(item).collect()
    }

    pub fn len(&self) -> usize {
        self.prepared.len()
    }
}

impl Support {
    /// Refuses the text of a reply when a secret of the site stands in it.
    pub async fn check_reply(&self, tenant: Id, text: &str) -> Result<(), Error> {
        let gone = || Error::new(Code::NotFound);
        let settings = self.tenancy.settings(tenant).await?.ok_or_else(gone)?;
        let known = self.tenancy.find_by_id(tenant).await?.ok_or_else(gone)?;
        let is_in = self.own_secrets(&known, &settings)?.are_in(text.as_bytes());
        if is_in { Err(self.secret_found("text", tenant)) } else { Ok(()) }
    }

    /// The files of a reply by the rules of a report's attachments: told by their bytes, pictures without metadata, texts masked, and no
    /// secret of the site in any of them.
    pub async fn reply_files(
        &self,
        tenant: Id,
        account_ids: Vec<String>,
        files: Vec<Attached>,
    ) -> Result<ReplyFiles, Error> {
        if files.is_empty() {
            return Ok(ReplyFiles::default());
        }
        if files.len() > usize::from(ATTACHMENTS_MAX) {
            let detail = format!("files: at most {ATTACHMENTS_MAX} with one answer.");
            return Err(Error::new(Code::AttachmentRefused).with_detail(detail));
        }
        let gone = || Error::new(Code::NotFound);
        let settings = self.tenancy.settings(tenant).await?.ok_or_else(gone)?;
        let known = self.tenancy.find_by_id(tenant).await?.ok_or_else(gone)?;
        let own = self.own_secrets(&known, &settings)?;
        let wanted = Wanted { terms: settings.reports.terms, account_ids, ..Wanted::default() };
        let prepared = self.in_turn(move || prepare(&files, Redactor::new(&wanted), &own)).await?;
        let prepared = prepared.map_err(|error| self.as_error(error, tenant))?;
        Ok(ReplyFiles { prepared, statement_version: self.statement_version().await })
    }
}

fn prepare(files: &[Attached], mut redactor: Redactor, own: &OwnSecrets) -> Result<Vec<Prepared>, Unmade> {
    let mut prepared = Vec::new();
    for (number, file) in (1..).zip(files) {
        let (media, content, masked) =
            attachment::prepare(file, &mut redactor).map_err(Unmade::Attachment)?;
        let name = ItemName::ReplyFile(number);
        let item = Item::new(name, Tier::Minimal, media, content, masked);
        own.check([&item]).map_err(|SecretFound(_)| Unmade::Secret(SecretFound(name)))?;
        let Item { media, content, masked, .. } = item;
        prepared.push(Prepared { media, content, masked });
    }
    Ok(prepared)
}
