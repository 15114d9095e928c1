//! The vendor's own site, which plays Jira Service Management: customers, requests, attachments and their statuses.
//!
//! Its shapes are those of Atlassian's documentation: "Customer", "Request" and "Servicedesk" of
//! <https://developer.atlassian.com/cloud/jira/service-desk/rest/>, and of the platform "Delete issue", "Delete attachment" and
//! the search at <https://developer.atlassian.com/cloud/jira/platform/search-and-reconcile>, which finds an issue only seconds to
//! minutes after it was made. Of what those pages leave open it takes the harder one.

mod attachments;
mod comments;
mod customers;
mod issues;
mod requests;
mod sent;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use actix_web::http::header;
use actix_web::web::{self, Bytes, Data, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::connection::hang_up;
use super::faults::Desk as Fault;
use super::world::World;
use crate::clock::Timestamp;

/// Where it is, below the sandbox's origin.
pub(super) const PATH: &str = "/desk";
/// The one service desk, and the one type of request that it has.
pub const SERVICE_DESK: &str = "1";
pub const REQUEST_TYPE: &str = "10";
/// Who may call.
pub const EMAIL: &str = "agent@vendor.example";
pub const TOKEN: &str = "a-token-of-the-sandbox";
/// What a search does not see yet, as a rule.
const INDEX_LAG: Duration = Duration::from_secs(30);
const BODY_MAX: usize = 32 * 1024 * 1024;
/// Entries of a list that are given at once.
const PAGE_MAX: usize = 50;

/// Somebody who may be the reporter of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskCustomer {
    pub account_id: String,
    pub email: String,
    pub is_of_the_desk: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskAttachment {
    pub id: String,
    pub name: String,
    pub media: String,
    pub content: Vec<u8>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskComment {
    pub id: String,
    pub body: String,
    pub is_public: bool,
    /// An account id of a customer, or a name of an agent.
    pub author: String,
    pub created_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskRequest {
    pub id: String,
    pub key: String,
    pub summary: String,
    pub description: String,
    /// The account id of the customer, or of the agent who made it.
    pub reporter: String,
    pub status: String,
    /// `NEW`, `INDETERMINATE` or `DONE`.
    pub category: String,
    pub attachments: Vec<DeskAttachment>,
    pub comments: Vec<DeskComment>,
    pub created_at: Timestamp,
}

/// What the site holds.
#[derive(Default)]
pub struct Desk(Mutex<Held>);

struct Held {
    customers: Vec<DeskCustomer>,
    requests: Vec<DeskRequest>,
    /// What the search still finds, for a while.
    deleted: Vec<(Timestamp, DeskRequest)>,
    temporary: Vec<DeskAttachment>,
    made: u32,
    /// Paths of what was called, and the names of everything that stood in the calls.
    sent: BTreeSet<(String, String)>,
    /// How often each method was called at each path, whatever came of it.
    called: BTreeMap<(String, String), usize>,
    /// How late the search learns of what was made or deleted.
    index_lag: Duration,
}

impl Default for Held {
    fn default() -> Self {
        Self {
            customers: Vec::new(),
            requests: Vec::new(),
            deleted: Vec::new(),
            temporary: Vec::new(),
            made: 0,
            sent: BTreeSet::new(),
            called: BTreeMap::new(),
            index_lag: INDEX_LAG,
        }
    }
}

impl Held {
    /// A number that was not given out before.
    fn next(&mut self) -> u32 {
        self.made += 1;
        10_000 + self.made
    }

    fn request(&mut self, key: &str) -> Option<&mut DeskRequest> {
        self.requests.iter_mut().find(|request| request.key == key || request.id == key)
    }
}

impl Desk {
    pub fn requests(&self) -> Vec<DeskRequest> {
        self.held().requests.clone()
    }

    pub fn customers(&self) -> Vec<DeskCustomer> {
        self.held().customers.clone()
    }

    /// The names of everything that it was ever sent, each with the path that it was sent to.
    pub fn sent(&self) -> BTreeSet<(String, String)> {
        self.held().sent.clone()
    }

    /// How often this method was called at paths that end so, also where the call went wrong.
    pub fn times_called(&self, method: &str, path_end: &str) -> usize {
        let held = self.held();
        let matching = held.called.iter().filter(|((by, at), _)| by == method && at.ends_with(path_end));
        matching.map(|(_, times)| times).sum()
    }

    /// As if an agent had moved it.
    pub fn set_status(&self, key: &str, status: &str, category: &str) {
        if let Some(request) = self.held().request(key) {
            status.clone_into(&mut request.status);
            category.clone_into(&mut request.category);
        }
    }

    /// As if the site's index were so far behind.
    pub fn set_index_lag(&self, lag: Duration) {
        self.held().index_lag = lag;
    }

    /// As if agents had attached so many files.
    pub fn attach_others(&self, key: &str, count: usize) {
        let mut held = self.held();
        let files: Vec<DeskAttachment> = (0..count)
            .map(|number| DeskAttachment {
                id: held.next().to_string(),
                name: format!("agent-{number}.txt"),
                media: "text/plain".to_owned(),
                content: b"of an agent".to_vec(),
            })
            .collect();
        if let Some(request) = held.request(key) {
            request.attachments.splice(0..0, files);
        }
    }

    /// As if somebody had written it there.
    pub fn comment(&self, key: &str, author: &str, body: &str, is_public: bool, now: Timestamp) {
        let mut held = self.held();
        let id = held.next().to_string();
        let (author, body) = (author.to_owned(), body.to_owned());
        if let Some(request) = held.request(key) {
            request.comments.push(DeskComment { id, body, is_public, author, created_at: now });
        }
    }

    /// As if somebody had deleted them there.
    pub fn clear_comments(&self, key: &str) {
        if let Some(request) = self.held().request(key) {
            request.comments.clear();
        }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) fn configure(services: &mut ServiceConfig) {
    let scope = web::scope(PATH).app_data(web::PayloadConfig::new(BODY_MAX));
    services.service(scope.default_service(web::to(handle)));
}

async fn handle(request: HttpRequest, body: Bytes, world: Data<World>) -> HttpResponse {
    let (method, path) = (request.method().as_str(), request.path());
    {
        let mut held = world.desk.held();
        held.sent.extend(sent::names(&request, &body));
        *held.called.entry((method.to_owned(), path.to_owned())).or_default() += 1;
    }
    let fault = world.faults.desk_for(method, path);
    match fault {
        Fault::Down => return hang_up(&request),
        Fault::TooManyRequests { retry_after } => return too_many(retry_after),
        Fault::Status(status) => return error(status, "The desk was told to fail."),
        _ => {}
    }
    if !is_known(&request) {
        return error(401, "Client must be authenticated to access this resource.");
    }
    let answer = answer(&request, &body, &world);
    // These two are asked to do the work, and do it, before the caller hears nothing good of it.
    match fault {
        Fault::FailAfter if request.method() != "GET" => error(500, "Internal server error"),
        Fault::Slow(duration) => {
            actix_web::rt::time::sleep(duration).await;
            answer
        }
        _ => answer,
    }
}

fn answer(request: &HttpRequest, body: &[u8], world: &World) -> HttpResponse {
    let path = request.path().strip_prefix(PATH).unwrap_or_default();
    let query = request.uri().query().unwrap_or_default();
    let segments: Vec<&str> = path.split('/').skip(2).collect();
    let (mut held, now) = (world.desk.held(), world.clock.now());
    match (request.method().as_str(), segments.as_slice()) {
        ("GET", ["servicedeskapi", "servicedesk", SERVICE_DESK, "customer"]) => {
            customers::search(&held, query)
        }
        ("POST", ["servicedeskapi", "servicedesk", SERVICE_DESK, "customer"]) => {
            customers::add(&mut held, body)
        }
        ("DELETE", ["servicedeskapi", "servicedesk", SERVICE_DESK, "customer"]) => {
            customers::remove(&mut held, body, world.faults.desk() == Fault::OpenAccess)
        }
        ("POST", ["servicedeskapi", "customer"]) => customers::create(&mut held, body),
        ("POST", ["servicedeskapi", "servicedesk", SERVICE_DESK, "attachTemporaryFile"]) => {
            attachments::keep(&mut held, request, body)
        }
        ("POST", ["servicedeskapi", "request"]) => {
            requests::create(&mut held, body, world.faults.desk(), now)
        }
        ("GET", ["servicedeskapi", "request", key]) => requests::read(&mut held, key),
        ("GET", ["servicedeskapi", "request", key, "attachment"]) => attachments::list(&mut held, key, query),
        ("POST", ["servicedeskapi", "request", key, "attachment"]) => {
            attachments::attach(&mut held, key, body)
        }
        ("GET", ["servicedeskapi", "request", key, "comment"]) => comments::list(&mut held, key, query),
        ("POST", ["servicedeskapi", "request", key, "comment"]) => comments::add(&mut held, key, body, now),
        ("GET", ["api", "3", "user", "search"]) => customers::users(&held, query),
        ("POST", ["api", "3", "search", "jql"]) => issues::search(&held, body, now),
        ("DELETE", ["api", "3", "issue", key]) => issues::delete(&mut held, key, now),
        ("DELETE", ["api", "3", "attachment", id]) => issues::delete_attachment(&mut held, id),
        _ => error(404, "The sandbox does not have this resource."),
    }
}

/// A parameter of a query.
fn asked(query: &str, name: &str) -> Option<String> {
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    pairs.find(|(found, _)| found == name).map(|(_, value)| value.into_owned())
}

/// The page of a list that a query asks for: <https://developer.atlassian.com/cloud/jira/service-desk/rest/intro/#pagination>.
fn page(query: &str, all: Vec<Value>) -> HttpResponse {
    let number = |name: &str, default: usize| {
        asked(query, name).and_then(|value| value.parse().ok()).unwrap_or(default)
    };
    let (start, limit) = (number("start", 0), number("limit", PAGE_MAX).min(PAGE_MAX));
    let page: Vec<&Value> = all.iter().skip(start).take(limit).collect();
    HttpResponse::Ok().json(json!({
        "size": page.len(), "start": start, "limit": limit, "isLastPage": start + page.len() >= all.len(),
        "values": page,
    }))
}

/// Basic authentication, with an API token in the place of the password.
fn is_known(request: &HttpRequest) -> bool {
    let expected = format!("Basic {}", data_encoding::BASE64.encode(format!("{EMAIL}:{TOKEN}").as_bytes()));
    request.headers().get(header::AUTHORIZATION).is_some_and(|given| given.as_bytes() == expected.as_bytes())
}

fn too_many(retry_after: u32) -> HttpResponse {
    HttpResponse::TooManyRequests()
        .insert_header((header::RETRY_AFTER, retry_after))
        .json(json!({"errorMessage": "Rate limit exceeded."}))
}

fn error(status: u16, message: &str) -> HttpResponse {
    let status =
        actix_web::http::StatusCode::from_u16(status).unwrap_or(actix_web::http::StatusCode::BAD_GATEWAY);
    HttpResponse::build(status).json(json!({
        "errorMessage": message,
        "i18nErrorMessage": {"i18nKey": "sandbox", "parameters": []},
    }))
}
