//! Raw bytes of keys, and where random ones come from.

use zeroize::Zeroizing;

/// 32 raw bytes of a key, only ever on their way into or out of a wrapping.
pub struct KeyBytes(Zeroizing<[u8; 32]>);

impl KeyBytes {
    pub fn random() -> Self {
        let mut bytes = Zeroizing::new([0_u8; 32]);
        fill_random(bytes.as_mut());
        Self(bytes)
    }

    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        let array: [u8; 32] = bytes.try_into().ok()?;
        Some(Self(Zeroizing::new(array)))
    }

    pub fn as_slice(&self) -> &[u8] {
        self.0.as_ref()
    }
}

pub fn fill_random(bytes: &mut [u8]) {
    #[expect(
        clippy::expect_used,
        reason = "without randomness nothing may be sealed; the caller's write is rolled back"
    )]
    aws_lc_rs::rand::fill(bytes).expect("the system gives random bytes");
}
