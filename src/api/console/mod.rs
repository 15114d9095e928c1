//! What the console asks for: `/console/api/v1/…`. Each handler names the permission that it needs in its signature.

pub mod accounts;
mod archive;
pub mod audit;
pub mod bundle;
pub mod downloads;
pub mod forget;
pub mod merge;
pub mod queue;
mod reach;
pub mod replies;
pub mod reviews;
pub mod search;
pub mod session;
pub mod ticket;
pub mod work;

use serde::de::DeserializeOwned;

use crate::error::{Code, Error};

const LIMIT: i64 = 50;
const LIMIT_MAX: i64 = 200;
const REASON_MAX: usize = 500;

/// Where to go on in a list and how far, from a query. What else stands in it does not matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paging {
    pub cursor: Option<i64>,
    pub limit: i64,
}

impl Paging {
    pub fn parse(query: &str) -> Result<Self, Error> {
        let mut paging = Self { cursor: None, limit: LIMIT };
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "cursor" => {
                    let cursor = value.parse().map_err(|_| wrong("cursor", "one from a former answer"))?;
                    paging.cursor = Some(cursor);
                }
                "limit" => {
                    let limit = value.parse().ok().filter(|limit| (1..=LIMIT_MAX).contains(limit));
                    let right = format!("a number from 1 to {LIMIT_MAX}");
                    paging.limit = limit.ok_or_else(|| wrong("limit", &right))?;
                }
                _ => {}
            }
        }
        Ok(paging)
    }
}

fn wrong(name: &str, right: &str) -> Error {
    Error::new(Code::InvalidParameter).with_detail(format!("{name}: expected {right}."))
}

/// A body as one JSON object, with the members that it must have and no others.
fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Error> {
    serde_json::from_slice(body).map_err(|error| {
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
