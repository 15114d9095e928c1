import { expect, it } from 'vitest';

import { formatBytes, formatCount, formatMoment, formatTimeOfDay } from './format.ts';

it.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [999, '999 bytes'],
  [1_000, '1 kB'],
  [48_211, '48.2 kB'],
  [2_345_678, '2.3 MB'],
  [7_000_000_000_000_000, '7,000 TB'],
])('writes %d bytes as %s', (bytes, written) => {
  expect(formatBytes(bytes, 'en-GB')).toBe(written);
});

it('follows the locale', () => {
  expect(formatCount(1503, 'de')).toBe('1.503');
  expect(formatMoment('2026-11-22T10:00:00Z', 'en-GB', 'Europe/Berlin')).toBe('22 Nov 2026, 11:00');
  expect(formatTimeOfDay(new Date('2026-11-22T10:00:00Z'), 'en-GB', 'Europe/Berlin')).toBe('11:00:00 CET');
});
