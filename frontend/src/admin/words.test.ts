import { describe, expect, it } from 'vitest';

import { recordsSentence } from './countWords.ts';
import { reasonSentence, stateView } from './stateView.ts';
import { eventWords, upcomingWords } from './timelineWords.ts';

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
    expect(eventWords(kind, null).what).toContain(' ');
    expect(eventWords(kind, null).more).toBeNull();
  });

  it('says more when the service does', () => {
    expect(eventWords('suspected', 'lapsed').more).toBe('The licence of the app had ended');
    expect(eventWords('suspicion_cleared', 'lapsed').more).toBe('The licence of the app was renewed');
    expect(eventWords('notice_sent', 'before_end').more).toBe('About the end of the subscription');
    expect(eventWords('notice_sent', 'notice_before_erasure').more).toBe('About the deletion of the data');
  });

  it('keeps what it does not know under the name that the service gave it', () => {
    expect(eventWords('moved_house', null)).toEqual({ what: 'moved_house', more: null });
    expect(eventWords('suspected', 'gone_fishing').more).toBe('gone fishing');
    expect(upcomingWords('moving_day')).toBe('moving_day');
  });
});

it.each(['notice_before_end', 'notice_before_erasure', 'erasure'])('%s is told in words', (kind) => {
  expect(upcomingWords(kind)).toContain(' ');
});

it('does not call an app uninstalled whose data is only asked to go', () => {
  expect(stateView('marked', 'asked').label).toBe('Deletion scheduled');
  expect(stateView('marked', null).label).toBe('Uninstalled');
  expect(reasonSentence('asked')).toMatch(/can be undone/);
});

it('counts records with the right number', () => {
  expect(recordsSentence(0)).toBe('No records');
  expect(recordsSentence(1)).toBe('1 record');
  expect(recordsSentence(12)).toBe('12 records');
});
