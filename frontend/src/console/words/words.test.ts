import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { preferred } from './language.ts';
import { bundleWords } from './bundle.ts';
import { commonWords } from './common.ts';
import { failureWords } from './failures.ts';
import { frameWords } from './frame.ts';
import { keyWords } from './keys.ts';
import { peopleWords } from './people.ts';
import { intakeWords } from './intake.ts';
import { queueWords } from './queue.ts';
import { recordWords } from './record.ts';
import { serviceWords } from './service.ts';
import { signInWords } from './signIn.ts';
import { ticketWords } from './ticket.ts';
import { workWords } from './work.ts';

const ALL = {
  bundleWords,
  commonWords,
  failureWords,
  frameWords,
  keyWords,
  peopleWords,
  intakeWords,
  queueWords,
  recordWords,
  serviceWords,
  signInWords,
  ticketWords,
  workWords,
};

/** Every message of a catalogue with the way to it. Functions are given something that may stand in them. */
function messages(words: unknown, way: string): readonly (readonly [string, string])[] {
  if (typeof words === 'string') {
    return [[way, words]];
  }
  if (typeof words === 'function') {
    const message = words as (...parts: unknown[]) => string;
    return [[way, message(2, 7)]];
  }
  return Object.entries(words as object).flatMap(([name, inner]) => messages(inner, `${way}.${name}`));
}

describe.each(Object.entries(ALL))('%s', (_, catalogue) => {
  it.each(['en', 'de'] as const)('says something everywhere in %s', (language) => {
    expect(messages(catalogue[language], language).filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  it('has sentences of its own in German', () => {
    const english = new Map(messages(catalogue.en, ''));
    // Short words may be the same; a sentence that is has not been translated.
    const same = messages(catalogue.de, '').filter(([way, text]) => text.split(' ').length > 3 && english.get(way) === text);
    expect(same).toEqual([]);
  });
});

/** The words of a `text_enum!` of the service, so that a new one is not shown to people as machines write it. */
function wordsOf(file: string, name: string): readonly string[] {
  const source = readFileSync(new URL(`../../../../src/${file}`, import.meta.url), 'utf8');
  const [, body = ''] = new RegExp(`pub enum ${name} \\{([\\s\\S]*?)\\n    \\}`).exec(source) ?? [];
  return [...body.matchAll(/= "([^"]+)"/g)].map(([, word = '']) => word);
}

it.each([
  ['audit/event.rs', 'AuditKind', recordWords.en.kinds],
  ['db/jobs.rs', 'JobKind', workWords.en.jobs.kinds],
  ['db/erasures.rs', 'Step', serviceWords.en.erasures.steps],
  ['db/brakes.rs', 'Brake', serviceWords.en.erasures.brakes],
  ['db/ticket_messages.rs', 'MessageKind', ticketWords.en.kinds],
  ['tickets/state.rs', 'State', commonWords.en.states],
  ['tickets/intake.rs', 'Source', ticketWords.en.sources],
  ['tickets/submit.rs', 'Priority', commonWords.en.priorities],
  ['tickets/submit.rs', 'EmailState', ticketWords.en.emails],
  ['support/item.rs', 'Severity', commonWords.en.severities],
  ['support/item.rs', 'Tier', ticketWords.en.tiers],
  ['support/item.rs', 'Media', bundleWords.en.medias],
  ['staff/role.rs', 'Role', commonWords.en.roles],
  ['staff/account.rs', 'AccountState', peopleWords.en.staff.states],
])('every word of %s %s is told in words', (file, name, words) => {
  const known = wordsOf(file, name);
  expect(known.length).toBeGreaterThan(1);
  expect(known.filter((word) => !Object.hasOwn(words, word))).toEqual([]);
});

it('begins in the first language of the browser that there is', () => {
  expect(preferred(['fr-FR', 'de-AT', 'en'])).toBe('de');
  expect(preferred(['en-GB', 'de'])).toBe('en');
  expect(preferred(['fr'])).toBe('en');
});
