import { expect, it } from 'vitest';

import { consentState } from './consentState.ts';

const given = { item: 'issue', statementVersion: 1, givenAt: '2026-11-28T12:00:00Z', withdrawnAt: null };

it('knows whether a consent was given, taken back, or is lacking', () => {
  expect(consentState('issue', [given])).toBe('hasConsent');
  expect(consentState('issue', [{ ...given, withdrawnAt: '2026-11-29T12:00:00Z' }])).toBe('consentWithdrawn');
  expect(consentState('records', [given])).toBe('needsConsent');
});
