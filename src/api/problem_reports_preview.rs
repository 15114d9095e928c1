//! `POST /api/v1/problem-reports/preview`: exactly what a report would send. Nothing is stored. To mask more, a page asks for
//! another preview with what the user selected.

use actix_web::web;
use data_encoding::BASE64;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Services, value};
use crate::auth::{ContextCall, ContextCaller, Gate, sight};
use crate::clock::Timestamp;
use crate::error::{Code, Error};
use crate::support::attachment::ATTACHMENT_MAX;
use crate::support::draft::{DESCRIPTION_MAX, DOING_MAX, SELECTION_CHARS_MAX, SELECTIONS_MAX};
use crate::support::item::ATTACHMENTS_MAX;
use crate::support::{
    Attached, Browser, Described, Draft, Item, Missing, PREVIEW_FRESH, Page, Previewed, Reporter, Severity,
    Sight, Tier,
};
use crate::telemetry::{Agent, Language};
use crate::tickets::known::Known;

/// All attachments in base64, and the texts.
const BODY_MAX: usize = 9 * 1024 * 1024;
const ID_CHARS_MAX: usize = 64;
const NAME_CHARS_MAX: usize = 255;

/// What a page sends.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "PreviewWish")]
pub struct Wire {
    description: String,
    #[serde(default)]
    doing: String,
    #[serde(default)]
    severity: Option<Severity>,
    #[serde(default)]
    tier: Option<Tier>,
    #[serde(default)]
    error_id: Option<String>,
    #[serde(default)]
    issue_id: Option<String>,
    #[serde(default)]
    browser: Facts,
    #[serde(default)]
    mask: Vec<String>,
    #[serde(default)]
    attachments: Vec<File>,
}

/// The closed list of what a page may tell of its browser.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[schemars(rename = "BrowserFacts")]
struct Facts {
    user_agent: Option<String>,
    language: Option<String>,
    width: Option<u16>,
    height: Option<u16>,
    dark: Option<bool>,
    online: Option<bool>,
    page: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "AttachedFile")]
struct File {
    name: String,
    base64: String,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Preview")]
pub struct Answer {
    tier: Tier,
    made_at: Timestamp,
    /// Until when it may be sent.
    fresh_until: Timestamp,
    statement_version: i64,
    items: Vec<Shown>,
    missing: Vec<Missing>,
    /// Selections of `mask` that stand in no text, by their places in the list.
    unmatched: Vec<usize>,
    preview_token: String,
    /// Whether a report waits for an administrator of the site before anybody at the vendor sees it.
    needs_approval: bool,
    /// What is known of the same error, where somebody of this site reported it before.
    #[serde(skip_serializing_if = "Option::is_none")]
    known_problem: Option<KnownProblem>,
}

#[derive(Serialize, JsonSchema)]
struct KnownProblem {
    text: String,
    since: Timestamp,
}

/// An item of the manifest, with its bytes in base64.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PreviewItem")]
struct Shown {
    #[serde(flatten)]
    described: Described,
    content: String,
}

pub async fn handle(
    call: ContextCall<Wire, BODY_MAX>,
    services: web::Data<Services>,
    gate: web::Data<Gate>,
) -> Result<web::Json<Answer>, Error> {
    let reporter = reporter(&call.caller)?;
    let draft = draft(value::understood(call.read())?)?;
    // Without content nothing is shown that somebody might not see.
    let sight = match draft.tier {
        Some(Tier::Minimal) => Sight::default(),
        _ => sight(&gate, &call.caller, &reporter.account_id, draft.issue_id.as_deref()).await,
    };
    let Previewed { preview, unmatched, needs_approval } =
        services.support.preview(&reporter, draft, sight).await?;
    let known_problem = match &preview.fingerprint {
        Some(print) => services.tickets.known(reporter.tenant, print).await?,
        None => None,
    };
    Ok(web::Json(Answer {
        known_problem: known_problem.map(|Known { text, since }| KnownProblem { text, since }),
        tier: preview.tier,
        made_at: preview.made_at,
        fresh_until: preview.made_at.plus(PREVIEW_FRESH),
        statement_version: preview.statement_version,
        items: preview.items.iter().map(shown).collect(),
        missing: preview.missing,
        unmatched,
        needs_approval,
        preview_token: preview.token,
    }))
}

/// Who reports. Somebody without a name would find no report again.
pub fn reporter(caller: &ContextCaller) -> Result<Reporter, Error> {
    let nobody = || Error::unauthenticated(anyhow::anyhow!("an anonymous user cannot report a problem"));
    let account_id = caller.account_id.clone().ok_or_else(nobody)?;
    Ok(Reporter { tenant: caller.tenant.id(), account_id })
}

fn shown(item: &Item) -> Shown {
    Shown { described: item.described(), content: BASE64.encode(&item.content) }
}

fn draft(wire: Wire) -> Result<Draft, Error> {
    let selections = wire.mask.iter().all(|selected| selected.chars().count() <= SELECTION_CHARS_MAX);
    check(wire.mask.len() <= SELECTIONS_MAX && selections, || {
        format!("mask: expected at most {SELECTIONS_MAX} texts of at most {SELECTION_CHARS_MAX} characters.")
    })?;
    check(wire.attachments.len() <= usize::from(ATTACHMENTS_MAX), || {
        format!("attachments: expected at most {ATTACHMENTS_MAX}.")
    })?;
    check(!wire.description.trim().is_empty(), || "description: is empty.".to_owned())?;
    Ok(Draft {
        description: text("description", wire.description, DESCRIPTION_MAX)?,
        doing: text("doing", wire.doing, DOING_MAX)?,
        severity: wire.severity.unwrap_or(Severity::Normal),
        tier: wire.tier,
        error_id: wire.error_id.map(|id| name("errorId", id)).transpose()?,
        issue_id: wire.issue_id.map(|id| name("issueId", id)).transpose()?,
        browser: browser(&wire.browser)?,
        selected: wire.mask,
        attachments: wire.attachments.into_iter().map(attached).collect::<Result<_, _>>()?,
    })
}

fn text(name: &str, text: String, most: usize) -> Result<String, Error> {
    check(text.chars().count() <= most, || format!("{name}: expected at most {most} characters."))?;
    let is_text = text.chars().all(|letter| !letter.is_control() || matches!(letter, '\n' | '\r' | '\t'));
    check(is_text, || format!("{name}: holds characters that are no text."))?;
    Ok(text)
}

/// An id of ours or of the product.
fn name(member: &str, id: String) -> Result<String, Error> {
    let is_id = id.bytes().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, b'-' | b'_'));
    check(is_id && (1..=ID_CHARS_MAX).contains(&id.len()), || format!("{member}: this is no id."))?;
    Ok(id)
}

fn browser(facts: &Facts) -> Result<Browser, Error> {
    let page = facts.page.as_deref().map(str::parse::<Page>).transpose();
    let right = || wrong("browser.page: expected \"admin\" or \"report\".".to_owned());
    Ok(Browser {
        agent: facts.user_agent.as_deref().map(Agent::parse),
        language: facts.language.as_deref().and_then(Language::parse),
        width: facts.width,
        height: facts.height,
        is_dark: facts.dark,
        is_online: facts.online,
        page: page.map_err(|_| right())?,
    })
}

fn attached(file: File) -> Result<Attached, Error> {
    let File { name, base64 } = file;
    let most = ATTACHMENT_MAX.div_ceil(3) * 4;
    check(name.chars().count() <= NAME_CHARS_MAX, || "attachments: a name is too long.".to_owned())?;
    check(base64.len() <= most, || format!("attachments: a file may have {ATTACHMENT_MAX} bytes."))?;
    let content = BASE64.decode(base64.as_bytes());
    let content = content.map_err(|_| wrong("attachments: expected base64 with padding.".to_owned()))?;
    Ok(Attached { name, content })
}

fn check(is_right: bool, detail: impl FnOnce() -> String) -> Result<(), Error> {
    if is_right { Ok(()) } else { Err(wrong(detail())) }
}

fn wrong(detail: String) -> Error {
    Error::new(Code::InvalidBody).with_detail(detail)
}
