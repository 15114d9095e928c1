//! The family of a browser and of its operating system. A `User-Agent` header tells far more, and tells people apart;
//! nothing of it is written down but words of this file and the number of the version.

use std::fmt;

use serde::Serialize;

/// What is kept of a `User-Agent` header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Agent {
    pub browser: Browser,
    /// The major version of a known browser.
    pub version: Option<u16>,
    pub system: System,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Browser {
    Chrome,
    Edge,
    Firefox,
    Opera,
    Safari,
    #[default]
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum System {
    Android,
    Ios,
    Linux,
    Macos,
    Windows,
    #[default]
    Other,
}

impl System {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Android => "android",
            Self::Ios => "ios",
            Self::Linux => "linux",
            Self::Macos => "macos",
            Self::Windows => "windows",
            Self::Other => "other",
        }
    }
}

impl Browser {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Chrome => "chrome",
            Self::Edge => "edge",
            Self::Firefox => "firefox",
            Self::Opera => "opera",
            Self::Safari => "safari",
            Self::Other => "other",
        }
    }
}

/// The browser and its version: `firefox/131`, or `other`.
impl fmt::Display for Agent {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.browser.as_str())?;
        self.version.map_or(Ok(()), |version| write!(out, "/{version}"))
    }
}

/// What a family's version stands behind. Those that name themselves after others come first.
const BROWSERS: [(&str, Browser); 9] = [
    ("Edg/", Browser::Edge),
    ("EdgA/", Browser::Edge),
    ("EdgiOS/", Browser::Edge),
    ("OPR/", Browser::Opera),
    ("FxiOS/", Browser::Firefox),
    ("Firefox/", Browser::Firefox),
    ("CriOS/", Browser::Chrome),
    ("Chrome/", Browser::Chrome),
    // Safari alone says its version in this way; `Safari/` itself is the version of its engine.
    ("Version/", Browser::Safari),
];

/// A phone names the system of its ancestor too, and comes first.
const SYSTEMS: [(&str, System); 6] = [
    ("Android", System::Android),
    ("iPhone", System::Ios),
    ("iPad", System::Ios),
    ("Windows NT", System::Windows),
    ("Macintosh", System::Macos),
    ("Linux", System::Linux),
];

impl Agent {
    pub fn parse(header: &str) -> Self {
        let system = SYSTEMS.iter().find(|(mark, _)| header.contains(mark)).map(|(_, system)| *system);
        let system = system.unwrap_or_default();
        let found = BROWSERS.iter().find_map(|(mark, browser)| {
            header.split_once(mark).map(|(_, rest)| (*browser, major_version(rest)))
        });
        match found {
            Some((Browser::Safari, _)) if !header.contains("Safari/") => Self { system, ..Self::default() },
            Some((browser, version)) => Self { browser, version, system },
            None => Self { system, ..Self::default() },
        }
    }
}

/// A number of three digits at most: a longer one is no version, and could be anything.
fn major_version(text: &str) -> Option<u16> {
    let digits = text.split(|letter: char| !letter.is_ascii_digit()).next()?;
    if digits.len() > 3 { None } else { digits.parse().ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_browsers_are_known() {
        let cases = [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:131.0) Gecko/20100101 Firefox/131.0",
                "firefox/131 windows",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36",
                "chrome/130 linux",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15",
                "safari/18 macos",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36 Edg/130.0.2849.68",
                "edge/130 windows",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36 OPR/115.0.0.0",
                "opera/115 windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/130.0.6723.90 Mobile/15E148 Safari/604.1",
                "chrome/130 ios",
            ),
            (
                "Mozilla/5.0 (iPad; CPU OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
                "safari/18 ios",
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36",
                "chrome/130 android",
            ),
            ("Mozilla/5.0 (Android 15; Mobile; rv:132.0) Gecko/132.0 Firefox/132.0", "firefox/132 android"),
        ];
        for (header, expected) in cases {
            let agent = Agent::parse(header);
            let words = format!("{agent} {}", serde_json::to_value(agent.system).unwrap().as_str().unwrap());
            assert_eq!(words, expected, "{header}");
        }
    }

    #[test]
    fn anything_else_is_other() {
        for header in
            ["", "curl/8.5.0", "Atlassian HttpClient unknown / JIRA", "Version/7 of something", "\u{fc}"]
        {
            assert_eq!(Agent::parse(header), Agent::default(), "{header}");
        }
        for header in ["Firefox/203011377", "Firefox/2030", "Firefox/", "Firefox/x", "Firefox/-1"] {
            let agent = Agent::parse(header);
            assert_eq!((agent.browser, agent.version), (Browser::Firefox, None), "{header}");
        }
    }
}
