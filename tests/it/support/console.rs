//! Somebody of the vendor in front of the console: an account, an app that makes codes, a browser with its cookie.

use kept::db::Id;
use kept::mail::Address;
use kept::policy::Language;
use kept::sandbox::Answer;
use kept::staff::{Invitation, Role, StaffName};
use kept::support::{Accepted, Item, ItemName, Media, Severity, Tier};
use kept::tickets::submit::{IdempotencyKey, Report, Request};
use kept::vault::one_time::{CodeSecret, step_at};
use serde_json::{Value, json};

use super::{TestApp, send};

pub const SESSION: &str = "/console/api/v1/session";
pub const ORIGIN: &str = "https://app.example.com";
const PASSWORD: &str = "a password of my own";

/// Somebody who is signed in, or was.
pub struct Person {
    pub name: String,
    pub codes: CodeSecret,
    pub cookie: String,
}

impl TestApp {
    pub async fn invite(&self, name: &str, role: Role) -> Invitation {
        self.services.staff.add(StaffName::parse(name).unwrap(), role, None).await.unwrap()
    }

    /// Adds an account and signs in for the first time.
    pub async fn person(&self, name: &str, role: Role) -> Person {
        let invitation = self.invite(name, role).await;
        let codes = codes_of(&invitation);
        let shown = json!({
            "name": name, "password": *invitation.password, "code": self.code(&codes), "newPassword": PASSWORD,
        });
        let answer = self.console(None, "POST", SESSION, Some(shown)).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        Person { name: name.to_owned(), codes, cookie: cookie(&answer) }
    }

    /// Signs in once more, with the next code.
    pub async fn sign_in_again(&self, person: &Person) -> Answer {
        let shown = json!({ "name": person.name, "password": PASSWORD, "code": self.code(&person.codes) });
        self.console(None, "POST", SESSION, Some(shown)).await
    }

    /// What the person's app shows now.
    pub fn code(&self, codes: &CodeSecret) -> String {
        codes.code(step_at(self.clock.now()))
    }

    /// A request as the console's own page makes it.
    pub async fn console(
        &self,
        person: Option<&Person>,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> Answer {
        let mut request = self.request(method, path).header("origin", ORIGIN).header("x-kept-console", "1");
        if let Some(person) = person {
            request = request.header("cookie", &person.cookie);
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        send(request).await
    }
}

pub fn codes_of(invitation: &Invitation) -> CodeSecret {
    let secret = invitation.code_uri.split("secret=").nth(1).unwrap().split('&').next().unwrap();
    CodeSecret::from_base32(secret).unwrap()
}

/// The cookie as a browser sends it back.
pub fn cookie(answer: &Answer) -> String {
    answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned()
}

/// A report of a user of this tenant, as it would be after its preview.
pub struct Reported<'a> {
    pub account: &'a str,
    pub text: &'a str,
    pub fingerprint: Option<&'a str>,
    pub severity: Severity,
    pub product: &'a str,
    pub is_privacy: bool,
    /// Whether it follows the known problem with the same error.
    pub follow: bool,
}

impl Default for Reported<'_> {
    fn default() -> Self {
        Self {
            account: "account-1",
            text: "nothing works",
            fingerprint: None,
            severity: Severity::Normal,
            product: "jira",
            is_privacy: false,
            follow: false,
        }
    }
}

impl TestApp {
    /// Makes a ticket of a report. Returns its number.
    pub async fn report(&self, tenant: Id, reported: Reported<'_>) -> String {
        let content = json!({"description": reported.text}).to_string().into_bytes();
        let item = Item::new(ItemName::Report, Tier::Minimal, Media::Json, content, Vec::new());
        let accepted = Accepted {
            tier: Tier::Minimal,
            severity: reported.severity,
            fingerprint: reported.fingerprint.map(str::to_owned),
            items: vec![item],
            left_out: Vec::new(),
            missing: Vec::new(),
            statement_version: 1,
            made_at: self.clock.now(),
        };
        let report = Report {
            accepted,
            email: Address::parse("rita@example.com").unwrap(),
            language: Language::En,
            consents: Vec::new(),
            product: reported.product.to_owned(),
            is_privacy: reported.is_privacy,
            follow: reported.follow,
        };
        let key = IdempotencyKey::parse(&format!("key-{}", Id::new(self.clock.now()))).unwrap();
        let request = Request::new(tenant, reported.account, key, reported.text.as_bytes());
        self.services.tickets.submit(request, report).await.unwrap().number
    }

    /// Installs on this site and reports a problem there.
    pub async fn tenant_with_ticket(&self, site: &str) -> (Id, String) {
        let site = self.site(site);
        site.install().await;
        let tenant = self.tenant(&site).await.unwrap().tenant.id;
        let number = self.report(tenant, Reported::default()).await;
        (tenant, number)
    }

    pub async fn assign(&self, lead: &Person, number: &str, name: &str) {
        let path = format!("/console/api/v1/tickets/{number}/assignee");
        let answer = self.console(Some(lead), "PUT", &path, Some(json!({"assignee": name}))).await;
        assert_eq!(answer.status, 204, "{}", answer.body);
    }
}
