//! Mails as they are read: what each kind says in both languages, and how it gets there.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;

use kept::clock::Timestamp;
use kept::config::{Secret, Settings, Smtp};
use kept::db::notices::NoticeKind;
use kept::mail::{
    About, AboutTicket, Because, Erased, Facts, Links, Mail, MailError, Mailer, Rendered, Request, render,
    render_erased, render_request, render_ticket,
};
use kept::policy::{ClassName, Language, Policy};

use crate::support::notices::policy;
use crate::support::source::{files, read};
use crate::support::{TestApp, start};

fn facts() -> Facts {
    let link = |purpose: &str| format!("https://app.example.com/erasure/{purpose}");
    Facts {
        app_key: "kept".to_owned(),
        site: Some("https://acme.atlassian.net".to_owned()),
        links: Links {
            statement: "https://app.example.com/privacy".to_owned(),
            erase: Some(link("erase")),
            export: Some(link("export")),
            undo: Some(link("undo")),
        },
    }
}

fn moment(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn end() -> About {
    About::End { ends_at: moment("2027-03-01T08:30:00Z"), own_days: None }
}

fn erasure(because: Because) -> About {
    About::Erasure { at: moment("2027-04-21T08:00:00Z"), because }
}

fn rendered(about: &About, language: Language) -> Rendered {
    render(about, &facts(), language, &policy()).unwrap()
}

/// The policy's version is another one after every edit of the file.
fn golden(name: &str, about: &About) {
    let policy = policy();
    for (language, tag) in [(Language::En, "en"), (Language::De, "de")] {
        let mail = rendered(about, language);
        let shown = format!("Subject: {}\n\n{}", mail.subject, mail.text);
        assert!(shown.contains(policy.version().as_str()));
        insta::assert_snapshot!(
            format!("{name}_{tag}"),
            shown.replace(policy.version().as_str(), "[version]")
        );
    }
}

#[test]
fn a_mail_about_the_end_of_a_subscription() {
    golden("end", &end());
}

#[test]
fn a_mail_about_an_erasure() {
    golden("erasure", &erasure(Because::Left));
}

#[test]
fn a_mail_about_another_statement() {
    golden("policy", &About::Policy);
}

/// The texts of one mail in every language, with links that a test knows.
fn golden_of(name: &str, render: impl Fn(Language) -> Rendered) {
    for (language, tag) in [(Language::En, "en"), (Language::De, "de")] {
        let mail = render(language);
        let shown = format!("Subject: {}\n\n{}", mail.subject, mail.text);
        insta::assert_snapshot!(
            format!("{name}_{tag}"),
            shown.replace(policy().version().as_str(), "[version]")
        );
    }
}

fn request(is_again: bool) -> Request {
    Request {
        processor: "Example Mail GmbH".to_owned(),
        reference: "3765065554457254635".to_owned(),
        is_again,
        told_at: moment("2027-04-21T08:00:00Z"),
        due_at: moment("2027-05-21T08:00:00Z"),
        messages: vec!["notice.7@example.com".to_owned(), "erased.8@example.com".to_owned()],
        tenant_number: is_again.then(|| "9".to_owned()),
        link: "https://app.example.com/erasure/token".to_owned(),
    }
}

#[test]
fn a_mail_to_a_processor_that_is_to_delete_its_copy() {
    for (name, is_again) in [("request", false), ("request_again", true)] {
        golden_of(name, |language| render_request(&request(is_again), language, &policy()).unwrap());
    }
}

#[test]
fn a_mail_to_a_customer_whose_data_is_gone() {
    let erased = Erased {
        ended_at: moment("2027-04-21T08:00:00Z"),
        unreadable_at: moment("2027-05-03T08:00:00Z"),
        backups_gone_at: Some(moment("2027-05-04T08:00:00Z")),
        tenant_hash: "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b".to_owned(),
        retained: vec![ClassName::Order, ClassName::Ledger],
        pending: vec!["Example Mail GmbH".to_owned()],
        keys: "https://app.example.com/.well-known/kept-keys.json".to_owned(),
    };
    golden_of("erased", |language| render_erased(&erased, &facts(), language, &policy()).unwrap());
}

#[test]
fn a_mail_in_html() {
    let html = rendered(&erasure(Because::Left), Language::En).html;
    insta::assert_snapshot!("erasure_html", html.replace(policy().version().as_str(), "[version]"));
}

#[test]
fn every_reason_has_a_sentence_of_its_own() {
    for language in [Language::En, Language::De] {
        let sentence = |because: &Because| {
            let text = rendered(&erasure(*because), language).text;
            assert!(text.contains("https://acme.atlassian.net"), "{text}");
            text.split("\n\n").nth(1).unwrap().to_owned()
        };
        let mut sentences: Vec<String> = Because::ALL.iter().map(sentence).collect();
        sentences.sort();
        sentences.dedup();
        assert_eq!(sentences.len(), Because::ALL.len(), "{sentences:#?}");
    }
}

/// WEBSITE-19: notices, and nothing else.
#[test]
fn website_19_every_mail_is_one_of_the_kinds_and_says_why_it_comes_and_how_it_stops() {
    assert_eq!(NoticeKind::ALL.len(), 3, "a new kind has a text here");
    for about in [end(), erasure(Because::Lapsed), About::Policy] {
        let english = rendered(&about, Language::En).text.replace('\n', " ");
        assert!(english.contains("No advertising is sent to it") && english.contains("change or remove it"));
        let german = rendered(&about, Language::De).text.replace('\n', " ");
        assert!(german.contains("Werbung wird nicht an sie") && german.contains("ändern oder entfernen"));
        for part in ["Example Apps GmbH", "privacy@example.com", policy().version().as_str()] {
            assert!(english.contains(part) && german.contains(part), "{part}");
        }
    }
}

/// The policy with the line of this number changed.
fn changed(line: &str, other: &str) -> Policy {
    let text = read("policies/default.toml");
    let changed = text.replacen(&format!("\n{line}"), &format!("\n{other}"), 1);
    assert_ne!(changed, text, "{line}");
    Policy::parse(&changed, "changed.toml").unwrap()
}

#[test]
fn utilitas_20_the_mail_says_after_how_many_days_the_data_goes_and_another_policy_says_another_number() {
    let says = |policy: &Policy, language| {
        render(&end(), &facts(), language, policy).unwrap().text.replace('\n', " ")
    };
    let english = says(&policy(), Language::En);
    assert!(english.contains("will be deleted 90 days after that, on 30 May 2027."), "{english}");
    let german = says(&policy(), Language::De);
    assert!(german.contains("90 Tage danach gelöscht, am 30. Mai 2027."), "{german}");
    let other = changed("days = 90\nbound = \"exactly\"", "days = 91\nbound = \"exactly\"");
    let english = says(&other, Language::En);
    assert!(english.contains("will be deleted 91 days after that, on 31 May 2027."), "{english}");
    assert!(!english.contains("90"), "{english}");
    let own = About::End { ends_at: moment("2027-03-01T08:30:00Z"), own_days: Some(20) };
    let own = render(&own, &facts(), Language::En, &policy()).unwrap().text.replace('\n', " ");
    assert!(
        own.contains("20 days after that, on 21 March 2027. This is the time that you have set"),
        "{own}"
    );
}

#[test]
fn numbers_of_the_policy_are_in_the_mails_and_none_is_in_the_templates() {
    let of = |about: &About, policy: &Policy| render(about, &facts(), Language::En, policy).unwrap().text;
    let numbers: [(&str, &str, About); 6] = [
        ("keep_days = 13", "keep_days = 12", end()),
        ("keep_days = 13", "keep_days = 12", erasure(Because::Left)),
        ("promised_days = 180", "promised_days = 181", end()),
        ("early_erasure_delay_hours = 24", "early_erasure_delay_hours = 23", erasure(Because::Left)),
        ("unreachable_days = 7", "unreachable_days = 8", erasure(Because::Unreachable)),
        ("escrow_keep_days = 12", "escrow_keep_days = 11", erasure(Because::Left)),
    ];
    let without_version = |text: &str, policy: &Policy| text.replace(policy.version().as_str(), "");
    for (line, other, about) in numbers {
        let other_policy = changed(line, other);
        let (before, after) = (of(&about, &policy()), of(&about, &other_policy));
        assert_ne!(without_version(&before, &policy()), without_version(&after, &other_policy), "{line}");
    }
    for path in files("templates/mail", "txt") {
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(!text.contains(|letter: char| letter.is_ascii_digit()), "{}", path.display());
    }
}

#[test]
fn what_is_known_of_a_customer_is_text_and_no_markup() {
    let site = Some("https://<script>alert(1)</script>\"&.example".to_owned());
    let mail = render(&end(), &Facts { site, ..facts() }, Language::En, &policy()).unwrap();
    assert!(!mail.html.contains("<script") && mail.html.contains("&#60;script&#62;"), "{}", mail.html);
}

fn mail(to: &str, cc: Option<&str>) -> Mail {
    let Rendered { subject, text, html } = rendered(&end(), Language::De);
    let (to, cc) = (to.parse().unwrap(), cc.map(|cc| cc.parse().unwrap()));
    let (key, attachment) = ("notice.7".to_owned(), None);
    Mail { key, date: start(), to, cc, language: Language::De, subject, text, html, attachment, thread: None }
}

fn mailer(app: &TestApp, url: &str) -> Mailer {
    let smtp = Smtp { url: Secret::new(url), from: "Kept <kept@example.com>".to_owned() };
    let settings = Settings { smtp: Some(smtp), ..app.services.settings.clone() };
    Mailer::new(&settings, &app.services.policy).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_arrives_as_it_was_written() {
    let app = TestApp::start().await;
    let sent = mail("ada@example.com", Some("billing@example.com"));
    let delivered = app.services.mailer.send(&sent).await.unwrap();
    assert!(delivered.refused.is_empty());
    let got = app.only_mail();
    assert_eq!(got.recipients, ["ada@example.com", "billing@example.com"]);
    assert_eq!(
        (got.to, got.cc),
        (vec!["ada@example.com".to_owned()], vec!["billing@example.com".to_owned()])
    );
    assert_eq!(
        (got.from, got.reply_to),
        (vec!["kept@example.com".to_owned()], vec!["privacy@example.com".to_owned()])
    );
    assert_eq!((got.subject, got.text, got.html), (sent.subject, sent.text, sent.html));
    assert_eq!(got.message_id, "notice.7@example.com");
    assert_eq!(got.date, "2026-11-22T08:00:00Z");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_server_says_of_one_recipient_is_about_that_one() {
    let app = TestApp::start().await;
    let send = async |to, cc| app.services.mailer.send(&mail(to, cc)).await;
    let refused = |sent: Result<kept::mail::Delivered, MailError>| {
        sent.unwrap().refused.iter().map(|address| address.as_str().to_owned()).collect::<Vec<_>>()
    };
    let (ada, bounce, later) = ("ada@example.com", "bounce@example.com", "later@example.com");
    assert_eq!(send(bounce, None).await, Err(MailError::Undeliverable(550)));
    assert_eq!(send(bounce, Some(bounce)).await, Err(MailError::Undeliverable(550)));
    assert!(matches!(send(later, Some(ada)).await, Err(MailError::Later(_))));
    assert!(matches!(send(bounce, Some(later)).await, Err(MailError::Later(_))));
    assert!(matches!(send(ada, Some(later)).await, Err(MailError::CopyLater(_))));
    assert!(app.sandbox.mails().is_empty(), "none of these was taken by anybody");
    assert_eq!(refused(send(ada, Some(bounce)).await), [bounce]);
    assert_eq!(refused(send(bounce, Some(ada)).await), [bounce]);
    let recipients: Vec<_> = app.sandbox.mails().into_iter().flat_map(|mail| mail.recipients).collect();
    assert_eq!(recipients, [ada, ada]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_away_is_asked_again_later() {
    let app = TestApp::start().await;
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for url in
        [format!("smtp://{gone}"), format!("smtps://u:p@{}", app.sandbox.smtp_url().replace("smtp://", ""))]
    {
        let sent = mailer(&app, &url).send(&mail("ada@example.com", None)).await;
        let Err(MailError::Later(cause)) = sent else { panic!("{url}: {sent:?}") };
        assert!(!cause.contains("ada@"), "{cause}");
    }
    // A server that did not answer is left alone for a while.
    let away = mailer(&app, &format!("smtp://{gone}"));
    let cause = async || away.send(&mail("ada@example.com", None)).await.unwrap_err().to_string();
    let mut causes = vec![cause().await, cause().await];
    app.advance(std::time::Duration::from_secs(30));
    causes.push(cause().await);
    assert!(causes[0] == causes[2] && causes[1].contains("a moment ago"), "{causes:?}");
    // Who is to log in, where nobody can, sends nothing.
    let url = app.sandbox.smtp_url().replace("smtp://", "smtp://user:password@");
    assert!(matches!(
        mailer(&app, &url).send(&mail("ada@example.com", None)).await,
        Err(MailError::Later(_))
    ));
    assert!(app.sandbox.mails().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_mail_server_mails_are_files_that_others_cannot_read() {
    let app = TestApp::with(&[("KEPT_SMTP_URL", ""), ("KEPT_MAIL_FROM", "")]).await;
    let sent = mail("ada@example.com", None);
    for _ in 0..2 {
        app.services.mailer.send(&sent).await.unwrap();
    }
    let outbox = app.services.settings.data_dir.join("outbox");
    let found: Vec<_> = std::fs::read_dir(&outbox).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(found, [outbox.join("notice.7.eml")], "the same mail is one file");
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&outbox), mode(&found[0])), (0o700, 0o600));
    let text = std::fs::read_to_string(&found[0]).unwrap();
    assert!(text.contains("Message-ID: <notice.7@example.com>\r\n"), "{text}");
    assert!(text.contains("From: \"Example Apps GmbH\" <hello@example.com>\r\n"), "{text}");
}

#[test]
fn a_wrong_mail_setting_stops_the_start_and_says_which_one_it_is() {
    let settings = |url: &str, from: &str| {
        let (url, from) = (url.to_owned(), from.to_owned());
        Settings::from_lookup(move |name| match name {
            "KEPT_SMTP_URL" => Some(url.clone()),
            "KEPT_MAIL_FROM" => Some(from.clone()),
            _ => None,
        })
        .unwrap()
    };
    let fault = |url, from| Mailer::new(&settings(url, from), &policy()).err().map(|error| error.name);
    assert_eq!(fault("smtp://mail.example.com:25", "Kept <kept@example.com>"), None);
    assert_eq!(fault("smtps://user@mail.example.com", "kept@example.com"), Some("KEPT_SMTP_URL"));
    assert_eq!(fault("smtp://mail.example.com/path", "kept@example.com"), Some("KEPT_SMTP_URL"));
    for wrong in ["kept@", "kept@example.com\r\nBcc: eve@example.com", "a@example.com, b@example.com"] {
        assert_eq!(fault("smtp://mail.example.com", wrong), Some("KEPT_MAIL_FROM"), "{wrong}");
    }
}

/// What reporters get, in the order in which they get it.
#[test]
fn mails_about_a_report_say_number_state_and_link() {
    for language in Language::ALL {
        let kinds = [
            ("confirm", "received"),
            ("corrected", "received"),
            ("reply", "waiting"),
            ("state", "solved"),
            ("deleted", "closed"),
        ];
        let texts = kinds.map(|(kind, state)| {
            let about = AboutTicket {
                kind: kind.to_owned(),
                number: "2B4C-6D8F".to_owned(),
                state: state.to_owned(),
                goes_at: "2027-01-21T08:00:00Z".parse().unwrap(),
                confirm_until: "2026-11-25T08:00:00Z".parse().unwrap(),
                link: "https://app.example.com/status/token".to_owned(),
            };
            let links = Links { statement: "https://app.example.com/privacy".to_owned(), ..Links::default() };
            let facts = Facts { app_key: "kept".to_owned(), site: None, links };
            let policy = policy();
            let mail = render_ticket(&about, &facts, language, &policy).unwrap();
            let text = mail.text.replace(policy.version().as_str(), "[version]");
            format!("Subject: {}\n\n{text}", mail.subject)
        });
        insta::assert_snapshot!(format!("ticket_{}", language.tag()), texts.join("\n=====\n\n"));
    }
}
