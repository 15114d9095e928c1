//! Replies leave too: they are looked through like reports before anything of them is stored.

use super::Support;
use crate::db::Id;
use crate::error::{Code, Error};

impl Support {
    /// Refuses the text of a reply when a secret of the site stands in it.
    pub async fn check_reply(&self, tenant: Id, text: &str) -> Result<(), Error> {
        let gone = || Error::new(Code::NotFound);
        let settings = self.tenancy.settings(tenant).await?.ok_or_else(gone)?;
        let known = self.tenancy.find_by_id(tenant).await?.ok_or_else(gone)?;
        let is_in = self.own_secrets(&known, &settings)?.are_in(text.as_bytes());
        if is_in { Err(self.secret_found("text", tenant)) } else { Ok(()) }
    }
}
