//! What an authenticator app does with the address that `kept staff add` prints: for whoever has no such app at hand.
//!
//! It is written apart from the app's own verifier on purpose: one mistake must not hide the other (RFC 6238, RFC 4226).

use aws_lc_rs::hmac;
use data_encoding::BASE32_NOPAD;

use crate::clock::Timestamp;

/// What every authenticator app does unless the address says something else; ours says the same.
const PERIOD_SECONDS: i64 = 30;

/// The six digits of this moment. `None` when the address is none of `otpauth:`, or has no secret.
pub fn code(address: &str, now: Timestamp) -> Option<String> {
    let query = address.strip_prefix("otpauth://totp/")?.split_once('?')?.1;
    let (_, secret) = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "secret")?;
    let secret = BASE32_NOPAD.decode(secret.trim_end_matches('=').as_bytes()).ok()?;
    let counter = now.as_seconds().div_euclid(PERIOD_SECONDS);
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &secret);
    let hash = hmac::sign(&key, &counter.to_be_bytes());
    let hash = hash.as_ref();
    let at = usize::from(hash.last()? & 15);
    let four = hash.get(at..at + 4)?.iter().fold(0_u32, |number, byte| (number << 8) | u32::from(*byte));
    Some(format!("{:06}", (four & 0x7fff_ffff) % 1_000_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, the last six digits of the SHA-1 column.
    #[test]
    fn codes_are_those_of_the_standard() {
        let address = "otpauth://totp/Kept:ada?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Kept";
        for (seconds, expected) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            assert_eq!(code(address, Timestamp::from_seconds(seconds)).as_deref(), Some(expected));
        }
        for wrong in
            ["", "otpauth://totp/Kept", "otpauth://totp/Kept?secret=1", "https://example.com/?secret=GE"]
        {
            assert_eq!(code(wrong, Timestamp::from_seconds(59)), None, "{wrong}");
        }
    }
}
