//! Mail addresses: as they are written, as they are disguised, and as they stand in a URL.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::regex;

/// The local part, what stands for `@`, and a host with a dot (or what stands for one) and a name at its end.
static PLAIN: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r#"(?i)(?:"[^"\r\n]{1,64}"|[\p{L}\p{N}.!#$%&'*+/=?^_`{|}~’-]+)"#,
        r"(?:@|%40|&#64;|\\u0040)",
        r"[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?",
        r"(?:\.[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?)*",
    ))
});

/// `ada (at) example (dot) com` and `ada [ät] example.com`.
static DISGUISED: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"(?i)[\p{L}\p{N}._%+-]+\s*[(\[{<]\s*(?:at|ät|@)\s*[)\]}>]\s*",
        r"[\p{L}\p{N}-]+(?:(?:\.|\s*[(\[{<]\s*(?:dot|punkt|\.)\s*[)\]}>]\s*)[\p{L}\p{N}-]+)+",
    ))
});

/// What follows an `@` in the name of a file, as in `icon@2x.png`.
const FILES: [&str; 12] =
    ["png", "jpg", "jpeg", "gif", "svg", "webp", "css", "js", "mjs", "ts", "json", "map"];

/// Letters that an address may begin with and that hardly any does: they belong to the text around it.
const AROUND: [char; 12] = ['\'', '’', '`', '{', '|', '}', '~', '=', '?', '&', '/', '*'];

pub fn emails(text: &str) -> Vec<Range<usize>> {
    let plain = PLAIN.find_iter(text).filter_map(|found| plain(text, found.range()));
    plain.chain(DISGUISED.find_iter(text).map(|found| found.range())).collect()
}

fn plain(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let found = text.get(range.clone())?;
    // `?user=ada@example.com` is a parameter and an address; so is `/users/ada@example.com`.
    let separator = found.rfind(['@', '%', '&', '\\']).filter(|_| !found.starts_with('"'));
    let local = separator.and_then(|at| found.get(..at)).unwrap_or_default();
    let mut around = local.match_indices(AROUND).filter(|(at, sign)| !is_within(local, *at, sign));
    let skipped = around.next_back().map_or(0, |(last, sign)| last + sign.len());
    let range = range.start + skipped..range.end;
    let found = text.get(range.clone())?;
    let (local, host) = split(found)?;
    let last = host.rsplit('.').next().unwrap_or_default().to_lowercase();
    let is_named = host.contains('.') && (is_name(&last) || last.starts_with("xn--"));
    let is_host = host.eq_ignore_ascii_case("localhost") || is_named;
    let is_file = FILES.contains(&last.as_str());
    (!local.is_empty() && local != "git" && is_host && !is_file).then_some(range)
}

/// The apostrophe of `o'neil`; a quotation mark has no letter before it.
fn is_within(local: &str, at: usize, sign: &str) -> bool {
    let before = local.get(..at).unwrap_or_default().chars().next_back();
    let after = local.get(at + sign.len()..).unwrap_or_default().chars().next();
    matches!(sign, "'" | "’") && [before, after].iter().all(|side| side.is_some_and(char::is_alphabetic))
}

fn is_name(last: &str) -> bool {
    last.chars().count() >= 2 && last.chars().all(char::is_alphabetic)
}

fn split(address: &str) -> Option<(&str, &str)> {
    let forms = ["@", "%40", "&#64;", "\\u0040"];
    forms.iter().find_map(|form| address.rsplit_once(form))
}
