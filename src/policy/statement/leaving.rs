//! What happens to a customer's data when they leave, and to the copies of it.

use super::super::model::{AfterLeaving, AfterSubscription, Bound, Document, LifeCycle};
use super::words::{Unit, Words};
use super::{Block, Section};

pub fn section(document: &Document, words: Words) -> Section {
    let life = &document.life_cycle;
    let mut blocks = Vec::new();
    if let Some(leaving) = &life.after_leaving {
        blocks.push(Block::Paragraph(after_leaving(leaving, words)));
    }
    if let Some(after) = &life.after_subscription {
        blocks.push(Block::Paragraph(after_subscription(after, life, words)));
    }
    blocks.push(Block::Paragraph(coming_back(life, words)));
    blocks.push(Block::Paragraph(notices(life, words)));
    blocks.push(Block::Paragraph(by_your_wish(life, words)));
    blocks.push(Block::Paragraph(small_things(life, words)));
    blocks.push(Block::Paragraph(brake(life, words)));
    Section::new("leaving", words.say("When you leave", "Wenn Sie gehen"), blocks)
}

fn after_leaving(leaving: &AfterLeaving, words: Words) -> String {
    let (grace, promised) = (words.days(leaving.grace_days), words.days(leaving.promised_days));
    words.say(
        format!(
            "When you remove the app, your data is marked for deletion at once. It stays for {grace}, so \
                 that you find it again if you come back, and is then deleted. At the latest {promised} \
                 after you left, nothing of it is left anywhere, backups included."
        ),
        format!(
            "Wenn Sie die App entfernen, werden Ihre Daten sofort zum Löschen vorgemerkt. Sie bleiben noch \
                 {grace} erhalten, damit Sie sie bei einer Rückkehr wiederfinden, und werden dann \
                 gelöscht. Spätestens {promised} nach Ihrem Weggang ist nirgends mehr etwas davon übrig, \
                 auch nicht in Sicherungen."
        ),
    )
}

fn after_subscription(after: &AfterSubscription, life: &LifeCycle, words: Words) -> String {
    let (days, within) = (words.days(after.days), words.within(life.sweep_lag_days));
    let when = match after.bound {
        Bound::Exactly => words.say(
            format!("exactly {days} after that: not earlier, and from then on {within}"),
            format!("genau {days} danach gelöscht: nicht früher, und von da an {within}"),
        ),
        Bound::AtLatest => words
            .say(format!("at the latest {days} after that"), format!("spätestens {days} danach gelöscht")),
    };
    let sentence = words.say(
        format!("If your subscription or trial ends and we know the day, your data is deleted {when}."),
        format!(
            "Endet Ihr Abonnement oder Ihre Testphase an einem Tag, den wir kennen, dann werden Ihre Daten \
                 {when}."
        ),
    );
    let beside = match life.after_leaving {
        Some(_) => words.say(
            "The limit for the time after you left is never exceeded by this.",
            "Die Grenze für die Zeit nach Ihrem Weggang wird dadurch nie überschritten.",
        ),
        None => words.say(
            "If we do not know the day, removing the app counts as the end of the subscription.",
            "Kennen wir den Tag nicht, so gilt das Entfernen der App als Ende des Abonnements.",
        ),
    };
    format!("{sentence} {beside}")
}

fn coming_back(life: &LifeCycle, words: Words) -> String {
    let days = words.days(life.unreachable_days);
    words.say(
        format!(
            "If you install the app again before the deletion, it is cancelled and everything is as it \
                 was; afterwards the app starts empty. If your site refuses us for {days} without a break, \
                 your licence ends, or another installation takes the place of yours, we assume that you \
                 have left without telling us, and the same periods begin. The first sign of life ends \
                 them."
        ),
        format!(
            "Installieren Sie die App vor der Löschung erneut, so entfällt die Löschung und alles ist wie \
                 zuvor; danach beginnt die App leer. Weist Ihre Instanz uns {days} lang ohne Unterbrechung \
                 ab, endet Ihre Lizenz oder tritt eine andere Installation an die Stelle Ihrer, so nehmen \
                 wir an, dass Sie gegangen sind, ohne es uns zu sagen, und dieselben Fristen beginnen. Das \
                 erste Lebenszeichen beendet sie."
        ),
    )
}

fn notices(life: &LifeCycle, words: Words) -> String {
    let (end, erasure) =
        (words.days(life.notice_before_end_days), words.days(life.notice_before_erasure_days));
    let copy = if life.cc_billing {
        words.say(
            ", with a copy to your billing address if you gave one",
            ", mit einer Kopie an Ihre Rechnungsadresse, falls Sie eine angegeben haben",
        )
    } else {
        String::new()
    };
    words.say(
        format!(
            "We write to the contact that you entered{copy}: {end} before a subscription or trial ends, \
                 and {erasure} before your data is deleted. If we were late, the deletion waits, but never \
                 beyond the limits on this page. An address that is missing or does not work delays \
                 nothing."
        ),
        format!(
            "Wir schreiben an den Kontakt, den Sie eingetragen haben{copy}: {end} vor dem Ende eines \
                 Abonnements oder einer Testphase und {erasure} vor der Löschung Ihrer Daten. Waren wir zu \
                 spät, so wartet die Löschung, aber nie über die Grenzen auf dieser Seite hinaus. Eine \
                 Adresse, die fehlt oder nicht funktioniert, verzögert nichts."
        ),
    )
}

fn by_your_wish(life: &LifeCycle, words: Words) -> String {
    let hours = words.hours(life.early_erasure_delay_hours);
    words.say(
        format!(
            "You need not wait: an administrator can choose a shorter time, download everything, or have \
                 everything deleted early, in the app or through the links in our mails. An early deletion \
                 can be undone for {hours}. Every deletion ends with a signed receipt that holds no \
                 personal data. If you have entered a contact, it gets the receipt by mail, and we forget its \
                 address then."
        ),
        format!(
            "Sie müssen nicht warten: Wer die App verwaltet, kann eine kürzere Zeit wählen, alles \
                 herunterladen oder alles vorzeitig löschen lassen, in der App oder über die Links in \
                 unseren E-Mails. Eine vorzeitige Löschung lässt sich {hours} lang zurücknehmen. Jede \
                 Löschung endet mit einem signierten Beleg, der keine personenbezogenen Daten enthält. Haben Sie \
                 eine Kontaktadresse eingetragen, so erhält sie ihn per E-Mail; danach vergessen wir auch sie."
        ),
    )
}

fn small_things(life: &LifeCycle, words: Words) -> String {
    let minutes = words.count(life.former_secret_minutes, Unit::Minutes);
    let hours = words.hours(life.tombstone_hours);
    words.say(
        format!(
            "The secret that connects us with your site is destroyed as soon as you remove the app. When \
                 your site replaces it, the former one proves requests under way for {minutes} more. When \
                 an issue or a page is deleted in your product, our copies of it go at once; for {hours} \
                 we remember that it was deleted, but not what it was, so that a late event does not bring \
                 it back."
        ),
        format!(
            "Das Geheimnis, das uns mit Ihrer Instanz verbindet, wird vernichtet, sobald Sie die App \
                 entfernen. Ersetzt Ihre Instanz es, so weist das alte noch {minutes} lang Anfragen nach, \
                 die schon unterwegs waren. Wird ein Vorgang oder eine Seite in Ihrem Produkt gelöscht, so \
                 gehen unsere Kopien sofort; {hours} lang merken wir uns, dass gelöscht wurde, aber nicht \
                 was, damit ein verspätetes Ereignis nichts zurückbringt."
        ),
    )
}

fn brake(life: &LifeCycle, words: Words) -> String {
    let (share, count) = (life.brake.share_percent, life.brake.count_min);
    let jump = words.days(life.brake.clock_jump_days);
    words.say(
        format!(
            "Against mistakes of our own there is a brake: if more than {share} % of all customers, and at \
                 least {count}, were to be marked or deleted within one day, or if our clock jumps by more \
                 than {jump}, nothing more is marked or deleted until a person has looked."
        ),
        format!(
            "Gegen eigene Fehler gibt es eine Bremse: Würden an einem Tag mehr als {share} % aller Kunden, \
                 mindestens aber {count}, vorgemerkt oder gelöscht, oder springt unsere Uhr um mehr als \
                 {jump}, so wird nichts weiter vorgemerkt oder gelöscht, bis ein Mensch nachgesehen hat."
        ),
    )
}

/// Backups, and copies of keys.
pub fn copies(document: &Document, words: Words) -> Section {
    let (every, keep) = (words.hours(document.backup.every_hours), words.days(document.backup.keep_days));
    let escrow = words.days(document.keyring.escrow_keep_days);
    let backups = words.say(
        format!("A backup of the database is made every {every} and deleted {keep} later."),
        format!("Alle {every} entsteht eine Sicherung der Datenbank; {keep} später wird sie gelöscht."),
    );
    let keys = words.say(
        format!(
            "What you gave us is encrypted in it with a key that is not in it. A deletion destroys that \
                 key first; copies of keys exist for at most {escrow}, and from then on no backup can be \
                 read, wherever it is. A restored backup must obey every deletion that came after it \
                 before it may serve."
        ),
        format!(
            "Was Sie uns gegeben haben, ist darin mit einem Schlüssel verschlüsselt, der nicht darin ist. \
                 Eine Löschung vernichtet zuerst diesen Schlüssel; Kopien von Schlüsseln gibt es höchstens \
                 {escrow}, und danach ist keine Sicherung mehr lesbar, wo immer sie liegt. Eine \
                 wiederhergestellte Sicherung muss jede spätere Löschung nachholen, bevor sie in Betrieb \
                 geht."
        ),
    );
    let blocks = vec![Block::Paragraph(backups), Block::Paragraph(keys)];
    Section::new("copies", words.say("Backups", "Sicherungen"), blocks)
}
