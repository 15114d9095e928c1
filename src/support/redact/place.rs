//! Names of people where machines put them: account ids of the product, and folders of users.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::{named, regex};

/// `557058:` with a UUID, the older 24 hexadecimal digits, and names of the server's time.
static ACCOUNT_ID: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"(?i)\b(?:(?:\d{5,6}|qm|ug):(?:[0-9a-f]{8}-[0-9a-f]{4,})[0-9a-f:-]*",
        r"|[56][0-9a-f]{23}\b|JIRAUSER\d{3,})",
    ))
});
/// Before an id, whatever it looks like.
static NAMED_ID: LazyLock<Regex> =
    LazyLock::new(|| regex(r#"(?i)account[_-]?ids?["']?\s*[:=]\s*["']?([A-Za-z0-9:_-]{4,128})"#));

/// The user's part of a path. On Windows it may hold blanks, so it ends at the next separator or at the end of the line.
static HOME: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r#"(?:^|[^A-Za-z0-9._-]|/(?:export|mnt|data|var|srv|nfs|usr|net))(?:/home|/Users)/([^/\\\s"'<>|:*?,;)]+)"#,
        // A drive of Windows, seen from a shell of Unix.
        r#"|(?:^|[^A-Za-z0-9._-]|/mnt|/cygdrive)/[A-Za-z]/Users/([^/\\\s"'<>|:*?,;)]+)"#,
        // A share.
        r#"|(?i)\\\\{1,3}[\w.-]{1,64}(?:\\{1,2}[a-z]\$)?\\{1,2}(?:Users|home|Benutzer|profiles)\\{1,2}"#,
        r#"(?:([^\\/"'<>|:*?\r\n]{1,64}?)[\\/]|([^\\/\s"'<>|:*?]+))"#,
        r#"|\b[A-Z]:[\\/]{1,2}(?:Users|Documents and Settings|Benutzer)[\\/]{1,2}(?:([^\\/"'<>|:*?\r\n]{1,64}?)[\\/]|([^\\/\s"'<>|:*?]+))"#,
    ))
});
/// Folders that are nobody's.
const NOBODY: [&str; 6] = ["public", "default", "all users", "shared", "runner", "default user"];

pub fn account_ids(text: &str) -> Vec<Range<usize>> {
    let named = NAMED_ID.captures_iter(text).filter_map(|captures| captures.get(1));
    let named = named.filter(|id| named::is_secret(id.as_str())).map(|id| id.range());
    let known = ACCOUNT_ID.find_iter(text).filter(|found| is_id(found.as_str())).map(|found| found.range());
    known.chain(named).collect()
}

/// A number of 24 digits is no id.
fn is_id(found: &str) -> bool {
    found.contains(':') || found.bytes().any(|byte| byte.is_ascii_alphabetic())
}

pub fn home_paths(text: &str) -> Vec<Range<usize>> {
    let user = HOME.captures_iter(text).filter_map(|captures| captures.iter().skip(1).flatten().next());
    let user = user.filter(|user| !NOBODY.contains(&user.as_str().to_lowercase().as_str()));
    user.map(|user| user.range()).collect()
}
