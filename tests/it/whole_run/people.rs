//! Who has a part in it, and what each of them does: the user with a browser and a mailbox, the administrator, the vendor's
//! people at the console, and the clock.

use std::sync::Mutex;
use std::time::Duration;

use data_encoding::BASE64;
use kept::clock::Timestamp;
use kept::sandbox::desk::DeskRequest;
use kept::sandbox::{Answer, Site, Who};
use kept::staff::Role;
use serde_json::{Value, json};

use crate::sinks::DESK;
use crate::support::TestApp;
use crate::support::admin::{call, call_as, installed};
use crate::support::console::{Person, cookie};
use crate::support::previews::{file, json_of, preview};
use crate::support::reports::{ADDRESS, act, mailed, page, post, whole};

/// What no pattern can know to be nobody's business.
pub const SECRET_WORD: &str = "Project Zebra";
const KEY: &str = "8e03978e-40d5-43dd-bc93-6894a57f9324";
const API: &str = "/console/api/v1";

pub struct Cast {
    pub app: TestApp,
    site: Site,
    /// When the ticket was closed: whoever closes it looks at the clock.
    closed_at: Mutex<Option<Timestamp>>,
    known: Mutex<Option<[Person; 2]>>,
}

/// What the user's page shows.
pub struct Shown {
    whole: Value,
    /// The text of the report as it would be sent.
    pub report: String,
}

impl Cast {
    pub async fn gather() -> Self {
        let app = TestApp::with(&DESK).await;
        let site = installed(&app, "jira").await;
        Self { app, site, closed_at: Mutex::default(), known: Mutex::default() }
    }

    // --- The user ---

    pub async fn open_page(&self, path: &str) -> Answer {
        self.app.get(&self.site.page_url(path, self.site.user(Who::Member).as_deref())).await
    }

    /// What would be sent, with these texts masked besides.
    pub async fn preview(&self, mask: Value) -> Shown {
        let description = format!("I dragged a card, said {ADDRESS} of {SECRET_WORD}");
        let changed =
            json!({"description": description, "mask": mask, "attachments": [file("a.png", &picture())]});
        let answer = preview(&self.app, &self.site, changed).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let whole = answer.json();
        let report = json_of(&whole, "report")["description"].as_str().unwrap().to_owned();
        Shown { whole, report }
    }

    pub async fn send(&self, shown: &Shown) -> Value {
        let answer = post(&self.app, &self.site, KEY, &whole(&shown.whole)).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.json()
    }

    pub async fn own_reports(&self) -> Value {
        let listed =
            call_as(&self.app, &self.site, Who::Member, "GET", "/api/v1/problem-reports", None).await;
        assert_eq!(listed.status, 200, "{}", listed.body);
        listed.json()["reports"].clone()
    }

    /// The page behind a link.
    pub async fn page(&self, token: &str) -> String {
        let shown = page(&self.app, token).await;
        assert_eq!(shown.status, 200, "{}", shown.body);
        shown.body
    }

    /// The page behind the link of the newest mail.
    pub async fn conversation(&self) -> String {
        self.page(&mailed(&self.app)).await
    }

    /// Presses a button there, and looks at the page again.
    pub async fn press(&self, form: &[(&str, &str)]) -> String {
        let answer = act(&self.app, &mailed(&self.app), form).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        self.conversation().await
    }

    // --- The administrator ---

    /// The newest entry of this kind.
    pub async fn access_log(&self, kind: &str) -> Value {
        let answer = call(&self.app, &self.site, "GET", "/api/v1/access-log", None).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let log = answer.json();
        let mut entries = log["items"].as_array().unwrap().iter();
        entries.find(|entry| entry["kind"] == kind).unwrap_or_else(|| panic!("no {kind} in {log}")).clone()
    }

    // --- The vendor ---

    /// A lead and an agent, signed in now.
    pub async fn staff(&self) -> (Person, Person) {
        let known = self.known.lock().unwrap().take();
        let [lead, agent] = match known {
            None => [self.app.person("lead", Role::Lead).await, self.app.person("mara", Role::Agent).await],
            Some(mut known) => {
                // A code is good once.
                self.app.advance(Duration::from_secs(30));
                for person in &mut known {
                    person.cookie = cookie(&self.app.sign_in_again(person).await);
                }
                known
            }
        };
        *self.known.lock().unwrap() = Some([same(&lead), same(&agent)]);
        (lead, agent)
    }

    pub async fn console(&self, who: &Person, method: &str, path: &str, body: Option<Value>) -> Answer {
        let is_closing = body.as_ref().is_some_and(|body| body["step"] == "close");
        if is_closing {
            *self.closed_at.lock().unwrap() = Some(self.app.clock.now());
        }
        self.app.console(Some(who), method, &format!("{API}/{path}"), body).await
    }

    pub async fn console_get(&self, who: &Person, path: &str) -> Value {
        let answer = self.console(who, "GET", path, None).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.json()
    }

    /// What the desk has.
    pub fn requests(&self) -> Vec<DeskRequest> {
        self.app.sandbox.desk().requests()
    }

    // --- The clock ---

    /// By the policy's number of days for closed ones.
    pub fn closed_ones_go_at(&self) -> Timestamp {
        let closed_at = self.closed_at.lock().unwrap().unwrap();
        let days = self.app.services.policy.document().support.closed_days;
        closed_at.plus(Duration::from_secs(86_400) * days)
    }

    pub async fn pass_minutes(&self, minutes: u32) {
        for _ in 0..minutes {
            self.app.advance(Duration::from_secs(60));
            self.app.run_jobs().await;
        }
    }
}

fn same(person: &Person) -> Person {
    Person { name: person.name.clone(), codes: person.codes.clone(), cookie: person.cookie.clone() }
}

fn picture() -> Vec<u8> {
    let mut png = std::io::Cursor::new(Vec::new());
    let picture = image::RgbImage::from_pixel(8, 8, image::Rgb([200, 30, 30]));
    picture.write_to(&mut png, image::ImageFormat::Png).unwrap();
    png.into_inner()
}

/// The text of the report in an opened bundle.
pub fn report_in(bundle: &Value) -> String {
    let items = bundle["items"].as_array().unwrap();
    let report = items.iter().find(|one| one["item"]["name"] == "report").unwrap();
    let content = BASE64.decode(report["content"].as_str().unwrap().as_bytes()).unwrap();
    let report: Value = serde_json::from_slice(&content).unwrap();
    report["description"].as_str().unwrap().to_owned()
}
