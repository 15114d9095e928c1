//! One-time codes of people (RFC 6238): HMAC-SHA-1, 30 seconds, six digits, which is what every authenticator app can do.

use std::fmt;

use aws_lc_rs::{constant_time, hmac};
use data_encoding::BASE32_NOPAD;
use zeroize::Zeroizing;

use super::bytes::fill_random;
use crate::clock::Timestamp;

const SECRET_BYTES: usize = 20;
const STEP_SECONDS: i64 = 30;
/// A code is good for its own half minute and for the ones beside it: clocks differ, and people type slowly.
const STEPS_BESIDE: i64 = 1;
const DIGITS: usize = 6;

/// What a person's app and we make codes from. Overwritten when dropped.
#[derive(Clone)]
pub struct CodeSecret(Zeroizing<Vec<u8>>);

impl fmt::Debug for CodeSecret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("CodeSecret(…)")
    }
}

impl CodeSecret {
    pub fn random() -> Self {
        let mut bytes = Zeroizing::new(vec![0; SECRET_BYTES]);
        fill_random(&mut bytes);
        Self(bytes)
    }

    /// Reads what [`CodeSecret::to_base32`] wrote.
    pub fn from_base32(text: &str) -> Option<Self> {
        Some(Self(Zeroizing::new(BASE32_NOPAD.decode(text.as_bytes()).ok()?)))
    }

    pub fn to_base32(&self) -> Zeroizing<String> {
        Zeroizing::new(BASE32_NOPAD.encode(&self.0))
    }

    /// The code of a step, as the person's app shows it.
    pub fn code(&self, step: i64) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.0);
        let tag = hmac::sign(&key, &step.to_be_bytes());
        let tag = tag.as_ref();
        // RFC 4226 §5.3: the last four bits say where the number begins.
        let offset = usize::from(tag.last().copied().unwrap_or_default() & 0x0f);
        let cut: [u8; 4] =
            tag.get(offset..offset + 4).and_then(|cut| cut.try_into().ok()).unwrap_or_default();
        let number = u32::from_be_bytes(cut) & 0x7fff_ffff;
        format!("{:0DIGITS$}", number % 10_u32.pow(6))
    }

    /// The step of which this is the code at `now`, if it is one of those that are good. Takes as long for a wrong code.
    pub fn step_of(&self, code: &str, now: Timestamp) -> Option<i64> {
        let now = step_at(now);
        let is_code = |step: &i64| {
            constant_time::verify_slices_are_equal(self.code(*step).as_bytes(), code.as_bytes()).is_ok()
        };
        let good: Vec<i64> = (now - STEPS_BESIDE..=now + STEPS_BESIDE).filter(is_code).collect();
        good.last().copied()
    }
}

/// The number of the half minute.
pub fn step_at(now: Timestamp) -> i64 {
    now.as_seconds().div_euclid(STEP_SECONDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, the last six digits of the SHA-1 column.
    #[test]
    fn codes_are_those_of_the_standard() {
        let secret = CodeSecret(Zeroizing::new(b"12345678901234567890".to_vec()));
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let at = Timestamp::from_seconds(seconds);
            assert_eq!(secret.code(step_at(at)), code);
            assert_eq!(secret.step_of(code, at), Some(step_at(at)));
        }
    }

    #[test]
    fn a_code_is_good_for_its_half_minute_and_the_ones_beside_it() {
        let (secret, at) = (CodeSecret::random(), Timestamp::from_seconds(1_800_000_000));
        let code = secret.code(step_at(at));
        let after = |seconds: i64| Timestamp::from_seconds(at.as_seconds() + seconds);
        assert!(secret.step_of(&code, after(30)).is_some() && secret.step_of(&code, after(-30)).is_some());
        assert!(secret.step_of(&code, after(90)).is_none() && secret.step_of(&code, after(-90)).is_none());
        assert!(secret.step_of("", at).is_none() && secret.step_of(&format!("{code}0"), at).is_none());
        let again = CodeSecret::from_base32(&secret.to_base32()).unwrap();
        assert_eq!(again.code(7), secret.code(7));
    }
}
