//! What two deployments say to each other about a move. All of it is sealed for their conversation (`vault::Session`).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::digest::{Digest, Still};
use crate::db::audit_anchors::AnchorRow;
use crate::db::moving::WholeRow;
use crate::vault::{Luggage, PublicKeys};

/// One thing that the source says.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Said {
    pub tenant: i64,
    /// The product's name for the move.
    pub migration: String,
    pub frame: Frame,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Frame {
    /// Whether a tenant could come. Nothing is stored for it.
    MayCome(Coming),
    /// A tenant is to come, or goes on coming.
    Begin(Begin),
    Keys(Keys),
    /// Rows of one table, the next ones.
    Page {
        number: i64,
        table: String,
        rows: Vec<WholeRow>,
    },
    /// That was everything.
    Finish {
        digests: BTreeMap<String, Digest>,
    },
    /// The tenant lives there from now on. Nothing was written for it since both have compared.
    Commit {
        still: Still,
    },
    /// It does not come.
    Drop,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Begin {
    /// Where it comes from.
    pub from: String,
    /// What is moved, and what was promised about it.
    pub plan: String,
    pub policy: String,
    /// Where copies of its tickets are, if it has any ([`super::Here::desk`]).
    pub desk: Option<String>,
}

/// A tenant that may come, and what the product calls it: somebody of that name may be there.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Coming {
    pub begin: Begin,
    pub identity: Option<String>,
    pub installations: Vec<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Keys {
    pub luggage: Luggage,
    pub anchor: Option<Anchor>,
    /// With what the source signs.
    pub signed_by: PublicKeys,
}

/// How far the tenant's chain of records went.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Anchor {
    pub sequence: i64,
    pub at: i64,
    pub hash: Vec<u8>,
    pub signature: String,
}

/// What the target answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Reply {
    /// It may come.
    Welcome,
    /// It is there as far as this page.
    Standing { position: i64 },
    /// That is much: it is being compared, and is to be asked for again.
    Comparing,
    /// All of it is there, and is the same.
    Arrived { digests: BTreeMap<String, Digest> },
    /// The tenant lives there.
    Live,
    /// No copy comes alive there.
    Dropped,
    /// It cannot be. The source gives up.
    Refused(Refused),
}

/// Why the target does not take a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Refused {
    /// Another version, or another policy.
    Different,
    /// Somebody of this number or name is there, or was erased there.
    Taken,
    /// What arrived is not what was sent.
    Unequal,
    /// Copies of its tickets are where the other one does not reach.
    OtherDesk,
    /// There is no such move there, or it is at another place.
    Astray,
}

impl Refused {
    pub const ALL: [Self; 5] = [Self::Different, Self::Taken, Self::Unequal, Self::OtherDesk, Self::Astray];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Different => "the other deployment has another version or policy",
            Self::Taken => "somebody of this number or name is at the other deployment",
            Self::Unequal => "what arrived is not what was sent",
            Self::OtherDesk => "copies of its tickets are at a desk that the other deployment does not use",
            Self::Astray => "the other deployment is not where it should be",
        }
    }
}

impl From<&AnchorRow> for Anchor {
    fn from(row: &AnchorRow) -> Self {
        let AnchorRow { sequence, hash, signature, at, .. } = row.clone();
        Self { sequence, at: crate::clock::Timestamp::from(at).as_millis(), hash, signature }
    }
}
