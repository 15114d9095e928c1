import { describe, expect, it } from 'vitest';

import { formatIn } from '../shared/speech.ts';
import { shownSentence, sizeWords } from './countWords.ts';
import { reasonSentence, stateView } from './stateView.ts';
import { eventWords, upcomingWords } from './timelineWords.ts';
import { page as de } from './words/de/index.ts';
import { page as en } from './words/en/index.ts';

describe('an event', () => {
  it.each([
    'installed',
    'reinstalled',
    'uninstalled',
    'enabled',
    'disabled',
    'suspected',
    'suspicion_cleared',
    'erasure_asked',
    'erasure_undone',
    'erasure_due',
    'notice_sent',
    'notice_undeliverable',
    'notice_without_contact',
    'settings_changed',
    'exported',
    'subscription_ends',
  ])('%s is told in words', (kind) => {
    expect(eventWords(kind, null, en.timeline).what).toContain(' ');
    expect(eventWords(kind, null, en.timeline).more).toBeNull();
  });

  it('says more when the service does', () => {
    expect(eventWords('suspected', 'lapsed', en.timeline).more).toBe('The licence of the app had ended');
    expect(eventWords('suspicion_cleared', 'lapsed', en.timeline).more).toBe('The licence of the app was renewed');
    expect(eventWords('notice_sent', 'before_end', en.timeline).more).toBe('About the end of the subscription');
    expect(eventWords('notice_sent', 'notice_before_erasure', en.timeline).more).toBe('About the deletion of the data');
  });

  it('keeps what it does not know under the name that the service gave it', () => {
    expect(eventWords('moved_house', null, en.timeline)).toEqual({ what: 'moved house', more: null });
    expect(eventWords('suspected', 'gone_fishing', en.timeline).more).toBe('gone fishing');
    expect(upcomingWords('moving_day', en.timeline)).toBe('moving day');
  });
});

it.each(['notice_before_end', 'notice_before_erasure', 'erasure'])('%s is told in words', (kind) => {
  expect(upcomingWords(kind, en.timeline)).toContain(' ');
});

it('does not call an app uninstalled whose data is only asked to go', () => {
  expect(stateView('marked', 'asked', en.installation).label).toBe('Deletion scheduled');
  expect(stateView('marked', null, en.installation).label).toBe('Uninstalled');
  expect(reasonSentence('asked', en.installation)).toMatch(/can be undone/);
});

it('counts records with the right number', () => {
  expect([0, 1, 12].map(en.counts.records)).toEqual(['No records', '1 record', '12 records']);
  expect([0, 1, 1200].map(de.counts.records)).toEqual(['Keine Datensätze', '1 Datensatz', '1.200 Datensätze']);
  expect(shownSentence(de.counts.records(1), true, de.counts)).toBe('1 Datensatz angezeigt, es gibt weitere');
  expect(shownSentence(en.counts.records(1), false, en.counts)).toBe('1 record');
});

it('tells a size where it is counted', () => {
  const format = formatIn('en');
  expect(sizeWords(1, 0, en.none, format)).toBe('–');
  expect(sizeWords(0, 0, en.none, format)).toBe('0 bytes');
  expect(sizeWords(3, 312, en.none, format)).toBe('312 bytes');
});
