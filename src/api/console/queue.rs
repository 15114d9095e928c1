//! `GET /console/api/v1/tickets`: the queue, by state, severity, priority, product, tenant, age and assignee. Agents see what
//! is assigned to them. Tickets about privacy are a list of their own (`privacy=true`).

use std::collections::HashMap;

use actix_web::{HttpRequest, web};
use serde::Serialize;

use super::super::Services;
use super::{Paging, wrong};
use crate::auth::StaffCaller;
use crate::auth::staff::needs;
use crate::clock::Timestamp;
use crate::db::queue::{self, Assignee, Listed, Place, Sort, Wanted};
use crate::db::{DbError, Id};
use crate::error::Error;
use crate::staff::{Account, StaffName};
use crate::support::Severity;
use crate::tickets::State;
use crate::tickets::submit::Priority;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct View {
    number: String,
    state: String,
    severity: String,
    priority: String,
    product: String,
    tenant: Id,
    assignee: Option<String>,
    is_privacy: bool,
    is_merged: bool,
    email: String,
    created_at: Timestamp,
    updated_at: Timestamp,
    /// The day on which it goes.
    goes_at: Timestamp,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct List {
    items: Vec<View>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// What a query asks for.
pub struct Asked {
    pub wanted: Wanted,
    sort: Sort,
    ascending: bool,
    after: Option<Place>,
    limit: i64,
}

pub async fn list(
    caller: StaffCaller<needs::Queue>,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<web::Json<List>, Error> {
    let asked = Asked::parse(request.query_string(), &caller.account, &services).await?;
    let names = names(&services).await?;
    let (found, next_cursor) = asked.page(&services).await?;
    let items = found.into_iter().map(|listed| view(listed, &names)).collect();
    Ok(web::Json(List { items, next_cursor }))
}

/// Names of accounts by their ids.
pub async fn names(services: &Services) -> Result<HashMap<Id, String>, Error> {
    let accounts = services.staff.accounts().await?;
    Ok(accounts.into_iter().map(|account| (account.id, account.name.as_str().to_owned())).collect())
}

fn view(listed: Listed, names: &HashMap<Id, String>) -> View {
    View {
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
        goes_at: listed.expires_at.into(),
    }
}

impl Asked {
    pub async fn parse(query: &str, account: &Account, services: &Services) -> Result<Self, Error> {
        let limit = limit(query)?;
        let mut asked = Self {
            wanted: Wanted { is_privacy: Some(false), ..Wanted::default() },
            sort: Sort::Age,
            ascending: true,
            after: None,
            limit,
        };
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            asked.take(&name, &value)?;
            if name == "assignee" {
                asked.wanted.assignee = Some(assignee(&value, account, services).await?);
            }
        }
        // Whatever was asked for: nobody sees by a filter what they may not see.
        if account.role.is_confined() {
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
        let Self { wanted, sort, ascending, after, limit } = self;
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

/// The limit of a list; its cursor has another form here.
fn limit(query: &str) -> Result<i64, Error> {
    let pairs = url::form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name == "limit");
    let text: Vec<String> = pairs.map(|(_, value)| format!("limit={value}")).collect();
    Ok(Paging::parse(&text.join("&"))?.limit)
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
