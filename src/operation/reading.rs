//! What an event of the product says, as far as records are made of it. Everything else in it is of no concern here.

use serde_json::{Map, Value, json};

use super::fields;
use super::order::Order;
use super::thing::Thing;
use crate::clock::Timestamp;
use crate::policy::Policy;

/// Events that bring a whole issue or page. Others bring a part of one, and a part is no version.
const WHOLE: [&str; 6] = [
    "jira:issue_created",
    "jira:issue_updated",
    "page_created",
    "page_updated",
    "blog_created",
    "blog_updated",
];
/// Events after which it is no longer there for the people who use the product.
const GONE: [&str; 5] =
    ["jira:issue_deleted", "page_trashed", "page_removed", "blog_trashed", "blog_removed"];
/// More of these in one event are an import, not a change.
const TRACES_MAX: usize = 100;
const LINKS_MAX: usize = 50;
/// The product's own type of link between an issue and the copy that was made of it.
const CLONES: &str = "Cloners";

pub struct Reading {
    pub order: Order,
    pub news: News,
    about: Option<Thing>,
}

impl Reading {
    /// The issue or page whose deletion takes the event itself along. What tells of a deletion stays.
    pub fn parent(&self) -> Option<&Thing> {
        self.about.as_ref().filter(|_| !matches!(self.news, News::Gone(_)))
    }
}

pub enum News {
    /// Nothing that records are made of.
    Nothing,
    Gone(Thing),
    Unlinked(Link),
    Linked(Vec<Link>),
    Changed(Changed),
}

/// A version of an issue or a page, and what an issue says beside it.
pub struct Changed {
    pub thing: Thing,
    pub fields: Map<String, Value>,
    pub traces: Vec<Trace>,
    pub links: Vec<Link>,
}

/// A change of one field.
pub struct Trace {
    /// Within everything that is said about the issue.
    pub subject: String,
    pub value: Value,
}

/// A link between two issues. The product says what it means.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Link {
    pub thing: Thing,
    pub from: Thing,
    pub to: Thing,
    pub meaning: String,
}

impl Link {
    /// An issue and its clone are each other's counterpart; everything else is a relation.
    pub fn kind(&self) -> &'static str {
        if self.meaning == CLONES { "twin" } else { "relation" }
    }
}

/// Reads an event. `name` is what the address says that it is, for products that do not say it in the body.
pub fn read(event: &Value, name: Option<&str>, policy: &Policy, arrived_at: Timestamp) -> Reading {
    let order = Order::of(event, arrived_at);
    let name = event["webhookEvent"].as_str().or(event["event"].as_str()).or(name).unwrap_or_default();
    let news = match name {
        "issuelink_created" => link(&event["issueLink"]).map(|link| News::Linked(vec![link])),
        "issuelink_deleted" => link(&event["issueLink"]).map(News::Unlinked),
        name if GONE.contains(&name) => about(event).map(|(thing, _)| News::Gone(thing)),
        name if WHOLE.contains(&name) => changed(event, policy, order).map(News::Changed),
        _ => None,
    };
    let about = about(event).map(|(thing, _)| thing);
    Reading { order, news: news.unwrap_or(News::Nothing), about }
}

/// What the event is about, and its fields.
fn about(event: &Value) -> Option<(Thing, &Map<String, Value>)> {
    static NONE: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);
    if let Some(issue) = Thing::issue(&event["issue"]["id"]) {
        return Some((issue, event["issue"]["fields"].as_object().unwrap_or(&NONE)));
    }
    let content = event["page"].as_object().or(event["blog"].as_object())?;
    Some((Thing::content(content.get("id")?)?, content))
}

fn changed(event: &Value, policy: &Policy, order: Order) -> Option<Changed> {
    let (thing, source) = about(event)?;
    Some(Changed {
        fields: fields::keep(policy, source),
        traces: traces(&event["changelog"], &thing, policy, order),
        links: links(source, &thing),
        thing,
    })
}

fn traces(changelog: &Value, issue: &Thing, policy: &Policy, order: Order) -> Vec<Trace> {
    let changelog_id = match &changelog["id"] {
        Value::String(id) => id.clone(),
        Value::Number(id) => id.to_string(),
        _ => format!("at-{}", order.at),
    };
    let items = changelog["items"].as_array().map(Vec::as_slice).unwrap_or_default().iter().enumerate();
    let trace = |(number, item): (usize, &Value)| {
        // `field` is the name that people see; it differs between languages.
        let field = item["fieldId"].as_str().or(item["field"].as_str())?;
        if !fields::is_kept(policy, field) {
            return None;
        }
        let side = |name: &str| fields::scalar(&item[name]);
        let value = json!({"field": field, "from": side("from"), "fromString": side("fromString"),
            "to": side("to"), "toString": side("toString")});
        Some(Trace { subject: format!("{issue}/{changelog_id}/{number}"), value })
    };
    items.filter_map(trace).take(TRACES_MAX).collect()
}

/// An issue names its links, each seen from its own end.
fn links(fields: &Map<String, Value>, issue: &Thing) -> Vec<Link> {
    let seen = fields.get("issuelinks").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let link = |seen: &Value| {
        let (outward, inward) =
            (Thing::issue(&seen["outwardIssue"]["id"]), Thing::issue(&seen["inwardIssue"]["id"]));
        let (from, to) = match (outward, inward) {
            (Some(to), _) => (issue.clone(), to),
            (None, Some(from)) => (from, issue.clone()),
            (None, None) => return None,
        };
        let meaning = seen["type"]["name"].as_str().unwrap_or_default().to_owned();
        Some(Link { thing: Thing::link(&seen["id"])?, from, to, meaning })
    };
    seen.iter().filter_map(link).take(LINKS_MAX).collect()
}

fn link(told: &Value) -> Option<Link> {
    Some(Link {
        thing: Thing::link(&told["id"])?,
        from: Thing::issue(&told["sourceIssueId"])?,
        to: Thing::issue(&told["destinationIssueId"])?,
        meaning: told["issueLinkType"]["name"].as_str().unwrap_or_default().to_owned(),
    })
}
