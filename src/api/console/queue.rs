//! `GET /console/api/v1/tickets`: the queue, by state, severity, priority, product, tenant, age and assignee. Agents see what
//! is assigned to them. Tickets about privacy are a list of their own (`privacy=true`), and those that are put away until a time
//! are left out unless they are asked for (`snoozed=true`).

use std::collections::{BTreeMap, HashMap};

use actix_web::web;
use schemars::JsonSchema;
use serde::Serialize;

use super::super::Services;
use super::{CURSOR, LIMITED, limit, wrong};
use crate::auth::staff::needs;
use crate::auth::{Query, StaffCaller};
use crate::clock::Timestamp;
use crate::db::queue::{self, Assignee, Listed, Place, Snoozed, Sort, Wanted};
use crate::db::{DbError, Id};
use crate::error::Error;
use crate::openapi::{Kind, Parameter, Parameters};
use crate::staff::{Account, StaffName};
use crate::support::Severity;
use crate::tickets::State;
use crate::tickets::read::earlier;
use crate::tickets::submit::Priority;

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "QueueTicket")]
pub struct View {
    number: String,
    #[schemars(with = "State")]
    state: String,
    #[schemars(with = "Severity")]
    severity: String,
    #[schemars(with = "Priority")]
    priority: String,
    product: String,
    tenant: Id,
    assignee: Option<String>,
    is_privacy: bool,
    is_merged: bool,
    email: String,
    created_at: Timestamp,
    updated_at: Timestamp,
    /// The day on which it goes: with its installation, if that is earlier.
    goes_at: Timestamp,
    /// While it is put away.
    snoozed_until: Option<Timestamp>,
    /// By when the first answer is due; absent when it was given, and where there is no goal.
    due_at: Option<Timestamp>,
    is_overdue: bool,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Queue")]
pub struct List {
    items: Vec<View>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// What a query asks for.
pub struct Asked {
    pub wanted: Wanted,
    pub after: Option<Place>,
    /// Whether they see no tickets but their own, whatever they ask for.
    pub is_confined: bool,
    sort: Sort,
    ascending: bool,
    limit: i64,
}

pub async fn list(
    caller: StaffCaller<needs::Queue>,
    query: Query<Asked>,
    services: web::Data<Services>,
) -> Result<web::Json<List>, Error> {
    let asked = Asked::parse(&query, &caller.account, &services).await?;
    let names = names(&services).await?;
    let (found, next_cursor) = asked.page(&services).await?;
    let now = services.clock.now();
    let sites = found.iter().map(|listed| listed.tenant_id).collect();
    let sites = services.tickets.sites_go_at(sites).await?;
    let items = found.into_iter().map(|listed| view(listed, &names, &sites, now)).collect();
    Ok(web::Json(List { items, next_cursor }))
}

/// Names of accounts by their ids.
pub async fn names(services: &Services) -> Result<HashMap<Id, String>, Error> {
    let accounts = services.staff.accounts().await?;
    Ok(accounts.into_iter().map(|account| (account.id, account.name.as_str().to_owned())).collect())
}

fn view(
    listed: Listed,
    names: &HashMap<Id, String>,
    sites: &BTreeMap<Id, Timestamp>,
    now: Timestamp,
) -> View {
    let due_at = listed.due_at().map(Timestamp::from);
    View {
        snoozed_until: listed.snoozed_until.map(Timestamp::from).filter(|until| *until > now),
        is_overdue: due_at.is_some_and(|due_at| due_at <= now),
        due_at,
        number: listed.number,
        state: listed.state,
        severity: listed.severity,
        priority: listed.priority,
        product: listed.product,
        tenant: listed.tenant_id,
        assignee: listed.assignee_id.and_then(|id| names.get(&id).cloned()),
        is_privacy: listed.is_privacy,
        is_merged: listed.merged_into.is_some(),
        email: listed.email_state,
        created_at: listed.created_at.into(),
        updated_at: listed.updated_at.into(),
        goes_at: earlier(listed.expires_at.into(), sites.get(&listed.tenant_id).copied()),
    }
}

impl Parameters for Asked {
    const PARAMETERS: &'static [Parameter] = &[
        Parameter::query("state", Kind::Text, "States, with commas between them."),
        Parameter::query("severity", Kind::OneOf(severities), "How bad it is for the reporter."),
        Parameter::query("priority", Kind::OneOf(priorities), "How soon it is worked on."),
        Parameter::query("product", Kind::OneOf(|| vec!["jira", "confluence"]), "Where it was reported."),
        Parameter::query("tenant", Kind::Id, "Our own number of the installation."),
        Parameter::query("privacy", Kind::Flag, "Tickets about privacy, which are a list of their own."),
        Parameter::query(
            "snoozed",
            Kind::OneOf(|| vec!["false", "true", "any"]),
            "Tickets that are put away until a time: left out, alone, or among the others.",
        ),
        Parameter::query("overdue", Kind::Flag, "Those alone whose first answer is overdue."),
        Parameter::query("createdBefore", Kind::Time, "Older ones alone."),
        Parameter::query("createdAfter", Kind::Time, "Younger ones alone."),
        Parameter::query("assignee", Kind::Text, "`me`, `none`, or the name of an account."),
        Parameter::query("sort", Kind::Text, "What comes first; with `-` before it the other way."),
        CURSOR,
        LIMITED,
    ];
}

fn severities() -> Vec<&'static str> {
    Severity::ALL.iter().map(|severity| severity.as_str()).collect()
}

fn priorities() -> Vec<&'static str> {
    Priority::ALL.iter().map(|priority| priority.as_str()).collect()
}

impl Asked {
    pub async fn parse(query: &Query<Self>, account: &Account, services: &Services) -> Result<Self, Error> {
        let limit = limit(query)?;
        let mut asked = Self {
            wanted: Wanted {
                is_privacy: Some(false),
                now: Some(services.clock.now().into()),
                ..Wanted::default()
            },
            sort: Sort::Age,
            ascending: true,
            after: None,
            is_confined: account.role.is_confined(),
            limit,
        };
        for (name, value) in query.pairs() {
            asked.take(&name, &value)?;
            if name == "assignee" {
                asked.wanted.assignee = Some(assignee(&value, account, services).await?);
            }
        }
        // Whatever was asked for: nobody sees by a filter what they may not see.
        if asked.is_confined {
            asked.wanted.assignee = Some(Assignee::Somebody(account.id));
        }
        Ok(asked)
    }

    fn take(&mut self, name: &str, value: &str) -> Result<(), Error> {
        let word = |is_known: bool, right: &str| {
            if is_known { Ok(Some(value.to_owned())) } else { Err(wrong(name, right)) }
        };
        match name {
            "state" => {
                for state in value.split(',') {
                    let known = state.parse::<State>().map_err(|_| wrong(name, "states of tickets"))?;
                    self.wanted.states.push(known.as_str().to_owned());
                }
            }
            "severity" => {
                self.wanted.severity = word(value.parse::<Severity>().is_ok(), "a severity")?;
            }
            "priority" => {
                self.wanted.priority = word(value.parse::<Priority>().is_ok(), "a priority")?;
            }
            "product" => {
                self.wanted.product = word(["jira", "confluence"].contains(&value), "jira or confluence")?;
            }
            "tenant" => {
                let tenant = value.parse().map_err(|_| wrong(name, "our own number of a tenant"))?;
                self.wanted.tenant = Some(tenant);
            }
            "privacy" => match value {
                "true" | "false" => self.wanted.is_privacy = Some(value == "true"),
                _ => return Err(wrong(name, "true or false")),
            },
            "snoozed" => match value {
                "false" => self.wanted.snoozed = Snoozed::LeftOut,
                "true" => self.wanted.snoozed = Snoozed::Alone,
                "any" => self.wanted.snoozed = Snoozed::Too,
                _ => return Err(wrong(name, "true, false or any")),
            },
            "overdue" => match value {
                "true" | "false" => self.wanted.is_overdue = value == "true",
                _ => return Err(wrong(name, "true or false")),
            },
            "createdBefore" => self.wanted.created_before = Some(time(name, value)?.into()),
            "createdAfter" => self.wanted.created_after = Some(time(name, value)?.into()),
            "sort" => {
                let sort = value.strip_prefix('-').unwrap_or(value);
                self.ascending = sort == value;
                self.sort = sort.parse().map_err(|_| {
                    let words: Vec<&str> = Sort::ALL.iter().map(|sort| sort.as_str()).collect();
                    wrong(name, &format!("one of {}, with - before it for the other way", words.join(", ")))
                })?;
            }
            "cursor" => {
                let parts = value.split_once('.');
                let place = parts
                    .and_then(|(rank, id)| Some(Place { rank: rank.parse().ok()?, id: id.parse().ok()? }));
                self.after = Some(place.ok_or_else(|| wrong(name, "one from a former answer"))?);
            }
            _ => {}
        }
        Ok(())
    }

    /// The tickets, and where to go on.
    pub async fn page(&self, services: &Services) -> Result<(Vec<Listed>, Option<String>), Error> {
        let Self { wanted, sort, ascending, after, limit, .. } = self;
        let (wanted, sort, ascending, after, limit) = (wanted.clone(), *sort, *ascending, *after, *limit);
        let found = services
            .main
            .read(move |conn| Ok::<_, DbError>(queue::page(conn, &wanted, sort, ascending, after, limit)?))
            .await?;
        let is_full = i64::try_from(found.len()).is_ok_and(|found| found == limit);
        let last = found.last().filter(|_| is_full).map(Listed::place);
        Ok((found, last.map(|place| format!("{}.{}", place.rank, place.id))))
    }
}

fn time(name: &str, value: &str) -> Result<Timestamp, Error> {
    value.parse().map_err(|_| wrong(name, "an RFC 3339 time"))
}

async fn assignee(value: &str, account: &Account, services: &Services) -> Result<Assignee, Error> {
    match value {
        "none" => Ok(Assignee::Nobody),
        "me" => Ok(Assignee::Somebody(account.id)),
        name => {
            let unknown = || wrong("assignee", "me, none, or the name of an account");
            let name = StaffName::parse(name).map_err(|_| unknown())?;
            let found = services.staff.by_name(&name).await?.ok_or_else(unknown)?;
            Ok(Assignee::Somebody(found.id))
        }
    }
}
