//! What a reporter can agree to, beyond sending the report itself. A consent names the version of the statement that it was
//! given under, and can be taken back at any time (APPERNETIC-29, APPERNETIC-30).

use crate::db::consents::EXPERTS;
use std::fmt;
use std::str::FromStr;

use crate::support::item::NoSuchItem;
use crate::support::{Item, ItemName};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Consent {
    /// Sending an item that may hold content of the customer's.
    Item(ItemName),
    /// The administrators of the site may read the report, and not only see that there is one.
    Administrators,
    /// Others than the vendor, who help with reports, may get it (WEBSITE-22).
    Experts,
}

impl Consent {
    /// Whether taking it back makes an item go.
    pub fn item(self) -> Option<ItemName> {
        match self {
            Self::Item(name) => Some(name),
            Self::Administrators | Self::Experts => None,
        }
    }
}

impl fmt::Display for Consent {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Item(name) => name.fmt(out),
            Self::Administrators => out.write_str("administrators"),
            Self::Experts => out.write_str(EXPERTS),
        }
    }
}

impl FromStr for Consent {
    type Err = NoSuchItem;

    fn from_str(text: &str) -> Result<Self, NoSuchItem> {
        match text {
            "administrators" => Ok(Self::Administrators),
            EXPERTS => Ok(Self::Experts),
            name => name.parse().map(Self::Item),
        }
    }
}

/// Why a report is not taken as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unagreed {
    #[error("consents: {0} is sent only if you agree to it; add it, or leave the item out.")]
    Missing(ItemName),
    #[error("consents: {0} is not among the items that are sent.")]
    NotSent(ItemName),
    #[error("consents: expected each of them once.")]
    Twice,
}

/// Whether these consents are those that these items need: no more, so that nobody agrees to what was not sent.
pub fn check(consents: &[Consent], items: &[Item]) -> Result<(), Unagreed> {
    if let Some(item) =
        items.iter().find(|item| item.needs_consent && !consents.contains(&Consent::Item(item.name)))
    {
        return Err(Unagreed::Missing(item.name));
    }
    let names: Vec<ItemName> = items.iter().map(|item| item.name).collect();
    if let Some(name) =
        consents.iter().filter_map(|consent| consent.item()).find(|name| !names.contains(name))
    {
        return Err(Unagreed::NotSent(name));
    }
    let is_twice = consents
        .iter()
        .enumerate()
        .any(|(at, consent)| consents.iter().skip(at + 1).any(|other| other == consent));
    if is_twice { Err(Unagreed::Twice) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::{Media, Tier};

    fn item(name: ItemName) -> Item {
        Item::new(name, Tier::Full, Media::Json, b"{}".to_vec(), Vec::new())
    }

    #[test]
    fn appernetic_29_what_needs_a_consent_is_sent_with_it_alone() {
        let items = [item(ItemName::Report), item(ItemName::Issue), item(ItemName::Attachment(1))];
        let issue = Consent::Item(ItemName::Issue);
        let attachment = Consent::Item(ItemName::Attachment(1));
        assert_eq!(check(&[issue, attachment], &items), Ok(()));
        assert_eq!(check(&[issue], &items), Err(Unagreed::Missing(ItemName::Attachment(1))));
        let more = [issue, attachment, Consent::Item(ItemName::Records)];
        assert_eq!(check(&more, &items), Err(Unagreed::NotSent(ItemName::Records)));
        assert_eq!(check(&[issue, attachment, issue], &items), Err(Unagreed::Twice));
        assert_eq!(check(&[Consent::Experts, Consent::Administrators], &items[..1]), Ok(()));
    }

    #[test]
    fn consents_are_read_as_they_are_written() {
        for consent in [Consent::Item(ItemName::Attachment(2)), Consent::Administrators, Consent::Experts] {
            assert_eq!(consent.to_string().parse(), Ok(consent));
        }
        assert!("everything".parse::<Consent>().is_err());
    }
}
