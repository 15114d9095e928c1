//! The periods that belong to no class of data: leaving, notices, copies, and the brake.

use super::super::model::{Bound, Count, Document, Told};
use super::retention::Period;
use super::words::{Unit, Words};

/// When everything of a customer goes.
pub fn of_leaving(document: &Document, words: Words) -> Vec<Period> {
    let life = &document.life_cycle;
    let live = life.after_leaving.as_ref().map(|leaving| Period {
        what: words.say("Live data after you left", "Daten im Betrieb nach Ihrem Weggang"),
        how_long: words.days(leaving.grace_days),
        counted_from: words.counted_from(Count::Left),
    });
    let everything = life.after_leaving.as_ref().map(|leaving| Period {
        what: words.say(
            "Everything after you left, with backups",
            "Alles nach Ihrem Weggang, mit \
             Sicherungen",
        ),
        how_long: words.bound(leaving.bound, &words.days(leaving.promised_days)),
        counted_from: words.counted_from(leaving.clock),
    });
    let subscription = life.after_subscription.as_ref().map(|after| Period {
        what: words.say("Your data after the subscription ended", "Ihre Daten nach dem Ende des Abonnements"),
        how_long: words.bound(after.bound, &words.days(after.days)),
        counted_from: words.counted_from(after.clock),
    });
    [live, everything, subscription].into_iter().flatten().collect()
}

/// What happens until then, and besides.
pub fn of_life(document: &Document, words: Words) -> Vec<Period> {
    let life = &document.life_cycle;
    let day = |what, days, from| Period { what, how_long: words.days(days), counted_from: from };
    let hour = |what, hours, from| Period { what, how_long: words.hours(hours), counted_from: from };
    vec![
        day(
            words.say("Deleting what is due", "Löschen, was fällig ist"),
            life.sweep_lag_days,
            words.say("its due time", "der Fälligkeit"),
        ),
        day(
            words.say(
                "Notice before a subscription or trial ends",
                "Hinweis vor dem Ende von Abo oder \
                 Testphase",
            ),
            life.notice_before_end_days,
            words.say("the end, backwards", "dem Ende, rückwärts"),
        ),
        day(
            words.say("Notice before a deletion", "Hinweis vor einer Löschung"),
            life.notice_before_erasure_days,
            words.say("the deletion, backwards", "der Löschung, rückwärts"),
        ),
        day(
            words.say(
                "Refusals until a site counts as gone",
                "Abweisungen, bis eine Instanz als verlassen \
                 gilt",
            ),
            life.unreachable_days,
            words.say("the first refusal", "der ersten Abweisung"),
        ),
        hour(
            words.say("Time to undo an early deletion", "Zeit, eine vorzeitige Löschung zurückzunehmen"),
            life.early_erasure_delay_hours,
            words.say("your request", "Ihrer Anfrage"),
        ),
        hour(
            words.say("The memory of a deleted issue", "Die Erinnerung an einen gelöschten Vorgang"),
            life.tombstone_hours,
            words.say("its deletion", "der Löschung"),
        ),
        Period {
            what: words.say("A replaced connection secret", "Ein ersetztes Verbindungsgeheimnis"),
            how_long: words.count(life.former_secret_minutes, Unit::Minutes),
            counted_from: words.say("its replacement", "der Ersetzung"),
        },
    ]
}

/// Problem reports, and who may read them for how long.
pub fn of_support(document: &Document, words: Words) -> Vec<Period> {
    let support = &document.support;
    let period = |what, how_long, counted_from| Period { what, how_long, counted_from };
    let goals = support.first_answer_hours.map(|goal| {
        let all = [goal.blocking, goal.high, goal.normal, goal.low];
        period(
            words.say(
                "Goal for the first answer: blocking, severe, usual, slight",
                "Ziel für die erste Antwort: blockierend, schwer, üblich, gering",
            ),
            all.map(|hours| words.hours(hours)).join(", "),
            words.say("the report", "der Meldung"),
        )
    });
    let mut all = vec![
        period(
            words.say("A problem report that is closed", "Eine abgeschlossene Problemmeldung"),
            words.bound(Bound::AtLatest, &words.days(support.closed_days)),
            words.say(
                "its closing; earlier by the time of support data",
                "dem Abschluss; früher nach der Frist für Supportdaten",
            ),
        ),
        period(
            words.say("The link that confirms your address", "Der Link, der Ihre Adresse bestätigt"),
            words.hours(support.confirm_hours),
            words.say("the mail with it", "der E-Mail mit ihm"),
        ),
        period(
            words.say(
                "Reading a bundle after giving a reason",
                "Lesen eines Pakets nach Angabe eines Grundes",
            ),
            words.count(support.grant_minutes, Unit::Minutes),
            words.say("its being opened", "dem Öffnen"),
        ),
        period(
            words.say("A bundle that support downloaded", "Ein vom Support heruntergeladenes Paket"),
            words.bound(Bound::AtLatest, &words.days(support.download_days)),
            words.say("the download", "dem Herunterladen"),
        ),
        period(
            words.say("A session of staff without a request", "Eine Sitzung von Mitarbeitenden ohne Anfrage"),
            words.count(support.session_idle_minutes, Unit::Minutes),
            words.say("the last request", "der letzten Anfrage"),
        ),
        period(
            words.say("A session of staff in any case", "Eine Sitzung von Mitarbeitenden in jedem Fall"),
            words.hours(support.session_hours),
            words.say("signing in", "der Anmeldung"),
        ),
    ];
    all.extend(goals);
    all
}

/// Backups, keys, addresses, and what a browser keeps.
pub fn of_copies(document: &Document, words: Words) -> Vec<Period> {
    let every = words.hours(document.backup.every_hours);
    let (v4, v6) = (document.addresses.ipv4_bits, document.addresses.ipv6_bits);
    let backups = Period {
        what: words.say("Backups of the database", "Sicherungen der Datenbank"),
        how_long: words.days(document.backup.keep_days),
        counted_from: words
            .say(format!("their making, every {every}"), format!("ihrer Erstellung, alle {every}")),
    };
    let keys = Period {
        what: words.say("Copies of keys", "Kopien von Schlüsseln"),
        how_long: words.bound(Bound::AtLatest, &words.days(document.keyring.escrow_keep_days)),
        counted_from: words.say("their making", "ihrer Erstellung"),
    };
    let addresses = Period {
        what: words.say("IP addresses in logs", "IP-Adressen in Protokollen"),
        how_long: words.say(
            format!("the first {v4} bits (IPv4) or {v6} bits (IPv6) only"),
            format!("nur die ersten {v4} Bit (IPv4) oder {v6} Bit (IPv6)"),
        ),
        counted_from: words.say("as long as the log", "so lange wie das Protokoll"),
    };
    let cookies = document.cookies.iter().map(|cookie| Period {
        what: format!("Cookie {}", cookie.name),
        how_long: words.cookie(cookie.days),
        counted_from: words.say("its being set", "dem Setzen"),
    });
    [backups, keys, addresses].into_iter().chain(cookies).collect()
}

/// How long others have to confirm that theirs is deleted.
pub fn of_others(document: &Document, words: Words) -> Vec<Period> {
    let told = document.processors.iter().filter_map(|one| Some((&one.name, one.told.as_ref()?)));
    let period = |(name, told): (&String, &Told)| Period {
        what: words.say(
            format!("Confirmation of a deletion by {name}"),
            format!("Bestätigung einer Löschung durch {name}"),
        ),
        how_long: words.days(told.within_days),
        counted_from: words.say("our telling it", "unserer Mitteilung"),
    };
    told.map(period).collect()
}

/// When deletions wait for a person.
pub fn of_brake(document: &Document, words: Words) -> Vec<Period> {
    let brake = &document.life_cycle.brake;
    let (share, count, jump) = (brake.share_percent, brake.count_min, words.days(brake.clock_jump_days));
    let look = || words.say("a person looks first", "erst sieht ein Mensch nach");
    let much = Period {
        what: words.say(
            "Halt when much would be deleted at once",
            "Anhalten, wenn viel auf einmal \
             gelöscht würde",
        ),
        how_long: words.say(
            format!("more than {share} % of all customers, and at least {count}"),
            format!("mehr als {share} % aller Kunden, mindestens aber {count}"),
        ),
        counted_from: look(),
    };
    let clock = Period {
        what: words.say("Halt when our clock jumps", "Anhalten, wenn unsere Uhr springt"),
        how_long: words.say(format!("more than {jump}"), format!("mehr als {jump}")),
        counted_from: look(),
    };
    vec![much, clock]
}
