import { afterEach, expect, it, vi } from 'vitest';

import { bringTo } from './bringTo.ts';

afterEach(() => vi.unstubAllGlobals());

function part() {
  const did: string[] = [];
  const element = {
    focus: (how: FocusOptions) => did.push(`focus, ${how.preventScroll === true ? 'without' : 'with'} scrolling`),
    scrollIntoView: (how: ScrollIntoViewOptions) => did.push(`scroll to its ${String(how.block)}`),
  };
  return { did, element: element as unknown as HTMLElement };
}

it('brings to the beginning of a part, and once more when the frame has grown for it', () => {
  const frame = new EventTarget();
  vi.stubGlobal('window', frame);
  const { did, element } = part();
  bringTo(element);
  expect(did).toEqual(['focus, without scrolling', 'scroll to its start']);
  frame.dispatchEvent(new Event('resize'));
  frame.dispatchEvent(new Event('resize'));
  expect(did.slice(2)).toEqual(['scroll to its start']);
});

it('leaves everything where it is for a part that is not there', () => {
  expect(() => bringTo(null)).not.toThrow();
});
