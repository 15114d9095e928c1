import { expect, it } from 'vitest';

import { asTyped, snoozeUntil } from './snoozing.ts';

const NOW = new Date(2026, 10, 30, 17, 30).getTime();
const GOES = new Date(2026, 11, 30).toISOString();

it('proposes the next morning, also of another month', () => {
  expect(asTyped(NOW)).toBe('2026-12-01T09:00');
});

it('takes a time to come that lies before the day on which the ticket goes', () => {
  expect(snoozeUntil('2026-12-01T09:00', NOW, GOES)).toBe(new Date(2026, 11, 1, 9).toISOString());
  for (const wrong of ['', 'tomorrow', '2026-11-30T17:30', '2026-11-01T09:00', '2026-12-30T00:00', '2027-01-01T09:00']) {
    expect(snoozeUntil(wrong, NOW, GOES)).toBeNull();
  }
});
