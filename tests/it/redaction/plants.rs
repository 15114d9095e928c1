//! Plants: what must be masked, in the spellings in which people and programs write it.

use data_encoding::{BASE64, BASE64URL_NOPAD};
use kept::support::Rule;
use serde_json::{Value, json};

use super::dice::Dice;

/// What is put into a text, and what must not be left of it.
pub struct Plant {
    pub text: String,
    pub needles: Vec<String>,
}

pub type Make = fn(&mut Dice) -> Plant;

pub const CLASSES: [(Rule, Make); 13] = [
    (Rule::Email, email),
    (Rule::Ipv4, ipv4),
    (Rule::Ipv6, ipv6),
    (Rule::UrlCredentials, url_credentials),
    (Rule::Jwt, jwt),
    (Rule::Token, token),
    (Rule::PrivateKey, private_key),
    (Rule::Iban, iban),
    (Rule::Card, card),
    (Rule::Phone, phone),
    (Rule::AccountId, account_id),
    (Rule::HomePath, home_path),
    (Rule::Term, term),
];

/// All of it has to go.
fn whole(text: String) -> Plant {
    Plant { needles: vec![text.clone()], text }
}

/// This part has to go.
fn part(text: String, needle: impl Into<String>) -> Plant {
    Plant { text, needles: vec![needle.into()] }
}

const FIRST: [&str; 14] = [
    "ada",
    "grace",
    "jörg",
    "anna-lena",
    "o.brien",
    "linus",
    "zoë",
    "françois",
    "mehmet",
    "svetlana",
    "günther",
    "li",
    "o'neil",
    "d’arcy",
];
const LAST: [&str; 12] = [
    "lovelace", "hopper", "müller", "schmidt", "weiß", "torvalds", "nguyen", "garcía", "yılmaz", "petrova",
    "oß", "wu",
];
const HOSTS: [&str; 12] = [
    "example.com",
    "customer.example",
    "müller.de",
    "mail.example.co.uk",
    "xn--mller-kva.de",
    "example.technology",
    "sub.dept.example.org",
    "web.de",
    "gmx.net",
    "EXAMPLE.COM",
    "a-b.example",
    "example.xn--p1ai",
];

fn local(dice: &mut Dice) -> String {
    let (first, last) = (dice.pick(&FIRST), dice.pick(&LAST));
    let number = dice.between(1, 99);
    match dice.below(8) {
        0 => format!("{first}.{last}"),
        1 => format!("{first}_{last}"),
        2 => format!("{first}{number}"),
        3 => format!("{first}.{last}+jira"),
        4 => format!("{}.{}", first.to_uppercase(), last.to_uppercase()),
        5 => format!("{first}-{last}.{number}"),
        6 => format!("{number}{last}"),
        _ => last.to_owned(),
    }
}

fn email(dice: &mut Dice) -> Plant {
    let (local, host) = (local(dice), dice.pick(&HOSTS));
    let address = format!("{local}@{host}");
    let text = match dice.below(18) {
        0 => format!("\"Somebody\" <{address}>"),
        1 => format!("mailto:{address}"),
        2 => format!("{local} (at) {host}"),
        3 => format!("{local}[at]{}", host.replace('.', "[dot]")),
        4 => format!("{local} (ät) {}", host.replace('.', " (punkt) ")),
        5 => format!("https://app.example.net/find?user={local}%40{host}&page=2"),
        6 => format!("\"email\":\"{address}\""),
        7 => format!("{address};second@example.org"),
        8 => format!("user={address},role=admin"),
        9 => format!("/rest/api/3/user/{address}/groups"),
        10 => format!("E-Mail:{address}"),
        11 => format!("{address}."),
        12 => format!("{local}(at){host}"),
        13 => format!("{address}/{address}"),
        14 => format!("to=<{address}>,"),
        _ => address.clone(),
    };
    Plant { text, needles: vec![address, local] }
}

fn octet(dice: &mut Dice) -> String {
    dice.between(1, 254).to_string()
}

fn ipv4(dice: &mut Dice) -> Plant {
    let first = dice.pick(&["10", "172", "192", "203", "8", "91"]);
    let address = format!("{first}.{}.{}.{}", octet(dice), octet(dice), octet(dice));
    let port = dice.between(1024, 65_535);
    let text = match dice.below(10) {
        0 => format!("{address}:{port}"),
        1 => format!("http://{address}/status"),
        2 => format!("https://{address}:{port}/x?y=1"),
        3 => format!("[client {address}:{port}]"),
        4 => format!("X-Forwarded-For: {address}, 127.0.0.1"),
        5 => format!("{address}/24"),
        6 => format!("db.internal/{address}:{port}"),
        7 => format!("ip={address}"),
        8 => format!("10.0.0.1-{address}"),
        _ => address.clone(),
    };
    part(text, address)
}

fn ipv6(dice: &mut Dice) -> Plant {
    let group = |dice: &mut Dice| {
        let count = dice.between(1, 4);
        dice.hex(count)
    };
    let tail = dice.digits(3);
    let address = match dice.below(6) {
        0 => (0..7).map(|_| group(dice)).chain([tail]).collect::<Vec<_>>().join(":"),
        1 => format!("2001:db8::{}:{tail}", group(dice)),
        2 => format!("fe80::{}:{}:{}:{tail}", group(dice), group(dice), group(dice)),
        3 => format!("2A02:8109:{}::{tail}", dice.hex(4).to_uppercase()),
        4 => format!("::ffff:192.0.2.{}", dice.between(10, 254)),
        _ => format!("fd12:3456:789a:1::{tail}"),
    };
    let text = match dice.below(6) {
        0 => format!("[{address}]:8443"),
        1 => format!("http://[{address}]/status"),
        2 => format!("{address}/64"),
        3 => format!("{address}%eth0"),
        _ => address.clone(),
    };
    part(text, address)
}

fn password(dice: &mut Dice) -> String {
    match dice.below(5) {
        0 => format!("Sommer{}!", dice.between(1990, 2026)),
        1 => dice.token(12),
        2 => format!("{}{}", dice.letters(6), dice.digits(3)),
        3 => dice.of("abcdefghijkmnpqrstuvwxyzABCDEFGH23456789!$-_.+", 16),
        _ => format!("{}-{}-{}", dice.letters(5), dice.letters(6), dice.digits(2)),
    }
}

fn url_credentials(dice: &mut Dice) -> Plant {
    let scheme = dice.pick(&[
        "https",
        "http",
        "postgres",
        "postgresql",
        "mongodb+srv",
        "amqp",
        "ftp",
        "mysql",
        "ldap",
    ]);
    let (user, password) = (dice.pick(&["kept", "ada", "svc-jira", "root"]), password(dice));
    let rest = dice.pick(&[
        "db.example.com:5432/kept",
        "example.com/a/b?c=d",
        "10.1.2.3/x",
        "repo.example.org/x.git",
    ]);
    match dice.below(6) {
        0 => part(format!("{scheme}://{user}:{password}@{rest}"), password),
        1 => part(format!("redis://:{password}@{rest}"), password),
        2 => part(format!("DATABASE_URL={scheme}://{user}:{password}@{rest}"), password),
        3 => part(format!("git clone https://{password}@{rest}"), password),
        // Nobody escaped it.
        4 => part(format!("{scheme}://{user}:p{}{password}@{rest}", dice.pick(&["/", "?", "#"])), password),
        _ => part(format!("{scheme}://{user}:p%40{password}@{rest}"), password),
    }
}

fn jwt(dice: &mut Dice) -> Plant {
    let header = dice.pick(&[
        r#"{"alg":"HS256","typ":"JWT"}"#,
        r#"{"typ":"JWT","alg":"RS256","kid":"a1"}"#,
        r#"{"alg":"none"}"#,
    ]);
    let claims = format!(
        r#"{{"iss":"{}","iat":{},"sub":"{}"}}"#,
        dice.uuid(),
        1_764_000_000 + dice.below(99_999),
        dice.hex(24)
    );
    let signature = BASE64URL_NOPAD.encode(dice.token(32).as_bytes());
    let (header, claims) =
        (BASE64URL_NOPAD.encode(header.as_bytes()), BASE64URL_NOPAD.encode(claims.as_bytes()));
    let token = format!("{header}.{claims}.{signature}");
    let text = match dice.below(6) {
        0 => format!("Authorization: JWT {token}"),
        1 => format!("Bearer {token}"),
        2 => format!("https://app.example.com/app/admin?jwt={token}&lic=active"),
        3 => format!("\"token\": \"{token}\""),
        4 => format!("cookie: session={token}; Path=/"),
        _ => token,
    };
    Plant { text, needles: vec![claims, signature] }
}

fn token(dice: &mut Dice) -> Plant {
    if dice.below(12) == 0 {
        // In quotes a password may hold anything.
        let value = format!("{}{}", dice.letters(2), dice.of("abcXYZ0189,;&!$ %=:/", 14));
        let quoted =
            dice.pick(&["\"password\": \"?\"", "password='?'", "Passwort: \"?\"", "{\"token\":\"?\"}"]);
        return part(quoted.replace('?', &value), value);
    }
    let secret = match dice.below(15) {
        0 => format!("ghp_{}", dice.token(36)),
        1 => format!("github_pat_{}_{}", dice.token(22), dice.token(40)),
        2 => format!("glpat-{}", dice.token(20)),
        3 => format!("xoxb-{}-{}-{}", dice.digits(12), dice.digits(12), dice.token(24)),
        4 => format!("AKIA{}", dice.of("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16)),
        5 => format!("ATATT3xFfGF0{}={}", dice.token(120), dice.hex(8).to_uppercase()),
        6 => format!("sk_live_{}", dice.token(24)),
        7 => format!("AIza{}", dice.token(35)),
        8 => format!("npm_{}", dice.token(36)),
        9 => format!("Bearer {}", dice.token(40)),
        11 => format!("aws_secret_access_key = {}", dice.of("ABCDEFGHIJabcdefghij0123456789/+", 40)),
        12 => format!(
            "https://hooks.slack.com/services/T{}/B{}/{}",
            dice.digits(8),
            dice.digits(8),
            dice.token(24)
        ),
        13 => format!("Authorization: Token {}", dice.hex(40)),
        10 => format!("Authorization: Basic {}", BASE64.encode(format!("ada:{}", dice.token(9)).as_bytes())),
        _ => named(dice),
    };
    let needle = secret.rsplit(['=', ' ', '"', ':', '>']).find(|part| part.len() >= 6).unwrap_or(&secret);
    let needle = needle.trim_end_matches(['"', '\'']).to_owned();
    part(secret, needle)
}

/// A secret beside its name.
fn named(dice: &mut Dice) -> String {
    let value = match dice.below(4) {
        0 => password(dice),
        1 => dice.hex(32),
        2 => dice.token(24),
        _ => dice.letters(9),
    };
    match dice.below(22) {
        0 => format!("password={value}"),
        1 => format!("Passwort: {value}"),
        2 => format!("\"client_secret\": \"{value}\""),
        3 => format!("api_key={value}"),
        4 => format!("X-Api-Key: {value}"),
        5 => format!("jdbc:mysql://db/x?user=ada&password={value}"),
        6 => format!("clientSecret: '{value}'"),
        7 => format!("Kennwort = {value}"),
        8 => format!("ACCESS_TOKEN={value}"),
        9 => format!("secret => {value}"),
        10 => format!("Set-Cookie: JSESSIONID={value}"),
        11 => format!("pw: {value}"),
        12 => format!("PW: {value}"),
        13 => format!("Passwort für Jira: {value}"),
        14 => format!("password for the old wiki: {value}"),
        15 => format!("mein Passwort \"{value}\""),
        16 => format!("user/pass: ada/{value}"),
        17 => format!("Authorization: {value}"),
        18 => format!("https://files.example/x?sig={}", dice.hex(40)),
        19 => format!("signature={}", dice.token(43)),
        20 => format!("DB_PASS={value}"),
        _ => format!("pwd:{value}"),
    }
}

fn private_key(dice: &mut Dice) -> Plant {
    let kind = dice.pick(&[
        "RSA PRIVATE KEY",
        "EC PRIVATE KEY",
        "OPENSSH PRIVATE KEY",
        "PRIVATE KEY",
        "ENCRYPTED PRIVATE KEY",
        "PGP PRIVATE KEY BLOCK",
    ]);
    let lines: Vec<String> = (0..dice.between(3, 8)).map(|_| dice.token(64)).collect();
    let (first, last) = (lines[0].clone(), lines[lines.len() - 1].clone());
    let glue = dice.pick(&["\n", "\r\n", "\\n", "\n  ", "\n> "]);
    let head = match dice.below(4) {
        0 => format!("Proc-Type: 4,ENCRYPTED{glue}DEK-Info: AES-256-CBC,{}{glue}{glue}", dice.hex(32)),
        _ => String::new(),
    };
    let text = format!("-----BEGIN {kind}-----{glue}{head}{}{glue}-----END {kind}-----", lines.join(glue));
    // A key that was cut off in the middle.
    let text = match dice.below(6) {
        0 if head.is_empty() && !glue.contains([' ', '>']) => {
            text.split("-----END").next().unwrap().trim_end().to_owned()
        }
        _ => text,
    };
    Plant { text, needles: vec![first, last] }
}

/// Countries with the length of what follows the check digits, digits alone.
const COUNTRIES: [(&str, usize); 10] = [
    ("DE", 18),
    ("AT", 16),
    ("CH", 17),
    ("FR", 23),
    ("ES", 20),
    ("BE", 12),
    ("PL", 24),
    ("DK", 14),
    ("SE", 20),
    ("PT", 21),
];

fn iban(dice: &mut Dice) -> Plant {
    let (country, length) = COUNTRIES[dice.below(COUNTRIES.len())];
    let account = dice.digits(length);
    let digits: String = format!("{account}{country}00")
        .chars()
        .map(|letter| letter.to_digit(36).unwrap().to_string())
        .collect();
    let rest = digits.bytes().fold(0, |rest, digit| (rest * 10 + u32::from(digit - b'0')) % 97);
    let compact = format!("{country}{:02}{account}", 98 - rest);
    let grouped = |glue: &str| grouped(&compact, 4, glue);
    let text = match dice.below(7) {
        0 => compact.clone(),
        1 => compact.to_lowercase(),
        2 => grouped("-"),
        3 => grouped("\u{a0}"),
        4 => format!("IBAN:{compact}"),
        5 => format!("IBAN {}, BIC COBADEFFXXX", grouped(" ")),
        _ => grouped(" "),
    };
    let needles = vec![account.clone(), self::grouped(&account[account.len() - 8..], 4, " ")];
    Plant { text, needles }
}

fn grouped(text: &str, size: usize, glue: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    letters.chunks(size).map(|chunk| chunk.iter().collect::<String>()).collect::<Vec<_>>().join(glue)
}

fn card(dice: &mut Dice) -> Plant {
    let (head, length) =
        [("4", 16), ("51", 16), ("55", 16), ("2221", 16), ("34", 15), ("37", 15), ("6011", 16), ("3530", 16)]
            [dice.below(8)];
    let body = format!("{head}{}", dice.digits(length - head.len() - 1));
    let sum: u32 = body
        .chars()
        .rev()
        .enumerate()
        .map(|(index, digit)| {
            let digit = digit.to_digit(10).unwrap() * if index.is_multiple_of(2) { 2 } else { 1 };
            digit / 10 + digit % 10
        })
        .sum();
    let number = format!("{body}{}", (10 - sum % 10) % 10);
    let glue = dice.pick(&["", " ", "-", "\u{a0}", "."]);
    let text = match length {
        15 if !glue.is_empty() => [&number[..4], &number[4..10], &number[10..]].join(glue),
        _ => grouped(&number, 4, glue),
    };
    let needle: String = number.chars().skip(length - if length == 15 { 5 } else { 4 }).collect();
    let text = match dice.below(8) {
        0 | 1 => format!("Visa {text} 12/27"),
        2 => format!("Visa{text}"),
        3 => format!("Nr.{text}"),
        _ => text,
    };
    Plant { text, needles: vec![number, needle] }
}

fn phone(dice: &mut Dice) -> Plant {
    let (a, b, c) = (dice.digits(3), dice.digits(4), dice.digits(2));
    let area = dice.pick(&["30", "89", "341", "4131", "221"]);
    let mobile = dice.pick(&["151", "170", "162", "176"]);
    let text = match dice.below(41) {
        0 => format!("+49 {area} {a}{b}"),
        1 => format!("+49 ({area}) {a}-{b}"),
        2 => format!("+49 (0){area} / {a} {b}"),
        3 => format!("0049 {area} {a}{b}"),
        4 => format!("+49{mobile}{a}{b}"),
        5 => format!("+49-{mobile}-{a}{b}"),
        6 => format!("+49.{mobile}.{a}{b}"),
        7 => format!("0{area} {a}{b}"),
        8 => format!("0{area}/{a}{b}"),
        9 => format!("(0{area}) {a} {b}"),
        10 => format!("0{area}-{a}{b}-{c}"),
        11 => format!("0{mobile} {a} {b}"),
        12 => format!("0{mobile}/{a}{b}"),
        13 => format!("0{mobile}{a}{b}0"),
        14 => format!("(212) 555-{b}"),
        15 => format!("415-555-{b}"),
        16 => format!("415.555.{b}"),
        17 => format!("+1 (650) 555-{b}"),
        18 => format!("+44 20 7946 {b}"),
        19 => format!("+41 44 {a} {c} 18"),
        20 => format!("Tel.: 0{area}{a}{b}"),
        21 => format!("(+49) {mobile} {a}{b}"),
        22 => format!("+49(0){area}-{a}{b}"),
        23 => format!("+49 {mobile} {a} {c} {c}"),
        24 => format!("0{area} - {a} {b}"),
        25 => format!("Mobil 0{mobile} / {a} {c} {c}"),
        26 => format!("00 49 {area} {a}{b}"),
        27 => format!("Phone: {a} {b}"),
        28 => format!("1-212-555-{b}"),
        29 => format!("1 (800) 555-{b}"),
        30 => format!("(212) 555-{b}x{c}"),
        31 => format!("0{mobile}.{a}{b}"),
        32 => format!("0{area}.{a}{b}"),
        33 => format!("0121 {a} {b}"),
        34 => format!("0131 {a} {b}"),
        35 => format!("Tel.-Nr.: 0{area}{a}{b}"),
        36 => format!("Telefonnr. 0{area}{a}{b}"),
        37 => format!("Telefon-Nr. 0{area}{a}{b}"),
        38 => format!("Fon: 0{area}{a}{b}"),
        39 => format!("01.42.68.53.{c}"),
        _ => format!("01 42 68 53 {c}"),
    };
    // What makes a number somebody's is its end.
    let end: String = text.chars().rev().take(6).collect::<Vec<_>>().into_iter().rev().collect();
    let mut needles = vec![text.clone(), end];
    let text = followed(dice, text, &mut needles);
    Plant { needles, text }
}

/// What stands after a number has digits too: hours, years, the next number.
fn followed(dice: &mut Dice, number: String, needles: &mut Vec<String>) -> String {
    let second = format!("{}{}", dice.between(1, 9), dice.digits(6));
    let second_number = dice.pick(&[" 0171 ", ",0171 ", ", 0171/", " / 0171 ", " oder 030 ", "; +49 171 "]);
    match dice.below(14) {
        0 => format!("{number} 9-17 Uhr"),
        1 => format!("{number} (8-16 Uhr)"),
        2 => format!("{number} 9:00 - 17:30"),
        3 => format!("{number} {}", dice.between(2019, 2029)),
        4 => format!("{number} 28.11.2026"),
        5 | 6 => {
            needles.push(second.clone());
            format!("{number}{second_number}{second}")
        }
        _ => number,
    }
}

fn account_id(dice: &mut Dice) -> Plant {
    let id = match dice.below(6) {
        0 => format!("557058:{}", dice.uuid()),
        5 => format!("70121:{}", dice.uuid()),
        1 => format!("712020:{}", dice.uuid()),
        2 => format!("5{}a", dice.hex(22)),
        3 => format!("qm:{}:{}", dice.uuid(), dice.uuid()),
        _ => format!("JIRAUSER{}", dice.between(10_000, 99_999)),
    };
    let text = match dice.below(5) {
        0 => format!("[~accountid:{id}]"),
        1 => format!("\"accountId\":\"{id}\""),
        2 => format!("accountId={id}"),
        3 => format!("/rest/api/3/user?accountId={id}&expand=groups"),
        _ => id.clone(),
    };
    part(text, id)
}

fn home_path(dice: &mut Dice) -> Plant {
    let name = format!(
        "{}{}",
        dice.pick(&["ada", "grace", "jmueller", "s.petrova", "Günther"]),
        dice.between(100, 999)
    );
    let text = match dice.below(15) {
        0 => format!("/home/{name}/kept/app.log"),
        1 => format!("/Users/{name}/Library/Logs"),
        2 => format!("C:\\Users\\{name}\\AppData\\Local\\x.log"),
        3 => format!("C:\\\\Users\\\\{name}\\\\x.log"),
        4 => format!("c:/users/{name}/x.log"),
        5 => format!("file:///C:/Users/{name}/x.html"),
        6 => format!("D:\\Documents and Settings\\{name}\\x"),
        7 => format!("file:///home/{name}/x"),
        8 => format!("PATH=/usr/bin:/home/{name}/bin"),
        9 => format!("/mnt/c/Users/{name}/x.log"),
        10 => format!("/c/Users/{name}/x"),
        11 => format!("\\\\srv\\Users\\{name}\\x.log"),
        12 => format!("\\\\srv.example.com\\d$\\Users\\{name}"),
        13 => format!("/cygdrive/c/Users/{name}"),
        _ => format!("cd /home/{name}"),
    };
    part(text, name)
}

fn term(dice: &mut Dice) -> Plant {
    let terms = super::terms();
    let term = &terms[dice.below(terms.len())];
    let text = match dice.below(5) {
        0 => term.to_uppercase(),
        1 => term.to_lowercase(),
        2 => term.replace(' ', "  "),
        3 => format!("x{term}y"),
        _ => term.clone(),
    };
    whole(text)
}

/// Makes a value with one plant in it, and says what the plant is.
pub type Planted = fn(&mut Dice) -> (Value, String);

/// What JSON is fed with: the value has to go because of its name, or whatever its name is.
pub const IN_JSON: [(&str, Planted); 4] = [
    ("named secret", |dice| {
        let value = named_value(dice);
        (under(dice, &SECRET_NAMES, &value), value)
    }),
    ("number as a secret", |dice| {
        let value = format!("{}{}", dice.between(1, 9), dice.digits(5));
        let name = dice.pick(&["pin", "password", "accessKey", "zugangscode"]);
        (json!({ name: value.parse::<u64>().unwrap() }), value)
    }),
    ("account id", |dice| {
        let length = dice.between(4, 30);
        let opaque = format!("{}-{}", dice.letters(2), dice.token(length));
        let value = if dice.below(2) == 0 { opaque } else { format!("712020:{}", dice.uuid()) };
        (under(dice, &["accountId", "account_id", "reporterAccountId", "accountIds"], &value), value)
    }),
    ("token", |dice| {
        let plant = token(dice);
        let needle = plant.needles[0].clone();
        (under(dice, &["description", "detail", "log", "x"], &plant.text), needle)
    }),
];

const SECRET_NAMES: [&str; 16] = [
    "password",
    "apiKey",
    "api_key",
    "clientSecret",
    "shared-secret",
    "accessToken",
    "X-Api-Key",
    "pwd",
    "DB_PASSWORD",
    "passphrase",
    "Kennwort",
    "Passwort",
    "sessionId",
    "credentials",
    "refresh_token",
    "passwords",
];

fn named_value(dice: &mut Dice) -> String {
    match dice.below(4) {
        0 => password(dice),
        1 => dice.hex(8),
        2 => dice.of("abcXYZ0189,;&!$ %=:/\"'\\<>ü", 12).replace("  ", "x-"),
        _ => dice.letters(9),
    }
}

/// The value under one of these names, alone, in a list, in an object, or beside its name.
fn under(dice: &mut Dice, names: &[&str], value: &str) -> Value {
    let name = dice.pick(names);
    match dice.below(6) {
        0 => json!({ name: [value] }),
        1 => json!({ "settings": [{ name: value, "state": "open" }] }),
        2 => json!([{ "name": name, "value": value }]),
        3 => json!({ name: { "value": value } }),
        _ => json!({ name: value }),
    }
}

/// JSON in which nothing is anybody's.
pub fn harmless_json(dice: &mut Dice) -> Value {
    let look_alike = super::lookalikes::any(dice);
    let number = dice.between(1, 99_999);
    let name = dice.pick(&["status", "count", "key", "summary", "updatedAt", "expiresIn", "author", "level"]);
    match dice.below(5) {
        0 => json!({ name: number }),
        1 => json!({ "tokenExpiresAt": "2026-11-28T09:30:15Z", name: look_alike }),
        2 => json!({ "password": null, "hasSecret": true, "secret": "missing", "token": "********" }),
        3 => json!([look_alike, number, { name: [look_alike] }]),
        _ => json!({ name: look_alike }),
    }
}

/// A secret of the site: a shared secret in one of the shapes that products give, or an address that was entered.
pub fn own_secret(dice: &mut Dice) -> String {
    match dice.below(6) {
        0 => dice.hex(64),
        1 => BASE64.encode(dice.token(48).as_bytes()),
        2 => format!("ATCO{}={}", dice.token(80), dice.hex(8)),
        3 => dice.of("abcdefXYZ0123456789!\"§$%&/()=?`+#'-_.:,;<>|@{}[]\\~", 40),
        4 => dice.uuid(),
        _ => format!("{}@{}", dice.pick(&["admin", "it.support", "jörg+billing", "a"]), dice.pick(&HOSTS)),
    }
}
