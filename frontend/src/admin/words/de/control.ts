import { counted, type Forms } from '../../../shared/catalogue.ts';
import type { ControlWords } from '../words.ts';

const number = (count: number, forms: Forms) => counted('de', count, forms);

export const control: ControlWords = {
  settings: {
    title: 'Einstellungen',
    about: 'Wer vor einer Löschung benachrichtigt wird, und wann gelöscht wird.',
    what: 'Einstellungen',
    contact: 'Adresse für Hinweise',
    contactAbout: 'Hierhin gehen E-Mails vor jeder Löschung von Daten und vor dem Ende des Abonnements.',
    billing: 'Rechnungsadresse in Kopie (optional)',
    billingAbout: 'Erhält jede dieser E-Mails in Kopie, damit auch Bescheid weiß, wer die App bezahlt.',
    languageAbout:
      'In dieser Sprache werden alle E-Mails an diese Adressen geschrieben. Diese Seite folgt der Sprache Ihres Produkts.',
    days: 'Früher löschen, nach so vielen Tagen (optional)',
    daysAbout: (most) =>
      `Eine Zahl von 1 bis ${most} verkürzt die Aufbewahrung Ihrer Daten. Bleibt das Feld leer, gilt die Datenschutzerklärung.`,
    end: 'Abonnement endet am (optional)',
    endAbout:
      'Kennen Sie den Tag, werden Sie vorher benachrichtigt, und die Frist bis zur Löschung zählt ab seinem Beginn (UTC).',
    save: 'Einstellungen speichern',
    saved: 'Ihre Einstellungen sind gespeichert.',
    faults: {
      longAddress: (most) => `Geben Sie eine Adresse mit höchstens ${most} Zeichen ein.`,
      address: 'Geben Sie eine einzelne Adresse ein, zum Beispiel name@example.com.',
      days: (most) => `Geben Sie eine ganze Zahl von 1 bis ${most} ein, oder lassen Sie das Feld leer.`,
      date: 'Geben Sie ein vollständiges Datum ein, oder lassen Sie das Feld leer.',
      past: 'Geben Sie ein Datum ein, das nicht in der Vergangenheit liegt, oder lassen Sie das Feld leer.',
      // The app says why in English, which would stand unmarked in the middle of a German sentence.
      refused: () => 'Die App nimmt diese Angabe nicht an. Prüfen Sie sie, oder lassen Sie das Feld leer.',
    },
  },
  rules: {
    title: 'Regeln für Problemmeldungen',
    short: 'Regeln für Meldungen',
    about: 'Ob Benutzer Meldungen an den Support senden dürfen, und was darin stehen darf.',
    what: 'Regeln',
    allowed: 'Benutzer dieser Site dürfen Probleme melden',
    neverContent: 'Inhalte von Vorgängen und Seiten verlassen die Site nie, auch nicht mit Einwilligung',
    tier: 'Was eine Meldung zunächst enthält',
    minimal: 'Nur das Nötige',
    full: 'Auch, was die App über Vorgänge oder Seiten speichert',
    terms: 'Zu verdeckende Begriffe (optional)',
    termsAbout:
      'Zum Beispiel Namen von Projekten oder Kunden, einer je Zeile. Sie werden in jeder Meldung verdeckt, ebenso wie alles, was wie eine Adresse, eine Nummer oder ein Token aussieht.',
    tooMany: (most) => `Es sind höchstens ${most} Begriffe möglich.`,
    term: (term, least, most) => `„${term}“: Ein Begriff hat ${least} bis ${most} Zeichen.`,
    save: 'Regeln speichern',
    saved: 'Die Regeln für Meldungen sind gespeichert.',
    test: 'Ausprobieren (optional)',
    testAbout: 'Fügen Sie einen Text ein, um zu sehen, was darin verdeckt würde. Er wird nicht gespeichert.',
    testButton: 'Zeigen, was verdeckt wird',
    tested: (places) =>
      places === 0
        ? 'Keine Stelle verdeckt. So würde der Text gesendet:'
        : number(places, {
            one: '# Stelle verdeckt. So würde der Text gesendet:',
            other: '# Stellen verdeckt. So würde der Text gesendet:',
          }),
  },
  reports: {
    title: 'Meldungen dieser Site',
    short: 'Meldungen',
    about: 'Welche Probleme auf Ihrer Site gemeldet wurden, wie ihr Stand ist, und wann alles dazu gelöscht wird.',
    what: 'Meldungen',
    empty: 'Auf Ihrer Site wurde noch kein Problem gemeldet.',
    list: 'Meldungen, die neueste zuerst',
    states: {
      received: 'Eingegangen',
      triaged: 'In Arbeit',
      waiting: 'Wartet auf Antwort',
      solved: 'Gelöst',
      closed: 'Geschlossen',
    },
    severities: { low: 'Gering', normal: 'Normal', high: 'Hoch', blocking: 'Blockierend' },
    reported: 'Gemeldet',
    severity: 'Schweregrad',
    deletedBy: 'Gelöscht spätestens',
    show: 'Details anzeigen',
    hide: 'Details ausblenden',
    showOf: (report) => `Details anzeigen zu ${report}`,
    hideOf: (report) => `Details ausblenden zu ${report}`,
    whatOne: 'Meldung',
    parts: (count, bytes) =>
      count === 0
        ? `Ohne Teile gesendet, ${bytes}.`
        : number(count, { one: `# Teil mitgesendet, ${bytes}.`, other: `# Teile mitgesendet, ${bytes}.` }),
    closed: 'Wer das Problem gemeldet hat, hat der Administration nicht erlaubt, den Inhalt zu lesen.',
    silent: 'Dazu wurde noch nichts geschrieben.',
    said: { user_reply: 'Meldende Person', staff_reply: 'Support', state: 'Stand' },
  },
  accesses: {
    title: 'Zugriffsprotokoll',
    about:
      'Wer beim Anbieter Daten Ihrer Site angesehen oder an ihren Meldungen gearbeitet hat, und warum. Niemand kann einen Eintrag unbemerkt ändern oder entfernen.',
    what: 'Zugriffsprotokoll',
    empty: 'Beim Anbieter hat noch niemand etwas von Ihrer Site angesehen.',
    list: 'Zugriffe, der neueste zuerst',
    reason: (reason) => `Grund: ${reason}`,
    app: 'Die App selbst',
    kinds: {
      ticket_read: 'Eine Meldung gelesen',
      tickets_searched: 'Die Meldungen durchsucht',
      bundle_opened: 'Geöffnet, was mit einer Meldung gesendet wurde',
      bundle_downloaded: 'Heruntergeladen, was mit einer Meldung gesendet wurde',
      download_deleted: 'Bestätigt, dass ein Download gelöscht ist',
      assigned: 'Eine Meldung zur Bearbeitung zugewiesen',
      prioritised: 'Die Dringlichkeit einer Meldung geändert',
      tagged: 'Die Stichwörter einer Meldung geändert',
      note_added: 'Eine interne Notiz hinzugefügt',
      replied: 'Eine Meldung beantwortet',
      merged: 'Zwei Meldungen zum selben Problem zusammengeführt',
      unmerged: 'Zwei zusammengeführte Meldungen wieder getrennt',
      address_corrected: 'Die Adresse für Antworten auf eine Meldung berichtigt',
      closed: 'Eine Meldung geschlossen',
      state_changed: 'Den Stand einer Meldung geändert',
      access_refused: 'Zugriff verweigert',
      access_reviewed: 'Einen Zugriff eines anderen geprüft',
      forgotten: 'Gelöscht, was eine Meldung zum Datenschutz verlangt hat',
      tenant_read: 'Diese Installation angesehen, und wie viel von ihr gespeichert ist',
    },
    roles: { agent: 'Support', lead: 'Leitung des Supports', auditor: 'Prüfung', operator: 'Betrieb' },
  },
  statement: {
    title: 'Datenschutzerklärung',
    about:
      'Die App folgt derselben Datei, aus der die Erklärung entsteht. Änderungen, die für Sie von Bedeutung sein können, gehen per E-Mail an Ihre Adresse für Hinweise, bevor sie gelten.',
    what: 'Datenschutzerklärung',
    inForce: 'Die geltende Erklärung gilt seit dem',
    noVersion: 'Im Archiv ist noch keine Fassung.',
    newest: (version) => `Fassung ${version} ist die neueste im Archiv.`,
    takesEffect: 'Sie gilt ab dem',
    first: 'Sie ist die erste Fassung und hat deshalb nichts geändert.',
    same: 'Sie sagt dasselbe wie die Fassung davor.',
    changes: 'Was sich geändert hat',
    matters: 'Bedeutsam',
    read: 'Erklärung lesen',
    archived: (version) => `Fassung ${version} im Archiv`,
    all: 'Alle Fassungen',
  },
  erasure: {
    title: 'Vorzeitig löschen',
    about:
      'Sie können die Daten Ihrer Site jetzt löschen lassen, ohne die App zu deinstallieren. Bevor Sie bestätigen, sehen Sie, was gelöscht wird, und wann.',
    button: 'Daten löschen',
    running: 'Die Daten dieser Site werden gelöscht. Das lässt sich nicht mehr zurücknehmen.',
    question: 'Die Daten dieser Site löschen?',
    changed:
      'Die gespeicherten Daten oder der Status der Site haben sich inzwischen geändert, deshalb wurde nichts verlangt. Sehen Sie noch einmal nach, was gelöscht würde, und bestätigen Sie es neu.',
    what: 'was gelöscht würde',
    goes: 'Das wird für alle auf der Site gelöscht:',
    final: 'Endgültig wird die Löschung am',
    untilThen:
      'Bis dahin können Sie sie auf dieser Seite zurücknehmen. Danach kann niemand die Daten wiederherstellen.',
    confirm: 'Ich bin berechtigt, das für die Site zu entscheiden, und möchte, dass all das gelöscht wird.',
    confirmMissing: 'Setzen Sie das Häkchen, um die Löschung zu bestätigen.',
    cancel: 'Abbrechen',
    asked: 'Die Löschung der Daten dieser Site ist geplant',
    canUndo: 'Bis dahin können Sie die Löschung zurücknehmen, und nichts geht verloren.',
    undo: 'Löschung zurücknehmen',
    undone: 'Die vorzeitige Löschung ist zurückgenommen. Die Daten bleiben, als wäre sie nicht verlangt worden.',
    nothingToUndo:
      'Es gab nichts zurückzunehmen: Jemand hat die Löschung schon zurückgenommen, oder sie hat begonnen. Diese Seite zeigt den aktuellen Stand.',
  },
};
