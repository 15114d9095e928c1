//! A line of the access log: ten items, each of a closed type, and nothing else.
//!
//! Nothing in it joins the line to other data: no tenant, no id of a request, and a time in whole seconds, since the
//! other stream counts in milliseconds.

use std::fmt;

use serde::{Serialize, Serializer};

use super::address::ShortenedIp;
use super::agent::{Agent, System};
use crate::clock::Timestamp;

/// What is kept of one request.
#[derive(Debug, Clone, Default)]
pub struct AccessLine {
    pub ip: Option<ShortenedIp>,
    pub time: Timestamp,
    /// The route's template, and never the path: the path of a signed link is a credential.
    pub page: String,
    pub status: u16,
    /// Bytes of the body that was sent.
    pub bytes: u64,
    pub referrer: Referrer,
    pub agent: Agent,
    pub language: Option<Language>,
}

impl AccessLine {
    /// The line with its end.
    pub fn to_json(&self) -> Vec<u8> {
        let items = Items {
            ip: self.ip.map(Shown),
            timestamp: Timestamp::from_seconds(self.time.as_seconds()),
            offset: "+00:00",
            page: &self.page,
            status: self.status,
            bytes: self.bytes,
            referrer: self.referrer.as_str(),
            browser: Shown(self.agent),
            os: self.agent.system,
            language: self.language.map(Shown),
        };
        let mut text = serde_json::to_vec(&items).unwrap_or_default();
        text.push(b'\n');
        text
    }
}

/// The ten items, in the words of the policy and the order of the privacy statement.
#[derive(Serialize)]
struct Items<'a> {
    #[serde(serialize_with = "or_dash")]
    ip: Option<Shown<ShortenedIp>>,
    timestamp: Timestamp,
    offset: &'static str,
    page: &'a str,
    status: u16,
    bytes: u64,
    referrer: &'a str,
    browser: Shown<Agent>,
    os: System,
    #[serde(serialize_with = "or_dash")]
    language: Option<Shown<Language>>,
}

/// Where the request came from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Referrer {
    #[default]
    None,
    /// A page of this service: its origin.
    Own(String),
    /// Any other site. Which one is not written down: it may be a customer's.
    Other,
}

impl Referrer {
    /// Reads a `Referer` header, of which nothing but the origin is looked at.
    pub fn parse(header: Option<&str>, own_origin: &str) -> Self {
        let url = header.and_then(|text| url::Url::parse(text).ok());
        let Some(url) = url.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host()) else {
            return Self::None;
        };
        if url.origin().ascii_serialization() == own_origin {
            return Self::Own(own_origin.to_owned());
        }
        Self::Other
    }

    fn as_str(&self) -> &str {
        match self {
            Self::None => "-",
            Self::Own(origin) => origin,
            Self::Other => "other",
        }
    }
}

/// The first language of a caller, such as `de` or `pt-BR`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Language {
    letters: [u8; 3],
    region: Option<[u8; 2]>,
}

impl Language {
    /// Reads the first tag of an `Accept-Language` header: two or three small letters, and a region of two large ones.
    pub fn parse(header: &str) -> Option<Self> {
        let tag = header.split([',', ';']).next()?.trim();
        let (language, region) =
            tag.split_once('-').map_or((tag, None), |(language, region)| (language, Some(region)));
        let is_language =
            matches!(language.len(), 2 | 3) && language.bytes().all(|letter| letter.is_ascii_lowercase());
        if !is_language
            || region.is_some_and(|region| !region.bytes().all(|letter| letter.is_ascii_uppercase()))
        {
            return None;
        }
        let mut letters = [b' '; 3];
        letters.iter_mut().zip(language.bytes()).for_each(|(to, from)| *to = from);
        let region = region.map(|region| region.as_bytes().try_into()).transpose().ok()?;
        Some(Self { letters, region })
    }
}

impl fmt::Display for Language {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(String::from_utf8_lossy(&self.letters).trim_end())?;
        match &self.region {
            Some(region) => write!(out, "-{}", String::from_utf8_lossy(region)),
            None => Ok(()),
        }
    }
}

/// Serialised as it is displayed.
struct Shown<T>(T);

impl<T: fmt::Display> Serialize for Shown<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

fn or_dash<T: Serialize, S: Serializer>(value: &Option<T>, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => value.serialize(serializer),
        None => serializer.serialize_str("-"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_without_anything_known_still_has_its_ten_items() {
        let line = AccessLine { page: "none".to_owned(), status: 404, ..AccessLine::default() };
        let text = String::from_utf8(line.to_json()).unwrap();
        let expected = "{\"ip\":\"-\",\"timestamp\":\"1970-01-01T00:00:00Z\",\"offset\":\"+00:00\",\"page\":\"none\",\
             \"status\":404,\"bytes\":0,\"referrer\":\"-\",\"browser\":\"other\",\"os\":\"other\",\
             \"language\":\"-\"}\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn a_language_is_a_short_tag_or_nothing() {
        for (header, language) in [
            ("de-DE,de;q=0.9,en;q=0.8", "de-DE"),
            ("en", "en"),
            (" gsw ;q=1", "gsw"),
            ("gsw-CH, de", "gsw-CH"),
        ] {
            assert_eq!(Language::parse(header).unwrap().to_string(), language, "{header}");
        }
        for header in
            ["", "*", "d", "DE", "deutsch", "de-de", "de-CHE", "zh-Hans-CN", "en-", "de_DE", "é, de"]
        {
            assert_eq!(Language::parse(header), None, "{header}");
        }
    }

    #[test]
    fn of_a_referrer_nothing_but_our_own_origin_is_kept() {
        let own = "https://app.example.com";
        let parse = |header| Referrer::parse(Some(header), own);
        for ours in ["https://app.example.com", "https://app.example.com:443/erasure/secret?jwt=x#y"] {
            assert_eq!(parse(ours), Referrer::Own(own.to_owned()), "{ours}");
        }
        let others = [
            "https://customer.atlassian.net/x",
            "http://app.example.com/",
            "https://app.example.com.evil.test/",
        ];
        for other in others {
            assert_eq!(parse(other), Referrer::Other, "{other}");
        }
        for rubbish in ["", "-", "customer.atlassian.net", "javascript:x", "data:,x", "file:///x", "http://"]
        {
            assert_eq!(parse(rubbish), Referrer::None, "{rubbish}");
        }
    }
}
