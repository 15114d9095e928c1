//! What all parts of one sandbox share.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::coding::Coded;
use super::desk::Desk;
use super::faults::Faults;
use super::forge::ForgeSide;
use super::journal::Journal;
use super::keys::Keys;
use super::mails::Mails;
use super::random::Random;
use super::site::{Place, Product};
use super::time::Time;

pub(super) struct World {
    /// `http://127.0.0.1:PORT`
    pub(super) origin: String,
    pub(super) app_key: String,
    pub(super) clock: Time,
    pub(super) client: reqwest::Client,
    pub(super) keys: &'static Keys,
    /// The name under which the public key is published.
    pub(super) key_id: String,
    /// The cookie of the page: who has it reads the REST API as the person who looks at the site.
    pub(super) session: String,
    pub(super) random: Random,
    pub(super) faults: Faults,
    pub(super) journal: Journal,
    pub(super) mails: Mails,
    pub(super) forge: ForgeSide,
    /// The vendor's own site.
    pub(super) desk: Desk,
    /// Atlassian's script for apps, with the address of this sandbox in it; made when it is first asked for.
    pub(super) all_js: OnceLock<Option<Coded>>,
    /// Where mail is received.
    pub(super) smtp: SocketAddr,
    pub(super) app_url: Mutex<String>,
    pub(super) places: Mutex<Vec<Arc<Place>>>,
}

impl World {
    /// The app's base URL, without a slash at the end.
    pub(super) fn app_url(&self) -> String {
        self.app_url.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn set_app_url(&self, url: &str) {
        url.trim_end_matches('/')
            .clone_into(&mut self.app_url.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// The site of this name, made on first use.
    pub(super) fn place(&self, name: &str, product: Product) -> Arc<Place> {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = places.iter().find(|place| place.name == name) {
            return Arc::clone(place);
        }
        let place = Arc::new(Place::new(name, product, &self.random));
        places.push(Arc::clone(&place));
        place
    }

    /// The site under whose base path a request came in, and the path relative to it. The longest base path wins.
    pub(super) fn find_place(&self, path: &str) -> Option<Found> {
        let places = self.places.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut best: Option<Found> = None;
        for place in places {
            for (base, is_former) in place.base_paths() {
                let Some(rest) = path.strip_prefix(base.as_str()).filter(|rest| rest.starts_with('/')) else {
                    continue;
                };
                let length = base.len();
                if best.as_ref().is_none_or(|found| {
                    // The present holder of a path comes before one that has moved away from it.
                    length > found.base_length || length == found.base_length && found.is_former && !is_former
                }) {
                    let place = Arc::clone(&place);
                    best = Some(Found { place, is_former, base_length: length, path: rest.to_owned() });
                }
            }
        }
        best
    }
}

pub(super) struct Found {
    pub(super) place: Arc<Place>,
    /// The site was renamed and answers elsewhere now.
    pub(super) is_former: bool,
    pub(super) path: String,
    base_length: usize,
}

impl Found {
    /// What is asked of a site that was found by another way than its path.
    pub(super) const fn at(place: Arc<Place>, path: String) -> Self {
        Self { place, is_former: false, path, base_length: 0 }
    }
}
