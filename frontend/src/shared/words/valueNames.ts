import { catalogue } from '../catalogue.ts';

/** Words of the service in a report, by the value that they stand for; in the exact text they stand as they are. */
export const valueNames = catalogue(
  {
    isTrue: 'yes',
    isFalse: 'no',
    words: {
      language: { en: 'English', de: 'German' },
      product: { jira: 'Jira', confluence: 'Confluence' },
      severity: {
        low: 'Small: it can wait',
        normal: 'Normal: it disturbs my work',
        high: 'High: something important does not work',
        blocking: 'Blocking: nobody can work',
      },
      tier: { minimal: 'Only what is needed', full: 'Also what the app stores about issues or pages' },
    },
  },
  {
    isTrue: 'ja',
    isFalse: 'nein',
    words: {
      language: { en: 'Englisch', de: 'Deutsch' },
      product: { jira: 'Jira', confluence: 'Confluence' },
      severity: {
        low: 'Klein: Es kann warten',
        normal: 'Normal: Es stört bei der Arbeit',
        high: 'Hoch: Etwas Wichtiges geht nicht',
        blocking: 'Blockierend: Niemand kann arbeiten',
      },
      tier: { minimal: 'Nur das Nötige', full: 'Auch, was die App über Vorgänge oder Seiten speichert' },
    },
  },
);
