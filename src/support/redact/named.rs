//! Secrets beside their names: what a text calls a password is one, whatever it looks like.

use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::regex;
use super::token::is_mixed;

/// What is quoted may hold anything; what is not ends where the next thing begins.
const VALUE: &str =
    r#"(?:\\?"([^"\r\n\\]{4,256})\\?"|'([^'\r\n]{4,256})'|\\?["'`„“]?([^\s"'`<>&,;\\„“”«»]{4,512}))"#;

/// A name that says that a secret follows, what stands between, and its value.
static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    regex(&format!(
        "{}{}{}{VALUE}",
        concat!(
            r"(?:(?i:passwor[dt]|passwd|passphrase|kennwort|\bpwd|\bpw|(?:\b|_)pass|secret|geheimnis|api[_-]?key",
            r"|access[_-]?key|token|\bjwt|credentials?|session[_-]?id|zugangscode|\bpin\b|\bauth\b)|[a-z](?:Pass|Pwd?))",
        ),
        r"(?:[_.-][A-Za-z0-9_.-]{1,20}|[A-Z][A-Za-z0-9]{0,16}|s|\d{1,3})?",
        r#"\\?["'`]?\s*(=>|[:=]|%3D|\b(?i:is|ist|lautet|war|was)\b:?)\s*"#,
    ))
});
/// `Passwort für Jira: …`. Tokens of something are rather what a parser complains of.
static NAMED_FOR: LazyLock<Regex> = LazyLock::new(|| {
    regex(&format!(
        "{}{}{VALUE}",
        r"(?i:passwor[dt]|passphrase|kennwort|\bpwd?|zugangscode|\bpin)(?i:e?s|nummer|-code)?\s+(?i:für|fuer|for|zu[mr]?|vo[nm]|bei|of|to)",
        r"(?:\s+[\p{L}\p{N}._@/-]{1,30}){1,3}?\s*(=>|[:=]|\b(?i:is|ist|lautet|war|was)\b:?)\s*",
    ))
});
/// `mein Passwort "…"`.
static QUOTED: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r#"(?i)(\b(?:mein|unser|my|our)\s+(?:\p{L}+\s+)?)?(?:passwor[dt]|passphrase|kennwort|\bpwd?)\s+\\?["'`„“«»]([^\s"'`„“”«»\\]{4,64})\\?["'`“”«»]"#,
    )
});
/// `user/pass: ada / hunter22`.
static PAIR: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)\b(?:user|login|benutzer|name|account|konto)\p{L}{0,12}\s?/\s?(?:pass\p{L}{0,8}|pwd?|kennwort)\s*[:=]\s*([^\s/]{1,64}\s?/\s?[^\s/]{4,64})",
    )
});
/// What no scheme says anything of.
static AUTHORIZATION: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r#"(?i)\bauthorization\\?["'`]?\s*[:=]\s*\\?["'`]?"#,
        r#"(?:(?:bearer|basic|jwt|token|apikey|digest|negotiate|ntlm|oauth)\s+)?([^\s"'`<>,;\\]{4,512})"#,
    ))
});
/// The same after a scheme that is not known here.
static SCHEMED: LazyLock<Regex> = LazyLock::new(|| {
    regex(r#"(?i)\bauthorization\\?["'`]?\s*[:=]\s*\\?["'`]?[a-z][a-z0-9_-]{1,32}\s+([^\s"'`<>,;\\]{8,512})"#)
});
/// What is given to a command: `--password hunter22`, `-u ada:hunter22`.
static OPTION: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r#"(?i)(?:^|\s)--?(?:(?:[a-z]{1,16}-)?(?:pass(?:word|wd)?|pw|token|secret|api-?key)\s+|u(?:ser)?\s+["']?[^\s:"']{1,64}:)["']?([^\s"'`<>-][^\s"'`<>]{3,256})"#,
    )
});
/// A signature lets whoever has it in, as in the address of a stored file; that of a function has no digits.
static SIGNED: LazyLock<Regex> = LazyLock::new(|| {
    regex(r#"(?i)\bsig(?:nature)?\\?["'`]?\s*(?:[:=]|%3D)\s*\\?["'`]?([A-Za-z0-9%+/=_.~-]{8,512})"#)
});
/// Names of members that only speak of a secret.
static ABOUT: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?:_(?i:at|date|count|expir[a-z]*|length|type|policy)|[a-z](?:At|Date|Count|Expir[a-z]*|Length|Type|Policy))$",
    )
});

/// What stands there in place of a secret.
const NO_SECRETS: &str = "null none nil undefined true false empty missing required invalid wrong expired unknown unset \
    hidden redacted masked string number boolean optional value bearer basic digest token apikey negotiate please \
    forgotten changed failed denied revoked rejected fehlt falsch ungültig abgelaufen leer vergessen unbekannt geändert \
    gesperrt abgelehnt bitte siehe nicht this that there what";

pub fn secrets(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<_> = NAMED.captures_iter(text).filter_map(named).collect();
    found.extend(NAMED_FOR.captures_iter(text).filter_map(named));
    found.extend(QUOTED.captures_iter(text).filter_map(quoted));
    for regex in [&*PAIR, &*AUTHORIZATION] {
        found.extend(values(regex, text, is_secret));
    }
    found.extend(values(&SCHEMED, text, |value| is_secret(value) && is_mixed(value)));
    found.extend(values(&OPTION, text, is_secret));
    let has_digit = |value: &str| value.bytes().any(|byte| byte.is_ascii_digit());
    found.extend(values(&SIGNED, text, has_digit));
    found
}

fn values(regex: &Regex, text: &str, is_meant: impl Fn(&str) -> bool) -> Vec<Range<usize>> {
    let values = regex.captures_iter(text).filter_map(|captures| captures.get(1));
    let values = values.map(|value| value.start()..value.start() + without_end(value.as_str()).len());
    values.filter(|range| text.get(range.clone()).is_some_and(&is_meant)).collect()
}

/// Whether what stands under this name is a secret.
pub fn is_name(name: &str) -> bool {
    let before = format!("{name}: \"");
    let is_value = |range: Range<usize>| range.start == before.len();
    secrets(&format!("{before}Zq7-rT5w\"")).into_iter().any(is_value)
}

/// Whether it stands under the name of a secret and is none: when one ends, how long they have to be.
pub fn tells_about(name: &str) -> bool {
    ABOUT.is_match(name)
}

/// Neither too short nor a word or a row of stars that says that there is none.
pub fn is_secret(value: &str) -> bool {
    let is_filler = |letter: char| {
        matches!(letter, '*' | '.' | '•' | '-' | '_' | 'x' | 'X' | '…' | '[' | '{' | '(' | '$')
    };
    let word = value.trim_end_matches('!').to_lowercase();
    let is_none = NO_SECRETS.split_whitespace().any(|none| none == word) || value.chars().all(is_filler);
    value.chars().count() >= 4 && !is_none
}

/// The value beside a name. After a sign it is one unless it is a word that says that there is none; in a sentence it has
/// to look like one.
fn named(captures: Captures<'_>) -> Option<Range<usize>> {
    let sign = captures.get(1)?.as_str();
    let (value, text) = match (captures.get(2).or(captures.get(3)), captures.get(4)) {
        (Some(quoted), _) => (quoted, quoted.as_str()),
        (None, Some(bare)) => (bare, without_end(bare.as_str())),
        (None, None) => return None,
    };
    let is_sign = !sign.starts_with(char::is_alphabetic);
    let is_meant = is_secret(text) && (is_sign || is_mixed(text));
    is_meant.then(|| value.start()..value.start() + text.len())
}

/// Somebody's own, or what looks like one: the rest is the caption of a field.
fn quoted(captures: Captures<'_>) -> Option<Range<usize>> {
    let value = captures.get(2)?;
    let is_meant = is_secret(value.as_str()) && (captures.get(1).is_some() || is_mixed(value.as_str()));
    is_meant.then(|| value.range())
}

/// A sentence may end with the value.
fn without_end(bare: &str) -> &str {
    bare.trim_end_matches(['.', ')', ']', '}', '?', ':'])
}
