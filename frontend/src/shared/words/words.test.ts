import { readFileSync } from 'node:fs';

import { Linter } from 'eslint';
import { parser } from 'typescript-eslint';
import { describe, expect, it } from 'vitest';

import { TEXTS_IN_CATALOGUES } from '../../../plugins/texts-in-catalogues.mjs';
import { page as adminDe } from '../../admin/words/de/index.ts';
import { page as adminEn } from '../../admin/words/en/index.ts';
import { RULES } from '../../report/itemWords.ts';
import { page as reportDe } from '../../report/words/de.ts';
import { page as reportEn } from '../../report/words/en.ts';
import { de } from './de.ts';
import { en } from './en.ts';

const PAIRS: readonly (readonly [string, object, object])[] = [
  ['shared', en, de],
  ['admin', adminEn, adminDe],
  ['report', reportEn, reportDe],
];

/** Every message with the way to it. Functions are given something that may stand in them, once for each form of a plural. */
function messages(words: unknown, way: string): readonly (readonly [string, string])[] {
  if (typeof words === 'string') {
    return [[way, words]];
  }
  if (typeof words === 'function') {
    const message = words as (...parts: unknown[]) => string;
    return [0, 1, 2].map((number) => [`${way} of ${number}`, message(number, 7, 9)] as const);
  }
  return Object.entries(words as object).flatMap(([name, inner]) => messages(inner, `${way}.${name}`));
}

describe.each(PAIRS)('the words of %s', (_, english, german) => {
  it.each([
    ['English', english],
    ['German', german],
  ])('say something everywhere in %s', (_language, words) => {
    expect(messages(words, '').filter(([, text]) => text.trim() === '' || text.includes('undefined'))).toEqual([]);
  });

  it('are of their own in German', () => {
    const before = new Map(messages(english, ''));
    // Short words may be the same; a sentence that is has not been translated.
    const same = messages(german, '').filter(([way, text]) => text.split(' ').length > 2 && before.get(way) === text);
    expect(same).toEqual([]);
  });

  it('take the same parts in both languages', () => {
    const parts = (words: unknown) => messages(words, '').map(([way]) => way);
    expect(parts(german)).toEqual(parts(english));
  });
});

describe('the lint for texts', () => {
  const language = { parser, parserOptions: { ecmaFeatures: { jsx: true } } };
  const rules = { 'no-restricted-syntax': TEXTS_IN_CATALOGUES as Linter.RuleEntry };
  const found = (part: string) => {
    const code = `export const part = (some: string) => ${part};`;
    return new Linter().verify(code, [{ files: ['**/*.tsx'], languageOptions: language, rules }], 'part.tsx').map(({ ruleId }) => ruleId);
  };

  it.each([
    '<p>Gone</p>',
    "<p>{some ? 'gone' : null}</p>",
    '<p>{`${some} gone`}</p>',
    '<p aria-label="Gone" />',
    "({ fault: 'Enter a date.' })",
  ])('finds one outside of a catalogue in %s', (part) => {
    expect(found(part)).toEqual(['no-restricted-syntax']);
  });

  it('lets stand what nobody reads', () => {
    expect(found('<p className="any-text">{some}: 5</p>')).toEqual([]);
  });
});

/** The words of a `text_enum!` of the service, so that a new one is not shown to people as machines write it. */
function wordsOf(file: string, name: string): readonly string[] {
  const source = readFileSync(new URL(`../../../../src/${file}`, import.meta.url), 'utf8');
  const [, body = ''] = new RegExp(`pub enum ${name} \\{([\\s\\S]*?)\\n    \\}`).exec(source) ?? [];
  return [...body.matchAll(/= "([^"]+)"/g)].map(([, word = '']) => word);
}

it.each([
  ['tenancy/state.rs', 'Reason', adminEn.installation.reasons],
  ['tenancy/timeline.rs', 'TimelineKind', adminEn.timeline.events],
  ['tenancy/timeline.rs', 'TimelineKind', en.kinds],
  ['tenancy/timeline.rs', 'UpcomingKind', adminEn.timeline.coming],
  ['support/masked.rs', 'Rule', RULES],
  ['tickets/state.rs', 'State', adminEn.reports.states],
  ['support/item.rs', 'Severity', adminEn.reports.severities],
  ['support/item.rs', 'Severity', reportEn.describe.severities],
  ['staff/role.rs', 'Role', adminEn.accesses.roles],
])('every word of %s %s is told in words', (file, name, words) => {
  const known = wordsOf(file, name);
  expect(known.length).toBeGreaterThan(1);
  expect(known.filter((word) => !Object.hasOwn(words, word))).toEqual([]);
});

it('names each data class of the site as the German statement does', () => {
  const policy = readFileSync(new URL('../../../../policies/default.toml', import.meta.url), 'utf8');
  const titles = [...policy.matchAll(/^\[classes\.([a-z-]+)\]\ntitle = \{ en = "[^"]*", de = "([^"]*)" \}/gm)];
  const named = titles.filter(([, name = '']) => Object.hasOwn(de.classes, name));
  expect(named.length).toBe(Object.keys(de.classes).length);
  for (const [, name, title] of named) {
    expect(de.classes[name as keyof typeof de.classes].name).toBe(title);
  }
});
