//! What looks like somebody's detail and is none: support needs it, and it has to stay.

use super::dice::Dice;

const FIXED: [&str; 76] = [
    "2026-11-28T09:30:15.123Z",
    "28.11.2026",
    "11/28/2026",
    "09:30:15",
    "1764321015123",
    "12:34:56:789",
    "version 10.3.2.1",
    "v2.14.0.7",
    "Chrome/120.0.6099.109",
    "9.12.3",
    "127.0.0.1:8080",
    "::1",
    "0.0.0.0",
    "postgres:15.20",
    "left-pad@1.3.0",
    "@atlaskit/button@25.6.0",
    "icon@2x.png",
    "@media print",
    "@Override",
    "std::net::Ipv6Addr",
    "Foo::Bar::baz",
    "a::b::c",
    "dead::beef",
    "KEPT-1234",
    "CVE-2024-12345",
    "RFC 9457",
    "password: missing",
    "Passwort: falsch",
    "the token is missing",
    "token: null",
    "secret: ********",
    "password reset",
    "the bearer of bad news",
    "Basic understanding of Jira",
    "Bearer authentication",
    "Token authentication failed",
    "GET /rest/api/3/users/search",
    "https://example.com/home/start",
    "/users/list",
    "C:\\Users\\Public\\x.log",
    "git@github.com:kept/kept.git",
    "ssh://git@example.com/x.git",
    "https://example.com:8443/path?x=1#top",
    "mailto link",
    "user@",
    "3 @ 4",
    "1.234,56 €",
    "1,234.56 USD",
    "99.999 %",
    "1920x1080",
    "#a3f5c0",
    "0x80070005",
    "ISBN 978-3-16-148410-0",
    "01067 Dresden",
    "Kundennummer 0012345678",
    "PO 100-200",
    "Zeile 120-140",
    "10.000.000",
    "-1234567.89",
    "3.14159265358979",
    "aa:bb:cc:dd:ee:ff",
    "application/vnd.api+json",
    "https://example.com:8443/@atlaskit/button",
    "version 10.3.2.1-10.3.2.9",
    "0.4111111111111111",
    "signature: getUserById(id)",
    "the signature is invalid",
    "Unexpected token in JSON at position: 1234",
    "the password \"field\" is grey",
    "Das Passwort für den Import: fehlt",
    "Authorization: required",
    "tests passed: 1234",
    "Raum 0815 2026-11-28",
    "Bestellung 4711-0815 vom 28.11.2026",
    "030.020.010",
    "Artikel 10-2000-30000",
];

pub fn any(dice: &mut Dice) -> String {
    match dice.below(14) {
        0 => dice.uuid(),
        1 => dice.hex(40),
        2 => format!("sha256:{}", dice.hex(64)),
        // Our own numbers.
        3 => format!("37650{}", dice.digits(14)),
        4 => format!("request {}{}", dice.hex(12), dice.hex(2)),
        5 => bad_card(dice),
        6 => bad_iban(dice),
        7 => format!("{}.{}.{}", dice.between(0, 20), dice.between(0, 99), dice.between(0, 99)),
        8 => format!(
            "2026-{:02}-{:02} {:02}:{:02}",
            dice.between(1, 12),
            dice.between(1, 28),
            dice.below(24),
            dice.below(60)
        ),
        9 => format!("{:02}.{:02}.20{}", dice.between(1, 28), dice.between(1, 12), dice.between(20, 29)),
        _ => dice.pick(&FIXED).to_owned(),
    }
}

/// The number of an order: as long as a card's, with a wrong check digit.
fn bad_card(dice: &mut Dice) -> String {
    let body = format!("4{}", dice.digits(14));
    let digit = |index: usize, digit: char| {
        let digit = digit.to_digit(10).unwrap() * if index.is_multiple_of(2) { 2 } else { 1 };
        digit / 10 + digit % 10
    };
    let sum: u32 = body.chars().rev().enumerate().map(|(index, letter)| digit(index, letter)).sum();
    format!("{body}{}", (10 - sum % 10 + 1) % 10)
}

/// The name of a part, with the shape of an account in Germany and wrong check digits.
fn bad_iban(dice: &mut Dice) -> String {
    format!("DE00{}", dice.digits(18))
}
