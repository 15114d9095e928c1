import { expect, it } from 'vitest';

import { codeOf, faultsOf } from './useSignIn.ts';

const typed = { name: 'mara', password: 'a password', newPassword: '', code: '123 456' };

it('finds nothing wrong with what can be right', () => {
  expect(faultsOf(typed, false)).toEqual({});
  expect(codeOf('123 456')).toBe('123456');
});

it('says at its field that a new password is too short or too long, once one is wanted', () => {
  const withNew = (newPassword: string, needsPassword = true) => faultsOf({ ...typed, newPassword }, needsPassword);
  expect(withNew('elevenchars')).toEqual({ newPassword: 'lengthFault' });
  expect(withNew('p'.repeat(201))).toEqual({ newPassword: 'lengthFault' });
  expect([withNew('twelve chars'), withNew('p'.repeat(200)), withNew('short', false)]).toEqual([{}, {}, {}]);
});

it('says what is missing, and what is no code', () => {
  expect(faultsOf({ ...typed, name: ' ', code: '' }, false)).toEqual({ name: 'missing', code: 'missing' });
  expect(faultsOf({ ...typed, code: '12345' }, true)).toEqual({ newPassword: 'missing', code: 'codeFault' });
});
