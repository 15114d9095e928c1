//! Every route, grouped by who calls it.
//!
//! A handler whose first argument does not prove a caller cannot be registered:
//!
//! ```compile_fail
//! async fn open_to_all() -> kept::api::answer::NoContent { kept::api::answer::NoContent }
//! let mut config: kept::routes::Table = kept::routes::Table::default();
//! config.at("/secret", |at| at.get(open_to_all));
//! ```
//!
//! Nor can one whose signature does not say what it answers, since the description of the interface is made from that:
//!
//! ```compile_fail
//! async fn says_nothing(_: kept::auth::Public) -> actix_web::HttpResponse { actix_web::HttpResponse::Ok().finish() }
//! let mut config: kept::routes::Table = kept::routes::Table::default();
//! config.at("/silent", |at| at.get(says_nothing));
//! ```
//!
//! With both it can:
//!
//! ```
//! async fn told(_: kept::auth::Public) -> kept::api::answer::NoContent { kept::api::answer::NoContent }
//! let mut config: kept::routes::Table = kept::routes::Table::default();
//! config.at("/told", |at| at.get(told));
//! ```

use actix_web::dev::{Handler, Payload};
use actix_web::guard;
use actix_web::http::Method;
use actix_web::{FromRequest, HttpRequest, HttpResponse, Resource, Responder, web};

use crate::api::{
    access_log, console, data_erasure, data_export, data_export_link, data_records, data_summary, descriptor,
    forge_daily, forge_events, forge_lifecycle, health, installed, kept_keys, mask_test, migration,
    operation, problem_reports, problem_reports_export, problem_reports_list, problem_reports_preview,
    problem_reports_rule, session, settings, storage, switched, timeline, uninstalled, usage, webhooks,
};
use crate::auth::staff::needs;
use crate::auth::{Caller, ContextCaller, Door, PageCaller, ProvesCaller, StaffCaller, prove_at};
use crate::error::{Code, Error};
use crate::openapi::{self, Answers, Described, Operation, Schemas, Takes};
use crate::urls;
use crate::web::{
    assets, console as console_page, description, erasure, feed, pages, security_txt, statement, status,
};

/// What our pages ask for: the same endpoint at two addresses. Which token it takes is a constant of the address.
macro_rules! pages {
    ($table:ident, $path:literal, $methods:expr) => {
        $table.at(concat!("/api/v1", $path), $methods);
        $table.at(concat!("/forge/api/v1", $path), $methods);
    };
}

/// The steps of a move, at what their addresses begin with.
macro_rules! moves {
    ($table:ident, $hook:literal) => {
        $table.at(concat!($hook, "/schedule"), |at| at.post(migration::schedule));
        $table.at(concat!($hook, "/start"), |at| at.post(migration::start));
        $table.at(concat!($hook, "/status"), |at| at.get(migration::status));
        $table.at(concat!($hook, "/commit"), |at| at.post(migration::commit));
        $table.at(concat!($hook, "/rollback"), |at| at.post(migration::roll_back));
    };
}

/// The table. Built twice when the base URL has a path prefix, since a proxy may or may not take it off.
pub fn table() -> Table {
    let mut table = Table::default();

    // Anybody.
    table.at("/atlassian-connect.json", |at| at.get(descriptor::jira));
    table.at("/atlassian-connect-confluence.json", |at| at.get(descriptor::confluence));
    table.at("/assets/{file}", |at| at.get(assets::handle));
    table.at("/.well-known/kept-keys.json", |at| at.get(kept_keys::handle));
    table.at("/erasure/{token}", |at| at.get(erasure::show).post(erasure::confirm));
    table.at("/status/{token}", |at| at.get(status::show).post(status::act));
    table.at("/", |at| at.get(statement::home));
    table.at("/privacy", |at| at.get(statement::privacy));
    table.at("/privacy/versions", |at| at.get(statement::versions));
    table.at("/privacy/versions.atom", |at| at.get(feed::handle));
    table.at("/privacy/versions/{number}", |at| at.get(statement::archived));
    table.at("/privacy.json", |at| at.get(statement::machine_form));
    table.at("/stored", |at| at.get(statement::stored));
    table.at("/cookies", |at| at.get(statement::cookies));
    table.at("/.well-known/security.txt", |at| at.get(security_txt::handle));
    table.at("/openapi.json", |at| at.get(description::handle));
    table.at("/healthz", |at| at.get(health::alive));
    table.at("/readyz", |at| at.get(health::ready));

    // Atlassian itself.
    table.at("/connect/installed", |at| at.post(installed::handle));
    table.at("/connect/uninstalled", |at| at.post(uninstalled::handle));

    // A service of Atlassian's that moves a site to another region.
    moves!(table, "/connect/data-residency");

    // The product, for one tenant.
    table.at("/connect/enabled", |at| at.post(switched::enabled));
    table.at("/connect/disabled", |at| at.post(switched::disabled));
    table.at("/connect/webhooks/jira", |at| at.post(webhooks::handle));
    table.at("/connect/webhooks/confluence", |at| at.post(webhooks::handle));
    table.at("/app/admin", |at| at.get(pages::admin));
    table.at("/app/report", |at| at.get(pages::report));

    // Our pages, for a user of a tenant: with a context token of Connect, or through Forge.
    pages!(table, "/session", |at| at.get(session::handle));
    pages!(table, "/data/summary", |at| at.get(data_summary::handle));
    pages!(table, "/data/erasure", |at| at.post(data_erasure::ask).delete(data_erasure::undo));
    pages!(table, "/settings", |at| at.get(settings::read).put(settings::change));
    pages!(table, "/settings/mask", |at| at.post(mask_test::handle));
    pages!(table, "/timeline", |at| at.get(timeline::handle));
    pages!(table, "/statement", |at| at.get(crate::api::statement::handle));
    pages!(table, "/storage/{key}", |at| at.get(storage::get).put(storage::put).delete(storage::delete));
    pages!(table, "/operation/{kind}/{subject}", |at| {
        at.get(operation::get).put(operation::put).delete(operation::delete)
    });
    pages!(table, "/problem-reports", |at| at.get(problem_reports_list::list).post(problem_reports::submit));
    // These come before the one that would take their words for ids.
    pages!(table, "/problem-reports/preview", |at| at.post(problem_reports_preview::handle));
    pages!(table, "/problem-reports/rule", |at| at.get(problem_reports_rule::handle));
    pages!(table, "/problem-reports/export", |at| at.get(problem_reports_export::handle));
    pages!(table, "/problem-reports/{id}", |at| at.get(problem_reports::one));
    pages!(table, "/problem-reports/{id}/decision", |at| at.post(problem_reports::decide));
    pages!(table, "/usage/{feature}", |at| at.post(usage::handle));
    pages!(table, "/data/records", |at| at.get(data_records::handle));
    pages!(table, "/data/export", |at| at.get(data_export::handle));
    pages!(table, "/data/export/link", |at| at.post(data_export_link::handle));
    pages!(table, "/access-log", |at| at.get(access_log::handle));

    // Forge, for one installation: its life, its day, and events of its product.
    table.at("/forge/lifecycle", |at| at.post(forge_lifecycle::handle));
    table.at("/forge/pre-uninstall", |at| at.post(forge_lifecycle::goes));
    table.at("/forge/daily", |at| at.post(forge_daily::handle));
    table.at("/forge/events/jira", |at| at.post(forge_events::handle));
    table.at("/forge/events/confluence", |at| at.post(forge_events::handle));

    moves!(table, "/forge/data-residency");

    // Other deployments of the vendor's.
    table.at("/moves/v1/offer", |at| at.post(crate::api::moves::offer));
    table.at("/moves/v1/frames", |at| at.post(crate::api::moves::frame));

    // The vendor's own people. The page is open to all, and empty until somebody has signed in.
    for address in console_page::ADDRESSES {
        table.at(address, |at| at.get(console_page::show));
    }
    table.at("/console/api/v1/session", |at| {
        at.post(console::session::sign_in).get(console::session::show).delete(console::session::sign_out)
    });
    table.at("/console/api/v1/tickets", |at| at.get(console::queue::list).post(console::intake::take_in));
    table.at("/console/api/v1/search", |at| at.get(console::search::search));
    table.at("/console/api/v1/counts", |at| at.get(console::counts::show));
    table.at("/console/api/v1/tickets/{ticket}", |at| at.get(console::ticket::show));
    table.at("/console/api/v1/tickets/{ticket}/bundle", |at| {
        at.post(console::bundle::open).get(console::bundle::show)
    });
    table.at("/console/api/v1/tickets/{ticket}/mask", |at| at.post(console::mask::mask));
    table.at("/console/api/v1/tickets/{ticket}/downloads", |at| at.post(console::bundle::download));
    table.at("/console/api/v1/tickets/{ticket}/assignee", |at| at.put(console::work::assign));
    table.at("/console/api/v1/tickets/{ticket}/priority", |at| at.put(console::work::prioritise));
    table.at("/console/api/v1/tickets/{ticket}/privacy", |at| at.put(console::work::set_privacy));
    table.at("/console/api/v1/tickets/{ticket}/snooze", |at| at.put(console::work::snooze));
    table.at("/console/api/v1/tickets/{ticket}/tags", |at| at.put(console::work::tag));
    table.at("/console/api/v1/tickets/{ticket}/notes", |at| at.post(console::work::note));
    table.at("/console/api/v1/tickets/{ticket}/replies", |at| at.post(console::work::reply));
    table.at("/console/api/v1/tickets/{ticket}/followers/replies", |at| at.post(console::work::reply_to_all));
    table.at("/console/api/v1/tickets/{ticket}/replies/{id}", |at| at.get(console::work::draft));
    table.at("/console/api/v1/tickets/{ticket}/state", |at| at.post(console::work::step));
    table.at("/console/api/v1/tickets/{ticket}/alike", |at| at.get(console::merge::suggest));
    table.at("/console/api/v1/tickets/{ticket}/development", |at| at.put(console::development::put));
    table.at("/console/api/v1/tickets/{ticket}/known", |at| at.put(console::merge::known));
    table.at("/console/api/v1/tickets/{ticket}/merge", |at| {
        at.post(console::merge::merge).delete(console::merge::unmerge)
    });
    table.at("/console/api/v1/tickets/{ticket}/forget", |at| at.post(console::forget::forget));
    table.at("/console/api/v1/replies", |at| at.get(console::replies::list));
    table.at("/console/api/v1/replies/{id}", |at| {
        at.put(console::replies::put).delete(console::replies::delete)
    });
    table.at("/console/api/v1/downloads", |at| at.get(console::downloads::list));
    table.at("/console/api/v1/downloads/{id}/deleted", |at| at.post(console::downloads::confirm));
    table.at("/console/api/v1/reviews", |at| at.get(console::reviews::list));
    table.at("/console/api/v1/reviews/{id}", |at| at.post(console::reviews::settle));
    table.at("/console/api/v1/audit", |at| at.get(console::audit::list));
    table.at("/console/api/v1/staff", |at| at.get(console::accounts::list));
    table.at("/console/api/v1/staff/{name}/disable", |at| at.post(console::accounts::disable));
    table.at("/console/api/v1/staff/{name}/sessions", |at| at.delete(console::accounts::end_sessions));
    table.at("/console/api/v1/tenants", |at| at.get(console::tenants::list));
    table.at("/console/api/v1/tenants/{id}", |at| at.get(console::tenant::show));
    table.at("/console/api/v1/erasures", |at| at.get(console::erasures::list));
    table.at("/console/api/v1/receipts", |at| at.get(console::receipts::list));
    table.at("/console/api/v1/due", |at| at.get(console::due::show));
    table.at("/console/api/v1/jobs", |at| at.get(console::jobs::list));
    table.at("/console/api/v1/jobs/{id}/retry", |at| at.post(console::jobs::retry));

    table
}

/// Anything else. Where a caller is needed, who is calling comes before what is there: a stranger learns nothing about
/// our addresses.
pub async fn fallback(request: HttpRequest) -> Result<HttpResponse, Error> {
    check_caller(&request).await?;
    Err(Error::new(Code::NotFound))
}

/// A known address with a method that it does not answer to.
async fn wrong_method(request: HttpRequest, allowed: String) -> Result<HttpResponse, Error> {
    check_caller(&request).await?;
    Err(Error::new(Code::MethodNotAllowed).allow(allowed))
}

async fn check_caller(request: &HttpRequest) -> Result<(), Error> {
    let prefix = request.app_data::<PathPrefix>().map_or("", |prefix| prefix.0.as_str());
    // As the router reads it: an address must not become nobody's because a letter of it is encoded.
    let path = urls::relative_path(request.match_info().as_str(), prefix);
    let mut no_body = Payload::None;
    if path.starts_with("/api/v1/") || path == "/api/v1" {
        ContextCaller::from_request(request, &mut no_body).await?;
    } else if path.starts_with("/app/") || path == "/app" {
        PageCaller::from_request(request, &mut no_body).await?;
    } else if path.starts_with("/console/api/") || path == "/console/api" {
        StaffCaller::<needs::OwnSession>::from_request(request, &mut no_body).await?;
    } else if path.starts_with("/forge/") || path == "/forge" {
        prove_at(request, path).await?;
    }
    Ok(())
}

/// The path of the base URL, as application data.
#[derive(Clone)]
pub struct PathPrefix(pub String);

/// One line of the table.
#[derive(Debug, Clone)]
pub struct Route {
    pub method: Method,
    pub path: &'static str,
    pub caller: Caller,
    /// What has to be shown.
    security: &'static [&'static str],
    /// Of the types in the handler's signature.
    describe: fn(&mut Schemas) -> Operation,
}

/// Routes with their callers, and the resources that serve them.
#[derive(Default)]
pub struct Table {
    routes: Vec<Route>,
    resources: Vec<Resource>,
}

impl Table {
    /// Registers the methods of one address.
    pub fn at(&mut self, path: &'static str, methods: impl FnOnce(At) -> At) {
        // The door says how a caller is proven here, and whose module may call.
        let resource = match Door::at(path) {
            Some(door) => web::resource(path).app_data(door),
            None => web::resource(path),
        };
        let At { routes, resource, .. } = methods(At { path, routes: Vec::new(), resource });
        let allowed = routes.iter().map(|route| route.method.as_str()).collect::<Vec<_>>().join(", ");
        self.routes.extend(routes);
        let otherwise = web::to(move |request: HttpRequest| wrong_method(request, allowed.clone()));
        self.resources.push(resource.default_service(otherwise));
    }

    pub fn routes(&self) -> &[Route] {
        &self.routes
    }

    /// What all of them answer to (OpenAPI 3.1).
    pub fn description(&self) -> serde_json::Value {
        let mut schemas = Schemas::default();
        openapi::document(self.described(&mut schemas), schemas)
    }

    /// Names of types that are one thing where we send them and another one where they are sent to us.
    pub fn ambiguous_names(&self) -> Vec<String> {
        let mut schemas = Schemas::default();
        self.described(&mut schemas);
        schemas.ambiguous()
    }

    fn described(&self, schemas: &mut Schemas) -> Vec<Described> {
        let described = self.routes.iter().map(|route| {
            let mut operation = (route.describe)(schemas);
            if Door::at(route.path).is_some() {
                operation.may_fail(route.caller.refusals());
                operation.refused_as = Some(openapi::JSON);
            }
            Described {
                method: route.method.as_str().to_ascii_lowercase(),
                path: route.path,
                security: route.security,
                operation,
            }
        });
        described.collect()
    }

    pub fn register(self, config: &mut web::ServiceConfig) {
        for resource in self.resources {
            config.service(resource);
        }
    }
}

/// One address being registered.
pub struct At {
    path: &'static str,
    routes: Vec<Route>,
    resource: Resource,
}

/// Registers a handler for a method.
macro_rules! methods {
    ($($name:ident, $method:ident;)*) => {
        $(#[must_use]
        pub fn $name<F, Args>(self, handler: F) -> Self
        where
            F: Handler<Args>,
            Args: FromRequest + StartsWithCaller + 'static,
            F::Output: Responder + Answers + 'static,
        {
            self.on(Method::$method, handler)
        })*
    };
}

impl At {
    methods! {
        get, GET;
        post, POST;
        put, PUT;
        delete, DELETE;
    }

    fn on<F, Args>(mut self, method: Method, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + StartsWithCaller + 'static,
        F::Output: Responder + Answers + 'static,
    {
        let is_forge = Door::at(self.path).is_some();
        let caller = if is_forge { Args::CALLER.through_forge() } else { Args::CALLER };
        self.routes.push(Route {
            method: method.clone(),
            path: self.path,
            caller,
            security: if is_forge { caller.shows(&method) } else { Args::shows(&method) },
            describe: describe::<Args, F::Output>,
        });
        self.resource = self.resource.route(web::route().guard(guard::Method(method)).to(handler));
        self
    }
}

fn describe<Args: StartsWithCaller, Output: Answers>(schemas: &mut Schemas) -> Operation {
    let mut operation = Operation::default();
    Args::describe(&mut operation, schemas);
    Output::answers(&mut operation, schemas);
    operation
}

/// Arguments of a handler of which the first proves a caller.
pub trait StartsWithCaller {
    const CALLER: Caller;

    fn shows(method: &Method) -> &'static [&'static str];

    fn describe(operation: &mut Operation, schemas: &mut Schemas);
}

macro_rules! starts_with_caller {
    ($($other:ident),*) => {
        impl<C: ProvesCaller, $($other: Takes),*> StartsWithCaller for (C, $($other),*) {
            const CALLER: Caller = C::CALLER;

            fn shows(method: &Method) -> &'static [&'static str] {
                C::shows(method)
            }

            fn describe(operation: &mut Operation, schemas: &mut Schemas) {
                operation.may_fail(C::refusals());
                C::takes(operation, schemas);
                $($other::takes(operation, schemas);)*
            }
        }
    };
}

starts_with_caller!();
starts_with_caller!(A);
starts_with_caller!(A, B);
starts_with_caller!(A, B, D);
starts_with_caller!(A, B, D, E);
