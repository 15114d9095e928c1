import { expect, test } from 'vitest';

import type { StatementChange } from '../shared/statement.ts';
import { changeSentence } from './changeSentence.ts';

const WORDS = { added: 'hinzugefügt', removed: 'entfernt' };

function change(said: { before?: string; after?: string }, changes: Partial<StatementChange> = {}): StatementChange {
  const words = { what: 'Betriebsdaten: wie lange', before: said.before ?? null, after: said.after ?? null };
  const none = { what: '', before: null, after: null };
  return { text: '', material: false, reason: null, isAdded: false, isRemoved: false, words: { en: none, de: words }, ...changes };
}

test('a change is said in the words of its reader, and not in those of the policy', () => {
  const longer = change({ before: 'höchstens 14 Tage', after: 'höchstens 9 Tage' });
  expect(changeSentence(longer, 'de', WORDS)).toBe('Betriebsdaten: wie lange: höchstens 14 Tage → höchstens 9 Tage');
});

test('what is added or removed is named as such, with its value where it has one', () => {
  expect(changeSentence(change({}, { isAdded: true }), 'de', WORDS)).toBe('Betriebsdaten: wie lange: hinzugefügt');
  const gone = change({ before: 'genau 3 Tage' }, { isRemoved: true });
  expect(changeSentence(gone, 'de', WORDS)).toBe('Betriebsdaten: wie lange: entfernt (genau 3 Tage)');
});
