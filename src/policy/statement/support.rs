//! What happens to problem reports, and who reads them.

use super::super::model::{ClassName, DeskPart, Document, FirstAnswer, Retention};
use super::words::{Unit, Words};
use super::{Block, Section};

/// How a report is made, read and deleted (UTOOLITY-06, IDALKO-18, IDALKO-24, APPERNETIC-29).
pub fn section(document: &Document, words: Words) -> Section {
    let support = &document.support;
    let desk = (!support.desk.is_empty()).then(|| desk(document, words));
    let told = support.mail_to_staff.then(|| told(words));
    let goal = support.first_answer_hours.map(|goal| goal_of(goal, words));
    let first = [made(words), decided(words), confirmed(document, words), read(document, words)].into_iter();
    let all = first.chain(desk).chain(told).chain(goal).chain([kept(document, words)]);
    let blocks = all.map(Block::Paragraph).collect();
    Section::new("support", words.say("When you report a problem", "Wenn Sie ein Problem melden"), blocks)
}

fn made(words: Words) -> String {
    words.say(
        "Nothing is collected unless you report a problem. Then you see every byte before it is sent, switch off what you \
         do not want to send, mask more of it, and agree to each part that may hold content of yours. You can take that \
         back at any time: the part is deleted then. Files that you send with an answer are cleaned and masked in the same way. \
         Others who help us with a report get it only if you agreed to that.",
        "Gesammelt wird nur, wenn Sie ein Problem melden. Sie sehen dann jedes Byte, bevor es gesendet wird, schalten ab, was \
         Sie nicht senden möchten, machen mehr davon unkenntlich und stimmen jedem Teil zu, der Ihre Inhalte enthalten kann. \
         Das können Sie jederzeit zurücknehmen: Der Teil wird dann gelöscht. Dateien, die Sie mit einer Antwort senden, werden \
         ebenso bereinigt und unkenntlich gemacht. Andere, die uns bei einer Meldung helfen, erhalten sie nur, wenn Sie dem zugestimmt haben.",
    )
}

/// Who decides whether a report leaves its site at all.
fn decided(words: Words) -> String {
    words.say(
        "The administrators of your site decide whether reports may leave it: at once, after one of them has approved each, or \
         not at all. What waits for them is stored for you, and none of our staff and no one else gets it before. What they \
         do not let leave is deleted at once; what says who reported it, when, and what you are told of why goes like a closed \
         report. With a decision we keep the account id of whoever made it, for as long as the report.",
        "Ob Meldungen Ihre Site verlassen, entscheidet, wer sie verwaltet: sofort, nach Zustimmung zu jeder einzelnen oder \
         gar nicht. Was darauf wartet, ist für Sie gespeichert, und vorher erhält es niemand von uns und auch sonst niemand. \
         Was nicht hinausgelassen wird, wird sofort gelöscht; wer es gemeldet hat, wann, und was Ihnen als Grund genannt \
         wurde, geht wie eine abgeschlossene Meldung. Zu einer Entscheidung speichern wir die Konto-ID der Person, die sie \
         getroffen hat, so lange wie die Meldung.",
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

/// What the service desk gets, if there is one.
fn desk(document: &Document, words: Words) -> String {
    let part = |part: &DeskPart| match part {
        DeskPart::Report => words.say("the words of the report", "die Worte der Meldung"),
        DeskPart::Attachments => {
            words.say("attachments that you agreed to", "Anhänge, denen Sie zugestimmt haben")
        }
        DeskPart::Replies => words.say(
            "what you and our staff write about it afterwards",
            "was Sie und unsere Mitarbeitenden danach dazu schreiben",
        ),
    };
    let parts = document.support.desk.iter().map(part).collect::<Vec<_>>().join("; ");
    words.say(
        format!(
            "If we work on reports in a service desk, it gets no more of one than this: {parts}. Your address gets there once \
             it is confirmed. What you take back or delete is deleted there too, and with the last of your reports you are \
             taken off its list of customers, as far as it lets us."
        ),
        format!(
            "Bearbeiten wir Meldungen in einem Service-Desk, erhält es davon nur dies: {parts}. Ihre Adresse kommt dorthin, \
             sobald sie bestätigt ist. Was Sie zurücknehmen oder löschen, wird auch dort gelöscht, und mit der letzten Ihrer \
             Meldungen werden Sie von seiner Kundenliste genommen, soweit es das zulässt."
        ),
    )
}

fn told(words: Words) -> String {
    words.say(
        "Our support is told of a new report by a mail that holds nothing but its number and a link to our own console.",
        "Von einer neuen Meldung erfährt unser Support durch eine E-Mail, in der nur ihre Nummer und ein Link in unsere eigene \
         Konsole stehen.",
    )
}

/// A goal, and said to be one: nothing is deleted or given by it.
fn goal_of(goal: FirstAnswer, words: Words) -> String {
    let [blocking, high, normal, low] =
        [goal.blocking, goal.high, goal.normal, goal.low].map(|hours| words.hours(hours));
    words.say(
        format!(
            "Our support aims to give its first answer within {blocking} where a problem blocks your work, within {high} \
             where it is severe, within {normal} usually, and within {low} where it is slight. That is the goal that our \
             staff works by, and not a promise of this statement."
        ),
        format!(
            "Unser Support möchte die erste Antwort geben, wenn ein Problem Ihre Arbeit aufhält, nach höchstens: {blocking}; \
             wenn es schwer ist: {high}; sonst: {normal}; wenn es gering ist: {low}. Das ist das Ziel, nach dem unsere \
             Mitarbeitenden arbeiten, und keine Zusage dieser Erklärung."
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
