//! Addresses of machines. Loopback addresses name nobody and stay.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::regex;

static FOUR: LazyLock<Regex> = LazyLock::new(|| regex(r"\d{1,3}(?:\.\d{1,3}){3}"));
static SIX: LazyLock<Regex> =
    LazyLock::new(|| regex(r"[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,8}(?:(?:\.\d{1,3}){3})?"));
/// What stands before a number of a version.
static VERSION: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"(?i)(?:\bv|\bversions?|\brelease|\bbuild|\bver\.?|\brev(?:ision)?",
        r"|\b(?:chrom(?:e|ium)|edg[ae]?|firefox|opr|opera|version|safari|applewebkit|java|curl|nginx|apache|tomcat)/)[\s:=]*$",
    ))
});
/// The first address of a range, right before the last one.
static FIRST: LazyLock<Regex> = LazyLock::new(|| regex(r"(?:^|[^\w.-])(\d{1,3}(?:\.\d{1,3}){3})[-–]$"));
/// Letters before an address that are looked at.
const BEFORE: usize = 24;

pub fn ipv4(text: &str) -> Vec<Range<usize>> {
    let is_address = |range: &Range<usize>| {
        let found = text.get(range.clone()).unwrap_or_default();
        let address = octets(found);
        let start = range_start(text, range.start);
        address.is_some_and(|address| !address.is_loopback() && !address.is_unspecified())
            && stands_alone(text, &(start..range.end))
            && !VERSION.is_match(before(text, start))
    };
    FOUR.find_iter(text).map(|found| found.range()).filter(is_address).collect()
}

/// An address may be written with zeros in front, which the library takes for another base.
fn octets(text: &str) -> Option<Ipv4Addr> {
    let parts: Vec<u8> = text.split('.').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let four: [u8; 4] = parts.try_into().ok()?;
    Some(four.into())
}

/// Where the range begins that ends with the address at `start`: there is what says that it is one of versions.
fn range_start(text: &str, start: usize) -> usize {
    let before = before(text, start);
    let first = FIRST.captures(before).and_then(|captures| captures.get(1));
    first.map_or(start, |first| start - before.len() + first.start())
}

/// Neither a part of a longer number nor of a longer row of numbers.
fn stands_alone(text: &str, range: &Range<usize>) -> bool {
    let before = text.get(..range.start).unwrap_or_default().chars().next_back();
    let mut after = text.get(range.end..).unwrap_or_default().chars();
    let (next, second) = (after.next(), after.next());
    let is_digit = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_digit());
    let joins = matches!(before, Some('.' | '-' | '_')) || before.is_some_and(char::is_alphanumeric);
    let goes_on = next.is_some_and(char::is_alphanumeric) || next == Some('.') && is_digit(second);
    !joins && !goes_on
}

fn before(text: &str, end: usize) -> &str {
    let before = text.get(..end).unwrap_or_default();
    let start = before.char_indices().rev().nth(BEFORE - 1).map_or(0, |(start, _)| start);
    before.get(start..).unwrap_or_default()
}

pub fn ipv6(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for candidate in SIX.find_iter(text) {
        let before = text.get(..candidate.start()).unwrap_or_default().chars().next_back();
        let after = text.get(candidate.end()..).unwrap_or_default().chars().next();
        let is_within =
            |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
        if is_within(before) || is_within(after) || before == Some(':') {
            continue;
        }
        let trimmed = candidate.as_str().strip_suffix(':').filter(|rest| !rest.ends_with(':'));
        let address = trimmed.unwrap_or(candidate.as_str());
        if is_ipv6(address) {
            found.push(candidate.start()..candidate.start() + address.len());
        }
    }
    found
}

/// Without a digit it is the path of a name in a program, such as `dead::beef`.
fn is_ipv6(text: &str) -> bool {
    let has_digit = text.bytes().any(|byte| byte.is_ascii_digit());
    let address: Option<Ipv6Addr> = text.parse().ok();
    has_digit && address.is_some_and(|address| !address.is_loopback() && !address.is_unspecified())
}
