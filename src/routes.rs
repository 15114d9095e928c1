//! Every route, grouped by who calls it.
//!
//! A handler whose first argument does not prove a caller cannot be registered:
//!
//! ```compile_fail
//! async fn open_to_all() -> actix_web::HttpResponse { actix_web::HttpResponse::Ok().finish() }
//! let mut config: kept::routes::Table = kept::routes::Table::default();
//! config.at("/secret", |at| at.get(open_to_all));
//! ```

use actix_web::dev::{Handler, Payload};
use actix_web::guard;
use actix_web::http::Method;
use actix_web::{FromRequest, HttpRequest, HttpResponse, Resource, Responder, web};

use crate::api::{
    access_log, console, data_erasure, data_export, data_records, data_summary, descriptor, health,
    installed, kept_keys, mask_test, operation, problem_reports, problem_reports_preview, session, settings,
    storage, switched, timeline, uninstalled, usage, webhooks,
};
use crate::auth::staff::needs;
use crate::auth::{Caller, ContextCaller, PageCaller, ProvesCaller, StaffCaller};
use crate::connect::qsh;
use crate::error::{Code, Error};
use crate::web::{assets, console as console_page, erasure, pages, security_txt, statement, status};

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
    table.at("/privacy", |at| at.get(statement::privacy));
    table.at("/privacy/versions", |at| at.get(statement::versions));
    table.at("/privacy/versions/{number}", |at| at.get(statement::archived));
    table.at("/privacy.json", |at| at.get(statement::machine_form));
    table.at("/cookies", |at| at.get(statement::cookies));
    table.at("/.well-known/security.txt", |at| at.get(security_txt::handle));
    table.at("/healthz", |at| at.get(health::alive));
    table.at("/readyz", |at| at.get(health::ready));

    // Atlassian itself.
    table.at("/connect/installed", |at| at.post(installed::handle));
    table.at("/connect/uninstalled", |at| at.post(uninstalled::handle));

    // The product, for one tenant.
    table.at("/connect/enabled", |at| at.post(switched::enabled));
    table.at("/connect/disabled", |at| at.post(switched::disabled));
    table.at("/connect/webhooks/jira", |at| at.post(webhooks::handle));
    table.at("/connect/webhooks/confluence", |at| at.post(webhooks::handle));
    table.at("/app/admin", |at| at.get(pages::admin));
    table.at("/app/report", |at| at.get(pages::report));

    // Our pages, for a user of a tenant.
    table.at("/api/v1/session", |at| at.get(session::handle));
    table.at("/api/v1/data/summary", |at| at.get(data_summary::handle));
    table.at("/api/v1/data/erasure", |at| at.post(data_erasure::ask).delete(data_erasure::undo));
    table.at("/api/v1/settings", |at| at.get(settings::read).put(settings::change));
    table.at("/api/v1/settings/mask", |at| at.post(mask_test::handle));
    table.at("/api/v1/timeline", |at| at.get(timeline::handle));
    table.at("/api/v1/statement", |at| at.get(crate::api::statement::handle));
    table.at("/api/v1/storage/{key}", |at| at.get(storage::get).put(storage::put).delete(storage::delete));
    table.at("/api/v1/operation/{kind}/{subject}", |at| {
        at.get(operation::get).put(operation::put).delete(operation::delete)
    });
    table.at("/api/v1/problem-reports", |at| at.get(problem_reports::list).post(problem_reports::submit));
    // Before the next one, which would take the word for an id.
    table.at("/api/v1/problem-reports/preview", |at| at.post(problem_reports_preview::handle));
    table.at("/api/v1/problem-reports/{id}", |at| at.get(problem_reports::one));
    table.at("/api/v1/usage/{feature}", |at| at.post(usage::handle));
    table.at("/api/v1/data/records", |at| at.get(data_records::handle));
    table.at("/api/v1/data/export", |at| at.get(data_export::handle));
    table.at("/api/v1/access-log", |at| at.get(access_log::handle));

    // The vendor's own people. The page is open to all, and empty until somebody has signed in.
    for address in console_page::ADDRESSES {
        table.at(address, |at| at.get(console_page::show));
    }
    table.at("/console/api/v1/session", |at| {
        at.post(console::session::sign_in).get(console::session::show).delete(console::session::sign_out)
    });
    table.at("/console/api/v1/tickets", |at| at.get(console::queue::list));
    table.at("/console/api/v1/search", |at| at.get(console::search::search));
    table.at("/console/api/v1/counts", |at| at.get(console::counts::show));
    table.at("/console/api/v1/tickets/{ticket}", |at| at.get(console::ticket::show));
    table.at("/console/api/v1/tickets/{ticket}/bundle", |at| {
        at.post(console::bundle::open).get(console::bundle::show)
    });
    table.at("/console/api/v1/tickets/{ticket}/downloads", |at| at.post(console::bundle::download));
    table.at("/console/api/v1/tickets/{ticket}/assignee", |at| at.put(console::work::assign));
    table.at("/console/api/v1/tickets/{ticket}/priority", |at| at.put(console::work::prioritise));
    table.at("/console/api/v1/tickets/{ticket}/privacy", |at| at.put(console::work::set_privacy));
    table.at("/console/api/v1/tickets/{ticket}/tags", |at| at.put(console::work::tag));
    table.at("/console/api/v1/tickets/{ticket}/notes", |at| at.post(console::work::note));
    table.at("/console/api/v1/tickets/{ticket}/replies", |at| at.post(console::work::reply));
    table.at("/console/api/v1/tickets/{ticket}/replies/{id}", |at| at.get(console::work::draft));
    table.at("/console/api/v1/tickets/{ticket}/state", |at| at.post(console::work::step));
    table.at("/console/api/v1/tickets/{ticket}/alike", |at| at.get(console::merge::suggest));
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
    let path = qsh::relative_path(request.match_info().as_str(), prefix);
    let mut no_body = Payload::None;
    if path.starts_with("/api/v1/") || path == "/api/v1" {
        ContextCaller::from_request(request, &mut no_body).await?;
    } else if path.starts_with("/app/") || path == "/app" {
        PageCaller::from_request(request, &mut no_body).await?;
    } else if path.starts_with("/console/api/") || path == "/console/api" {
        StaffCaller::<needs::OwnSession>::from_request(request, &mut no_body).await?;
    }
    Ok(())
}

/// The path of the base URL, as application data.
#[derive(Clone)]
pub struct PathPrefix(pub String);

/// One line of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    pub method: Method,
    pub path: &'static str,
    pub caller: Caller,
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
        let At { routes, resource, .. } =
            methods(At { path, routes: Vec::new(), resource: web::resource(path) });
        let allowed = routes.iter().map(|route| route.method.as_str()).collect::<Vec<_>>().join(", ");
        self.routes.extend(routes);
        let otherwise = web::to(move |request: HttpRequest| wrong_method(request, allowed.clone()));
        self.resources.push(resource.default_service(otherwise));
    }

    pub fn routes(&self) -> &[Route] {
        &self.routes
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

impl At {
    #[must_use]
    pub fn get<F, Args>(self, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + StartsWithCaller + 'static,
        F::Output: Responder + 'static,
    {
        self.on(Method::GET, handler)
    }

    #[must_use]
    pub fn post<F, Args>(self, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + StartsWithCaller + 'static,
        F::Output: Responder + 'static,
    {
        self.on(Method::POST, handler)
    }

    #[must_use]
    pub fn put<F, Args>(self, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + StartsWithCaller + 'static,
        F::Output: Responder + 'static,
    {
        self.on(Method::PUT, handler)
    }

    #[must_use]
    pub fn delete<F, Args>(self, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + StartsWithCaller + 'static,
        F::Output: Responder + 'static,
    {
        self.on(Method::DELETE, handler)
    }

    fn on<F, Args>(mut self, method: Method, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + StartsWithCaller + 'static,
        F::Output: Responder + 'static,
    {
        self.routes.push(Route { method: method.clone(), path: self.path, caller: Args::CALLER });
        self.resource = self.resource.route(web::route().guard(guard::Method(method)).to(handler));
        self
    }
}

/// Arguments of a handler of which the first proves a caller.
pub trait StartsWithCaller {
    const CALLER: Caller;
}

impl<C: ProvesCaller> StartsWithCaller for (C,) {
    const CALLER: Caller = C::CALLER;
}

impl<C: ProvesCaller, A> StartsWithCaller for (C, A) {
    const CALLER: Caller = C::CALLER;
}

impl<C: ProvesCaller, A, B> StartsWithCaller for (C, A, B) {
    const CALLER: Caller = C::CALLER;
}

impl<C: ProvesCaller, A, B, D> StartsWithCaller for (C, A, B, D) {
    const CALLER: Caller = C::CALLER;
}
