//! The mail that tells the vendor's own support of a new report. It holds the number and a link that leads nowhere without
//! signing in, and no room for more.

use askama::Template;

use super::render::{RenderError, Rendered, whole};
use crate::policy::Language;

/// The console's own language.
pub const LANGUAGE: Language = Language::En;

pub fn render_staff(number: &str, link: &str) -> Result<Rendered, RenderError> {
    whole(&StaffEn { number, link }.render()?, LANGUAGE)
}

#[derive(Template)]
#[template(path = "mail/staff.en.txt", escape = "none")]
struct StaffEn<'a> {
    number: &'a str,
    link: &'a str,
}
