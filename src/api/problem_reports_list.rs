//! `GET /api/v1/problem-reports`: a user's own reports, and for administrators those of their site (`?of=site`), the newest first.

use std::str::FromStr;

use actix_web::web;
use schemars::JsonSchema;
use serde::Serialize;

use super::Services;
use super::problem_reports::user;
use super::problem_reports_view::Listed;
use crate::auth::{ContextCaller, Gate, Query};
use crate::db::Id;
use crate::db::tickets::{Approval, Standing, TicketRow};
use crate::error::{Code, Error};
use crate::openapi::{Kind, Parameter, Parameters};
use crate::tickets::State;

const LIMIT: usize = 20;
const LIMIT_MAX: usize = 100;

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ReportPage")]
pub struct Page {
    reports: Vec<Listed>,
    next_cursor: Option<String>,
}

pub struct Asked;

impl Parameters for Asked {
    const PARAMETERS: &'static [Parameter] = &[
        Parameter::query("of", Kind::OneOf(|| vec!["me", "site"]), "Whose; `site` is for administrators."),
        Parameter::query(
            "approval",
            Kind::OneOf(approvals),
            "Those alone that an administrator has said this to, or has to.",
        ),
        Parameter::query(
            "state",
            Kind::OneOf(states),
            "Those alone that stand so at the vendor; what has not left the site is not among them.",
        ),
        Parameter::query("limit", Kind::Whole(1, LIMIT_MAX as i64), "How many reports there may be."),
        Parameter::query("cursor", Kind::Id, "Where to go on: `nextCursor` of the answer before."),
    ];
}

fn approvals() -> Vec<&'static str> {
    Approval::ALL.iter().map(|approval| approval.as_str()).collect()
}

fn states() -> Vec<&'static str> {
    State::ALL.iter().map(|state| state.as_str()).collect()
}

pub async fn list(
    caller: ContextCaller,
    query: Query<Asked>,
    services: web::Data<Services>,
    gate: web::Data<Gate>,
) -> Result<web::Json<Page>, Error> {
    let wanted = wanted(&query)?;
    let account_id = user(&caller)?;
    if wanted.of_site && !caller.administers(&gate, account_id).await? {
        return Err(Error::new(Code::AdminRequired));
    }
    let reporter = (!wanted.of_site).then_some(account_id);
    let limit = i64::try_from(wanted.limit + 1).unwrap_or(i64::MAX);
    let tenant = caller.tenant.id();
    let mut rows = services.tickets.page(tenant, reporter, wanted.standing, wanted.before, limit).await?;
    let has_more = rows.len() > wanted.limit;
    rows.truncate(wanted.limit);
    let next_cursor = rows.last().filter(|_| has_more).map(|row| row.id.to_string());
    let own = services.tickets.reporter(caller.tenant.id(), account_id).await?;
    let site_goes_at = services.tickets.site_goes_at(caller.tenant.id()).await?;
    let listed = |row: &TicketRow| Listed::of(row, row.reporter_index == own, site_goes_at);
    Ok(web::Json(Page { reports: rows.iter().map(listed).collect(), next_cursor }))
}

struct Wanted {
    of_site: bool,
    standing: Standing,
    limit: usize,
    before: Option<Id>,
}

fn wanted(query: &Query<Asked>) -> Result<Wanted, Error> {
    let wrong = |detail: String| Error::new(Code::InvalidParameter).with_detail(detail);
    let mut wanted = Wanted { of_site: false, standing: Standing::default(), limit: LIMIT, before: None };
    for (name, value) in query.pairs() {
        match name.as_ref() {
            "of" => match value.as_ref() {
                "site" => wanted.of_site = true,
                "me" => wanted.of_site = false,
                _ => return Err(wrong("of: expected me or site.".to_owned())),
            },
            "approval" => wanted.standing.approval = Some(one_of(&name, &value, &approvals())?),
            "state" => wanted.standing.state = Some(one_of::<State>(&name, &value, &states())?.as_str()),
            "limit" => {
                let limit = value.parse().ok().filter(|limit| (1..=LIMIT_MAX).contains(limit));
                wanted.limit =
                    limit.ok_or_else(|| wrong(format!("limit: expected a number from 1 to {LIMIT_MAX}.")))?;
            }
            "cursor" => {
                let before = value
                    .parse()
                    .map_err(|_| wrong("cursor: expected one that an answer gave.".to_owned()))?;
                wanted.before = Some(before);
            }
            _ => {}
        }
    }
    Ok(wanted)
}

fn one_of<T: FromStr>(name: &str, value: &str, known: &[&str]) -> Result<T, Error> {
    let wrong =
        |_| Error::new(Code::InvalidParameter).with_detail(format!("{name}: expected {}.", known.join(", ")));
    value.parse().map_err(wrong)
}
