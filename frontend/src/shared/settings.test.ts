import { describe, expect, it } from 'vitest';

import { LoadError } from './failure.ts';
import { readSettings } from './settings.ts';

const SETTINGS = {
  contact: 'ada@example.com',
  billingCc: null,
  language: 'de',
  retentionDays: 30,
  retentionDaysMax: 150,
  subscriptionEndsAt: '2027-03-01T00:00:00Z',
  contactState: 'set',
  reports: { rule: 'allow', tier: 'minimal', neverContent: false, terms: ['Bluebird'], blocked: ['errors'] },
};

describe('settings', () => {
  it('are read as they were sent, without what this page does not know', () => {
    expect(readSettings({ ...SETTINGS, newer: 'member' })).toEqual(SETTINGS);
  });

  it.each(Object.keys(SETTINGS))('are refused without %s', (member) => {
    expect(() => readSettings({ ...SETTINGS, [member]: undefined })).toThrow(LoadError);
  });

  it('are refused with a language that mails are not written in', () => {
    expect(() => readSettings({ ...SETTINGS, language: 'fr' })).toThrow(LoadError);
  });
});
