//! Mail addresses: strict, because a notice that cannot be delivered is a broken promise.

use serde::{Deserialize, Serialize};
use url::Host;

/// RFC 5321 §4.5.3.1.
const ADDRESS_MAX: usize = 254;
const LOCAL_MAX: usize = 64;
const LABEL_MAX: usize = 63;

/// A mail address that was looked at: a plain local part, and a domain of at least two labels in its form for mail servers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Address(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a mail address such as name@example.com")]
pub struct NotAnAddress;

impl Address {
    pub fn parse(text: &str) -> Result<Self, NotAnAddress> {
        let (local, domain) = text.trim().rsplit_once('@').ok_or(NotAnAddress)?;
        let domain = domain_for_mail(domain)?;
        let address = format!("{local}@{domain}");
        if is_local(local) && address.len() <= ADDRESS_MAX { Ok(Self(address)) } else { Err(NotAnAddress) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Words of plain letters with single dots between them. Quoted forms are legal and nobody's address.
fn is_local(local: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte);
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(is_plain);
    local.len() <= LOCAL_MAX && local.split('.').all(is_word)
}

/// Letters of any script become their ASCII form; an IP address is no domain.
fn domain_for_mail(domain: &str) -> Result<String, NotAnAddress> {
    let Ok(Host::Domain(domain)) = Host::parse(domain) else { return Err(NotAnAddress) };
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let is_label = |label: &str| {
        let ends_well = !label.starts_with('-') && !label.ends_with('-');
        (1..=LABEL_MAX).contains(&label.len()) && ends_well && label.bytes().all(is_plain)
    };
    let is_named = domain.contains('.') && domain.split('.').all(is_label);
    if is_named { Ok(domain) } else { Err(NotAnAddress) }
}

impl TryFrom<String> for Address {
    type Error = NotAnAddress;

    fn try_from(text: String) -> Result<Self, NotAnAddress> {
        Self::parse(&text)
    }
}

impl From<Address> for String {
    fn from(address: Address) -> Self {
        address.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_in_the_form_that_mail_servers_understand() {
        for (text, taken) in [
            ("admin@example.com", "admin@example.com"),
            (" admin@example.com ", "admin@example.com"),
            ("o'neil+jira.apps@Mail.Example.COM", "o'neil+jira.apps@mail.example.com"),
            ("info@müller.de", "info@xn--mller-kva.de"),
        ] {
            assert_eq!(Address::parse(text).unwrap().as_str(), taken);
        }
    }

    #[test]
    fn what_is_no_address_or_could_be_read_as_more_than_one_is_refused() {
        let long = format!("{}@example.com", "a".repeat(65));
        let longer = format!("a@{}com", "abcdefghi.".repeat(26));
        for text in [
            "",
            "@",
            "admin",
            "admin@",
            "@example.com",
            "admin@localhost",
            "admin@[127.0.0.1]",
            "admin@127.0.0.1",
            "a b@example.com",
            "a@b@example.com",
            "a@example.com\r\nBcc: x@example.com",
            "a\0@example.com",
            "a@exam ple.com",
            "<a@example.com>",
            "a@example.com,b@example.com",
            "a..b@example.com",
            ".a@example.com",
            "\"a\"@example.com",
            "ä@example.com",
            "a@-example.com",
            "a@example..com",
            "a@example.com.",
            "a@ex_ample.com",
            "a@example.com\u{0007}",
            &long,
            &longer,
        ] {
            assert_eq!(Address::parse(text), Err(NotAnAddress), "{text:?}");
        }
    }
}
