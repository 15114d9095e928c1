//! The people of the site: made up, with every field that a host sends about a person.
//!
//! Their names and addresses are in webhooks and in issues on purpose. An app that promises not to store them must drop
//! them, and a test can look for them afterwards.

use serde_json::{Value, json};

/// Who looks at the site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Who {
    #[default]
    Admin,
    Member,
    Anonymous,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Person {
    pub account_id: &'static str,
    pub display_name: &'static str,
    pub email: &'static str,
}

const ADMIN: Person = Person {
    account_id: "712020:5b10a284-4c20-4165-a700-ede21gadm1n0",
    display_name: "Ada Example",
    email: "ada.example@example.com",
};

const MEMBER: Person = Person {
    account_id: "712020:5b10ac8d-82e0-45b2-acc7-d4ef5member0",
    display_name: "Max Sample",
    email: "max.sample@example.com",
};

impl Who {
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Admin, Self::Member, Self::Anonymous].into_iter().find(|who| who.name() == name)
    }

    pub const fn name(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Member => "member",
            Self::Anonymous => "anonymous",
        }
    }

    pub const fn person(self) -> Option<&'static Person> {
        match self {
            Self::Admin => Some(&ADMIN),
            Self::Member => Some(&MEMBER),
            Self::Anonymous => None,
        }
    }

    pub(super) fn by_account(account_id: &str) -> Option<Self> {
        let is = |who: &Self| who.person().is_some_and(|person| person.account_id == account_id);
        [Self::Admin, Self::Member].into_iter().find(is)
    }

    /// The global permissions of Jira that this person has.
    pub(super) const fn global_permissions(self) -> &'static [&'static str] {
        match self {
            Self::Admin => &["ADMINISTER", "SYSTEM_ADMIN", "BULK_CHANGE", "USER_PICKER"],
            Self::Member => &["USER_PICKER"],
            Self::Anonymous => &[],
        }
    }
}

impl Person {
    /// The person as it stands in an issue or a webhook.
    pub fn to_json(&self, origin: &str) -> Value {
        json!({
            "self": format!("{origin}/rest/api/2/user?accountId={}", self.account_id),
            "accountId": self.account_id,
            "accountType": "atlassian",
            "displayName": self.display_name,
            "emailAddress": self.email,
            "active": true,
            "timeZone": "Europe/Berlin",
            "avatarUrls": {"48x48": format!("{origin}/avatar/{}", self.account_id)},
        })
    }
}
