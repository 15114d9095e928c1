//! What happens to problem reports, and who reads them.

use super::super::model::{ClassName, Document, Retention};
use super::words::{Unit, Words};
use super::{Block, Section};

/// How a report is made, read and deleted (UTOOLITY-06, IDALKO-18, IDALKO-24, APPERNETIC-29).
pub fn section(document: &Document, words: Words) -> Section {
    let blocks = vec![
        Block::Paragraph(made(words)),
        Block::Paragraph(confirmed(document, words)),
        Block::Paragraph(read(document, words)),
        Block::Paragraph(kept(document, words)),
    ];
    Section::new("support", words.say("When you report a problem", "Wenn Sie ein Problem melden"), blocks)
}

fn made(words: Words) -> String {
    words.say(
        "Nothing is collected unless you report a problem. Then you see every byte before it is sent, switch off what you \
         do not want to send, mask more of it, and agree to each part that may hold content of yours. You can take that \
         back at any time: the part is deleted then. Others who help us with a report get it only if you agreed to that.",
        "Gesammelt wird nur, wenn Sie ein Problem melden. Sie sehen dann jedes Byte, bevor es gesendet wird, schalten ab, was \
         Sie nicht senden möchten, machen mehr davon unkenntlich und stimmen jedem Teil zu, der Ihre Inhalte enthalten kann. \
         Das können Sie jederzeit zurücknehmen: Der Teil wird dann gelöscht. Andere, die uns bei einer Meldung helfen, \
         erhalten sie nur, wenn Sie dem zugestimmt haben.",
    )
}

fn confirmed(document: &Document, words: Words) -> String {
    let hours = words.hours(document.support.confirm_hours);
    words.say(
        format!(
            "You type the address for our answers yourself. A link in a mail to it confirms it and works for {hours}; \
             whoever has not confirmed it reads no more there than a number and a state."
        ),
        format!(
            "Die Adresse für unsere Antworten geben Sie selbst ein. Ein Link in einer E-Mail an sie bestätigt sie und gilt \
             {hours}; wer sie nicht bestätigt hat, liest dort nicht mehr als eine Nummer und einen Stand."
        ),
    )
}

fn read(document: &Document, words: Words) -> String {
    let support = &document.support;
    let grant = words.count(support.grant_minutes, Unit::Minutes);
    let download = words.days(support.download_days);
    let idle = words.count(support.session_idle_minutes, Unit::Minutes);
    let session = words.hours(support.session_hours);
    words.say(
        format!(
            "Our staff opens what you sent only with a reason, and then for {grant}; you and your administrators see who \
             did and why. A copy that they download is marked and has to be deleted within {download}. Their sessions end \
             after {idle} without a request, and after {session} in any case."
        ),
        format!(
            "Unsere Mitarbeitenden öffnen, was Sie gesendet haben, nur mit einem Grund und dann für {grant}; Sie und wer die \
             App verwaltet, sehen, wer das war und warum. Laden sie eine Kopie herunter, so ist sie gekennzeichnet, und ihre \
             Frist bis zum Löschen ist: {download}. Ihre Sitzungen enden ohne Anfrage nach einer Frist von: {idle}, und in \
             jedem Fall nach einer von: {session}."
        ),
    )
}

fn kept(document: &Document, words: Words) -> String {
    let closed = words.days(document.support.closed_days);
    let latest = document.classes.get(&ClassName::Support).and_then(|class| class.retention);
    let Some(Retention { days: Some(latest), .. }) = latest else {
        return words.say(
            format!("A report that is closed goes after {closed}. You can delete it at once."),
            format!(
                "Ist eine Meldung abgeschlossen, bleibt sie noch {closed}. Sie können sie sofort löschen."
            ),
        );
    };
    let latest = words.days(latest);
    words.say(
        format!(
            "A report that is closed goes after {closed}, and {latest} after it was made in any case, with everything that \
             was sent with it. The page behind its link always shows the day, and you can delete it there at once. Its \
             number, its days and counts stay as part of our records of what was done."
        ),
        format!(
            "Ist eine Meldung abgeschlossen, bleibt sie noch {closed}, insgesamt aber höchstens {latest}, mit allem, was mit \
             ihr gesendet wurde. Die Seite hinter ihrem Link zeigt immer den Tag, und Sie können sie dort sofort löschen. \
             Ihre Nummer, ihre Tage und Anzahlen bleiben als Teil unseres Protokolls der Vorgänge."
        ),
    )
}
