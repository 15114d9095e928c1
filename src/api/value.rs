//! JSON values that our pages store, and the names under which they do. A value is given back as it came.

use serde_json::Value;
use serde_json::value::RawValue;

use crate::error::{Code, Error};

/// The largest value that a page may store.
pub const VALUE_MAX: usize = 64 * 1024;
const NAME_CHARS_MAX: usize = 128;
const DETAIL_CHARS_MAX: usize = 200;

/// The body as one JSON value, as it came.
pub fn read(body: &[u8]) -> Result<&RawValue, Error> {
    let refuse =
        |error| Error::new(Code::InvalidBody).with_detail("The body is not a JSON value.").because(error);
    // Read as a value first: that refuses what is nested too deeply for others to read.
    serde_json::from_slice::<Value>(body).map_err(refuse)?;
    serde_json::from_slice(body).map_err(refuse)
}

/// The body as what this route expects. What is wrong with it is told to whoever sent it, and to the log only where.
pub fn understood<T>(body: serde_json::Result<T>) -> Result<T, Error> {
    body.map_err(|error| {
        let detail: String = error.to_string().chars().take(DETAIL_CHARS_MAX).collect();
        Error::new(Code::InvalidBody).with_detail(format!("The body: {detail}.")).because(place(&error))
    })
}

/// An error of JSON without what stood there.
pub fn place(error: &serde_json::Error) -> anyhow::Error {
    anyhow::anyhow!("JSON: {:?}, line {}, column {}", error.classify(), error.line(), error.column())
}

/// A key or a subject in the address.
pub fn check_name(name: &str) -> Result<(), Error> {
    if (1..=NAME_CHARS_MAX).contains(&name.chars().count()) {
        return Ok(());
    }
    let detail = format!("A name has at most {NAME_CHARS_MAX} characters.");
    Err(Error::new(Code::InvalidParameter).with_detail(detail))
}

/// The tenant is being erased: to whoever still calls, it is gone.
#[track_caller]
pub fn closed() -> Error {
    Error::unauthenticated(anyhow::anyhow!("the tenant's erasure has begun"))
}
