//! What is not in a bundle, and why.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::item::ItemName;
use crate::db::text_enum;

text_enum! {
    /// Why something is not in a bundle. Pages say it in their user's language.
    pub enum Lack {
        NoErrorWithId = "no_error_with_id",
        NoError = "no_error",
        NoLicence = "no_licence",
        LicenceUnreadable = "licence_unreadable",
        NoIssueNamed = "no_issue_named",
        NoIssueId = "no_issue_id",
        NothingStored = "nothing_stored",
        NoLog = "no_log",
        Unreadable = "unreadable",
        NotAdministrator = "not_administrator",
        NotSeen = "not_seen",
        NoContent = "no_content",
        HeldBack = "held_back",
    }
}

impl Lack {
    /// The same for whoever knows no word for it.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::NoErrorWithId => {
                "no error with this id is in the log of this machine, nor any other of this site"
            }
            Self::NoError => "no error of this site is in the log of the last days",
            Self::NoLicence => "the host has told nothing of the licence lately",
            Self::LicenceUnreadable => "what the host told cannot be read",
            Self::NoIssueNamed => "no issue or page was named",
            Self::NoIssueId => "this is no id of an issue or page",
            Self::NothingStored => "nothing is stored about this issue or page",
            Self::NoLog => "the log of this machine cannot be read",
            Self::Unreadable => "it cannot be read at the moment",
            Self::NotAdministrator => {
                "their content is left out: only administrators of this site may see all of it"
            }
            Self::NotSeen => "its content is left out: the product does not say that you may see it",
            Self::HeldBack => "the administrators of this site do not let it leave",
            Self::NoContent => {
                "content of issues is left out: the administrators of this site do not let it leave"
            }
        }
    }
}

/// Something that is not in the bundle, and why. The rest is there all the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Missing {
    pub name: ItemName,
    pub code: Lack,
    why: &'static str,
}

impl Missing {
    pub const fn new(name: ItemName, code: Lack) -> Self {
        Self { name, code, why: code.sentence() }
    }
}

/// The same as it is kept with a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Lacking {
    pub name: ItemName,
    /// A word of [`Lack`]; absent where a report is older than the word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// A sentence of ours.
    pub why: String,
}

impl From<&Missing> for Lacking {
    fn from(missing: &Missing) -> Self {
        let Missing { name, code, why } = *missing;
        Self { name, code: Some(code.as_str().to_owned()), why: why.to_owned() }
    }
}
