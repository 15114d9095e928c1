//! Keys on their way from one deployment of the vendor to another, and what else goes along.
//!
//! Both deployments have one secret of the settings, and for each conversation they agree on fresh keys (X25519): who has the
//! secret alone can read nothing that was said before, and who only listens has nothing at all. The secret proves both sides and
//! goes into the keys too. What is sent is sealed with a number that grows, so nothing counts twice. The keys of a conversation are
//! in memory alone; after a restart another one begins.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use aws_lc_rs::agreement::{self, EphemeralPrivateKey, UnparsedPublicKey, X25519};
use aws_lc_rs::{aead, hkdf, hmac};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::bytes::{KeyBytes, fill_random};
use super::{Unsealable, seal};
use crate::clock::Timestamp;
use crate::config::Secret;
use crate::db::Id;

const OFFER: &[u8] = b"kept transport offer 1\0";
const ANSWER: &[u8] = b"kept transport answer 1\0";
const LINK: &[u8] = b"kept moved link 1\0";
const TO_TARGET: &[u8] = b"kept transport to target 1";
const TO_SOURCE: &[u8] = b"kept transport to source 1";
const PUBLIC_BYTES: usize = 32;

/// The secret of the settings, as what proves and what goes into keys.
pub struct TransportSecret {
    proves: hmac::Key,
    bytes: KeyBytes,
}

/// The first word of a conversation, from whoever sends. It holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Offer {
    /// Who says it to whom, and what about.
    pub about: String,
    /// In milliseconds.
    pub at: i64,
    public: String,
    /// Names the conversation.
    pub session: String,
    proof: String,
}

/// The answer to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OfferAnswer {
    public: String,
    proof: String,
}

/// An offer that waits for its answer.
pub struct Offered {
    offer: Offer,
    private: EphemeralPrivateKey,
}

/// A link of another deployment, not proven yet.
pub struct MovedLink {
    pub tenant: Id,
    pub link: Id,
    tag: Vec<u8>,
}

impl MovedLink {
    /// Reads a token; `None` for anything that has not the form of one.
    pub fn parse(token: &str) -> Option<Self> {
        let bytes = BASE64URL_NOPAD.decode(token.as_bytes()).ok()?;
        let (tenant, rest) = bytes.split_first_chunk::<8>()?;
        let (link, tag) = rest.split_first_chunk::<8>()?;
        let id = |bytes: &[u8; 8]| Id::from_i64(i64::from_be_bytes(*bytes));
        Some(Self { tenant: id(tenant), link: id(link), tag: tag.to_vec() })
    }

    fn name(&self) -> Vec<u8> {
        [self.tenant.as_i64().to_be_bytes(), self.link.as_i64().to_be_bytes()].concat()
    }
}

/// The other side did not prove that it has the secret, or said what cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the other deployment is not proven")]
pub struct Unproven;

/// What both sides of a conversation have.
pub struct Session {
    sends: aead::LessSafeKey,
    receives: aead::LessSafeKey,
    /// The number of what was sent last, and of what was received last.
    sent: AtomicU64,
    received: Mutex<u64>,
}

impl TransportSecret {
    /// 32 bytes in base64.
    pub fn parse(text: &Secret) -> Option<Self> {
        let bytes = BASE64.decode(text.expose().trim().as_bytes()).map(Zeroizing::new).ok()?;
        let bytes = KeyBytes::from_slice(&bytes)?;
        let proves =
            hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, bytes.as_slice()), b"kept transport proof 1");
        Some(Self { proves: hmac::Key::new(hmac::HMAC_SHA256, proves.as_ref()), bytes })
    }

    /// Begins a conversation about something.
    pub fn offer(&self, about: &str, now: Timestamp) -> Result<Offered, Unproven> {
        let (private, public) = fresh()?;
        let mut session = [0_u8; 16];
        fill_random(&mut session);
        let mut offer = Offer {
            about: about.to_owned(),
            at: now.as_millis(),
            public,
            session: BASE64.encode(&session),
            proof: String::new(),
        };
        offer.proof = self.prove(&[OFFER, &offer.said()]);
        Ok(Offered { offer, private })
    }

    /// Answers an offer whose sender has the secret.
    pub fn answer(&self, offer: &Offer) -> Result<(OfferAnswer, Session), Unproven> {
        self.check(&[OFFER, &offer.said()], &offer.proof)?;
        let (private, public) = fresh()?;
        let [to_target, to_source] = self.agree(private, offer, &public, &offer.public)?;
        let proof = self.prove(&[ANSWER, &offer.said(), public.as_bytes()]);
        Ok((OfferAnswer { public, proof }, Session::new(&to_source, &to_target)))
    }

    /// A token for a link that was mailed before its tenant moved: whoever got the tenant takes it in the place of ours.
    pub fn sign_link(&self, about: &str, tenant: Id, link: Id) -> Secret {
        let name = MovedLink { tenant, link, tag: Vec::new() }.name();
        let tag = hmac::sign(&self.proves, &[LINK, about.as_bytes(), &[0], &name].concat());
        Secret::new(BASE64URL_NOPAD.encode(&[&name[..], tag.as_ref()].concat()))
    }

    /// Whether the deployment has made this token that the tenant came from.
    pub fn has_signed(&self, about: &str, link: &MovedLink) -> bool {
        let said = [LINK, about.as_bytes(), &[0], &link.name()].concat();
        hmac::verify(&self.proves, &said, &link.tag).is_ok()
    }

    fn prove(&self, parts: &[&[u8]]) -> String {
        BASE64.encode(hmac::sign(&self.proves, &parts.concat()).as_ref())
    }

    fn check(&self, parts: &[&[u8]], proof: &str) -> Result<(), Unproven> {
        let proof = BASE64.decode(proof.as_bytes()).map_err(|_| Unproven)?;
        hmac::verify(&self.proves, &parts.concat(), &proof).map_err(|_| Unproven)
    }

    /// The keys of both directions.
    fn agree(
        &self,
        private: EphemeralPrivateKey,
        offer: &Offer,
        answered: &str,
        theirs: &str,
    ) -> Result<[KeyBytes; 2], Unproven> {
        let theirs = BASE64.decode(theirs.as_bytes()).map_err(|_| Unproven)?;
        let theirs = UnparsedPublicKey::new(&X25519, theirs);
        let salt = hkdf::Salt::new(hkdf::HKDF_SHA256, &[&offer.said(), answered.as_bytes()].concat());
        agreement::agree_ephemeral(private, theirs, Unproven, |shared| {
            let material = Zeroizing::new([shared, self.bytes.as_slice()].concat());
            let secret = salt.extract(&material);
            Ok([expand(&secret, TO_TARGET)?, expand(&secret, TO_SOURCE)?])
        })
    }
}

impl Offer {
    /// Everything that it says. Parts are kept apart by their lengths.
    fn said(&self) -> Vec<u8> {
        let at = self.at.to_be_bytes();
        let parts: [&[u8]; 4] = [self.about.as_bytes(), &at, self.public.as_bytes(), self.session.as_bytes()];
        parts.iter().flat_map(|part| [&(part.len() as u64).to_be_bytes(), *part].concat()).collect()
    }
}

impl Offered {
    pub fn offer(&self) -> &Offer {
        &self.offer
    }

    /// The conversation that the other side has agreed to.
    pub fn agreed(self, secret: &TransportSecret, answer: &OfferAnswer) -> Result<Session, Unproven> {
        let Self { offer, private } = self;
        secret.check(&[ANSWER, &offer.said(), answer.public.as_bytes()], &answer.proof)?;
        let [to_target, to_source] = secret.agree(private, &offer, &answer.public, &answer.public)?;
        Ok(Session::new(&to_target, &to_source))
    }
}

impl Session {
    fn new(sends: &KeyBytes, receives: &KeyBytes) -> Self {
        Self {
            sends: seal::cipher(sends),
            receives: seal::cipher(receives),
            sent: AtomicU64::new(0),
            received: Mutex::new(0),
        }
    }

    /// Seals what is said next: its number stands in front of it.
    pub fn seal(&self, plain: &[u8]) -> Vec<u8> {
        let number = self.sent.fetch_add(1, Ordering::SeqCst) + 1;
        let sealed = seal::seal(&self.sends, &frame(number), plain);
        [number.to_be_bytes().as_slice(), &sealed].concat()
    }

    /// Opens what the other side said. What was said before it, or itself once more, counts no more from then on.
    pub fn open(&self, said: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unsealable> {
        let (number, sealed) = said.split_first_chunk::<8>().ok_or(Unsealable)?;
        let number = u64::from_be_bytes(*number);
        let plain = seal::open(&self.receives, &frame(number), sealed)?;
        let mut last = self.received.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if number <= *last {
            return Err(Unsealable);
        }
        *last = number;
        Ok(plain)
    }

    /// Seals a key for the other side, as this and nothing else: it is opened within the vault again.
    pub(super) fn wrap(&self, name: &str, key: &KeyBytes) -> Vec<u8> {
        seal::seal(&self.sends, &named(name), key.as_slice())
    }

    pub(super) fn unwrap(&self, name: &str, wrapped: &[u8]) -> Result<KeyBytes, Unsealable> {
        let bytes = seal::open(&self.receives, &named(name), wrapped)?;
        KeyBytes::from_slice(&bytes).ok_or(Unsealable)
    }
}

fn frame(number: u64) -> Vec<u8> {
    [b"kept transport frame\0".as_slice(), &number.to_be_bytes()].concat()
}

fn named(name: &str) -> Vec<u8> {
    [b"kept transport key\0".as_slice(), name.as_bytes()].concat()
}

fn fresh() -> Result<(EphemeralPrivateKey, String), Unproven> {
    let random = aws_lc_rs::rand::SystemRandom::new();
    let private = EphemeralPrivateKey::generate(&X25519, &random).map_err(|_| Unproven)?;
    let public = private.compute_public_key().map_err(|_| Unproven)?;
    let public = public.as_ref().first_chunk::<PUBLIC_BYTES>().ok_or(Unproven)?;
    Ok((private, BASE64.encode(public)))
}

fn expand(secret: &hkdf::Prk, purpose: &[u8]) -> Result<KeyBytes, Unproven> {
    let mut bytes = Zeroizing::new([0_u8; 32]);
    let purpose = [purpose];
    let expanded = secret.expand(&purpose, hkdf::HKDF_SHA256).map_err(|_| Unproven)?;
    expanded.fill(bytes.as_mut()).map_err(|_| Unproven)?;
    KeyBytes::from_slice(bytes.as_ref()).ok_or(Unproven)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(byte: u8) -> TransportSecret {
        TransportSecret::parse(&Secret::new(BASE64.encode(&[byte; 32]))).unwrap()
    }

    fn talk() -> (Session, Session) {
        let (secret, now) = (secret(7), Timestamp::from_seconds(1_800_000_000));
        let offered = secret.offer("a tenant", now).unwrap();
        let (answer, target) = secret.answer(offered.offer()).unwrap();
        (offered.agreed(&secret, &answer).unwrap(), target)
    }

    #[test]
    fn both_sides_of_a_conversation_read_each_other_once_and_nobody_else_does() {
        let (source, target) = talk();
        let said = source.seal(b"hello");
        assert!(!said.windows(5).any(|window| window == b"hello"));
        assert_eq!(target.open(&said).unwrap().as_slice(), b"hello");
        assert_eq!(target.open(&said), Err(Unsealable), "said twice");
        let (earlier, later) = (source.seal(b"1"), source.seal(b"2"));
        assert!(target.open(&later).is_ok() && target.open(&earlier).is_err(), "out of order");
        assert_eq!(source.open(&target.seal(b"yes")).unwrap().as_slice(), b"yes");
        assert!(source.open(&source.seal(b"mirrored")).is_err());
        let (_, stranger) = talk();
        assert!(stranger.open(&source.seal(b"hello")).is_err(), "another conversation");
        let mut bent = source.seal(b"hello");
        bent[20] ^= 1;
        assert!(target.open(&bent).is_err());
    }

    #[test]
    fn who_lacks_the_secret_or_bends_a_word_agrees_with_nobody() {
        let (ours, theirs) = (secret(7), secret(8));
        let now = Timestamp::from_seconds(1_800_000_000);
        let offered = ours.offer("a tenant", now).unwrap();
        assert!(theirs.answer(offered.offer()).is_err());
        for bend in [
            |offer: &mut Offer| offer.about = "another tenant".to_owned(),
            |offer: &mut Offer| offer.at += 1,
            |offer: &mut Offer| offer.session = BASE64.encode(&[0; 16]),
            |offer: &mut Offer| offer.public = BASE64.encode(&[9; 32]),
        ] {
            let mut bent = offered.offer().clone();
            bend(&mut bent);
            assert!(ours.answer(&bent).is_err());
        }
        let other = ours.offer("a tenant", now).unwrap();
        let (answer, _) = ours.answer(other.offer()).unwrap();
        assert!(offered.agreed(&ours, &answer).is_err(), "the answer to another offer");
    }

    #[test]
    fn a_key_opens_under_its_own_name_on_the_other_side() {
        let (source, target) = talk();
        let key = KeyBytes::random();
        let wrapped = source.wrap("data 1", &key);
        assert_eq!(target.unwrap("data 1", &wrapped).unwrap().as_slice(), key.as_slice());
        assert!(target.unwrap("data 2", &wrapped).is_err() && source.unwrap("data 1", &wrapped).is_err());
    }
}
