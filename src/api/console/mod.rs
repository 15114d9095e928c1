//! What the console asks for: `/console/api/v1/…`. Each handler names the permission that it needs in its signature.

pub mod accounts;
mod archive;
pub mod audit;
pub mod bundle;
pub mod counts;
pub mod development;
pub mod downloads;
pub mod due;
pub mod erasures;
pub mod forget;
pub mod intake;
pub mod jobs;
pub mod mask;
pub mod merge;
pub mod queue;
mod reach;
pub mod receipts;
pub mod replies;
pub mod reviews;
pub mod search;
pub mod session;
pub mod tenant;
pub mod tenants;
pub mod ticket;
mod watermark;
pub mod work;

use crate::auth::Query;
use crate::error::{Code, Error};
use crate::openapi::{Kind, Parameter, Parameters};

const LIMIT: i64 = 50;
const LIMIT_MAX: i64 = 200;
const REASON_MAX: usize = 500;

/// Where to go on in a list and how far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paging {
    pub cursor: Option<i64>,
    pub limit: i64,
}

impl Paging {
    pub fn parse<P: Parameters>(query: &Query<P>) -> Result<Self, Error> {
        let mut paging = Self { cursor: None, limit: limit(query)? };
        for (_, value) in query.pairs().filter(|(name, _)| name == "cursor") {
            let cursor = value.parse().map_err(|_| wrong("cursor", "one from a former answer"))?;
            paging.cursor = Some(cursor);
        }
        Ok(paging)
    }
}

const CURSOR: Parameter =
    Parameter::query("cursor", Kind::Text, "Where to go on: `nextCursor` of the answer before.");
const LIMITED: Parameter = Parameter::query("limit", Kind::Whole(1, LIMIT_MAX), "How many there may be.");

impl Parameters for Paging {
    const PARAMETERS: &'static [Parameter] = &[CURSOR, LIMITED];
}

/// How far a list goes whose cursor has another form.
fn limit<P: Parameters>(query: &Query<P>) -> Result<i64, Error> {
    let mut limit = LIMIT;
    for (_, value) in query.pairs().filter(|(name, _)| name == "limit") {
        let known = value.parse().ok().filter(|limit| (1..=LIMIT_MAX).contains(limit));
        limit = known.ok_or_else(|| wrong("limit", &format!("a number from 1 to {LIMIT_MAX}")))?;
    }
    Ok(limit)
}

fn wrong(name: &str, right: &str) -> Error {
    Error::new(Code::InvalidParameter).with_detail(format!("{name}: expected {right}."))
}

/// A body as one JSON object, with the members that it must have and no others.
fn understood<T>(body: serde_json::Result<T>) -> Result<T, Error> {
    body.map_err(|error| {
        let detail = format!("The body is not what this route expects: {error}.");
        Error::new(Code::InvalidBody).with_detail(detail)
    })
}

/// Why somebody does something: a few words at least, for whoever reads it later.
fn reason(text: &str) -> Result<&str, Error> {
    let text = text.trim();
    let is_told = text.chars().filter(|letter| letter.is_alphanumeric()).count() >= 3;
    if is_told && text.chars().count() <= REASON_MAX && !text.chars().any(|letter| letter.is_control()) {
        return Ok(text);
    }
    let right = format!("why, in 3 to {REASON_MAX} letters on one line");
    Err(Error::new(Code::InvalidBody).with_detail(format!("reason: expected {right}.")))
}
