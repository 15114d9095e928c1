//! Mails that an erasure brings about: to processors, which are to delete theirs, and to the customer, when it is over.

use askama::Template;

use super::render::{Facts, RenderError, Rendered, View, templates, whole};
use super::wording::{day, moment};
use crate::clock::Timestamp;
use crate::policy::{ClassName, Language, Policy};

/// What a processor is told. It holds nothing of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub processor: String,
    /// Names the request to both sides.
    pub reference: String,
    /// Whether it was told before and has not answered.
    pub is_again: bool,
    pub told_at: Timestamp,
    pub due_at: Timestamp,
    /// `Message-ID`s of mails.
    pub messages: Vec<String>,
    pub tenant_number: Option<String>,
    pub link: String,
}

/// What the customer is told at the end, besides what every mail says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erased {
    pub ended_at: Timestamp,
    pub unreadable_at: Timestamp,
    pub backups_gone_at: Option<Timestamp>,
    /// The name of the installation in the receipt.
    pub tenant_hash: String,
    /// Classes of which something of the customer is kept.
    pub retained: Vec<ClassName>,
    /// Processors that have not confirmed yet.
    pub pending: Vec<String>,
    /// Where the public keys are.
    pub keys: String,
}

pub fn render_request(
    request: &Request,
    language: Language,
    policy: &Policy,
) -> Result<Rendered, RenderError> {
    let controller = &policy.document().controller;
    let (told_on, due_on) = (day(request.told_at, language), day(request.due_at, language));
    let text = match language {
        Language::En => RequestEn { request, controller, told_on, due_on }.render()?,
        Language::De => RequestDe { request, controller, told_on, due_on }.render()?,
    };
    whole(&text, language)
}

pub fn render_erased(
    erased: &Erased,
    facts: &Facts,
    language: Language,
    policy: &Policy,
) -> Result<Rendered, RenderError> {
    let view = &View { facts, policy, language };
    let (ended_at, unreadable_on) = (moment(erased.ended_at, language), day(erased.unreadable_at, language));
    let gone_on = erased.backups_gone_at.map(|at| day(at, language));
    let text = match language {
        Language::En => ErasedEn { view, erased, ended_at, unreadable_on, gone_on }.render()?,
        Language::De => ErasedDe { view, erased, ended_at, unreadable_on, gone_on }.render()?,
    };
    whole(&text, language)
}

#[derive(Template)]
#[template(path = "mail/request.en.txt", escape = "none")]
struct RequestEn<'a> {
    request: &'a Request,
    controller: &'a crate::policy::model::Controller,
    told_on: String,
    due_on: String,
}

#[derive(Template)]
#[template(path = "mail/request.de.txt", escape = "none")]
struct RequestDe<'a> {
    request: &'a Request,
    controller: &'a crate::policy::model::Controller,
    told_on: String,
    due_on: String,
}

templates! {
    ErasedEn, "mail/erased.en.txt", ErasedDe, "mail/erased.de.txt" {
        erased: &'a Erased, ended_at: String, unreadable_on: String, gone_on: Option<String>
    }
}
