//! Sessions: random bytes in a cookie, their hash in the database.

use std::fmt;
use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::{Account, AccountState, Staff};
use crate::audit::{AuditEvent, AuditKind};
use crate::clock::Timestamp;
use crate::db::staff_sessions::{self, SessionRow};
use crate::db::{DbError, Id, staff};
use crate::error::Error;

const TOKEN_BYTES: usize = 32;
/// A session is marked as used no more often than this.
const TOUCHED_EVERY: Duration = Duration::from_secs(60);

/// What the cookie holds.
pub struct SessionToken(Zeroizing<String>);

impl SessionToken {
    fn random() -> Self {
        let mut bytes = Zeroizing::new([0_u8; TOKEN_BYTES]);
        // A failure leaves zeros, whose hash nobody is let in with: see `hash`.
        let _ = aws_lc_rs::rand::fill(bytes.as_mut_slice());
        Self(Zeroizing::new(BASE64URL_NOPAD.encode(bytes.as_slice())))
    }

    /// Reads a cookie's value; `None` for anything that has not the form of one.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
        (bytes.len() == TOKEN_BYTES && bytes.iter().any(|byte| *byte != 0))
            .then(|| Self(Zeroizing::new(text.to_owned())))
    }

    pub fn expose(&self) -> &str {
        &self.0
    }

    fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.0.as_bytes()).to_vec()
    }
}

impl fmt::Debug for SessionToken {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("SessionToken(…)")
    }
}

/// Somebody was let in.
pub struct SignedIn {
    pub account: Account,
    pub token: SessionToken,
    /// When the session ends, however much it is used.
    pub until: Timestamp,
}

impl Staff {
    pub(super) fn new_session(&self, account: &Account, now: Timestamp) -> (SessionRow, SignedIn) {
        let (token, until) = (SessionToken::random(), self.policy.session_until(now));
        let row = SessionRow {
            token_hash: token.hash(),
            id: Id::new(now),
            staff_id: account.id,
            created_at: now.into(),
            seen_at: now.into(),
            expires_at: until.into(),
        };
        let account = Account { state: AccountState::Active, updated_at: now, ..account.clone() };
        (row, SignedIn { account, token, until })
    }

    /// Whose session this is, if it is one: not over, not left alone for too long, of an account that is still good.
    pub async fn session(&self, token: &SessionToken) -> Result<Option<(Account, Timestamp)>, Error> {
        let (now, hash) = (self.clock.now(), token.hash());
        let known = hash.clone();
        let found =
            self.db.read(move |conn| Ok::<_, DbError>(staff_sessions::by_token(conn, &hash)?)).await?;
        let Some((session, row)) = found else { return Ok(None) };
        let (seen_at, until) = (Timestamp::from(session.seen_at), Timestamp::from(session.expires_at));
        let account = self.account(&row)?;
        let is_good = until > now && now.since(seen_at) < self.policy.session_idle();
        if !is_good || !account.is_usable(now) || account.state == AccountState::Invited {
            return Ok(None);
        }
        if now.since(seen_at) >= TOUCHED_EVERY {
            self.db.write(move |tx| Ok::<_, DbError>(staff_sessions::touch(tx, &known, now.into())?)).await?;
        }
        Ok(Some((account, until)))
    }

    /// Ends one session.
    pub async fn sign_out(&self, account: &Account, token: &SessionToken) -> Result<(), Error> {
        let (hash, event) = (token.hash(), AuditEvent::by(&account.who(), Id::NONE, AuditKind::SignedOut));
        let (audit, key) = (self.audit.clone(), self.audit.key(Id::NONE).await?);
        self.db
            .write(move |tx| {
                staff_sessions::delete(tx, &hash)?;
                audit.record(tx, &key, &event)?;
                Ok::<_, Error>(())
            })
            .await
    }

    /// Disables accounts whose contract is over, so that lists say what is so. Nobody waits for this: such an account is of no
    /// use from the moment on. Returns how many there were.
    pub async fn end_lapsed(&self) -> Result<usize, Error> {
        let now = self.clock.now();
        let is_lapsed =
            |account: &Account| account.state != AccountState::Disabled && !account.is_usable(now);
        let mut lapsed: Vec<Account> = self.accounts().await?;
        lapsed.retain(is_lapsed);
        if lapsed.is_empty() {
            return Ok(0);
        }
        let key = self.audit.key(Id::NONE).await?;
        for account in &lapsed {
            let event = AuditEvent::of_nobody(AuditKind::AccountLapsed).about(account.name.as_str());
            let (audit, key, id) = (self.audit.clone(), key.clone(), account.id);
            self.db
                .write(move |tx| {
                    let Some(row) = staff::lock_by_id(tx, id)? else { return Ok(()) };
                    let state = AccountState::Disabled.as_str().to_owned();
                    staff::update(tx, &staff::StaffRow { state, ..row })?;
                    staff_sessions::delete_of(tx, id)?;
                    audit.record(tx, &key, &event)?;
                    Ok::<_, Error>(())
                })
                .await?;
        }
        Ok(lapsed.len())
    }
}
