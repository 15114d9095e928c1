//! Mail addresses: parsed once, and never shown in a log.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use url::Host;

/// RFC 5321 §4.5.3.1.3, without the angle brackets.
const LENGTH_MAX: usize = 254;

/// An address that mail can be sent to: ASCII, with no quotes, comments, spaces or control characters in it, so that it
/// can neither end a header nor a command early. A domain of other letters is turned into its ASCII form.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String", inline)]
pub struct Address(lettre::Address);

/// Says nothing of the text that was refused: it may be a person's address with a typing error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected one mail address such as name@example.com")]
pub struct NoAddress;

impl Address {
    /// Reads what somebody typed.
    pub fn parse(text: &str) -> Result<Self, NoAddress> {
        text.trim().parse()
    }

    pub fn as_str(&self) -> &str {
        self.0.as_ref()
    }

    pub(super) fn inner(&self) -> &lettre::Address {
        &self.0
    }
}

impl FromStr for Address {
    type Err = NoAddress;

    fn from_str(text: &str) -> Result<Self, NoAddress> {
        let (user, domain) = text.rsplit_once('@').ok_or(NoAddress)?;
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&byte);
        if !user.bytes().all(is_plain) || domain.contains('%') {
            return Err(NoAddress);
        }
        let Ok(Host::Domain(domain)) = Host::parse(domain) else { return Err(NoAddress) };
        let address = lettre::Address::new(user, domain).map_err(|_| NoAddress)?;
        let text: &str = address.as_ref();
        let is_good = text.len() <= LENGTH_MAX && text.is_ascii() && address.domain().contains('.');
        is_good.then_some(Self(address)).ok_or(NoAddress)
    }
}

impl TryFrom<String> for Address {
    type Error = NoAddress;

    fn try_from(text: String) -> Result<Self, NoAddress> {
        text.parse()
    }
}

impl From<Address> for String {
    fn from(address: Address) -> Self {
        address.as_str().to_owned()
    }
}

/// Where a program shows what it holds, it shows no address.
impl fmt::Debug for Address {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("[address]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_addresses_are_taken_as_they_are() {
        for good in ["ada@example.com", "ada.lovelace+kept@mail.example.co.uk", "o'neil@example.com"] {
            assert_eq!(good.parse::<Address>().unwrap().as_str(), good);
        }
        assert_eq!("ada@bücher.example".parse::<Address>().unwrap().as_str(), "ada@xn--bcher-kva.example");
        assert_eq!(format!("{:?}", "ada@example.com".parse::<Address>()), "Ok([address])");
    }

    #[test]
    fn nothing_that_could_end_a_header_or_a_command_is_an_address() {
        for bad in [
            "",
            "ada",
            "@example.com",
            "ada@",
            "ada@localhost",
            "ada@127.0.0.1",
            "ada@[127.0.0.1]",
            "ada@example.com\r\nBcc: eve@example.com",
            "ada\r\n@example.com",
            "ada@example.com\n",
            "ada@example.com>\r\nRCPT TO:<eve@example.com",
            "ada@example.com, eve@example.com",
            "ada@example.com eve@example.com",
            "\"ada\\\r\n\"@example.com",
            "\"ada lovelace\"@example.com",
            "Ada <ada@example.com>",
            "ada..b@example.com",
            "ädä@example.com",
            "ada@exam%0aple.com",
            "ada@exa\tmple.com",
            "ada@example.com\0",
        ] {
            assert_eq!(bad.parse::<Address>(), Err(NoAddress), "{bad:?}");
        }
        let long = format!("{}@{}.example.com", "a".repeat(64), "b.".repeat(100).trim_end_matches('.'));
        assert_eq!(long.parse::<Address>(), Err(NoAddress));
    }
}
