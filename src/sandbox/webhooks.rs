//! Delivers webhooks as a host does: identifier, flow and retry headers, and Atlassian's rules of when to try again.
//!
//! Nothing here waits. A delivery that may be tried again is kept, and [`Site::retry_webhooks`] makes one step.

use serde_json::Value;

use super::answer::Answer;
use super::outgoing::Call;
use super::site::{Product, Site};

/// One webhook on its way. It keeps its identifier through all tries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    pub event: String,
    pub identifier: String,
    /// How often it has been tried before.
    pub retry: u32,
    /// `Primary`, or `Secondary` for what follows from something else.
    pub flow: &'static str,
    /// Relative to the app's base URL.
    pub path: String,
    pub body: String,
}

const MOST_RETRIES: u32 = 5;

/// Whether a host tries a webhook again after this answer. No answer at all counts as a reason.
const fn is_retried(product: Product, status: u16, retry: u32) -> bool {
    let is_reason = matches!(status, 0 | 408 | 409 | 425 | 429 | 500..=599);
    matches!(product, Product::Jira) && is_reason && retry < MOST_RETRIES
}

impl Site {
    /// Tells the app of an event, if its descriptor asks for it; to several paths when it names several, of which the
    /// last answer is returned.
    pub async fn webhook(&self, event: &str, body: Value) -> Answer {
        let identifier = self.world.random.uuid();
        self.webhook_as(&identifier, event, body).await
    }

    /// As [`Site::webhook`], under an identifier of the caller's choice.
    pub async fn webhook_as(&self, identifier: &str, event: &str, body: Value) -> Answer {
        let mut answer = Answer::none(format!("The app's descriptor does not ask for {event}."));
        for delivery in self.deliveries(identifier, event, &body) {
            answer = self.deliver_with_faults(delivery).await;
        }
        answer
    }

    /// What would be sent for an event.
    pub fn deliveries(&self, identifier: &str, event: &str, body: &Value) -> Vec<Delivery> {
        let paths = self.descriptor().map(|read| read.webhooks(event)).unwrap_or_default();
        let delivery = |path: String| Delivery {
            event: event.to_owned(),
            identifier: identifier.to_owned(),
            retry: 0,
            flow: "Primary",
            path: filled_in(&path, body),
            body: body.to_string(),
        };
        paths.into_iter().map(delivery).collect()
    }

    /// Makes one try with a token of this moment, and keeps the delivery when it may be tried again.
    pub async fn deliver(&self, delivery: &Delivery) -> Answer {
        let answer = self.send(&self.webhook_call(delivery)).await;
        if is_retried(self.product(), answer.status, delivery.retry) {
            let again = Delivery { retry: delivery.retry + 1, ..delivery.clone() };
            self.place.record().to_retry.push(again);
        }
        answer
    }

    /// Tries once more everything that waits for it, and returns what was answered.
    pub async fn retry_webhooks(&self) -> Vec<Answer> {
        let waiting = std::mem::take(&mut self.place.record().to_retry);
        let mut answers = Vec::with_capacity(waiting.len());
        for delivery in waiting {
            answers.push(self.deliver(&delivery).await);
        }
        answers
    }

    /// What waits for another try.
    pub fn webhooks_to_retry(&self) -> Vec<Delivery> {
        self.place.record().to_retry.clone()
    }

    /// Delivers what was kept back to come out of order; none when there is nothing.
    pub async fn release_webhook(&self) -> Option<Answer> {
        let kept_back = self.place.record().kept_back.take();
        match kept_back {
            Some(delivery) => Some(self.deliver(&delivery).await),
            None => None,
        }
    }

    async fn deliver_with_faults(&self, delivery: Delivery) -> Answer {
        let faults = self.world.faults.webhooks();
        if faults.out_of_order && self.keep_back_if_first(&delivery) {
            return Answer::none("Kept back: it follows the next one.");
        }
        let answer = self.deliver(&delivery).await;
        if faults.duplicate {
            self.deliver(&delivery).await;
        }
        self.release_webhook().await;
        answer
    }

    fn keep_back_if_first(&self, delivery: &Delivery) -> bool {
        let mut record = self.place.record();
        let is_first = record.kept_back.is_none();
        if is_first {
            record.kept_back = Some(delivery.clone());
        }
        is_first
    }

    fn webhook_call(&self, delivery: &Delivery) -> Call {
        let mut headers = vec![
            ("x-atlassian-webhook-identifier".to_owned(), delivery.identifier.clone()),
            ("x-atlassian-webhook-flow".to_owned(), delivery.flow.to_owned()),
        ];
        if delivery.retry > 0 {
            headers.push(("x-atlassian-webhook-retry".to_owned(), delivery.retry.to_string()));
        }
        Call {
            what: delivery.event.clone(),
            method: "POST".to_owned(),
            token: Some(self.url_token("POST", &delivery.path, None)),
            path: delivery.path.clone(),
            headers,
            body: Some(delivery.body.clone()),
            limit: None,
        }
    }
}

/// Fills the placeholders that a webhook's URL may have.
fn filled_in(path: &str, body: &Value) -> String {
    let (issue, project) = (&body["issue"], &body["issue"]["fields"]["project"]);
    let values = [
        ("{issue.id}", &issue["id"]),
        ("{issue.key}", &issue["key"]),
        ("{project.id}", &project["id"]),
        ("{project.key}", &project["key"]),
    ];
    values
        .iter()
        .fold(path.to_owned(), |path, (name, value)| path.replace(name, value.as_str().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn jira_tries_again_after_these_answers_only() {
        let retried = |status| is_retried(Product::Jira, status, 0);
        assert!([0, 408, 409, 425, 429, 500, 502, 503, 504].into_iter().all(retried));
        assert!(![200, 202, 204, 301, 400, 401, 403, 404, 410, 413].into_iter().any(retried));
    }

    #[test]
    fn jira_gives_up_after_five_retries_and_confluence_at_once() {
        assert!(is_retried(Product::Jira, 503, 4));
        assert!(!is_retried(Product::Jira, 503, 5));
        assert!(!is_retried(Product::Confluence, 503, 0));
    }

    #[test]
    fn placeholders_are_filled_in() {
        let body = json!({"issue": {"key": "DEMO-1", "id": "10001"}});
        assert_eq!(
            filled_in("/hook?issue={issue.key}&project={project.key}", &body),
            "/hook?issue=DEMO-1&project="
        );
    }
}
