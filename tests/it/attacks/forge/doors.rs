//! Every attack of connect.md §11.5 at every door of Forge: pages, events, the app's life, its day, and moves to other regions.
//!
//! Each call has a body that would do harm. After a refusal nobody was called, and every row of the tenant is as it was.

use std::time::Duration;

use kept::connect::forge::modules::{self, MODULES};
use kept::db::Id;
use kept::sandbox::{
    Answer, Call, ForgeModule, ForgeToken, MoveProof, SigningKey, Site, Who, sign, sign_hs256,
};
use serde_json::{Value, json};

use super::super::with;
use super::UNAUTHENTICATED;
use crate::support::forge_sites::{id_of, state_of, tenants};
use crate::support::process::{Environment, Serving};
use crate::support::regions::{Dump, Regions, assert_same, at, dump};
use crate::support::{TestApp, code};

const ELSEWHERE: &str = "ari:cloud:ecosystem::app/11111111-1f32-48bb-8c52-5877dab48107";

/// An address of Forge, with the module that calls it.
struct Knock {
    method: &'static str,
    path: &'static str,
    module: ForgeModule,
    body: fn(&Site) -> Option<Value>,
    /// What its own module is answered.
    good: u16,
}

const PAGE: ForgeModule = ForgeModule("jira:adminPage", "kept-admin-jira");
const MOVES: ForgeModule = ForgeModule("migration:dataResidency", "kept-data-residency");

/// One of each door of `connect/forge/modules.rs`, and more where what is done there differs.
const KNOCKS: [Knock; 10] = [
    Knock { method: "GET", path: "/forge/api/v1/session", module: PAGE, body: |_| None, good: 200 },
    Knock {
        method: "PUT",
        path: "/forge/api/v1/storage/attack",
        module: PAGE,
        body: |_| Some(json!("stored")),
        good: 204,
    },
    post("/forge/lifecycle", ForgeModule::LIFECYCLE, |site| event(site, "avi:forge:upgraded:app")),
    post("/forge/lifecycle", ForgeModule::LIFECYCLE, |site| event(site, "avi:forge:uninstalled:app")),
    post("/forge/pre-uninstall", ForgeModule::PRE_UNINSTALL, |site| Some(site.pre_uninstall().body)),
    post("/forge/daily", ForgeModule::DAILY, |_| Some(json!({}))),
    post("/forge/events/jira", ForgeModule::JIRA_EVENTS, |site| {
        let body = site.issue_body("jira:issue_updated", "DEMO-1").unwrap();
        Some(site.issue_event("avi:jira:updated:issue", &body).body)
    }),
    post("/forge/events/confluence", ForgeModule::CONFLUENCE_EVENTS, |site| {
        Some(site.page_event("avi:confluence:updated:page", "7", "A page", 2).body)
    }),
    post("/forge/data-residency/schedule", MOVES, |site| {
        let mut planned = site.planned("m-1");
        planned["location"] = json!("EU");
        Some(planned)
    }),
    Knock {
        method: "GET",
        path: "/forge/data-residency/status?migrationId=m-1",
        module: MOVES,
        body: |_| None,
        good: 409,
    },
];

const fn post(path: &'static str, module: ForgeModule, body: fn(&Site) -> Option<Value>) -> Knock {
    Knock { method: "POST", path, module, body, good: 204 }
}

fn event(site: &Site, name: &str) -> Option<Value> {
    Some(site.lifecycle_event(name).body)
}

/// A site under Forge that is attacked at one door.
struct Attacked<'a> {
    regions: &'a Regions,
    site: Site,
    tenant: Id,
    knock: &'a Knock,
    before: Dump,
    others: Vec<Id>,
}

impl<'a> Attacked<'a> {
    async fn new(regions: &'a Regions, knock: &'a Knock, number: usize) -> Self {
        let us = &regions.us;
        let site = us.site(&format!("site-{number}"));
        assert_eq!(site.install_on_forge().await.status, 204);
        us.run_jobs().await;
        let tenant = id_of(us, &site).await;
        let before = dump(us, tenant, true).await;
        us.sandbox.forget_recorded();
        Self { regions, site, tenant, knock, before, others: tenants(us).await }
    }

    fn claims(&self) -> Value {
        let module = self.knock.module;
        let is_page = module.1 == PAGE.1;
        if is_page { self.site.forge_page_claims(Who::Admin) } else { self.site.forge_claims(module) }
    }

    /// A call that is right but for its token, with the tokens that would let the app call the product.
    fn call(&self, token: &str) -> Call {
        let body = (self.knock.body)(&self.site);
        let mut call = self.site.remote_call(self.knock.method, self.knock.path, token, body.as_ref());
        call.headers.push(("x-forge-oauth-system".to_owned(), self.site.oauth_token(ForgeToken::App)));
        call.headers
            .push(("x-forge-oauth-user".to_owned(), self.site.oauth_token(ForgeToken::User(Who::Admin))));
        call
    }

    async fn send(&self, token: &str) -> Answer {
        at(&self.regions.us, &self.call(token)).await
    }

    async fn refuses(&self, what: &str, token: &str) {
        self.refused(what, &self.send(token).await).await;
    }

    async fn refuses_claims(&self, what: &str, claims: &Value) {
        self.refuses(what, &self.site.sign_forge(claims)).await;
    }

    async fn refused(&self, what: &str, answer: &Answer) {
        let what = format!("{} {}: {what}", self.knock.method, self.knock.path);
        assert_eq!((answer.status, code(answer).as_str()), UNAUTHENTICATED, "{what}: {}", answer.body);
        self.untouched(&what).await;
    }

    async fn untouched(&self, what: &str) {
        let us = &self.regions.us;
        assert_same(&self.before, &dump(us, self.tenant, true).await, what);
        assert_eq!(tenants(us).await, self.others, "{what}: nobody came or went");
        assert!(us.services.moves.list(1).await.unwrap().is_empty(), "{what}: no move was planned");
        let called = us.sandbox.recorded().into_iter().map(|call| call.path);
        let called: Vec<String> = called.filter(|path| !path.ends_with("/jwks.json")).collect();
        assert!(called.is_empty(), "{what}: nobody was called: {called:?}");
        assert!(self.regions.wire.carried().is_empty(), "{what}: nor the other region");
    }
}

/// The claims with one member replaced, which is named by its path.
fn bent(claims: &Value, path: &str, value: Value) -> Value {
    let mut bent = claims.clone();
    *bent.pointer_mut(path).unwrap() = value;
    bent
}

async fn modules_of_other_doors(attacked: &Attacked<'_>) {
    let own = modules::Door::at(attacked.knock.path.split('?').next().unwrap()).unwrap();
    for module in MODULES.iter().filter(|module| module.door != own) {
        for kind in module.types {
            let claims = bent(&attacked.claims(), "/app/module", json!({"type": kind, "key": module.key}));
            attacked.refuses_claims(&format!("{kind} {}", module.key), &claims).await;
        }
    }
    let module = attacked.knock.module;
    for (kind, key) in [(module.0, ""), ("", module.1), ("core:function", module.1), (module.0, "kept")] {
        let claims = bent(&attacked.claims(), "/app/module", json!({"type": kind, "key": key}));
        attacked.refuses_claims(&format!("{kind:?} {key:?}"), &claims).await;
    }
}

async fn claims_that_are_not_meant_for_us(attacked: &Attacked<'_>) {
    let (claims, now) = (attacked.claims(), attacked.regions.us.clock.now().as_seconds());
    let cloud_id = attacked.site.cloud_id();
    let ours = attacked.regions.us.sandbox.forge_app_id();
    let timed = |iat: i64, exp: i64| {
        let claims = with(&with(&claims, "iat", json!(iat)), "nbf", json!(iat));
        with(&claims, "exp", json!(exp))
    };
    let other = "ari:cloud:ecosystem::installation/11111111-2222-4333-a444-555555555555";
    for (what, claims) in [
        ("the audience of another app", with(&claims, "aud", json!(ELSEWHERE))),
        ("a list of audiences", with(&claims, "aud", json!([ours]))),
        ("another app", bent(&claims, "/app/id", json!(ELSEWHERE))),
        ("another issuer", with(&claims, "iss", json!("forge/other"))),
        ("an environment of development", bent(&claims, "/app/environment/type", json!("DEVELOPMENT"))),
        ("expired by eleven seconds", timed(now - 36, now - 11)),
        ("of the future", timed(now + 11, now + 36)),
        ("with too long a life", with(&claims, "exp", json!(now + 301))),
        ("without a name of its own", with(&claims, "jti", json!(""))),
        ("of two installations", bent(&claims, "/app/installation/id", json!(other))),
        ("of another site", with(&claims, "context", json!({"cloudId": "another-site"}))),
        (
            "a host of nobody's",
            bent(&claims, "/app/apiBaseUrl", json!(format!("https://evil.test/ex/jira/{cloud_id}"))),
        ),
        (
            "a host that looks like the right one",
            bent(
                &claims,
                "/app/apiBaseUrl",
                json!(format!("https://api.atlassian.com.evil.test/ex/jira/{cloud_id}")),
            ),
        ),
        (
            "the right host without encryption",
            bent(&claims, "/app/apiBaseUrl", json!(format!("http://api.atlassian.com/ex/jira/{cloud_id}"))),
        ),
    ] {
        attacked.refuses_claims(what, &claims).await;
    }
}

async fn signatures_that_are_not_forges(attacked: &Attacked<'_>) {
    let (sandbox, claims) = (&attacked.regions.us.sandbox, attacked.claims());
    let (kid, pem) = (sandbox.forge_key_id(), sandbox.forge_public_key_pem());
    let header = |alg: &str| json!({"typ": "JWT", "alg": alg, "kid": kid});
    let good = attacked.site.sign_forge(&claims);
    let (head, signature) = good.rsplit_once('.').unwrap();
    let first = if signature.starts_with('A') { "B" } else { "A" };
    for (what, token) in [
        ("none", sign(&header("none"), &claims, SigningKey::Unsigned)),
        ("RS256 without a signature", sign(&header("RS256"), &claims, SigningKey::Unsigned)),
        ("the public key as a secret", sign(&header("HS256"), &claims, SigningKey::Hs256(&pem))),
        ("the same under the right name", sign(&header("RS256"), &claims, SigningKey::Hs256(&pem))),
        ("another hash", sign(&header("RS512"), &claims, sandbox.forge_signing_key())),
        ("another padding", sign(&header("PS256"), &claims, sandbox.forge_signing_key())),
        ("a key id that nobody knows", attacked.site.sign_forge_as("made-up", &claims)),
        ("no key id", sign(&json!({"alg": "RS256"}), &claims, sandbox.forge_signing_key())),
        ("a made-up key", sandbox.sign_with_wrong_key(Some(&kid), &claims)),
        ("the key of installs", sandbox.sign_rs256(Some(&sandbox.key_id()), &claims)),
        ("an edited signature", format!("{head}.{first}{}", &signature[1..])),
        ("two parts", head.to_owned()),
        ("a token of Connect", sign_hs256("a secret", &attacked.site.context_claims(None))),
        ("nothing", String::new()),
    ] {
        attacked.refuses(what, &token).await;
    }
}

async fn tokens_in_the_wrong_place(attacked: &Attacked<'_>) {
    let us = &attacked.regions.us;
    let token = || attacked.site.sign_forge(&attacked.claims());
    for line in [format!("JWT {}", token()), format!("Basic {}", token()), token(), "Bearer".to_owned()] {
        let mut call = attacked.call("");
        call.headers[0].1.clone_from(&line);
        attacked.refused(line.split('.').next().unwrap(), &at(us, &call).await).await;
    }
    let mut call = attacked.call("");
    call.headers.remove(0);
    attacked.refused("no header", &at(us, &call).await).await;
    let sign = if call.path.contains('?') { '&' } else { '?' };
    call.path = format!("{}{sign}jwt={}", call.path, token());
    attacked.refused("in the query", &at(us, &call).await).await;
    let mut call = attacked.call(&token());
    call.headers.push(("authorization".to_owned(), format!("Bearer {}", token())));
    let answer = at(us, &call).await;
    assert_eq!((answer.status, code(&answer).as_str()), (400, "ambiguous_request"), "{}", answer.body);
    attacked.untouched("two tokens").await;
}

/// The door opens for its own module, once.
async fn a_second_use(mut attacked: Attacked<'_>) {
    let (us, claims) = (&attacked.regions.us, attacked.claims());
    let token = attacked.site.sign_forge(&claims);
    let answer = attacked.send(&token).await;
    assert_eq!(answer.status, attacked.knock.good, "{}: {}", attacked.knock.path, answer.body);
    if attacked.knock.path.ends_with("/schedule") {
        assert_eq!(attacked.site.roll_back_move(MoveProof::Forge, "m-1").await.status, 204);
    }
    us.run_jobs().await;
    attacked.before = dump(us, attacked.tenant, true).await;
    us.sandbox.forget_recorded();
    let again = [token, attacked.site.sign_forge(&bent(&claims, "/app/appVersion", json!("2.0.0")))];
    for token in again {
        let answer = attacked.send(&token).await;
        assert_eq!(
            (answer.status, code(&answer).as_str()),
            UNAUTHENTICATED,
            "{}: twice",
            attacked.knock.path
        );
        assert_same(&attacked.before, &dump(us, attacked.tenant, true).await, "a second use");
    }
    assert!(us.sandbox.recorded().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn each_check_holds_at_each_door_of_forge() {
    let regions = Regions::with(&[("KEPT_FORGE_ENVIRONMENTS", "PRODUCTION")]).await;
    let seen: Vec<_> =
        KNOCKS.iter().filter_map(|knock| modules::Door::at(knock.path.split('?').next()?)).collect();
    assert!(modules::Door::ALL.iter().all(|door| seen.contains(door)), "each door is knocked at: {seen:?}");
    for (number, knock) in KNOCKS.iter().enumerate() {
        let attacked = Attacked::new(&regions, knock, number).await;
        modules_of_other_doors(&attacked).await;
        claims_that_are_not_meant_for_us(&attacked).await;
        signatures_that_are_not_forges(&attacked).await;
        tokens_in_the_wrong_place(&attacked).await;
    }
    // Last, because what is allowed changes something.
    for (number, knock) in KNOCKS.iter().enumerate() {
        a_second_use(Attacked::new(&regions, knock, KNOCKS.len() + number).await).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installation_at_a_foreign_host_begins_nothing() {
    let app = TestApp::start().await;
    let site = app.site("jira");
    let host = format!("https://evil.test/ex/jira/{}", site.cloud_id());
    for (module, path) in [(ForgeModule::LIFECYCLE, "/forge/lifecycle"), (ForgeModule::DAILY, "/forge/daily")]
    {
        let claims = bent(&site.forge_claims(module), "/app/apiBaseUrl", json!(host));
        let body = event(&site, "avi:forge:installed:app");
        let answer =
            at(&app, &site.remote_call("POST", path, &site.sign_forge(&claims), body.as_ref())).await;
        assert_eq!((answer.status, code(&answer).as_str()), UNAUTHENTICATED, "{path}");
        assert!(tenants(&app).await.is_empty(), "{path}");
    }
}

/// Names of tokens are remembered by each process for itself; what an event did is bound to its body in the database.
#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_came_is_no_proof_of_another_one_at_a_second_process() {
    let app = TestApp::start().await;
    let site = app.site("jira");
    assert_eq!(site.install_on_forge().await.status, 204);
    app.advance(Duration::from_secs(1));
    let environment =
        Environment::new(&app.databases, &app.sandbox).set("KEPT_CLOCK", &app.clock.now().to_string());
    let second = Serving::start(environment.command(&app.databases, &["serve"]));
    let token = site.sign_forge(&site.forge_claims(ForgeModule::LIFECYCLE));
    let call = |name: &str| site.remote_call("POST", "/forge/lifecycle", &token, event(&site, name).as_ref());
    assert_eq!(at(&app, &call("avi:forge:upgraded:app")).await.status, 204);
    let goes = call("avi:forge:uninstalled:app");
    let request = app.request_to("POST", &format!("{}{}", second.url, goes.path));
    let request = request.header("authorization", format!("Bearer {token}"));
    let request = request.header("content-type", "application/json").body(goes.body.unwrap());
    let answer = crate::support::send(request).await;
    assert_eq!((answer.status, code(&answer).as_str()), UNAUTHENTICATED, "{}", answer.body);
    assert_eq!(state_of(&app, &site).await, "active");
    second.kill();
}
