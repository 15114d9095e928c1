//! Passwords: Argon2id with the parameters that OWASP names, and made so that a wrong name costs as much as a wrong password.

use anyhow::anyhow;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use data_encoding::BASE32_NOPAD;
use zeroize::Zeroizing;

/// OWASP Password Storage Cheat Sheet: Argon2id with 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Long enough that guessing takes longer than any session, short enough to be hashed.
pub const LENGTH: std::ops::RangeInclusive<usize> = 12..=200;
const MADE_BYTES: usize = 15;
const SALT_BYTES: usize = 16;

fn argon2() -> Argon2<'static> {
    #[expect(
        clippy::expect_used,
        reason = "the three numbers are constants that the library accepts; a test runs it"
    )]
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).expect("parameters within bounds");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// The hash with its salt and parameters, as text. Takes tens of milliseconds: not on an async thread.
pub fn hash(password: &str) -> anyhow::Result<String> {
    let mut salt = [0_u8; SALT_BYTES];
    aws_lc_rs::rand::fill(&mut salt).map_err(|_| anyhow!("there is no randomness for a salt"))?;
    Ok(hash_with(password, &salt)?.to_string())
}

fn hash_with(password: &str, salt: &[u8]) -> anyhow::Result<PasswordHash> {
    let hashed: Result<PasswordHash, _> = argon2().hash_password_with_salt(password.as_bytes(), salt);
    hashed.map_err(|error| anyhow!("cannot hash a password: {error}"))
}

/// Whether this is the password. Takes as long for any other one, and as long again when nobody has the name (`None`).
pub fn is_right(password: &str, hash: Option<&str>) -> bool {
    match hash {
        Some(hash) => argon2().verify_password(password.as_bytes(), hash).is_ok(),
        None => {
            let _ = hash_with(password, &[0; SALT_BYTES]);
            false
        }
    }
}

/// One that we make for somebody, in letters and digits that are told apart on paper.
pub fn make() -> Zeroizing<String> {
    let mut bytes = Zeroizing::new([0_u8; MADE_BYTES]);
    // Without randomness there is no password: what is shown then would be known to everybody.
    if aws_lc_rs::rand::fill(bytes.as_mut_slice()).is_err() {
        return Zeroizing::new(String::new());
    }
    let text = BASE32_NOPAD.encode(bytes.as_slice()).to_lowercase();
    let parts: Vec<&str> =
        text.as_bytes().chunks(6).filter_map(|part| std::str::from_utf8(part).ok()).collect();
    Zeroizing::new(parts.join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_by_its_hash_which_is_argon2id_with_the_named_parameters() {
        let password = make();
        assert!(LENGTH.contains(&password.len()) && *password != *make());
        let hashed = hash(&password).unwrap();
        assert!(hashed.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hashed}");
        assert!(is_right(&password, Some(&hashed)));
        assert!(!is_right("another one", Some(&hashed)) && !is_right(&password, None));
        assert_ne!(hashed, hash(&password).unwrap(), "each has a salt of its own");
    }
}
