//! `POST /api/v1/settings/mask`: what patterns and a list of terms would mask in a text, to try terms before they are set. For
//! administrators. Nothing is stored.

use actix_web::web;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::auth::AdminCall;
use crate::error::{Code, Error};
use crate::support::{Redactor, Wanted};
use crate::tenancy::ReportRules;

/// Room for the text and for as many terms as there may be.
const BODY_MAX: usize = 64 * 1024;
const TEXT_CHARS_MAX: usize = 5_000;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "MaskTest")]
pub struct Asked {
    text: String,
    terms: Vec<String>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "MaskTestResult")]
pub struct Shown {
    text: String,
    /// How many places are masked.
    masked: u32,
}

pub async fn handle(call: AdminCall<Asked, BODY_MAX>) -> Result<web::Json<Shown>, Error> {
    // What serde says of a wrong body may repeat what stands in it.
    let asked = call.read().map_err(|error| wrong("The body: expected text and terms.").because(error))?;
    if asked.text.chars().count() > TEXT_CHARS_MAX {
        return Err(wrong(&format!("text: expected at most {TEXT_CHARS_MAX} characters.")));
    }
    let rules = ReportRules { terms: asked.terms, ..ReportRules::default() };
    if let Some((member, right)) = rules.fault() {
        return Err(wrong(&format!("{member}: expected {right}.")));
    }
    let redacted = Redactor::new(&Wanted { terms: rules.terms, ..Wanted::default() }).text(&asked.text);
    let masked = redacted.report("").iter().map(|masked| masked.count).sum();
    Ok(web::Json(Shown { text: redacted.as_str().to_owned(), masked }))
}

fn wrong(detail: &str) -> Error {
    Error::new(Code::InvalidBody).with_detail(detail)
}
