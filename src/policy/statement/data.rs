//! What is kept, why, on which legal basis, where it comes from, and who decides about it.

use super::super::model::{Class, Document};
use super::words::Words;
use super::{Block, Section};

pub fn section(document: &Document, words: Words) -> Section {
    let intro = words.say(
        "These are all kinds of data that we keep. A field that is not listed is dropped before anything \
             is stored.",
        "Das sind alle Arten von Daten, die wir speichern. Ein Feld, das hier nicht steht, wird verworfen, \
             bevor etwas gespeichert wird.",
    );
    let mut blocks = vec![Block::Paragraph(intro)];
    blocks.extend(document.classes.values().map(|class| of_class(class, document, words)));
    Section::new("data", words.say("What we keep", "Was wir speichern"), blocks)
}

fn of_class(class: &Class, document: &Document, words: Words) -> Block {
    let purposes = class.purposes.iter().filter_map(|id| document.purposes.get(id));
    let purposes: Vec<String> = purposes.map(|purpose| words.text(purpose)).collect();
    let mut facts = vec![(words.say("Fields", "Felder"), class.fields.join(", "))];
    if !class.reportable.is_empty() {
        let title = words
            .say("Values that a problem report may hold", "Werte, die eine Problemmeldung enthalten kann");
        facts.push((title, class.reportable.join(", ")));
    }
    if !class.kinds.is_empty() {
        let kinds: Vec<String> = class.kinds.values().map(|kind| words.text(&kind.title)).collect();
        facts.push((words.say("Kinds", "Arten"), kinds.join("; ")));
    }
    facts.extend([
        (words.say("What for", "Wofür"), purposes.join("; ")),
        (words.say("Legal basis", "Rechtsgrundlage"), words.basis(class.basis)),
        (words.say("Where from", "Woher"), words.origin(class.origin)),
        (words.say("Who decides", "Wer entscheidet"), words.role(class.role)),
    ]);
    Block::Facts { title: words.text(&class.title), facts }
}

/// Each purpose with its legal bases (APPERNETIC-07).
pub fn purposes(document: &Document, words: Words) -> Section {
    let mut rows = Vec::new();
    for (id, purpose) in &document.purposes {
        for class in document.classes.values().filter(|class| class.purposes.contains(id)) {
            rows.push(vec![words.text(purpose), words.text(&class.title), words.basis(class.basis)]);
        }
    }
    let columns = vec![
        words.say("What for", "Wofür"),
        words.say("Which data", "Welche Daten"),
        words.say("Legal basis", "Rechtsgrundlage"),
    ];
    let only = words.say(
        "For anything else we would ask you first, and you could say no.",
        "Für alles andere würden wir Sie vorher fragen, und Sie könnten ablehnen.",
    );
    let blocks = vec![Block::Table { columns, rows }, Block::Paragraph(only)];
    Section::new("purposes", words.say("What we use it for", "Wofür wir es verwenden"), blocks)
}
