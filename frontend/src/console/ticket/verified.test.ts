import { expect, it } from 'vitest';

import type { PreviewItem } from '../../shared/items.ts';
import { verify } from './verified.ts';

const item: PreviewItem = {
  name: 'report',
  class: 'support',
  media: 'text/plain',
  bytes: 3,
  sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  masked: [],
  needsConsent: false,
  maskedLaterAt: null,
  content: btoa('abc'),
};

it('believes the bytes that are described, and no others', async () => {
  expect((await verify(item)).isTrue).toBe(true);
  expect((await verify({ ...item, content: btoa('abd') })).isTrue).toBe(false);
  expect((await verify({ ...item, bytes: 4 })).isTrue).toBe(false);
});
