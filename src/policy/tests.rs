use super::model::DeskPart;
use super::*;

const DEFAULT: &str = include_str!("../../policies/default.toml");

fn policy() -> Policy {
    Policy::parse(DEFAULT, "p.toml").unwrap()
}

fn faults(from: &str, to: &str) -> String {
    assert!(DEFAULT.contains(from), "{from}");
    Policy::parse(&DEFAULT.replacen(from, to, 1), "p.toml")
        .err()
        .map(|error| error.to_string())
        .unwrap_or_default()
}

#[test]
fn the_default_policy_holds_together() {
    let left_at = Timestamp::from_seconds(1_700_000_000);
    let due = policy().due(&Departure { left_at, subscription_end: None, own_days: None });
    assert_eq!(due.at.since(left_at), days(150));
    assert_eq!(due.ceiling.since(left_at), days(180 - 13 - 1));
    assert!(policy().keeps_account_field("clientKey") && !policy().keeps_account_field("publicKey"));
}

#[test]
fn an_exact_date_is_kept_wherever_the_ceiling_allows_it_and_a_shorter_choice_wins() {
    let left_at = Timestamp::from_seconds(1_700_000_000);
    let due =
        |subscription_end, own_days| policy().due(&Departure { left_at, subscription_end, own_days }).at;
    let ended = left_at.minus(days(30));
    assert_eq!(due(Some(ended), None), ended.plus(days(90)));
    assert_eq!(due(Some(left_at.plus(days(70))), None), left_at.plus(days(160)));
    assert_eq!(due(Some(left_at.plus(days(300))), None), left_at.plus(days(150)));
    assert_eq!(due(Some(ended), Some(5)), left_at.plus(days(5)));
}

#[test]
fn grace_lag_and_backups_together_stay_within_the_promise() {
    let fault = faults("grace_days = 150", "grace_days = 167");
    assert!(fault.contains("grace_days 167 + sweep_lag_days 1 + backup.keep_days 13 = 181"), "{fault}");
    assert!(fault.contains("grace_days may be at most 166"), "{fault}");
    let line = DEFAULT.lines().position(|line| line.starts_with("grace_days")).unwrap() + 1;
    assert!(fault.starts_with(&format!("p.toml:{line}: life_cycle.after_leaving.grace_days: ")), "{fault}");
}

#[test]
fn each_fault_has_its_line_and_says_what_would_be_right() {
    for (from, to, said) in [
        ("sweep_lag_days = 1\n", "", "missing field `sweep_lag_days`"),
        ("sweep_lag_days = 1\n", "sweep_lag_day = 1\n", "unknown field `sweep_lag_day`"),
        ("sweep_lag_days = 1\n", "sweep_lag_days = 0\n", "make it at least 1"),
        ("basis = \"contract\"", "basis = \"because\"", "unknown variant `because`"),
        ("version = 2", "version = 0", "versions count from 1"),
        ("    \"clientKey\",", "", "add \"clientKey\""),
        ("\"inside_eea\"", "\"privacy_shield\"", "Privacy Shield has been void since 2020"),
        ("purposes = [\"tax\"]", "purposes = []", "has no purpose"),
        ("purposes = [\"tax\"]", "purposes = [\"ads\"]", "the purpose \"ads\" is explained nowhere"),
        ("{ days = 14, bound", "{ bound", "has no number"),
        ("clock = \"left\"", "clock = \"recorded\"", "\"left\""),
        ("privacy@example.com", "nowhere", "is no mail address"),
        ("kinds.draft]", "kinds.\"my draft\"]", "is no name for a kind"),
        ("own = true\nretention = { days = 5,", "retention = { days = 5,", "add own = true, or remove it"),
        ("own = true\nretention = { days = 92,", "retention = { days = 92,", "add own = true"),
        ("retention = { days = 60,", "own = true\nretention = { days = 60,", "remove own"),
        (
            "fields = [\"day\", \"feature\", \"count\"]",
            "fields = [\"day\"]\nretention = { days = 93, bound = \"at_latest\", clock = \"recorded\" }",
            "is longer than the class's own retention",
        ),
        ("effective = \"2026-11-22\"", "effective = \"2026-11-31\"", "p.toml:"),
    ] {
        let fault = faults(from, to);
        assert!(fault.contains(said), "{to}: {fault}");
        assert!(fault.starts_with("p.toml:") && !fault.starts_with("p.toml:0"), "{fault}");
    }
}

#[test]
fn all_faults_are_told_at_once() {
    let twice = DEFAULT
        .replace("unreachable_days = 7", "unreachable_days = 0")
        .replace("tombstone_hours = 24", "tombstone_hours = 0");
    let error = Policy::parse(&twice, "p.toml").unwrap_err();
    assert_eq!(error.faults().len(), 2, "{error}");
}

#[test]
fn a_deployment_that_the_policy_does_not_speak_about_is_told_which_setting_is_wrong() {
    let deployment = |app_key: &str, region: Option<&str>, host: &str| Deployment {
        app_key: app_key.to_owned(),
        region: region.map(str::to_owned),
        hosts: vec![("KEPT_SMTP_URL", host.to_owned())],
        mails_staff: false,
    };
    assert!(policy().uncovered(&deployment("kept", Some("fr-roubaix"), "mail.example.com")).is_empty());
    for (wrong, setting, at) in [
        (deployment("other", None, "mail.example.com"), "KEPT_APP_KEY", "[[apps]]"),
        (deployment("kept", Some("us-east"), "mail.example.com"), "KEPT_REGION", "region = "),
        (deployment("kept", None, "mail.example.org"), "KEPT_SMTP_URL", "[[processors]]"),
        (deployment("kept", None, "example.com"), "KEPT_SMTP_URL", "[[processors]]"),
    ] {
        let found = policy().uncovered(&wrong);
        let line = DEFAULT.lines().position(|line| line.starts_with(at)).unwrap() + 1;
        assert_eq!((found.len(), found[0].line), (1, line), "{found:?}");
        assert!(found[0].problem.starts_with(setting), "{found:?}");
    }
}

#[test]
fn utoolity_12_a_desk_whose_processor_gets_no_support_data_gets_no_reports() {
    let desk = |host: &str| Deployment {
        app_key: "kept".to_owned(),
        region: None,
        hosts: vec![("KEPT_JSM_URL", host.to_owned())],
        mails_staff: false,
    };
    let found = policy().uncovered(&desk("vendor.atlassian.net"));
    assert!(found.len() == 1 && found[0].problem.contains("gets no support data"), "{found:?}");
    let listed = DEFAULT.replace("classes = [\"account\"]", "classes = [\"account\", \"support\"]");
    assert_ne!(listed, DEFAULT);
    assert!(Policy::parse(&listed, "p.toml").unwrap().uncovered(&desk("vendor.atlassian.net")).is_empty());
    assert_eq!(policy().uncovered(&desk("vendor.example.net")).len(), 1);
}

#[test]
fn utoolity_12_a_support_that_the_policy_does_not_let_hear_of_reports_by_mail_hears_nothing() {
    let deployment =
        Deployment { app_key: "kept".to_owned(), region: None, hosts: Vec::new(), mails_staff: true };
    assert!(policy().uncovered(&deployment).is_empty());
    let switched_off = DEFAULT.replace("mail_to_staff = true", "mail_to_staff = false");
    let found = Policy::parse(&switched_off, "p.toml").unwrap().uncovered(&deployment);
    assert!(found.len() == 1 && found[0].problem.contains("KEPT_SUPPORT_EMAIL"), "{found:?}");
}

#[test]
fn what_leaves_for_the_desk_is_listed_part_by_part_and_once() {
    let with = |desk: &str| DEFAULT.replace("desk = [\"report\", \"attachments\", \"replies\"]", desk);
    for desk in ["desk = [\"report\", \"report\"]", "desk = [\"everything\"]"] {
        assert!(Policy::parse(&with(desk), "p.toml").is_err(), "{desk}");
    }
    let none = Policy::parse(&with("desk = []"), "p.toml").unwrap();
    assert!(!none.leaves_for_desk(DeskPart::Report) && policy().leaves_for_desk(DeskPart::Replies));
    let more = none.changes_to(&policy());
    assert!(more.len() == 3 && more.iter().all(|change| change.material.is_some()), "{more:?}");
}

#[test]
fn website_05_utilitas_23_each_log_stream_has_a_number_of_days_of_its_own() {
    let both =
        |policy: &Policy| [ClassName::AccessLog, ClassName::AppLog].map(|log| policy.log_keep_days(log));
    assert_eq!(both(&policy()), [14, 30]);
    let in_years = DEFAULT.replace("retention = { days = 30, bound", "retention = { years = 1, bound");
    let fault = Policy::parse(&in_years, "p.toml").unwrap_err().to_string();
    assert!(fault.contains("a log is kept for a number of days"), "{fault}");
}

#[test]
fn another_text_is_another_version() {
    let other = Policy::parse(&DEFAULT.replace("days = 14", "days = 13"), "p.toml").unwrap();
    assert_ne!(policy().version(), other.version());
}

#[test]
fn a_kind_goes_at_the_end_of_its_own_time_or_of_its_classs_where_that_comes_first() {
    let began = Timestamp::from_seconds(1_700_000_000);
    let fields = "fields = [\"day\", \"feature\", \"count\"]\n";
    let whole = format!("{fields}retention = {{ days = 94, bound = \"at_latest\", clock = \"recorded\" }}\n");
    let both = Policy::parse(&DEFAULT.replace(fields, &whole), "p.toml").unwrap();
    for policy in [policy(), both] {
        let kept = |feature| policy.feature_expires_at(feature, began).map(|end| end.since(began));
        assert_eq!((kept("export"), kept("report_page")), (Some(days(93)), Some(days(94))));
        assert_eq!((kept("draft"), policy.kind_expires_at("export", began)), (None, None));
        assert_eq!(policy.own_kinds().collect::<Vec<_>>(), ["draft"]);
    }
}

/// Every place of a policy, as if it had been added.
fn places(at: &mut Vec<String>, value: &serde_json::Value, found: &mut Vec<Vec<String>>) {
    let inside: Vec<(String, &serde_json::Value)> = match value {
        serde_json::Value::Object(inside) => inside.iter().map(|(key, value)| (key.clone(), value)).collect(),
        serde_json::Value::Array(items) => {
            items.iter().enumerate().map(|(member, item)| (format!("member {member}"), item)).collect()
        }
        _ => Vec::new(),
    };
    for (key, value) in inside {
        at.push(key);
        found.push(at.clone());
        places(at, value, found);
        at.pop();
    }
}

#[test]
fn every_place_that_may_change_has_words_in_each_language() {
    let policy = policy();
    let tree = serde_json::to_value(policy.document()).unwrap();
    let mut found = Vec::new();
    places(&mut Vec::new(), &tree, &mut found);
    // Tables that are sections alone: nothing in them changes but what is in them.
    let sections =
        ["statement", "controller", "location", "addresses", "lifeCycle", "support", "backup", "keyring"];
    for at in found.into_iter().filter(|at| !(at.len() == 1 && sections.contains(&at[0].as_str()))) {
        let change = diff::Change { at: at.clone(), before: None, after: None, material: None };
        let [en, de] = Language::ALL.map(|language| change.told(policy.document(), language).what);
        assert!(!en.contains('›') && !en.is_empty() && !de.is_empty(), "{at:?}: {en}");
    }
}

#[test]
fn what_is_added_or_removed_is_named_and_texts_are_said_in_the_language_of_their_reader() {
    let never = "We do not sell your data and do not use it for advertising.";
    let line = DEFAULT.lines().find(|line| line.contains(never)).unwrap();
    let fewer = Policy::parse(&DEFAULT.replace(line, ""), "p.toml").unwrap();
    let change = &policy().changes_to(&fewer)[0];
    let told = change.told(fewer.document(), Language::De);
    assert!(told.what.starts_with("Was wir nicht tun: „Wir verkaufen Ihre Daten nicht"), "{told:?}");
    assert_eq!((told.before, told.after), (None, None));
    let renamed = DEFAULT.replace("de = \"Kontodaten\"", "de = \"Daten des Kontos\"");
    let renamed = Policy::parse(&renamed, "p.toml").unwrap();
    let told = policy().changes_to(&renamed)[0].told(renamed.document(), Language::En);
    assert_eq!(told.what, "Account data: title (German text)");
    assert_eq!(told.after.as_deref(), Some("Daten des Kontos"));
    let basis = DEFAULT.replacen("basis = \"contract\"", "basis = \"consent\"", 1);
    let basis = Policy::parse(&basis, "p.toml").unwrap();
    let told = policy().changes_to(&basis)[0].told(basis.document(), Language::De);
    assert_eq!(told.after.as_deref(), Some("Ihre Einwilligung"));
}
