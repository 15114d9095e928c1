//! What a deployment knows of itself and of the others: its region, theirs, and the secret that they share.

use std::collections::BTreeMap;
use std::time::Duration;

use sha2::{Digest as _, Sha256};

use super::peer;
use crate::config::{SettingError, Settings};
use crate::http::OutgoingError;
use crate::vault::TransportSecret;

/// A deployment that moves tenants.
pub struct Here {
    /// Its region, as the product calls it.
    pub realm: String,
    pub secret: TransportSecret,
    peers: BTreeMap<String, Peer>,
    /// Which desk has copies of tickets, as a number: the other side must mean the same one by it. Empty where there is none.
    pub desk: String,
    /// How long a move may hold its tenant.
    pub max: Duration,
    pub(super) client: peer::Client,
}

/// Another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer {
    pub realm: String,
    /// Without a slash at the end.
    pub url: String,
}

#[derive(Debug, thiserror::Error)]
pub enum HereError {
    #[error(transparent)]
    Setting(#[from] SettingError),
    #[error(transparent)]
    Client(#[from] OutgoingError),
}

impl Here {
    /// `None` where no move was set up.
    pub fn of(settings: &Settings) -> Result<Option<Self>, HereError> {
        let Some(moves) = &settings.moves else { return Ok(None) };
        let secret = TransportSecret::parse(&moves.secret)
            .ok_or_else(|| SettingError::new("KEPT_MOVE_SECRET", "expected 32 bytes in base64"))?;
        let others = settings.region_base_urls.iter().filter(|(realm, _)| **realm != moves.realm);
        let peer = |(realm, url): (&String, &crate::config::BaseUrl)| {
            (realm.clone(), Peer { realm: realm.clone(), url: url.as_str().to_owned() })
        };
        Ok(Some(Self {
            realm: moves.realm.clone(),
            secret,
            desk: settings.jsm.as_ref().map(desk).unwrap_or_default(),
            peers: others.map(peer).collect(),
            max: moves.max,
            client: peer::client(settings.is_production())?,
        }))
    }

    pub fn peer(&self, realm: &str) -> Option<&Peer> {
        self.peers.get(realm)
    }
}

fn desk(account: &crate::config::Jsm) -> String {
    let name = format!("{}\n{}", account.url.as_str().trim_end_matches('/'), account.service_desk);
    data_encoding::HEXLOWER.encode(&Sha256::digest(name))
}
