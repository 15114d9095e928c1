use super::*;

fn redact(raw: &str) -> String {
    Redactor::new(&Wanted::default()).text(raw).as_str().to_owned()
}

#[test]
fn the_same_text_becomes_the_same_placeholder() {
    let mut redactor = Redactor::new(&Wanted::default());
    let one = redactor.text("Ada@Example.com wrote to bob@example.com");
    let two = redactor.text("bob@example.com answered ada@example.com");
    assert_eq!(one.as_str(), "<email-1> wrote to <email-2>");
    assert_eq!(two.as_str(), "<email-2> answered <email-1>");
}

#[test]
fn each_rule_knows_its_own_and_leaves_the_rest() {
    let cases = [
        ("at 203.0.113.7.", "at <ipv4-1>."),
        ("version 10.3.2.1 on 127.0.0.1", "version 10.3.2.1 on 127.0.0.1"),
        ("from 2001:db8::7:1, port 1", "from <ipv6-1>, port 1"),
        ("std::net::Ipv6Addr at 12:34:56", "std::net::Ipv6Addr at 12:34:56"),
        ("postgres://kept:s3cr3t@db.example.com/kept", "postgres://<url-credentials-1>@db.example.com/kept"),
        ("git clone ssh://git@example.com/x", "git clone ssh://git@example.com/x"),
        ("Authorization: Bearer abcDEF123456789", "Authorization: Bearer <token-1>"),
        ("password: hunter22", "password: <token-1>"),
        ("It says Bearer abcDEF123456789. Then it stops.", "It says Bearer <token-1>. Then it stops."),
        ("The password is hunter22.", "The password is <token-1>."),
        ("password: hunter22...", "password: <token-1>..."),
        ("the password: missing", "the password: missing"),
        ("IBAN DE89 3704 0044 0532 0130 00, bitte", "IBAN <iban-1>, bitte"),
        ("IBAN DE88 3704 0044 0532 0130 00", "IBAN DE88 3704 0044 0532 0130 00"),
        ("card 4111 1111 1111 1111.", "card <card-1>."),
        ("order 4111 1111 1111 1112.", "order 4111 1111 1111 1112."),
        ("ruf an: +49 (0)30 1234567", "ruf an: <phone-1>"),
        ("am 28.11.2026 um 09:30", "am 28.11.2026 um 09:30"),
        ("user 557058:f58131cb-b67d-43c7-b30d-6b58d40bd077!", "user <account-id-1>!"),
        ("/home/ada/kept/src", "/home/<home-path-1>/kept/src"),
        (r"C:\Users\Ada Lovelace\app.log", r"C:\Users\<home-path-1>\app.log"),
        ("icon@2x.png and left-pad@1.3.0", "icon@2x.png and left-pad@1.3.0"),
        ("?user=ada@example.com&x=1", "?user=<email-1>&x=1"),
        ("ada (at) example (dot) com", "<email-1>"),
    ];
    let wrong = cases.map(|(raw, expected)| (raw, redact(raw), expected));
    let wrong: Vec<_> = wrong.iter().filter(|(_, masked, expected)| masked != expected).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn terms_and_selections_are_masked_and_a_placeholder_goes_as_a_whole() {
    let wanted = Wanted {
        terms: vec!["Project Zebra".to_owned(), "x".to_owned()],
        selected: vec!["call <phone-1>".to_owned(), "nowhere".to_owned(), "mail".to_owned()],
        account_ids: vec!["sandbox-ada".to_owned()],
    };
    let mut redactor = Redactor::new(&wanted);
    let masked = redactor.text("project  zebra: call +49 30 1234567, ada@example.com, sandbox-ada x");
    assert_eq!(masked.as_str(), "<term-1>: <selected-1>, <email-1>, <account-id-1> x");
    assert_eq!(redactor.unmatched(), [1, 2]);
    assert_eq!(redactor.text("+49 30 1234567").as_str(), "<phone-1>");
}

#[test]
fn what_was_masked_is_reported_by_rule_and_place_as_browsers_count() {
    let mut redactor = Redactor::new(&Wanted::default());
    let masked = redactor.text("😀 a@example.com, b@example.com").report("/description");
    let expected = Masked {
        rule: Rule::Email,
        place: "/description".to_owned(),
        count: 2,
        ranges: vec![[3, 12], [14, 23]],
    };
    assert_eq!(masked, [expected]);
}

#[test]
fn json_is_masked_in_texts_names_and_numbers() {
    let raw =
        serde_json::json!({"a@example.com": [4111111111111111_u64, "x", 7], "b/c": {"d": "a@example.com"}});
    let masked = Redactor::new(&Wanted::default()).json(&raw);
    let expected = serde_json::json!({"<email-1>": ["<card-1>", "x", 7], "b/c": {"d": "<email-1>"}});
    assert_eq!(masked.value(), expected);
    let mut found = Vec::new();
    masked.masked("/records/0", &mut found);
    let places: Vec<_> = found.iter().map(|masked| masked.place.as_str()).collect();
    assert_eq!(places, ["/records/0/<email-1>", "/records/0/<email-1>/0", "/records/0/b~1c/d"]);
}

#[test]
fn a_value_in_json_is_masked_because_of_the_name_that_it_stands_under() {
    let raw = serde_json::json!({
        "password": "hunter22", "apiKey": "abcd1234", "accountId": "xyz-1", "pin": 4711, "clientSecret": "a\"b c\"d",
        "passwords": ["correct horse", ["battery"]], "headers": [{"name": "Authorization", "value": "opaque"}],
        "token": {"value": "geheimes", "expiresAt": "2026-11-28"}, "Tel.": "555 0187",
        "tokenExpiresAt": "2026-11-28", "status": 4711, "secret": "missing", "name": "hunter22",
    });
    let masked = Redactor::new(&Wanted::default()).json(&raw).value().to_string();
    for gone in ["abcd", "xyz-1", "\"pin\":4711", "a\\\"b", "horse", "battery", "opaque", "geheimes", "0187"]
    {
        assert!(!masked.contains(gone), "{gone} in {masked}");
    }
    for kept in [
        "\"expiresAt\":\"2026-11-28\"",
        "\"tokenExpiresAt\":\"2026-11-28\"",
        "\"status\":4711",
        "\"missing\"",
        "\"name\":\"hunter22\"",
    ] {
        assert!(masked.contains(kept), "{kept} in {masked}");
    }
    assert!(masked.contains("\"password\":\"<token-"), "{masked}");
}

#[test]
fn a_telephone_is_masked_whatever_digits_follow_it() {
    let cases = [
        ("+49 170 1234567 9-17 Uhr", "<phone-1> 9-17 Uhr"),
        ("+49 170 1234567 (8-16 Uhr)", "<phone-1> (8-16 Uhr)"),
        ("+49 30 12345678 2026", "<phone-1> 2026"),
        ("+49 30 1234567 0171 7654321", "<phone-1>"),
        ("030 12345678 2024", "<phone-1> 2024"),
        ("030 123456 0171 7654321", "<phone-1>"),
        ("1-212-555-0187", "<phone-1>"),
        ("1 (212) 555-0187", "<phone-1>"),
        ("call 1-800-555-0199 now", "call <phone-1> now"),
        ("(212) 555-0187x12", "<phone-1>"),
        ("030 1234567,0171 7654321", "<phone-1>,<phone-2>"),
        ("Tel.-Nr.: 0301234567", "Tel.-Nr.: <phone-1>"),
        ("Telefonnr. 0301234567", "Telefonnr. <phone-1>"),
        ("Telefon-Nr. 0301234567; 2026", "Telefon-Nr. <phone-1>; 2026"),
        ("Fon: 0301234567", "Fon: <phone-1>"),
        ("0171.1234567", "<phone-1>"),
        ("030.1234567", "<phone-1>"),
        ("0121 496 0123", "<phone-1>"),
        ("0131 496 0123", "<phone-1>"),
        ("01632 960 123", "<phone-1>"),
        ("01.42.68.53.12", "<phone-1>"),
        ("Nr.030 1234567", "Nr.<phone-1>"),
        ("0341-12-3456", "<phone-1>"),
        ("+49 30 1234567-8910", "<phone-1>"),
        ("+49 170 1234567Uhr", "<phone-1>Uhr"),
        ("01701234567-01761234567", "<phone-1>-<phone-2>"),
        ("0170-1234567-0171-7654321", "<phone-1>-<phone-2>"),
        ("+33 1 42 68 53 00 9h-17h", "<phone-1> 9h-17h"),
        ("Telefon (privat): 0301234567", "Telefon (privat): <phone-1>"),
        ("wa.me/491701234567", "wa.me/<phone-1>"),
    ];
    let wrong = cases.map(|(raw, expected)| (raw, redact(raw), expected));
    let wrong: Vec<_> = wrong.iter().filter(|(_, masked, expected)| masked != expected).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn rows_of_digits_that_are_no_telephone_stay() {
    let cases = [
        "2026-11-28 09:30:15",
        "28.11.2026, 09.30 Uhr",
        "1.234.567,89",
        "version 1.20.300.4000",
        "0.0301234567",
        "030.020.010",
        "request 0012345678",
        "+12345678901234567890",
        "KEPT-0301234",
        "Zeile 120-140",
        "01067 Dresden",
        "Raum 0815 2026-11-28",
        "f58131cb-0301-2345-6789-6b58d40bd077",
    ];
    for raw in cases {
        assert_eq!(redact(raw), raw);
    }
}

#[test]
fn what_is_written_in_less_usual_ways_is_masked_too() {
    let cases = [
        ("70121:f58131cb-b67d-43c7-b30d-6b58d40bd077", "<account-id-1>"),
        ("/mnt/c/Users/ada/x.log", "/mnt/c/Users/<home-path-1>/x.log"),
        ("in /c/Users/ada", "in /c/Users/<home-path-1>"),
        ("/cygdrive/d/Users/ada/x", "/cygdrive/d/Users/<home-path-1>/x"),
        (r"\\srv\Users\ada", r"\\srv\Users\<home-path-1>"),
        (r"\\srv.example\c$\Users\Ada Lovelace\x", r"\\srv.example\c$\Users\<home-path-1>\x"),
        (r"\\\\srv\\home\\ada\\x", r"\\\\srv\\home\\<home-path-1>\\x"),
        ("10.0.0.1-10.0.0.255", "<ipv4-1>-<ipv4-2>"),
        ("pw: Sommer2024!", "pw: <token-1>"),
        ("PW: hunter22", "PW: <token-1>"),
        ("DB_PASS=hunter22", "DB_PASS=<token-1>"),
        ("Passwort für Jira: hunter22", "Passwort für Jira: <token-1>"),
        ("password for the wiki is hunter22.", "password for the wiki is <token-1>."),
        ("mein Passwort \"geheimes\" geht nicht", "mein Passwort \"<token-1>\" geht nicht"),
        ("das Passwort „Sommer2024“", "das Passwort „<token-1>“"),
        ("user/pass: ada/hunter22", "user/pass: <token-1>"),
        ("Benutzer/Passwort: ada / hunter22", "Benutzer/Passwort: <token-1>"),
        ("Authorization: opaque-value", "Authorization: <token-1>"),
        ("Authorization: Basic YWRhOmI=", "Authorization: Basic <token-1>"),
        ("Authorization: SSWS 00abcdefg1234", "Authorization: <token-1> <token-2>"),
        ("x --password hunter22 -v", "x --password <token-1> -v"),
        ("curl -u ada:hunter22 x", "curl -u ada:<token-1> x"),
        ("Authorization: SSWS 00abcdefg1234", "Authorization: <token-1> <token-2>"),
        ("x --password hunter22 -v", "x --password <token-1> -v"),
        ("curl -u ada:hunter22 x", "curl -u ada:<token-1> x"),
        ("https://x.example/f?sig=ab12cd34ef&x=1", "https://x.example/f?sig=<token-1>&x=1"),
        ("signature=9f86d081884c7d65", "signature=<token-1>"),
        ("X-Amz-Signature=9f86d081884c7d65", "X-Amz-Signature=<token-1>"),
        ("Nr.4111 1111 1111 1111", "Nr.<card-1>"),
        ("4111.1111.1111.1111", "<card-1>"),
        ("Visa4111111111111111", "Visa<card-1>"),
        ("o'neil@example.com", "<email-1>"),
        ("o’neil@example.com", "<email-1>"),
        ("user='ada@example.com'", "user='<email-1>'"),
        ("https://ada:pa/ss@db.example/x", "https://<url-credentials-1>@db.example/x"),
        ("https://ada:pa?s#s@db.example/x", "https://<url-credentials-1>@db.example/x"),
        ("redis://:p#w@db:6379/0", "redis://<url-credentials-1>@db:6379/0"),
    ];
    let wrong = cases.map(|(raw, expected)| (raw, redact(raw), expected));
    let wrong: Vec<_> = wrong.iter().filter(|(_, masked, expected)| masked != expected).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_looks_like_those_stays() {
    let cases = [
        "https://example.com:8443/path?x=@media",
        "https://example.com:8443/@atlaskit/button",
        "version 10.3.2.1-10.3.2.9",
        "0.4111111111111111",
        "4111.1111.1111.1112",
        "signature: getUserById(id)",
        "the signature is invalid",
        "Unexpected token in JSON at position: 1234",
        "the password \"field\" stays grey",
        "Das Passwort für den Import: fehlt",
        "Authorization: required",
        "GET /c/users/list",
        "/mnt/data/x",
        "tests passed: 1234",
        "all pass: true",
    ];
    let wrong = cases.map(|raw| (raw, redact(raw)));
    let wrong: Vec<_> = wrong.iter().filter(|(raw, masked)| raw != masked).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
