//! What readers want to know first and last: who answers, their rights, what to expect, and which version this is.

use super::super::model::{Document, LifeCycle};
use super::words::Words;
use super::{Block, Section};

/// Names the version and its day (UTOOLITY-23).
pub fn subtitle(document: &Document, words: Words) -> String {
    let (name, version, date) = (&document.controller.name, document.version, words.date(document.effective));
    words.say(
        format!("{name} · version {version} · in force from {date}"),
        format!("{name} · Fassung {version} · gültig ab {date}"),
    )
}

/// Who answers, and for what (UTOOLITY-21, UTILITAS-26, WEBSITE-37).
pub fn who(document: &Document, words: Words) -> Section {
    let controller = &document.controller;
    let facts = vec![
        (words.say("Address", "Anschrift"), controller.address.clone()),
        (words.say("E-mail", "E-Mail"), controller.email.clone()),
        (words.say("Privacy questions", "Fragen zum Datenschutz"), controller.privacy_email.clone()),
        (words.say("Place of the data", "Ort der Daten"), words.text(&document.location.place)),
    ];
    let mut blocks = vec![
        Block::Paragraph(words.text(&document.statement.scope)),
        Block::Facts { title: controller.name.clone(), facts },
    ];
    for app in &document.apps {
        let facts = vec![
            (words.say("Key", "Schlüssel der App"), app.key.clone()),
            (words.say("Products", "Produkte"), app.products.join(", ")),
            (words.say("What is special", "Besonderheiten"), words.text(&app.section)),
        ];
        blocks.push(Block::Facts { title: app.name.clone(), facts });
    }
    Section::new(
        "who",
        words.say("Who we are, and what this covers", "Wer wir sind und wofür dies gilt"),
        blocks,
    )
}

/// Rights, and where to complain (WEBSITE-37, WEBSITE-46).
pub fn rights(document: &Document, words: Words) -> Section {
    let intro = words.say(
        "You decide about your data. You may, at any time and without giving reasons unless the law asks \
             for them:",
        "Sie entscheiden über Ihre Daten. Sie können jederzeit, und ohne Begründung, wo das Gesetz keine \
             verlangt:",
    );
    let rights = [
        (
            "ask whether we keep data about you, which, where it comes from, what for, and who gets it",
            "fragen, ob wir Daten über Sie speichern, welche, woher sie kommen, wofür und wer sie erhält",
        ),
        ("have it corrected", "sie berichtigen lassen"),
        (
            "have it deleted, where no law makes us keep it",
            "sie löschen lassen, soweit kein Gesetz uns zum Aufbewahren verpflichtet",
        ),
        (
            "have its use restricted while a question about it is open",
            "ihre Nutzung einschränken lassen, solange eine Frage dazu offen ist",
        ),
        (
            "get it in a form that other programs can read",
            "sie in einer Form erhalten, die andere Programme lesen können",
        ),
        (
            "object to uses that rest on our legitimate interest",
            "Nutzungen widersprechen, die auf unserem berechtigten Interesse beruhen",
        ),
        (
            "take back a consent; what was done before stays lawful",
            "eine Einwilligung zurücknehmen; was vorher geschah, bleibt rechtmäßig",
        ),
    ];
    let rights = rights.map(|(en, de)| words.say(en, de)).into();
    let (mail, address) = (&document.controller.privacy_email, &document.controller.address);
    let how = words.say(
        format!(
            "Write to {mail}, or by letter to {address}. Administrators can see, download and delete \
             everything of their site in the app itself. Where we act on behalf of your organisation, we \
             pass your request on to it and help it to answer."
        ),
        format!(
            "Schreiben Sie an {mail} oder per Brief an {address}. Wer die App verwaltet, kann alles \
             zur eigenen Instanz in der App selbst sehen, herunterladen und löschen. Wo wir im Auftrag \
             Ihrer Organisation handeln, leiten wir Ihre Anfrage an sie weiter und helfen ihr bei der \
             Antwort."
        ),
    );
    let authority = words.say(
        format!(
            "You may also complain to a supervisory authority. Ours is: {}.",
            document.controller.authority
        ),
        format!(
            "Sie können sich auch bei einer Aufsichtsbehörde beschweren. Für uns zuständig ist: {}.",
            document.controller.authority
        ),
    );
    let blocks = vec![
        Block::Paragraph(intro),
        Block::List(rights),
        Block::Paragraph(how),
        Block::Paragraph(authority),
    ];
    Section::new("rights", words.say("Your rights", "Ihre Rechte"), blocks)
}

pub fn limitations(document: &Document, words: Words) -> Section {
    let blocks = vec![Block::List(words.texts(&document.statement.limitations))];
    Section::new(
        "limitations",
        words.say("What we cannot promise", "Was wir nicht versprechen können"),
        blocks,
    )
}

/// How this statement changes (UTILITAS-02, WEBSITE-47 to WEBSITE-50).
pub fn changes(document: &Document, words: Words) -> Section {
    let LifeCycle { notice_before_erasure_days, .. } = document.life_cycle;
    let ahead = words.days(notice_before_erasure_days);
    let how = words.say(
        format!(
            "This page always shows the version in force, and the archive every version before it, \
             with the day from which it applied. We tell our customers of a change that matters by mail, \
             at least {ahead} before it takes effect: longer retention, somebody new who gets data, more \
             data, a new purpose or another legal basis."
        ),
        format!(
            "Diese Seite zeigt immer die gültige Fassung, das Archiv jede frühere mit dem Tag, ab dem \
             sie galt. Über eine Änderung von Bedeutung informieren wir unsere Kunden per E-Mail, \
             mindestens {ahead} bevor sie gilt: längere Aufbewahrung, neue Empfänger, mehr Daten, ein \
             neuer Zweck oder eine andere Rechtsgrundlage."
        ),
    );
    let disagree = words.say(
        "If you do not agree with a change, remove the app before it takes effect; you can download and \
             delete everything first.",
        "Sind Sie mit einer Änderung nicht einverstanden, so entfernen Sie die App, bevor sie gilt; vorher \
             können Sie alles herunterladen und löschen.",
    );
    let blocks = vec![Block::Paragraph(how), Block::Paragraph(disagree)];
    Section::new("changes", words.say("Changes", "Änderungen"), blocks)
}
