//! Unpredictable names: client keys, secrets, webhook identifiers.
//!
//! One seed is drawn when the sandbox starts, where a failure can still be reported; everything after comes from the
//! seed and a counter, so that naming something cannot fail.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use sha2::{Digest, Sha256};

pub(super) struct Random {
    seed: [u8; 32],
    drawn: AtomicU64,
}

impl Random {
    pub(super) fn new() -> io::Result<Self> {
        let mut seed = [0; 32];
        aws_lc_rs::rand::fill(&mut seed).map_err(|_| io::Error::other("the system gave no random bytes"))?;
        Ok(Self { seed, drawn: AtomicU64::new(0) })
    }

    /// Text in the form of a UUID of version 4.
    pub(super) fn uuid(&self) -> String {
        let hex = HEXLOWER.encode(&self.bytes()[..16]);
        format!("{}-{}-4{}-a{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..32])
    }

    /// A shared secret of 256 bits, in the length and alphabet of Atlassian's.
    pub(super) fn secret(&self) -> String {
        format!("ATCO{}", BASE64URL_NOPAD.encode(&self.bytes()))
    }

    fn bytes(&self) -> [u8; 32] {
        let number = self.drawn.fetch_add(1, Ordering::Relaxed);
        Sha256::new().chain_update(self.seed).chain_update(number.to_be_bytes()).finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_differ_and_have_their_form() {
        let random = Random::new().unwrap();
        let (one, two) = (random.uuid(), random.uuid());
        assert_ne!(one, two);
        assert_eq!(one.len(), 36);
        assert!(random.secret().len() >= 40);
    }
}
