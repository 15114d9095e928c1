//! The document itself.

use serde_json::{Map, Value, json};

use super::operation::Operation;
use super::parameter::{Kind, Parameter, Place};
use super::schemas::Schemas;
use crate::error::Problem;

/// One route, described.
pub struct Described {
    /// In lower case.
    pub method: String,
    /// With the names of what varies in braces.
    pub path: &'static str,
    /// What may be shown together by a caller; none for anybody.
    pub security: &'static [&'static str],
    pub operation: Operation,
}

/// The whole of it. `base` is where the paths begin.
pub fn document(routes: Vec<Described>, mut schemas: Schemas) -> Value {
    schemas.sent::<Problem<'static>>();
    let mut paths = Map::new();
    for route in routes {
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        path[&route.method] = operation(&route);
    }
    json!({
        "openapi": "3.1.1",
        "info": {
            "title": "Kept",
            "version": env!("CARGO_PKG_VERSION"),
            "description": ABOUT,
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        // Relative to where this document is: the service may stand under a path of its own.
        "servers": [{ "url": "." }],
        "tags": TAGS.map(|(name, about)| json!({ "name": name, "description": about })),
        "paths": paths,
        "components": { "schemas": schemas.named(), "securitySchemes": security_schemes() },
    })
}

const ABOUT: &str = "Made from the service's own handlers. Times are RFC 3339 in UTC, ids are strings, names are camelCase. \
    Errors are `application/problem+json` (RFC 9457) with a stable `code`; codes that every route may answer with, such as \
    `internal` and `unavailable`, stand under `default`.";

const TAGS: [(&str, &str); 4] = [
    ("public", "For anybody: the statement, links in mails, keys, health."),
    ("atlassian", "What Atlassian's products call: life cycle, webhooks, the shells of pages."),
    ("pages", "For the pages that stand in a product, in the name of their user."),
    ("console", "For the vendor's own people."),
];

fn operation(route: &Described) -> Value {
    let own = path_parameters(route.path);
    let parameters: Vec<Value> =
        own.iter().chain(&route.operation.parameters).map(Parameter::described).collect();
    let mut operation = json!({
        "operationId": operation_id(&route.method, route.path),
        "tags": [tag(route)],
        "security": security(route.security),
        "responses": route.operation.all_responses(),
    });
    if !parameters.is_empty() {
        operation["parameters"] = parameters.into();
    }
    if let Some(body) = route.operation.request_body() {
        operation["requestBody"] = body;
    }
    operation
}

fn security(schemes: &[&str]) -> Value {
    if schemes.is_empty() {
        return json!([]);
    }
    let all: Map<String, Value> = schemes.iter().map(|scheme| ((*scheme).to_owned(), json!([]))).collect();
    json!([all])
}

fn tag(route: &Described) -> &'static str {
    match route.path {
        path if path.starts_with("/console") => "console",
        path if path.starts_with("/api/") || path.starts_with("/forge/api/") => "pages",
        path if ["/connect/", "/app/", "/forge/"].iter().any(|start| path.starts_with(start)) => "atlassian",
        _ => "public",
    }
}

fn path_parameters(path: &'static str) -> Vec<Parameter> {
    let names = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let parameter = |name| Parameter {
        name,
        about: "A part of the address.",
        kind: Kind::Text,
        place: Place::Path,
        is_required: true,
    };
    names.map(parameter).collect()
}

/// `GET /api/v1/data/summary` is `getDataSummary`, `GET /console/api/v1/tickets/{ticket}` is `getConsoleApiTicketsByTicket`.
fn operation_id(method: &str, path: &str) -> String {
    let path = path.strip_prefix("/api/").unwrap_or(path);
    let parts = path.split(['/', '.', '-']).filter(|part| !matches!(*part, "" | "v1"));
    parts.fold(method.to_owned(), |id, part| {
        let (by, name) = match part.strip_prefix('{') {
            Some(name) => ("By", name.trim_end_matches('}')),
            None => ("", part),
        };
        let (first, rest) = name.split_at(name.chars().next().map_or(0, char::len_utf8));
        id + by + &first.to_uppercase() + rest
    })
}

fn security_schemes() -> Value {
    let jwt = |about: &str| json!({ "type": "apiKey", "in": "header", "name": "Authorization", "description": about });
    json!({
        "connectContext": jwt("`JWT <token>`: a context token of the product (`AP.context.getToken`), HS256 with the installation's secret."),
        "connectAdmin": jwt("As `connectContext`, of a user who administers the product, as the product itself says."),
        "connectTenant": jwt("`JWT <token>`: made by the product for this method and URL, HS256 with the installation's secret. The query's `jwt` will do too."),
        "connectMigration": jwt("`JWT <token>`: made for this method and URL, RS256 with an install key of Atlassian's, or HS256 with the site's secret."),
        "deployment": {
            "type": "apiKey", "in": "header", "name": "x-kept-session",
            "description": "A conversation between two deployments of the vendor's, in which every word is sealed. It begins with an offer that proves itself.",
        },
        "connectLifecycle": jwt("`JWT <token>`: made by Atlassian for this method and URL, RS256 with an install key."),
        "forge": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "A Forge Remote invocation, RS256." },
        "staffSession": { "type": "apiKey", "in": "cookie", "name": "__Host-kept", "description": "The session of somebody who has signed in." },
        "consolePage": { "type": "apiKey", "in": "header", "name": "x-kept-console", "description": "Says that a page of the console sends it; needed for whatever changes something. The browser's `Origin` is looked at too." },
    })
}
