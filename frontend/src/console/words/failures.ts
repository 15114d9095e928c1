import { catalogue, counted } from '../../shared/catalogue.ts';

/** What happened and what can be done about it, by kind and by the service's own codes. */
export const failureWords = catalogue(
  {
    retry: 'Try again',
    stillShown: (time: string) => `What you see here is as of ${time}.`,
    requestId: 'Request id',
    serviceSays: 'The service says:',
    soon: 'Try again in a moment.',
    wait: (seconds: number) => counted('en', seconds, { one: 'Try again in # second.', other: 'Try again in # seconds.' }),
    network: {
      title: 'The service could not be reached',
      text: 'Check your connection. What is shown may be out of date; nothing that you wrote is lost.',
    },
    unreadable: {
      title: 'The answer could not be read',
      text: 'The service sent something that this page does not understand. Reload the page to get its newest version.',
    },
    unauthenticated: { title: 'You are signed out', text: 'Your session has ended. Sign in again to go on.' },
    not_permitted: {
      title: 'You may not do this',
      text: 'Your role does not allow it, or the ticket is not assigned to you. The attempt was recorded.',
    },
    cross_site: {
      title: 'The service did not take this from this page',
      text: 'The console may be open under another address than its own. Open it under its own address.',
    },
    grant_required: { title: 'The time for looking is over', text: 'Give a reason again to go on looking.' },
    not_found: { title: 'This is not there', text: 'It may have gone on its day, or the address is wrong.' },
    state_changed: {
      title: 'This has changed meanwhile',
      text: 'Somebody else was quicker, or it is not possible in this state. Load it again and look.',
    },
    limit_reached: { title: 'There is no room for more', text: 'As many as may be stored are stored already.' },
    invalid: { title: 'The service does not accept this', text: 'Check what was entered, and try again.' },
    too_many: { title: 'Too many requests' },
    unavailable: { title: 'The service cannot answer right now' },
    other: { title: 'Something went wrong in the service', text: 'Try again. If it stays so, tell an operator the request id.' },
  },
  {
    retry: 'Noch einmal',
    stillShown: (time) => `Was Sie hier sehen, hat den Stand von ${time}.`,
    requestId: 'Nummer der Anfrage',
    serviceSays: 'Der Dienst sagt:',
    soon: 'Versuchen Sie es gleich noch einmal.',
    wait: (seconds: number) =>
      counted('de', seconds, {
        one: 'Versuchen Sie es in # Sekunde noch einmal.',
        other: 'Versuchen Sie es in # Sekunden noch einmal.',
      }),
    network: {
      title: 'Der Dienst ist nicht zu erreichen',
      text: 'Prüfen Sie Ihre Verbindung. Was zu sehen ist, kann veraltet sein; was Sie geschrieben haben, ist nicht verloren.',
    },
    unreadable: {
      title: 'Die Antwort war nicht zu lesen',
      text: 'Der Dienst hat etwas geschickt, das diese Seite nicht versteht. Laden Sie die Seite neu, um ihre neueste Fassung zu bekommen.',
    },
    unauthenticated: { title: 'Sie sind abgemeldet', text: 'Ihre Sitzung ist zu Ende. Melden Sie sich wieder an, um fortzufahren.' },
    not_permitted: {
      title: 'Das dürfen Sie nicht',
      text: 'Ihre Rolle erlaubt es nicht, oder das Ticket ist Ihnen nicht zugewiesen. Der Versuch wurde aufgezeichnet.',
    },
    cross_site: {
      title: 'Der Dienst nimmt das von dieser Seite nicht an',
      text: 'Die Konsole ist vielleicht unter einer anderen als ihrer eigenen Adresse offen. Öffnen Sie sie unter ihrer eigenen.',
    },
    grant_required: { title: 'Die Zeit zum Ansehen ist vorbei', text: 'Nennen Sie noch einmal einen Grund, um weiter zu lesen.' },
    not_found: { title: 'Das gibt es nicht', text: 'Es ist an seinem Tag gegangen, oder die Adresse stimmt nicht.' },
    state_changed: {
      title: 'Das hat sich inzwischen geändert',
      text: 'Jemand anders war schneller, oder es geht in diesem Zustand nicht. Laden Sie es neu und sehen Sie nach.',
    },
    limit_reached: { title: 'Es ist kein Platz für mehr', text: 'So viele, wie gespeichert werden dürfen, sind es schon.' },
    invalid: { title: 'Der Dienst nimmt das nicht an', text: 'Prüfen Sie Ihre Angaben, und versuchen Sie es noch einmal.' },
    too_many: { title: 'Zu viele Anfragen' },
    unavailable: { title: 'Der Dienst kann gerade nicht antworten' },
    other: {
      title: 'Im Dienst ist etwas schiefgegangen',
      text: 'Versuchen Sie es noch einmal. Bleibt es so, nennen Sie einem Operator die Nummer der Anfrage.',
    },
  },
);
