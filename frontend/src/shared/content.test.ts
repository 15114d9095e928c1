import { describe, expect, it } from 'vitest';

import type { Masked, PreviewItem } from './items.ts';
import { base64Of, bytesOf, leavesOf, piecesOf } from './content.ts';

function masked(place: string, ...ranges: [number, number][]): Masked {
  return { rule: 'email', place, count: ranges.length, ranges };
}

function item(content: unknown, masks: readonly Masked[] = []): PreviewItem {
  const base64 = base64Of(new TextEncoder().encode(JSON.stringify(content)));
  return {
    name: 'report',
    class: 'support',
    media: 'application/json',
    bytes: 0,
    sha256: '',
    masked: masks,
    needsConsent: false,
    maskedLaterAt: null,
    content: base64,
  };
}

describe('a text', () => {
  it('is cut where placeholders stand', () => {
    expect(piecesOf('to <email-1> now', [masked('', [3, 12])])).toEqual([
      { text: 'to ', isMasked: false },
      { text: '<email-1>', isMasked: true },
      { text: ' now', isMasked: false },
    ]);
  });

  it('is cut by several rules in the order of the text, counted as browsers count', () => {
    const text = '😀<b-1><a-1>';
    const pieces = piecesOf(text, [masked('', [7, 12]), masked('', [2, 7])]);
    expect(pieces.map((piece) => piece.text)).toEqual(['😀', '<b-1>', '<a-1>']);
  });

  it('is whole whatever the ranges say', () => {
    const pieces = piecesOf('abc', [masked('', [2, 9], [0, 2], [1, 3])]);
    expect(pieces.map((piece) => piece.text).join('')).toBe('abc');
  });
});

describe('an item', () => {
  it('says values of the service in words, and leaves those of the product as they are', () => {
    const values = { isTrue: 'ja', isFalse: 'nein', words: { tier: { minimal: 'Nur das Nötige' } } };
    const content = { tier: 'minimal', isActive: true, description: 'minimal', content: { tier: 'minimal', done: false } };
    const said = leavesOf(item(content), {}, values).map(({ pieces }) => pieces.map(({ text }) => text).join(''));
    expect(said).toEqual(['Nur das Nötige', 'ja', 'minimal', 'minimal', 'false']);
  });

  it('shows each value with the way to it', () => {
    const leaves = leavesOf(item({ doing: null, none: [], lines: [{ at: 1 }, { at: 'two' }] }));
    expect(leaves.map(({ label, pieces }) => [label, pieces[0]?.text])).toEqual([
      ['doing', undefined],
      ['none', undefined],
      ['lines › 1 › at', '1'],
      ['lines › 2 › at', 'two'],
    ]);
  });

  it('calls values by words where there are some, but not what the product itself has named', () => {
    const names = { key: 'Key', content: 'Content' };
    const leaves = leavesOf(item({ key: 1, other: 2, content: { key: 3 } }), names);
    expect(leaves.map(({ label }) => label)).toEqual(['Key', 'other', 'Content › key']);
  });

  it('marks what was masked at its place, whatever letters the names have', () => {
    const leaves = leavesOf(item({ 'a/b~c': ['<email-1>'], other: '<email-1>' }, [masked('/a~1b~0c/0', [0, 9])]));
    expect(leaves.map(({ pieces }) => pieces[0]?.isMasked)).toEqual([true, false]);
  });

  it('that is one text has no names', () => {
    const text = { ...item(''), media: 'text/plain', content: base64Of(new TextEncoder().encode('a ü b')) } as const;
    expect(leavesOf(text)).toEqual([{ pointer: '', label: '', pieces: [{ text: 'a ü b', isMasked: false }] }]);
  });
});

it('writes bytes of any number as letters and back', () => {
  const bytes = Uint8Array.from({ length: 70_001 }, (_, at) => at % 256);
  expect(Buffer.from(bytesOf(base64Of(bytes))).equals(bytes)).toBe(true);
});
