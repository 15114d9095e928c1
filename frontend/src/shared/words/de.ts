import { counted } from '../catalogue.ts';
import type { SharedWords } from './words.ts';

export const de: SharedWords = {
  loading: (what) => `Wird geladen: ${what}`,
  retry: 'Erneut versuchen',
  showMore: 'Mehr anzeigen',
  requestId: 'Anfrage-ID:',
  appSays: 'Die App sagt dazu (auf Englisch):',
  report: 'Dieses Problem melden',
  reportTitle: 'Problem melden',
  languageOfMails: 'Sprache der E-Mails',
  failures: {
    soon: 'Bitte versuchen Sie es gleich noch einmal.',
    wait: (seconds) =>
      counted('de', seconds, {
        one: 'Bitte versuchen Sie es in # Sekunde noch einmal.',
        other: 'Bitte versuchen Sie es in # Sekunden noch einmal.',
      }),
    network: {
      title: 'Die App ist nicht erreichbar',
      text: 'Prüfen Sie Ihre Internetverbindung und versuchen Sie es noch einmal.',
    },
    noHost: {
      title: 'Ihre Site antwortet nicht',
      text: 'Diese Seite funktioniert nur in Jira oder Confluence. Öffnen Sie sie dort. Ist sie dort schon offen, laden Sie die ganze Seite neu.',
    },
    unreadable: {
      title: 'Die Antwort ist nicht lesbar',
      text: 'Die App hat etwas gesendet, das diese Seite nicht versteht, deshalb wird nichts angezeigt. Laden Sie die ganze Seite neu, um ihre neueste Fassung zu erhalten.',
    },
    signedOut: {
      title: 'Sie sind bei der App nicht angemeldet',
      text: 'Die App konnte nicht bestätigen, für welche Site und welchen Benutzer diese Seite geöffnet ist. Laden Sie die ganze Seite neu, und melden Sie sich wieder bei Ihrer Site an, falls das nicht hilft.',
    },
    forbidden: {
      title: 'Die App darf das nicht anzeigen',
      text: 'Die App lehnt diese Anfrage für Ihre Site oder Ihr Benutzerkonto ab.',
    },
    tooMany: 'Zu viele Anfragen',
    noAnswerOfSite: 'Ihre Site hat der App nicht geantwortet',
    unavailable: 'Die App kann gerade nicht antworten',
    other: { title: 'In der App ist etwas schiefgegangen', text: 'Bitte versuchen Sie es noch einmal.' },
    codes: {
      admin_required: {
        title: 'Nur für die Administration',
        text: 'Was die App speichert, kann nur die Administration dieser Site sehen. Bitte fragen Sie dort nach.',
      },
      tenant_disabled: {
        title: 'Die App ist auf dieser Site abgeschaltet',
        text: 'Die Administration der Site kann sie wieder einschalten.',
      },
      consent_required: {
        title: 'Die meldende Person hat nicht eingewilligt',
        text: 'Der Inhalt einer Meldung wird nur angezeigt, solange die Einwilligung dazu besteht.',
      },
      reports_forbidden: {
        title: 'Die Administration dieser Site erlaubt keine Problemmeldungen',
        text: 'Von hier aus lässt sich nichts senden. Bitte fragen Sie dort nach.',
      },
      invalid_body: {
        title: 'Die App nimmt das nicht an',
        text: 'Etwas darin entspricht nicht dem, was die App erwartet. Prüfen Sie Ihre Angaben und versuchen Sie es noch einmal.',
      },
      not_found: {
        title: 'Das ist nicht vorhanden',
        text: 'Vielleicht wurde es inzwischen gelöscht. Laden Sie die Seite neu, um den aktuellen Stand zu sehen.',
      },
      state_changed: {
        title: 'Das hat sich inzwischen geändert',
        text: 'Der aktuelle Stand ist ein anderer als der angezeigte. Sehen Sie noch einmal nach und versuchen Sie es erneut.',
      },
      limit_reached: {
        title: 'Es ist kein Platz für mehr',
        text: 'Diese Site speichert davon schon so viel, wie sie darf.',
      },
      body_too_large: { title: 'Das ist zu groß', text: 'Verkleinern Sie es und versuchen Sie es noch einmal.' },
      attachment_refused: {
        title: 'Eine Datei kann nicht gesendet werden',
        text: 'Dateien dieser Art dürfen nicht angehängt werden. Entfernen Sie sie oder wählen Sie eine andere, und sehen Sie sich die Meldung noch einmal an.',
      },
      secret_in_report: {
        title: 'Die Meldung enthält ein Geheimnis dieser Site',
        text: 'So kann sie nicht gesendet werden. Entfernen Sie Passwörter, Token und Ähnliches, und sehen Sie sich die Meldung noch einmal an.',
      },
    },
  },
  products: { jira: 'Jira', confluence: 'Confluence' },
  classes: {
    account: { name: 'Kontodaten', about: 'Was die App über diese Installation wissen muss' },
    operation: { name: 'Betriebsdaten', about: 'Was die App für ihre Arbeit eine begrenzte Zeit lang braucht' },
    uploaded: { name: 'Eingegebene Daten', about: 'Was in der App eingegeben wurde' },
    session: { name: 'Nutzungszähler', about: 'Wie oft Teile der App genutzt werden' },
    support: { name: 'Supportdaten', about: 'Gemeldete Probleme und was mit ihnen gesendet wurde' },
    audit: {
      name: 'Protokoll der Vorgänge',
      about: 'Wann die App installiert, geändert oder um etwas gebeten wurde',
    },
    'app-log': { name: 'Anwendungsprotokoll', about: 'Was die App getan hat und was schiefging' },
    order: { name: 'Auftragsdaten', about: 'Was bestellt wurde; wird aus steuerlichen Gründen aufbewahrt' },
  },
  kinds: {
    installation: 'Installation',
    webhook: 'Ereignis des Produkts',
    licence: 'Stand der Lizenz',
    issue_copy: 'Kopie eines Vorgangs',
    field_trace: 'Änderungen von Feldern',
    twin: 'Gegenstück eines Vorgangs',
    relation: 'Abgleich von Vorgängen',
    draft: 'Entwurf',
    operation: 'Betriebsdaten',
    tombstone: 'Vermerk einer Löschung',
    storage: 'Gespeicherter Wert',
    settings: 'Einstellungen',
    admin_page: 'Besuche der Verwaltungsseite',
    export: 'Exporte',
    report_page: 'Besuche der Seite für Problemmeldungen',
    ticket: 'Meldung',
    bundle_item: 'Teil einer Meldung',
    consent: 'Einwilligung',
    copy: 'Kopie',
    support: 'Support',
    erasure: 'Löschung',
    user_reply: 'Antwort der meldenden Person',
    staff_reply: 'Antwort des Supports',
    internal_note: 'Interne Notiz',
    state: 'Stand',
    notice_before_end: 'Hinweis vor dem Ende des Abonnements',
    notice_before_erasure: 'Hinweis vor der Löschung',
  },
};
