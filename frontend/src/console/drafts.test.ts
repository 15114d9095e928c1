import { expect, it } from 'vitest';

import { Drafts } from './drafts.ts';

it('keeps a text for whoever wrote it, and shows it to nobody else', () => {
  const drafts = new Drafts();
  drafts.keep('mara', 'reply 7KQX-M2PD', 'Dear');
  expect(drafts.of('mara', 'reply 7KQX-M2PD')).toBe('Dear');
  expect(drafts.of('mara', 'note 7KQX-M2PD')).toBe('');
  expect(drafts.of('rita', 'reply 7KQX-M2PD')).toBe('');
  expect(drafts.of('mara', 'reply 7KQX-M2PD')).toBe('');
});

it('has nothing left of what was sent', () => {
  const drafts = new Drafts();
  drafts.keep('mara', 'reply', 'Dear');
  drafts.keep('mara', 'reply', '');
  expect(drafts.areThere).toBe(false);
});
