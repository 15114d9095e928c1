//! People at the vendor: how they sign in and how long that lasts, and that their accounts end.

use std::time::Duration;

use diesel::connection::SimpleConnection;
use kept::api::Services;
use kept::jobs::sweep_expired::sweep;
use kept::staff::{Role, StaffName};
use serde_json::{Value, json};

use crate::support::console::{Person, SESSION, codes_of, cookie};
use crate::support::process::Environment;
use crate::support::{TestApp, code, send};

const MINUTE: Duration = Duration::from_secs(60);

fn body(answer: &kept::sandbox::Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("{}", answer.body))
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_signs_in_with_a_password_of_their_own_and_the_cookie_is_the_browsers_alone() {
    let app = TestApp::start().await;
    let invitation = app.invite("Mara.K", Role::Agent).await;
    let (codes, given) = (codes_of(&invitation), invitation.password.to_string());
    let shown = |new: Option<&str>, code: String| {
        let mut shown = json!({"name": "mara.k", "password": given, "code": code});
        if let Some(new) = new {
            shown["newPassword"] = json!(new);
        }
        shown
    };
    let answer = app.console(None, "POST", SESSION, Some(shown(None, app.code(&codes)))).await;
    assert_eq!((answer.status, code(&answer).as_str()), (403, "password_change_required"));
    for bad in ["short", given.as_str()] {
        let answer = app.console(None, "POST", SESSION, Some(shown(Some(bad), app.code(&codes)))).await;
        assert_eq!((answer.status, code(&answer).as_str()), (400, "invalid_body"), "{bad}");
    }
    let own = "correct horse battery";
    let answer = app.console(None, "POST", SESSION, Some(shown(Some(own), app.code(&codes)))).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let set = answer.header("set-cookie").unwrap();
    assert!(set.starts_with("__Host-kept="), "{set}");
    for part in ["Path=/", "Secure", "HttpOnly", "SameSite=Strict"] {
        assert!(set.split("; ").any(|found| found == part), "{set}");
    }
    assert!(!set.contains("Domain") && !set.contains("Max-Age") && !set.contains("Expires"), "{set}");
    assert_eq!(body(&answer)["role"], "agent");
    let seen = send(app.request("GET", SESSION).header("cookie", cookie(&answer))).await;
    assert_eq!((seen.status, body(&seen)["name"].as_str()), (200, Some("mara.k")));
    // The password that was given is of no use any more.
    app.advance(MINUTE);
    let answer = app.console(None, "POST", SESSION, Some(shown(None, app.code(&codes)))).await;
    assert_eq!(answer.status, 401);
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_counts_once_and_nobody_is_told_what_was_wrong() {
    let app = TestApp::start().await;
    let mara = app.person("mara", Role::Lead).await;
    // The code that let her in.
    let again = app.sign_in_again(&mara).await;
    assert_eq!(again.status, 401, "{}", again.body);
    app.advance(MINUTE);
    let right = json!({"name": "mara", "password": "a password of my own", "code": app.code(&mara.codes)});
    let mut answers = Vec::new();
    for (member, value) in
        [("name", "nobody"), ("password", "another password"), ("code", "000000"), ("name", "?")]
    {
        let mut shown = right.clone();
        shown[member] = json!(value);
        let mut answer = body(&app.console(None, "POST", SESSION, Some(shown)).await);
        answer["requestId"] = Value::Null;
        answers.push(answer);
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    assert_eq!(answers[0]["code"], "unauthenticated");
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_guesses_waits_longer_and_longer_and_the_right_one_is_let_in_after_it() {
    let app = TestApp::with(&[("KEPT_TRUSTED_PROXIES", "127.0.0.1")]).await;
    let mara = app.person("mara", Role::Lead).await;
    let from = async |address: u8, shown: Value| {
        let request = app.request("POST", SESSION).header("x-forwarded-for", format!("192.0.2.{address}"));
        let request = request.header("origin", "https://app.example.com").header("x-kept-console", "1");
        send(request.body(shown.to_string())).await
    };
    let wrong = json!({"name": "mara", "password": "a wrong password", "code": "000000"});
    for address in 1..=5 {
        assert_eq!(from(address, wrong.clone()).await.status, 401);
    }
    app.advance(Duration::from_secs(29));
    let right = json!({"name": "mara", "password": "a password of my own", "code": app.code(&mara.codes)});
    assert_eq!(from(9, right).await.status, 401, "the account is locked, whoever asks");
    app.advance(Duration::from_secs(31));
    let right = json!({"name": "mara", "password": "a password of my own", "code": app.code(&mara.codes)});
    assert_eq!(from(9, right).await.status, 200);
    // One address and many names.
    for number in 0..5 {
        let shown =
            json!({"name": format!("guess{number}"), "password": "a wrong password", "code": "000000"});
        assert_eq!(from(77, shown).await.status, 401);
    }
    let answer = from(77, wrong.clone()).await;
    assert_eq!((answer.status, code(&answer).as_str()), (429, "too_many_requests"));
    assert_eq!(answer.header("retry-after"), Some("30"));
    assert_eq!(from(78, wrong).await.status, 401, "another address");
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_when_it_is_left_alone_when_its_time_is_over_and_when_somebody_ends_it() {
    let app = TestApp::start().await;
    let policy = app.services.policy.clone();
    let idle = policy.session_idle();
    let seen = |person: &Person| {
        let request = app.request("GET", SESSION).header("cookie", &person.cookie);
        async move { send(request).await.status }
    };
    let mut mara = app.person("mara", Role::Agent).await;
    app.advance(idle - Duration::from_secs(1));
    assert_eq!(seen(&mara).await, 200);
    app.advance(idle);
    assert_eq!(seen(&mara).await, 401, "left alone");
    mara.cookie = cookie(&app.sign_in_again(&mara).await);
    let began = app.clock.now();
    while app.clock.now().plus(idle / 2) < policy.session_until(began) {
        app.advance(idle / 2);
        assert_eq!(seen(&mara).await, 200);
    }
    app.clock.set(policy.session_until(began));
    assert_eq!(seen(&mara).await, 401, "its time is over");
    mara.cookie = cookie(&app.sign_in_again(&mara).await);
    assert_eq!(app.console(Some(&mara), "DELETE", SESSION, None).await.status, 204);
    assert_eq!(seen(&mara).await, 401, "signed out");
    app.advance(MINUTE);
    mara.cookie = cookie(&app.sign_in_again(&mara).await);
    let chief = app.person("chief", Role::Operator).await;
    let path = "/console/api/v1/staff/mara/sessions";
    assert_eq!(app.console(Some(&chief), "DELETE", path, None).await.status, 204);
    assert_eq!(seen(&mara).await, 401, "revoked");
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_ends_with_its_contract_or_by_hand_and_its_sessions_with_it() {
    let app = TestApp::start().await;
    let name = StaffName::parse("temp").unwrap();
    let until = app.clock.now().plus(Duration::from_secs(3_600));
    let staff = &app.services.staff;
    let invitation = staff.add(name.clone(), Role::Agent, Some(until)).await.unwrap();
    let codes = codes_of(&invitation);
    let shown = json!({"name": "temp", "password": *invitation.password, "code": app.code(&codes),
        "newPassword": "a password of my own"});
    let cookie = cookie(&app.console(None, "POST", SESSION, Some(shown)).await);
    let person = Person { name: "temp".to_owned(), codes, cookie };
    app.advance(Duration::from_secs(25 * 60));
    assert_eq!(app.console(Some(&person), "GET", SESSION, None).await.status, 200);
    app.clock.set(until);
    assert_eq!(app.console(Some(&person), "GET", SESSION, None).await.status, 401);
    assert_eq!(app.sign_in_again(&person).await.status, 401);
    app.run_jobs().await;
    let account = staff.by_name(&name).await.unwrap().unwrap();
    assert_eq!(account.state.as_str(), "disabled");
    let mara = app.person("mara", Role::Agent).await;
    staff.disable(&StaffName::parse("mara").unwrap(), None).await.unwrap();
    assert_eq!(app.console(Some(&mara), "GET", SESSION, None).await.status, 401);
    app.advance(MINUTE);
    assert_eq!(app.sign_in_again(&mara).await.status, 401);
    // Nobody uses it any more: it goes by the policy.
    let ends = staff.by_name(&name).await.unwrap().unwrap().expires_at;
    let Services { main, vault, policy, .. } = &**app.services;
    sweep(main, vault, policy, ends.minus(MINUTE)).await.unwrap();
    assert!(staff.by_name(&name).await.unwrap().is_some());
    sweep(main, vault, policy, ends).await.unwrap();
    assert_eq!(staff.by_name(&name).await.unwrap(), None);
}

/// Hashing takes its time, and whoever signs in is looked at before it: what happens in between counts.
#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_is_disabled_while_somebody_signs_in_stays_disabled() {
    let app = TestApp::start().await;
    let staff = &app.services.staff;
    for number in 0..4 {
        let name = format!("temp-{number}");
        let invitation = app.invite(&name, Role::Agent).await;
        let shown = json!({"name": name, "password": *invitation.password,
            "code": app.code(&codes_of(&invitation)), "newPassword": "a password of my own"});
        let parsed = StaffName::parse(&name).unwrap();
        let (answer, disabled) =
            tokio::join!(app.console(None, "POST", SESSION, Some(shown)), staff.disable(&parsed, None));
        disabled.unwrap();
        let account = staff.by_name(&parsed).await.unwrap().unwrap();
        assert_eq!(account.state.as_str(), "disabled", "the answer was {}", answer.status);
        if answer.status == 200 {
            let seen = send(app.request("GET", SESSION).header("cookie", cookie(&answer))).await;
            assert_eq!(seen.status, 401);
        }
    }
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_other_site_can_make_a_browser_do_anything_in_the_console() {
    let app = TestApp::start().await;
    let mara = app.person("mara", Role::Lead).await;
    let path = "/console/api/v1/replies/new";
    let wanted = json!({"title": "Hello", "language": "en", "body": "Hello from {agent}"}).to_string();
    let put = |headers: &[(&str, &str)]| {
        let request = app.request("PUT", path).header("cookie", &mara.cookie).body(wanted.clone());
        headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))
    };
    let (own, other) = (("origin", "https://app.example.com"), ("origin", "https://evil.example"));
    let header = ("x-kept-console", "1");
    let same = ("sec-fetch-site", "same-origin");
    for headers in [
        vec![],
        vec![header],
        vec![own],
        vec![other, header],
        vec![same],
        vec![("origin", "null"), header],
        vec![own, header, ("sec-fetch-site", "same-site")],
        vec![own, header, ("sec-fetch-site", "cross-site")],
    ] {
        let answer = send(put(&headers)).await;
        assert_eq!((answer.status, code(&answer).as_str()), (403, "cross_site"), "{headers:?}");
    }
    for headers in [vec![own, header], vec![same, header], vec![own, header, same]] {
        assert_eq!(send(put(&headers)).await.status, 200, "{headers:?}");
    }
    // The door is guarded in the same way, or somebody could be signed in as somebody else.
    let shown = json!({"name": "mara", "password": "a", "code": "1"}).to_string();
    let answer =
        send(app.request("POST", SESSION).header("origin", "https://evil.example").body(shown)).await;
    assert_eq!((answer.status, code(&answer).as_str()), (403, "cross_site"));
    // Two cookies of one name: one of them is somebody else's.
    let two = format!("{}; {}", mara.cookie, mara.cookie);
    assert_eq!(send(app.request("GET", SESSION).header("cookie", two)).await.status, 401);
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signed_in_and_who_tried_to_stands_in_the_vendors_own_chain() {
    let app = TestApp::start().await;
    let mara = app.person("mara", Role::Lead).await;
    app.sign_in_again(&mara).await;
    app.console(
        None,
        "POST",
        SESSION,
        Some(json!({"name": "secret-typed-here", "password": "x", "code": "1"})),
    )
    .await;
    let answer = app.console(Some(&mara), "GET", "/console/api/v1/audit", None).await;
    let kinds: Vec<String> = body(&answer)["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["kind"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(kinds, ["sign_in_refused", "signed_in", "account_added"], "{}", answer.body);
    assert!(!answer.body.contains("secret-typed-here"), "what nobody is called may be a password");
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_make_list_reset_and_end_accounts_and_look_at_the_records() {
    let app = TestApp::start().await;
    let (environment, databases) = (Environment::new(&app.databases, &app.sandbox), &app.databases);
    let added = environment.json(
        databases,
        &["staff", "add", "mara", "--role", "lead", "--contract-until", "2099-12-31", "--json"],
    );
    assert_eq!(added["account"]["state"], "invited");
    assert!(added["codeUri"].as_str().unwrap().starts_with("otpauth://totp/Kept:mara?secret="), "{added}");
    assert_eq!(added["account"]["contractUntil"], "2100-01-01T00:00:00Z");
    let reset = environment.json(databases, &["staff", "reset", "mara", "--json"]);
    assert_ne!(reset["password"], added["password"]);
    assert_eq!(environment.json(databases, &["staff", "disable", "mara", "--json"])["state"], "disabled");
    let listed = environment.json(databases, &["staff", "list", "--json"]);
    assert_eq!((listed[0]["name"].as_str(), listed[0]["role"].as_str()), (Some("mara"), Some("lead")));
    let failed = environment.run(databases, &["staff", "add", "mara", "--role", "agent"]);
    assert_eq!(failed.status.code(), Some(1), "the name is taken");
    let wrong = environment.run(databases, &["staff", "add", "a b", "--role", "agent"]);
    assert_eq!(wrong.status.code(), Some(2));
    let verified = environment.json(databases, &["audit", "verify", "--json"]);
    assert_eq!(
        (verified["rows"].as_i64(), verified["broken"].as_array().unwrap().len()),
        (Some(3), 0),
        "{verified}"
    );
    let edit = "UPDATE audit SET kind = 'signed_in' WHERE sequence = 2";
    app.services.main.maintain_here(|conn| Ok(conn.batch_execute(edit)?)).unwrap();
    let broken = environment.run(databases, &["audit", "verify"]);
    assert_eq!(broken.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&broken.stdout).contains("it was changed"));
}
