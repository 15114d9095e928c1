//! Tickets that follow another one: what is done to all of them at once, by whom, and that each customer's log says so.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use kept::audit::Entry;
use kept::db::Id;
use kept::sandbox::Answer;
use kept::staff::Role;
use kept::tickets::State;
use serde_json::{Value, json};

use crate::support::console::{Person, Reported};
use crate::support::{TestApp, code};

const API: &str = "/console/api/v1";

/// A ticket and the one that follows it, with whoever has them: the lead who merged them, and an agent for each.
struct Problem {
    app: TestApp,
    tenant: Id,
    leader: String,
    follower: String,
    lead: Person,
    of_leader: Person,
    of_follower: Person,
}

impl Problem {
    async fn start() -> Self {
        let app = TestApp::start().await;
        // The follower was reported first, so its id is the smaller one.
        let (tenant, follower) = app.tenant_with_ticket("one").await;
        let leader = app.report(tenant, Reported::default()).await;
        let lead = app.person("lead", Role::Lead).await;
        let (of_leader, of_follower) =
            (app.person("mara", Role::Agent).await, app.person("theo", Role::Agent).await);
        app.assign(&lead, &leader, "mara").await;
        app.assign(&lead, &follower, "theo").await;
        let problem = Self { app, tenant, leader, follower, lead, of_leader, of_follower };
        assert_eq!(problem.merge(&problem.follower, &problem.leader).await.status, 204);
        problem
    }

    async fn merge(&self, number: &str, into: &str) -> Answer {
        self.act(&self.lead, number, "merge", json!({ "into": into })).await
    }

    async fn act(&self, person: &Person, number: &str, what: &str, sent: Value) -> Answer {
        self.app.console(Some(person), "POST", &format!("{API}/tickets/{number}/{what}"), Some(sent)).await
    }

    /// What the customer reads of this kind, the oldest first: which ticket, who, and what it was about.
    async fn log(&self, kind: &str) -> Vec<(String, String, String)> {
        let entries = self.app.services.audit.page(self.tenant, None, 200).await.unwrap();
        let told = |entry: &Entry| {
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            (text(&entry.detail.ticket), text(&entry.detail.who), text(&entry.detail.about))
        };
        entries.iter().rev().filter(|entry| entry.kind.as_str() == kind).map(told).collect()
    }

    async fn state(&self, number: &str) -> State {
        let subject = self.app.services.audit.subject(number).await.unwrap().unwrap();
        let row = self.app.services.tickets.find(self.tenant, subject.ticket).await.unwrap().unwrap();
        row.state.parse().unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_done_to_all_of_a_problem_leaves_a_record_with_each_ticket_that_it_reached() {
    let problem = Problem::start().await;
    let (leader, follower) = (problem.leader.as_str(), problem.follower.as_str());
    let answer = json!({"text": "It is mended.", "after": "asked"});
    let answered = problem.act(&problem.of_leader, leader, "followers/replies", answer).await;
    assert_eq!(answered.status, 204, "{}", answered.body);
    let with = format!("with {leader}");
    let expected = |about: &str, also: String| {
        vec![
            (follower.to_owned(), "mara".to_owned(), also),
            (leader.to_owned(), "mara".to_owned(), about.to_owned()),
        ]
    };
    let sorted = async |kind: &str| {
        let mut log = problem.log(kind).await;
        log.sort_by_key(|(number, ..)| number != follower);
        log
    };
    assert_eq!(sorted("replied").await, expected("with its followers", with.clone()));
    let close = json!({"step": "close", "reason": "mended in 2.1"});
    assert_eq!(problem.act(&problem.of_leader, leader, "state", close).await.status, 204);
    assert_eq!(sorted("closed").await, expected("close", format!("close, {with}")));
    assert_eq!(problem.state(follower).await, State::Closed);
    problem.app.run_jobs().await;
}

/// A lead made them one, so whoever has the leader answers and closes all of it. That opens none of the others to them.
#[tokio::test(flavor = "multi_thread")]
async fn appernetic_28_whoever_has_the_leader_answers_all_and_reads_no_ticket_of_others_by_it() {
    let problem = Problem::start().await;
    let answer = || json!({"text": "It is mended."});
    let refused = problem.act(&problem.of_follower, &problem.leader, "followers/replies", answer()).await;
    assert_eq!((refused.status, code(&refused).as_str()), (403, "not_permitted"));
    let solve = json!({"step": "solve"});
    assert_eq!(problem.act(&problem.of_follower, &problem.leader, "state", solve).await.status, 403);
    let tried = problem.log("access_refused").await;
    assert_eq!(tried.len(), 2, "{tried:?}");
    assert!(tried.iter().all(|(number, who, _)| *number == problem.leader && who == "theo"), "{tried:?}");
    // An answer to one alone is an answer to one.
    assert_eq!(problem.act(&problem.of_leader, &problem.leader, "replies", answer()).await.status, 204);
    assert_eq!(problem.log("replied").await.len(), 1);
    let all = problem.act(&problem.of_leader, &problem.leader, "followers/replies", answer()).await;
    assert_eq!(all.status, 204, "{}", all.body);
    let path = format!("{API}/tickets/{}", problem.follower);
    let read = problem.app.console(Some(&problem.of_leader), "GET", &path, None).await;
    assert_eq!((read.status, code(&read).as_str()), (403, "not_permitted"));
    problem.app.run_jobs().await;
}

/// Whoever wants several tickets takes them in one order, so nobody waits for somebody who waits for them.
#[tokio::test(flavor = "multi_thread")]
async fn answers_to_all_and_merges_at_once_never_wait_for_each_other_in_a_circle() {
    const ROUNDS: usize = 30;
    let problem = Problem::start().await;
    let (leader, follower) = (problem.leader.as_str(), problem.follower.as_str());
    let answers = (0..ROUNDS).map(|_| async {
        let answer = json!({"text": "It is being looked at."});
        problem.act(&problem.lead, leader, "followers/replies", answer).await
    });
    // Refused in the end, since both are merged already; to know that, it takes both.
    let merges = (0..ROUNDS).map(|_| problem.merge(leader, follower));
    let (answers, merges) = futures_util::join!(join_all(answers), join_all(merges));
    let seen: BTreeSet<(u16, String)> = answers
        .iter()
        .map(|answer| (answer.status, answer.body.clone()))
        .chain(merges.iter().map(|merge| (merge.status, code(merge))))
        .collect();
    let expected = [(204, String::new()), (409, "state_changed".to_owned())];
    assert_eq!(seen, expected.into_iter().collect(), "{seen:?}");
    problem.app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_ticket_takes_no_followers_and_one_that_is_closed_may_follow() {
    let problem = Problem::start().await;
    let other = problem.app.report(problem.tenant, Reported::default()).await;
    let close = || json!({"step": "close", "reason": "mended"});
    assert_eq!(problem.act(&problem.lead, &problem.leader, "state", close()).await.status, 204);
    let merged = problem.merge(&other, &problem.leader).await;
    assert_eq!((merged.status, code(&merged).as_str()), (409, "state_changed"));
    assert!(merged.body.contains("closed"), "{}", merged.body);
    assert_eq!(problem.state(&other).await, State::Received, "nothing happened to it");
    assert_eq!(problem.act(&problem.lead, &other, "state", close()).await.status, 204);
    let open = problem.app.report(problem.tenant, Reported::default()).await;
    assert_eq!(problem.merge(&other, &open).await.status, 204);
    assert_eq!((problem.state(&other).await, problem.state(&open).await), (State::Closed, State::Received));
    problem.app.run_jobs().await;
}
