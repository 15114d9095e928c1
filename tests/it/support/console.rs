//! Somebody of the vendor in front of the console: an account, an app that makes codes, a browser with its cookie.

use kept::sandbox::Answer;
use kept::staff::{Invitation, Role, StaffName};
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
