//! The OAuth tokens that come with an invocation. They are opaque, and good for calls to the product as the app or as the
//! user: they are never printed, logged or stored.
//!
//! ```compile_fail
//! let token = kept::connect::forge::OAuthToken::parse("token").unwrap();
//! println!("{token:?}");
//! ```
//!
//! ```compile_fail
//! let token = kept::connect::forge::OAuthToken::parse("token").unwrap();
//! serde_json::to_string(&token).unwrap();
//! ```

use crate::config::Secret;

/// Longer than any that was seen, shorter than what could be a burden.
const SIZE_MAX: usize = 16 * 1024;

/// A token that can be sent to the product, and neither shown nor serialised. Its memory is cleansed when dropped.
#[derive(Clone)]
pub struct OAuthToken(Secret);

impl OAuthToken {
    /// What may stand in a header: letters, digits and signs, no spaces.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=SIZE_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        fits.then(|| Self(Secret::new(text)))
    }

    /// The line of the header that carries it. For whoever sends the request, and nobody else.
    pub(in crate::connect) fn authorization(&self) -> Secret {
        Secret::new(format!("Bearer {}", self.0.expose()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_one_word() {
        assert!(OAuthToken::parse("eyJ0.e30.x-y_z~+/=").is_some());
        for wrong in ["", "two words", "line\r\nbreak", "ümlaut", &"a".repeat(SIZE_MAX + 1)] {
            assert!(OAuthToken::parse(wrong).is_none());
        }
    }
}
