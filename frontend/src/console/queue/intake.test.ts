import { expect, it } from 'vitest';

import { faultsOf, TEXT_MOST, type Told } from './intake.ts';

const TOLD: Told = {
  source: 'phone',
  product: 'jira',
  site: 'acme.atlassian.net',
  email: 'rita@example.com',
  language: 'en',
  severity: 'normal',
  text: 'Nothing works.',
};

it('finds nothing wrong with what may be sent', () => {
  expect(faultsOf(TOLD)).toEqual({ site: false, email: false, text: false });
});

it.each([
  ['site', { site: '  ' }],
  ['email', { email: 'rita' }],
  ['email', { email: 'rita@example' }],
  ['text', { text: ' ' }],
  ['text', { text: 'x'.repeat(TEXT_MOST + 1) }],
] as const)('says that the %s is wrong', (field, change) => {
  const faults = faultsOf({ ...TOLD, ...change });
  expect(Object.entries(faults).filter(([, isWrong]) => isWrong)).toEqual([[field, true]]);
});
