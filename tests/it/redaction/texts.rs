//! Texts around plants: what users write and programs log, in English and German.

use super::dice::Dice;

pub struct Text {
    pub text: String,
    /// The sentences that have nothing to do with the plant.
    pub sentences: Vec<String>,
}

/// What stands right around a plant. Texts of programs quote it in many ways.
const FRAMES: [(&str, &str); 26] = [
    ("Since yesterday I see ", " in the dialogue."),
    ("Please look at ", ", it comes back each time."),
    ("The message says \"", "\" and nothing else."),
    ("It fails (", ") after some seconds."),
    ("", " is what the page shows."),
    ("The last line of the log: ", ""),
    ("value=", ""),
    ("found: ", "!"),
    ("Is ", "? right there?"),
    ("1) ", "\n2) nothing"),
    ("> ", "\n> quoted"),
    ("`", "` in the console"),
    ("{\"detail\":\"", "\",\"status\":500}"),
    ("ERROR [main] - ", " - giving up"),
    ("Seit heute steht dort ", "."),
    ("Bitte prüfen Sie ", ", das kommt immer wieder."),
    ("In der Meldung steht „", "“ und sonst nichts."),
    ("Der Import bricht ab (", ")."),
    ("Ausgabe: ", ""),
    ("Zuletzt geändert: ", "; danach ging es nicht mehr."),
    ("Können Sie ", " bitte ansehen?"),
    ("- ", "\n- weiter nichts"),
    ("<td>", "</td>"),
    ("'", "'"),
    ("\t", "\n"),
    ("[", "]"),
];

const SENTENCES: [&str; 34] = [
    "The board does not load any more.",
    "I clicked on Synchronise and waited for two minutes.",
    "After the upgrade to version 9.12.3 the page stays empty.",
    "Our team has 25 people and 3 projects.",
    "It happens in about 40 % of all cases.",
    "The issue KEPT-1234 was created on 2026-11-28 at 09:30.",
    "Nothing changed on our side since 12/01/2026.",
    "The export took 12.5 seconds and 1,024 rows.",
    "HTTP status 503 was returned, see attempt 3 of 5.",
    "The password field stays grey.",
    "A token expired, I think.",
    "We use PostgreSQL 15.20 and Java 21.",
    "at com.atlassian.jira.issue.IssueService.create(IssueService.java:412)",
    "at kept::web::finish::explain (src/web/finish.rs:87)",
    "Retry in 30 s, backoff factor 2.0, max 5.",
    "GET /rest/api/3/users/search returned an empty list.",
    "Commit 3f786850e387550fdab836ed7e6dc881de23001b introduced it.",
    "The build 20261128.4 is affected, 20261127.9 is not.",
    "Das Board lädt nicht mehr.",
    "Ich habe auf „Abgleichen“ geklickt und zwei Minuten gewartet.",
    "Nach dem Update auf 9.12.3 bleibt die Seite leer.",
    "Wir sind 25 Leute mit 3 Projekten.",
    "Das passiert in etwa 40 % der Fälle.",
    "Der Vorgang KEPT-1234 entstand am 28.11.2026 um 09:30 Uhr.",
    "Bei uns hat sich seit dem 01.12.2026 nichts geändert.",
    "Der Export dauerte 12,5 Sekunden für 1.024 Zeilen.",
    "Das Passwort-Feld bleibt grau.",
    "Die Rechnung über 1.234,56 € stimmt.",
    "Raum 0815, dritter Stock, Tür links.",
    "Die Größe ist 1920 x 1080 Pixel bei 96 dpi.",
    "Fehler 0x80070005 beim Öffnen von app.log.",
    "Die Anfrage a3f5c0b2d9e1 dauerte 1500 ms.",
    "Das Kennwort wurde nicht abgefragt.",
    "Siehe Kapitel 3.2.1 im Handbuch.",
];

/// A plant in a frame, with up to four sentences before and after it.
pub fn around(dice: &mut Dice, plant: &str) -> Text {
    let (before, after) = FRAMES[dice.below(FRAMES.len())];
    let framed = format!("{before}{plant}{after}");
    let mut sentences = Vec::new();
    let mut some = |dice: &mut Dice| {
        let some: Vec<String> = (0..dice.below(3)).map(|_| dice.pick(&SENTENCES).to_owned()).collect();
        sentences.extend(some.iter().cloned());
        some
    };
    let glue = dice.pick(&[" ", "\n", "\r\n"]);
    let parts = [some(dice), vec![framed], some(dice)].concat();
    Text { text: parts.join(glue), sentences }
}
