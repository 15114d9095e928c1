import { describe, expect, it } from 'vitest';

import type { Settings } from '../shared/settings.ts';
import { formatIn } from '../shared/speech.ts';
import { fieldNamedIn, formOf, parseForm, type SettingsForm } from './settingsForm.ts';
import { control } from './words/en/control.ts';

const NOW = new Date('2026-11-22T10:00:00Z');

const SAVED: Settings = {
  contact: 'ada@example.com',
  billingCc: null,
  language: 'en',
  retentionDays: null,
  retentionDaysMax: 150,
  subscriptionEndsAt: null,
  contactState: 'set',
  reports: { rule: 'allow', tier: 'minimal', neverContent: false, terms: [], blocked: [] },
};

function parsed(changes: Partial<SettingsForm>, saved = SAVED) {
  return parseForm({ ...formOf(saved), ...changes }, saved, NOW, {
    words: control.settings.faults,
    count: formatIn('en').count,
  });
}

function change(changes: Partial<SettingsForm>, saved = SAVED) {
  const result = parsed(changes, saved);
  return 'change' in result ? result.change : result;
}

function faults(changes: Partial<SettingsForm>, saved = SAVED) {
  const result = parsed(changes, saved);
  return 'faults' in result ? Object.keys(result.faults) : [];
}

it('sends back what was not touched', () => {
  const saved: Settings = { ...SAVED, retentionDays: 30, subscriptionEndsAt: '2026-03-01T14:30:00Z', language: 'de' };
  // The rules for reports have a form of their own, and stay where they are left out.
  const { retentionDaysMax: _most, contactState: _state, reports: _rules, ...expected } = saved;
  expect(change({}, saved)).toEqual(expected);
});

it('sends nothing for an empty field', () => {
  const saved: Settings = { ...SAVED, retentionDays: 30, subscriptionEndsAt: '2027-03-01T00:00:00Z' };
  expect(change({ contact: '  ', retentionDays: '', subscriptionEndsAt: '' }, saved)).toMatchObject({
    contact: null,
    billingCc: null,
    retentionDays: null,
    subscriptionEndsAt: null,
  });
});

describe('an address', () => {
  it('loses the spaces around it', () => {
    expect(change({ contact: ' grace@example.com ' })).toMatchObject({ contact: 'grace@example.com' });
  });

  it.each(['ada', 'ada@example', '@example.com', 'ada@', 'a da@example.com', 'a@example.com, b@example.com'])(
    '%j is refused in either field',
    (address) => {
      expect(faults({ contact: address, billingCc: address })).toEqual(['contact', 'billingCc']);
    },
  );

  it('is refused when it is longer than any address', () => {
    expect(faults({ contact: `${'a'.repeat(250)}@example.com` })).toEqual(['contact']);
  });
});

describe('the retention', () => {
  it.each(['1', '150', ' 30 '])('takes %j', (typed) => {
    expect(change({ retentionDays: typed })).toMatchObject({ retentionDays: Number(typed) });
  });

  it.each(['0', '151', '-1', '1.5', '1e2', 'ten', '99999999999999999999'])('refuses %j', (typed) => {
    expect(faults({ retentionDays: typed })).toEqual(['retentionDays']);
  });

  it('says what would be right', () => {
    expect(parsed({ retentionDays: '0' })).toEqual({
      faults: { retentionDays: 'Enter a whole number of days from 1 to 150, or leave the field empty.' },
    });
  });
});

describe('the end of the subscription', () => {
  it('is the beginning of that day in UTC', () => {
    expect(change({ subscriptionEndsAt: '2027-03-01' })).toMatchObject({ subscriptionEndsAt: '2027-03-01T00:00:00Z' });
    expect(faults({ subscriptionEndsAt: '2026-11-22' })).toEqual([]);
  });

  it.each(['2026-11-21', '0202-03-01', '2027-13-01', 'soon', '12027-01-01'])('refuses %j', (typed) => {
    expect(faults({ subscriptionEndsAt: typed })).toEqual(['subscriptionEndsAt']);
  });
});

describe('a sentence of the service', () => {
  it.each([
    ['billingCc: not an address', 'billingCc'],
    ['`retentionDays` must be at most 90.', 'retentionDays'],
    ['contact and billingCc are the same.', null],
    ['The contactless body cannot be read.', null],
  ])('%j speaks about %j', (sentence, field) => {
    expect(fieldNamedIn(sentence)).toBe(field);
  });
});
