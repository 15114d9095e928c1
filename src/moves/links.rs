//! Links that were mailed before a tenant moved. Their tokens are signed with a key that stays where it is; what they lead to went
//! along. So whoever follows one is sent on with a token that the deployments have in common, and gets one of its new home there.

use super::Moves;
use crate::config::Secret;
use crate::db::moves::{self as rows, MoveRow, Role};
use crate::db::{DbError, Id, tenants};
use crate::error::Error;
use crate::vault::MovedLink;

/// Where a link leads that does not work as it is.
pub enum Leads {
    /// It works here by this token.
    Here(Secret),
    There {
        region: String,
        /// The other deployment, if it is known here, and the token for it.
        way: Option<(String, Secret)>,
    },
}

impl Moves {
    /// Where a link leads that was mailed before its tenant moved; `None` for every other one.
    pub async fn follow(&self, token: &str) -> Result<Option<Leads>, Error> {
        if let Some(name) = self.0.vault.prove_link(token).await? {
            return self.away(name.tenant, name.link).await;
        }
        match MovedLink::parse(token) {
            Some(link) => self.home(&link).await,
            None => Ok(None),
        }
    }

    /// From here to where the tenant went.
    async fn away(&self, tenant: Id, link: Id) -> Result<Option<Leads>, Error> {
        if self.is_at_home(tenant).await? {
            return Ok(None);
        }
        let last = self.settled(tenant).await?.into_iter().next();
        let Some(row) = last.filter(|row| row.role() == Some(Role::Source)) else { return Ok(None) };
        let way = self.here().and_then(|here| {
            let peer = here.peer(&row.peer)?;
            let about = format!("{}>{}", here.realm, peer.realm);
            Some((peer.url.clone(), here.secret.sign_link(&about, tenant, link)))
        });
        Ok(Some(Leads::There { region: row.peer, way }))
    }

    /// Here, for a tenant that came from where the token was made.
    async fn home(&self, link: &MovedLink) -> Result<Option<Leads>, Error> {
        let Some(here) = self.here() else { return Ok(None) };
        let came =
            self.settled(link.tenant).await?.into_iter().filter(|row| row.role() == Some(Role::Target));
        let is_proven = came
            .map(|row| format!("{}>{}", row.peer, here.realm))
            .any(|about| here.secret.has_signed(&about, link));
        let token = is_proven.then(|| self.0.vault.sign_link(link.tenant, link.link)).flatten();
        Ok(token.map(Leads::Here))
    }

    /// Whether the tenant is here, and no move of it is over yet.
    async fn is_at_home(&self, tenant: Id) -> Result<bool, DbError> {
        let found = self.0.db.read(move |conn| Ok::<_, DbError>(tenants::by_id(conn, tenant)?)).await?;
        Ok(found.is_some_and(|row| row.standing != "erasing" && row.held_by.is_none()))
    }

    async fn settled(&self, tenant: Id) -> Result<Vec<MoveRow>, DbError> {
        self.0.db.read(move |conn| Ok::<_, DbError>(rows::settled(conn, tenant)?)).await
    }
}
