//! Who else gets data, how it is protected, what logs hold, and cookies.

use jiff::civil::Date;

use super::super::Policy;
use super::super::model::{ClassName, Document, Processor};
use super::words::Words;
use super::{Block, Section};

/// Every processor with what it gets (UTOOLITY-15, APPERNETIC-21).
pub fn processors(document: &Document, words: Words) -> Section {
    let intro = words.say(
        "Others get data only if they are in this list, and only the kinds of data named there. The \
             service calls no hosts but theirs.",
        "Andere erhalten Daten nur, wenn sie in dieser Liste stehen, und nur die dort genannten Arten. Der \
             Dienst ruft keine anderen Rechner auf als ihre.",
    );
    let mut blocks = vec![Block::Paragraph(intro)];
    blocks.extend(document.processors.iter().map(|processor| of_processor(processor, document, words)));
    blocks.push(Block::Paragraph(words.text(&document.statement.disclosure)));
    blocks.push(Block::List(words.texts(&document.statement.never)));
    Section::new("others", words.say("Who else gets data", "Wer sonst Daten erhält"), blocks)
}

fn of_processor(processor: &Processor, document: &Document, words: Words) -> Block {
    let classes = processor.classes.iter().filter_map(|name| document.classes.get(name));
    let classes: Vec<String> = classes.map(|class| words.text(&class.title)).collect();
    let facts = vec![
        (words.say("What for", "Wofür"), words.text(&processor.purpose)),
        (words.say("Country", "Land"), words.text(&processor.country)),
        (words.say("Which data", "Welche Daten"), words.list(&classes)),
        (
            words.say("Ground of the transfer", "Grundlage der Übermittlung"),
            words.transfer(processor.transfer),
        ),
        (words.say("Told of deletions", "Wird über Löschungen informiert"), told(processor, words)),
        (words.say("Its own statement", "Eigene Erklärung"), processor.link.clone()),
    ];
    Block::Facts { title: processor.name.clone(), facts }
}

/// Whether it hears of deletions, what it finds its copy by, and how long it has; or why it need not.
fn told(processor: &Processor, words: Words) -> String {
    let Some(told) = &processor.told else {
        let reason = processor.not_told.as_ref().map(|reason| words.text(reason));
        let none =
            || words.say("it gets nothing that goes with you", "sie erhält nichts, was mit Ihnen geht");
        let reason = reason.unwrap_or_else(none);
        return words.say(format!("not needed: {reason}"), format!("nicht nötig: {reason}"));
    };
    let by: Vec<String> = told.by.iter().map(|handle| words.handle(*handle)).collect();
    let (by, within) = (words.list(&by), words.days(told.within_days));
    words.say(
        format!(
            "yes, as soon as a deletion begins. It finds its copy by {by}, and gets nothing else for that. It has \
             {within} to confirm; we ask again at half of that time, and look after it when it stays silent"
        ),
        format!(
            "ja, sobald eine Löschung beginnt. Die eigene Kopie findet sie anhand von {by} und erhält dafür nichts \
             weiter. Zur Bestätigung hat sie {within}; nach der Hälfte fragen wir nach, und bleibt sie aus, gehen wir \
             dem nach"
        ),
    )
}

/// Measures, and what is proven about people's duties on this day.
pub fn security(policy: &Policy, words: Words, today: Date) -> Section {
    let document = policy.document();
    let mut sentences = words.texts(&document.statement.measures);
    sentences.extend(policy.claims(words.0, today));
    let report = words.say(
        format!(
            "If you found a weakness, please write to {}. We begin to work on it at once.",
            document.controller.security_email
        ),
        format!(
            "Haben Sie eine Schwachstelle gefunden, so schreiben Sie bitte an {}. Wir beginnen sofort mit \
                 der Arbeit daran.",
            document.controller.security_email
        ),
    );
    let blocks = vec![Block::List(sentences), Block::Paragraph(report)];
    Section::new("security", words.say("How we protect it", "Wie wir es schützen"), blocks)
}

pub fn logs(document: &Document, words: Words) -> Section {
    let fields = |name| document.classes.get(&name).map_or_else(String::new, |class| class.fields.join(", "));
    let keep = |name| {
        let retention = document.classes.get(&name).and_then(|class| class.retention);
        words.days(retention.and_then(|retention| retention.days).unwrap_or_default())
    };
    let (access, app) = (keep(ClassName::AccessLog), keep(ClassName::AppLog));
    let (v4, v6) = (document.addresses.ipv4_bits, document.addresses.ipv6_bits);
    let access = words.say(
        format!(
            "The access log holds one line for each request, with these fields: {}. Its lines are kept for \
                 at most {access}. It is joined with no other data, and nobody but whoever hosts it for us \
                 gets it, except to trace misuse.",
            fields(ClassName::AccessLog)
        ),
        format!(
            "Das Zugriffsprotokoll enthält eine Zeile je Anfrage, mit diesen Feldern: {}. Eine Zeile \
                 bleibt höchstens {access} erhalten. Es wird mit keinen anderen Daten verbunden, und außer \
                 unserem Hosting-Anbieter erhält es niemand, es sei denn, um Missbrauch zu verfolgen.",
            fields(ClassName::AccessLog)
        ),
    );
    let address = words.say(
        format!(
            "IP addresses are shortened before they are written anywhere: of an IPv4 address the first \
                 {v4} bits stay, of an IPv6 address the first {v6}."
        ),
        format!(
            "IP-Adressen werden gekürzt, bevor sie irgendwo geschrieben werden: Von einer IPv4-Adresse \
                 bleiben die ersten {v4} Bit, von einer IPv6-Adresse die ersten {v6}."
        ),
    );
    let app = words.say(
        format!(
            "The application log says what the service did. It names customers by a number of our own \
                 alone, and is kept for at most {app}."
        ),
        format!(
            "Das Anwendungsprotokoll sagt, was der Dienst getan hat. Es nennt Kunden nur mit einer eigenen \
                 Nummer von uns; seine Zeilen bleiben höchstens {app} erhalten."
        ),
    );
    let blocks = [access, address, app].map(Block::Paragraph).into();
    Section::new("logs", words.say("Logs", "Protokolle"), blocks)
}

pub fn cookies(document: &Document, words: Words) -> Section {
    let title = words.say("Cookies", "Cookies");
    if document.cookies.is_empty() {
        let none = words.say(
            "There are none. Our pages set no cookies, neither in your product nor outside of it, and \
                 store nothing in your browser that follows you.",
            "Es gibt keine. Unsere Seiten setzen keine Cookies, weder in Ihrem Produkt noch außerhalb, und \
                 legen nichts in Ihrem Browser ab, das Ihnen folgt.",
        );
        return Section::new("cookies", title, vec![Block::Paragraph(none)]);
    }
    let columns = vec![
        words.say("Name", "Name"),
        words.say("What for", "Wofür"),
        words.say("How long", "Wie lange"),
        words.say("Needed", "Nötig"),
    ];
    let rows = document.cookies.iter().map(|cookie| {
        vec![
            cookie.name.clone(),
            words.text(&cookie.purpose),
            words.cookie(cookie.days),
            match cookie.essential {
                true => words.say("yes", "ja"),
                false => words.say("no: set only if you agree", "nein: nur mit Ihrer Zustimmung"),
            },
        ]
    });
    let refuse = words.say(
        "You can block cookies in your browser; then some things are less convenient. You can take a \
             consent back at any time.",
        "Sie können Cookies im Browser sperren; dann ist manches weniger bequem. Eine Zustimmung können \
             Sie jederzeit zurücknehmen.",
    );
    let blocks = vec![Block::Table { columns, rows: rows.collect() }, Block::Paragraph(refuse)];
    Section::new("cookies", title, blocks)
}
