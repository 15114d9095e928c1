//! Whether a manifest holds together, and fits what this service is: a pure function, asked before one is printed.

use std::collections::BTreeSet;

use super::model::{Manifest, Module, Operation, Route};
use crate::connect::descriptor::ModuleKey;
use crate::connect::forge::modules::{Door, MODULES};

const KEY_MAX: usize = 23;

/// A method and a path of ours.
pub type Address<'a> = (&'a str, &'a str);

/// Everything that is wrong with it, each with the key where it stands. `addresses` are those that the service answers.
pub fn check(manifest: &Manifest, addresses: &[Address<'_>]) -> Result<(), Vec<String>> {
    let wrong: Vec<String> = [
        keys(manifest),
        references(manifest),
        ours(manifest),
        paths(manifest, addresses),
        moves(manifest),
        addresses_of_remotes(manifest),
        scopes(manifest),
    ]
    .concat();
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

fn modules(manifest: &Manifest) -> impl Iterator<Item = (&str, &Module)> {
    let lists = manifest.modules.iter();
    lists.flat_map(|(kind, modules)| modules.iter().map(move |module| (kind.as_str(), module)))
}

/// Each key once among its like, and of the form that Forge takes.
fn keys(manifest: &Manifest) -> Vec<String> {
    let all: Vec<_> = modules(manifest).map(|(_, module)| module.key.as_str()).collect();
    let remotes: Vec<_> = manifest.remotes.iter().map(|remote| remote.key.as_str()).collect();
    let resources: Vec<_> = manifest.resources.iter().map(|resource| resource.key.as_str()).collect();
    let long = remotes.iter().chain(&resources).filter(|key| key.len() > KEY_MAX);
    let mut wrong: Vec<_> = long
        .map(|key| format!("{key}: a key of a remote or resource has at most {KEY_MAX} characters"))
        .collect();
    let mut lists = vec![("module", all), ("remote", remotes), ("resource", resources)];
    // Connect's are called by their keys within their product: its descriptors were two.
    lists
        .extend(["jira:", "confluence:"].map(|product| ("module of Connect", of_connect(manifest, product))));
    for (what, keys) in lists {
        let mut seen = BTreeSet::new();
        for key in keys {
            if ModuleKey::try_from(key.to_owned()).is_err() {
                wrong.push(format!("{key:?}: a key of a {what} is letters, digits and '-'"));
            }
            if !seen.insert(key) {
                wrong.push(format!("{key}: the key of another {what} too"));
            }
        }
    }
    wrong
}

fn of_connect<'a>(manifest: &'a Manifest, product: &str) -> Vec<&'a str> {
    let lists = manifest.connect_modules.iter().filter(|(kind, _)| kind.starts_with(product));
    lists.flat_map(|(_, modules)| modules).map(|module| module.key.as_str()).collect()
}

/// What is named stands there.
fn references(manifest: &Manifest) -> Vec<String> {
    let is_endpoint = |key: &str| kind(manifest, "endpoint").any(|module| module.key == key);
    let is_remote = |key: &str| manifest.remotes.iter().any(|remote| remote.key == key);
    let is_resource = |key: &str| manifest.resources.iter().any(|resource| resource.key == key);
    let mut wrong = Vec::new();
    for (_, module) in modules(manifest) {
        let resolver = module.resolver.as_ref().map(|resolver| &resolver.endpoint);
        let mut missing = |what: &str, name: &str| {
            wrong.push(format!("{}: there is no {what} {name}", module.key));
        };
        for name in module.endpoint.iter().chain(resolver).filter(|name| !is_endpoint(name)) {
            missing("endpoint", name);
        }
        for name in module.remote.iter().filter(|name| !is_remote(name)) {
            missing("remote", name);
        }
        for name in module.resource.iter().filter(|name| !is_resource(name)) {
            missing("resource", name);
        }
    }
    let connect = manifest.app.connect.iter().filter(|connect| !is_remote(&connect.remote));
    wrong.extend(connect.map(|connect| format!("app.connect: there is no remote {}", connect.remote)));
    wrong
}

fn kind<'a>(manifest: &'a Manifest, kind: &str) -> impl Iterator<Item = &'a Module> {
    manifest.modules.get(kind).into_iter().flatten()
}

/// Every module is one that the service knows, and calls where it is let in.
fn ours(manifest: &Manifest) -> Vec<String> {
    let mut wrong = Vec::new();
    for (kind, module) in modules(manifest) {
        let told = if kind.contains(':') { kind.to_owned() } else { format!("core:{kind}") };
        let known =
            MODULES.iter().find(|known| known.key == module.key && known.types.contains(&told.as_str()));
        let Some(known) = known else {
            wrong.push(format!("{}: the service knows no {kind} of this key", module.key));
            continue;
        };
        let endpoint =
            module.endpoint.as_ref().or(module.resolver.as_ref().map(|resolver| &resolver.endpoint));
        let named =
            endpoint.and_then(|key| self::kind(manifest, "endpoint").find(|module| module.key == *key));
        let door = named.map(|endpoint| path_of(endpoint).map_or(Some(Door::Ui), Door::at));
        if door.is_some_and(|door| door != Some(known.door)) {
            wrong.push(format!("{}: would be let in at {} alone", module.key, known.door.path()));
        }
    }
    wrong
}

fn path_of(endpoint: &Module) -> Option<&str> {
    match &endpoint.route {
        Some(Route::Endpoint { path }) => Some(path),
        _ => None,
    }
}

/// Whatever the manifest makes Atlassian call is answered.
fn paths(manifest: &Manifest, addresses: &[Address<'_>]) -> Vec<String> {
    let answers = |method: &str, path: &str| {
        let path = path.split('?').next().unwrap_or_default();
        addresses.contains(&(method, path))
    };
    let mut wrong = Vec::new();
    for endpoint in kind(manifest, "endpoint") {
        let is_answered = match path_of(endpoint) {
            Some(path) => answers("POST", path),
            None => addresses.iter().any(|(_, path)| Door::at(path) == Some(Door::Ui)),
        };
        if !is_answered {
            wrong.push(format!("{}: the service answers no such path", endpoint.key));
        }
    }
    for (key, path) in
        manifest.modules.values().flatten().filter_map(|module| Some((&module.key, module.path.as_ref()?)))
    {
        let is_answered = ["schedule", "start", "commit", "rollback"]
            .iter()
            .all(|step| answers("POST", &format!("{path}/{step}")));
        if !is_answered || !answers("GET", &format!("{path}/status")) {
            wrong.push(format!("{key}: the service does not answer what a move calls"));
        }
    }
    for module in manifest.connect_modules.values().flatten() {
        let unknown = module.paths().filter(|path| !answers("GET", path) && !answers("POST", path));
        wrong.extend(unknown.map(|path| format!("{}: the service answers no {path}", module.key)));
    }
    wrong
}

/// In steps of half an hour, up to a day.
fn moves(manifest: &Manifest) -> Vec<String> {
    let is_right = |hours: f64| (0.5..=24.0).contains(&hours) && (hours * 2.0).fract() == 0.0;
    let named = kind(manifest, "migration:dataResidency");
    let wrong = named.filter(|module| !module.max_migration_duration_hours.is_some_and(is_right));
    wrong.map(|module| format!("{}: a move takes 0.5 to 24 hours, in steps of 0.5", module.key)).collect()
}

/// Forge calls https alone; and whoever stores what customers gave says so.
fn addresses_of_remotes(manifest: &Manifest) -> Vec<String> {
    let mut wrong = Vec::new();
    for remote in &manifest.remotes {
        let plain = remote.base_url.all().into_iter().filter(|url| !url.starts_with("https://"));
        wrong.extend(plain.map(|url| format!("{}: {url} is no https address", remote.key)));
        if !remote.operations.contains(&Operation::Storage) || !remote.storage.in_scope_eud {
            wrong.push(format!("{}: stores what customers gave it, and does not say so", remote.key));
        }
    }
    wrong
}

fn scopes(manifest: &Manifest) -> Vec<String> {
    let scopes = &manifest.permissions.scopes;
    let is_scope = |scope: &str| {
        let is_plain = |part: &str| {
            !part.is_empty()
                && part.bytes().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'-' | b'.'))
        };
        // Two parts, and a product as the third one in newer names.
        let parts = || scope.split(':');
        matches!(parts().count(), 2 | 3) && parts().all(is_plain)
    };
    let mut wrong: Vec<_> =
        scopes.iter().filter(|scope| !is_scope(scope)).map(|scope| format!("{scope}: is no scope")).collect();
    if scopes.iter().collect::<BTreeSet<_>>().len() < scopes.len() {
        wrong.push("permissions.scopes: names a scope twice".to_owned());
    }
    let auth = || kind(manifest, "endpoint").filter_map(|endpoint| endpoint.auth.as_ref());
    for (scope, is_used) in [
        ("read:app-system-token", auth().any(|auth| auth.app_system_token.enabled)),
        ("read:app-user-token", auth().any(|auth| auth.app_user_token.enabled)),
    ] {
        if is_used != scopes.iter().any(|asked| asked == scope) {
            wrong.push(format!("{scope}: is asked for without use, or used without being asked for"));
        }
    }
    wrong
}
