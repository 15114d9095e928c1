import { catalogue } from '../../shared/catalogue.ts';

export const keyWords = catalogue(
  {
    title: 'Keyboard',
    about: 'Each of these can also be done with the mouse.',
    isOn: 'Single keys do something',
    isOnAbout: 'Switch this off if you dictate, or press keys by accident.',
    j: 'Next ticket of the list',
    k: 'Ticket before it',
    enter: 'Open the ticket',
    a: 'Assign to me',
    c: 'Close with a reason',
    slash: 'Search',
    r: 'Load anew',
    u: 'Back to the list',
    question: 'Show these keys',
  },
  {
    title: 'Tastatur',
    about: 'Alles davon geht auch mit der Maus.',
    isOn: 'Einzelne Tasten tun etwas',
    isOnAbout: 'Schalten Sie das aus, wenn Sie diktieren oder leicht aus Versehen Tasten drücken.',
    j: 'Nächstes Ticket der Liste',
    k: 'Ticket davor',
    enter: 'Ticket öffnen',
    a: 'Mir zuweisen',
    c: 'Mit Grund schließen',
    slash: 'Suchen',
    r: 'Neu laden',
    u: 'Zurück zur Liste',
    question: 'Diese Tasten zeigen',
  },
);
