//! Where a ticket is worked on in development, and in which version it is fixed. A key and a number, and nothing else: no word of whoever
//! reported gets to where the code is.

use serde::{Deserialize, Serialize};

use super::deed::Deed;
use super::{Tickets, wrong};
use crate::db::tickets::{self, TicketRow};
use crate::error::Error;
use crate::staff::needs;

/// Letters of a key such as `KEPT-12`, and of a version.
const KEY_MAX: usize = 40;
const VERSION_MAX: usize = 40;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Development {
    /// The key of the issue there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issue: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fixed_in: Option<String>,
}

impl Development {
    /// From what somebody typed.
    pub fn parse(issue: Option<&str>, fixed_in: Option<&str>) -> Result<Self, Error> {
        let given =
            |text: Option<&str>| text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
        let (issue, fixed_in) = (given(issue).map(|key| key.to_ascii_uppercase()), given(fixed_in));
        if issue.as_deref().is_some_and(|key| !is_key(key)) {
            return Err(wrong("issue: expected the key of an issue, such as KEPT-12."));
        }
        if fixed_in.as_deref().is_some_and(|version| !is_version(version)) {
            return Err(wrong(format!(
                "fixedIn: expected a version of at most {VERSION_MAX} letters, digits, dots, hyphens and plus signs."
            )));
        }
        Ok(Self { issue, fixed_in })
    }

    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

impl Tickets {
    /// Says where it is worked on and in which version it is fixed, of the ticket and of those that follow it.
    pub async fn set_development(
        &self,
        deed: Deed<needs::Problem>,
        development: Development,
    ) -> Result<(), Error> {
        self.carry_out(deed.with_followers(), move |doing, tx, row| {
            let followers = tickets::merged_into(tx, row.tenant_id, row.id)?;
            for row in std::iter::once(row).chain(followers) {
                let mut content = doing.tickets.open(&doing.key, &row)?;
                content.development = development.clone();
                let (sealed, updated_at) = (content.seal(&doing.key, row.id)?, doing.now.into());
                tickets::update(tx, &TicketRow { sealed, updated_at, ..row })?;
            }
            Ok(())
        })
        .await
    }
}

/// As Jira makes keys: a project of two letters at least, a hyphen, a number.
fn is_key(text: &str) -> bool {
    let Some((project, number)) = text.rsplit_once('-') else { return false };
    let mut letters = project.bytes();
    let begins = letters.next().is_some_and(|byte| byte.is_ascii_uppercase());
    let goes_on = project.len() >= 2
        && letters.all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    text.len() <= KEY_MAX && begins && goes_on && is_number
}

fn is_version(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'+' | b'_');
    text.len() <= VERSION_MAX && text.bytes().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_and_a_version_have_room_for_nothing_else() {
        let read = |issue, version| Development::parse(Some(issue), Some(version));
        let right = Development { issue: Some("KEPT-12".into()), fixed_in: Some("1.4.2-rc.1+7".into()) };
        assert_eq!(read(" kept-12 ", "1.4.2-rc.1+7").unwrap(), right);
        assert!(read("", " ").unwrap().is_nothing() && Development::parse(None, None).unwrap().is_nothing());
        for wrong in
            ["KEPT", "KEPT-", "-1", "K-1", "1K-1", "KEPT-1 ada", "https://x.example/KEPT-1", "KEPT-ada"]
        {
            assert!(read(wrong, "1").is_err(), "{wrong}");
        }
        for wrong in ["1.0 for ada", "ada@example.com", &"1".repeat(41)] {
            assert!(read("KEPT-1", wrong).is_err(), "{wrong}");
        }
    }
}
