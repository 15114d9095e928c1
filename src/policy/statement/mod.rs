//! The privacy statement, made from the policy: the same file that the service obeys, so that the text cannot drift from
//! the behaviour. It is a neutral document; how it looks is decided elsewhere.

mod data;
mod leaving;
mod markdown;
mod others;
mod periods;
mod readers;
mod retention;
mod support;
mod words;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Policy;
use super::model::Language;
pub use retention::Period;
pub use words::{Unit, Words};

/// A statement in one language, as it stands on one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Statement {
    pub language: Language,
    pub title: String,
    /// Whose statement it is, which version, and since when it is in force.
    pub subtitle: String,
    pub sections: Vec<Section>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Section {
    /// The same in every language: links point to it.
    pub id: String,
    pub title: String,
    pub blocks: Vec<Block>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Block {
    Paragraph(String),
    List(Vec<String>),
    /// A heading and facts below it, each with its name.
    Facts {
        title: String,
        facts: Vec<(String, String)>,
    },
    Table {
        columns: Vec<String>,
        rows: Vec<Vec<String>>,
    },
}

impl Policy {
    /// The statement. Sentences about duties with a date stand in it only while they are proven on `today`.
    pub fn statement(&self, language: Language, today: Date) -> Statement {
        let words = Words(language);
        let document = self.document();
        let sections = vec![
            readers::who(document, words),
            data::section(document, words),
            data::purposes(document, words),
            retention::section(document, words),
            leaving::section(document, words),
            leaving::copies(document, words),
            support::section(document, words),
            others::processors(document, words),
            others::security(self, words, today),
            others::logs(document, words),
            others::cookies(document, words),
            readers::rights(document, words),
            readers::limitations(document, words),
            readers::changes(document, words),
        ];
        Statement {
            language,
            title: words.say("Privacy statement", "Datenschutzerklärung"),
            subtitle: readers::subtitle(document, words),
            sections,
        }
    }

    /// What is stored, for how long, and when it goes, as a page of its own: the sections of the statement that say so.
    pub fn stored(&self, language: Language) -> Statement {
        let (words, document) = (Words(language), self.document());
        Statement {
            language,
            title: words.say("What this app stores", "Was diese App speichert"),
            subtitle: readers::subtitle(document, words),
            sections: vec![
                data::section(document, words),
                retention::section(document, words),
                leaving::section(document, words),
                others::logs(document, words),
                others::cookies(document, words),
            ],
        }
    }

    /// The register of cookies, as a page of its own.
    pub fn cookie_register(&self, language: Language) -> Statement {
        let words = Words(language);
        Statement {
            language,
            title: words.say("Cookies", "Cookies"),
            subtitle: readers::subtitle(self.document(), words),
            sections: vec![others::cookies(self.document(), words)],
        }
    }

    /// How long everything is kept, and every other number of the policy.
    pub fn periods(&self, language: Language) -> Vec<Period> {
        retention::periods(self.document(), Words(language))
    }

    /// The same as a document.
    pub fn retention_table(&self, language: Language) -> Statement {
        let words = Words(language);
        Statement {
            language,
            title: words.say("Retention", "Aufbewahrung"),
            subtitle: readers::subtitle(self.document(), words),
            sections: vec![retention::whole(self.document(), words)],
        }
    }
}

impl Section {
    fn new(id: &str, title: String, blocks: Vec<Block>) -> Self {
        Self { id: id.to_owned(), title, blocks }
    }
}
