//! The search of the console: a ticket is found wherever it was put, and whose texts were opened for it can see that.

use kept::audit::Entry;
use kept::db::Id;
use kept::staff::Role;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::console::{Person, Reported};

const API: &str = "/console/api/v1";

struct Console {
    app: TestApp,
    lead: Person,
    tenant: Id,
    /// The only ticket of its customer so far.
    number: String,
}

impl Console {
    async fn start() -> Self {
        let app = TestApp::start().await;
        let (tenant, number) = app.tenant_with_ticket("one").await;
        let lead = app.person("lead", Role::Lead).await;
        Self { app, lead, tenant, number }
    }

    async fn search(&self, query: &str) -> Value {
        let answer =
            self.app.console(Some(&self.lead), "GET", &format!("{API}/search?q={query}"), None).await;
        assert_eq!(answer.status, 200, "{query}: {}", answer.body);
        answer.json()
    }

    async fn do_to(&self, number: &str, method: &str, what: &str, body: Value) {
        let path = format!("{API}/tickets/{number}/{what}");
        let answer = self.app.console(Some(&self.lead), method, &path, Some(body)).await;
        assert!(answer.status < 300, "{what}: {}", answer.body);
    }

    /// What the customer sees of searches, the newest first: the ticket of each row.
    async fn searches(&self) -> Vec<Option<String>> {
        let entries: Vec<Entry> = self.app.services.audit.page(self.tenant, None, 200).await.unwrap();
        let searches = entries.into_iter().filter(|entry| entry.kind.as_str() == "tickets_searched");
        searches.map(|entry| entry.detail.ticket).collect()
    }
}

fn found(answer: &Value) -> Vec<(&str, &str)> {
    let items = answer["items"].as_array().unwrap().iter();
    items.map(|item| (item["number"].as_str().unwrap(), item["place"].as_str().unwrap())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_looks_into_numbers_and_messages_and_what_it_finds_leaves_a_row() {
    let console = Console::start().await;
    console.app.report(console.tenant, Reported::default()).await;
    let number = console.number.as_str();
    console.do_to(number, "POST", "notes", json!({"text": "The Zebra did it"})).await;
    let answer = console.search("zebra").await;
    assert_eq!((found(&answer), &answer["searched"]), (vec![(number, "messages")], &json!(2)));
    assert_eq!(console.searches().await, [Some(number.to_owned())]);
    assert_eq!(found(&console.search(&number.to_lowercase()).await), [(number, "number")]);
    assert!(found(&console.search("nothing%20works").await).is_empty(), "bundles need a reason");
    for short in ["z", "%20z%20"] {
        let path = format!("{API}/search?q={short}");
        assert_eq!(console.app.console(Some(&console.lead), "GET", &path, None).await.status, 400);
    }
    console.app.run_jobs().await;
}

/// That a word stands in no text of a customer is an answer about them, too.
#[tokio::test(flavor = "multi_thread")]
async fn a_search_that_finds_nothing_leaves_one_row_with_each_customer_whose_texts_were_opened() {
    let console = Console::start().await;
    console.app.report(console.tenant, Reported::default()).await;
    assert!(found(&console.search("walrus").await).is_empty());
    assert_eq!(console.searches().await, [None]);
    // A number is in clear: nobody's texts are opened to compare it.
    let other = console.app.tenant_with_ticket("two").await.1;
    assert_eq!(found(&console.search(&format!("{other}&tenant={}", console.tenant)).await).len(), 1);
    assert_eq!(console.searches().await, [None, None], "but the texts of those that were asked for are");
    console.app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_is_found_when_it_is_closed_about_privacy_or_put_away_and_by_its_number_behind_any_filter() {
    let console = Console::start().await;
    let apart = Reported { is_privacy: true, ..Reported::default() };
    let private = console.app.report(console.tenant, apart).await;
    let closed = console.number.as_str();
    for number in [closed, &private] {
        console.do_to(number, "POST", "notes", json!({"text": "The walrus did it"})).await;
    }
    console.do_to(closed, "POST", "state", json!({"step": "close", "reason": "It is mended."})).await;
    let mut numbers: Vec<String> =
        found(&console.search("walrus").await).into_iter().map(|(number, _)| number.to_owned()).collect();
    numbers.sort();
    let mut both = [closed.to_owned(), private.clone()];
    both.sort();
    assert_eq!(numbers, both);
    assert_eq!(found(&console.search("walrus&privacy=true").await), [(private.as_str(), "messages")]);
    for number in both {
        for part in [number.as_str(), &number[..4], &number[3..7]] {
            let answer = console.search(&format!("{part}&state=triaged&severity=low&limit=1")).await;
            assert!(found(&answer).contains(&(number.as_str(), "number")), "{part}: {answer}");
        }
    }
    assert!(found(&console.search("%25%25%25").await).is_empty(), "no letter of a number is a pattern");
    console.app.run_jobs().await;
}
