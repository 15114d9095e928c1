import { describe, expect, it } from 'vitest';

import type { BrowserFacts } from '../shared/reports.ts';
import { formatIn } from '../shared/speech.ts';
import { type Draft, emptyDraft, FILE_BYTES_MAX, fileFault, faultsOf, idIn, previewRequest } from './draft.ts';
import { page } from './words/en.ts';

const BROWSER: BrowserFacts = {
  userAgent: 'Firefox',
  language: 'en',
  width: 800,
  height: 600,
  dark: false,
  online: true,
  page: 'report',
};

const FORMAT = formatIn('en');

function faultsIn(draft: Draft) {
  return faultsOf(draft, page.faults, FORMAT);
}

function faultOfFile(name: string, size: number, chosen: number, allBytesMax: number | null = null) {
  const others = Array.from({ length: chosen }, () => ({ name: 'b.png', bytes: 1_000, base64: '' }));
  return fileFault({ name, size }, others, allBytesMax, page.faults, FORMAT);
}

const WRITTEN = { ...emptyDraft(''), description: 'It broke.' };

describe('an id in the address of the page', () => {
  it('stands in the field at the beginning', () => {
    expect(emptyDraft('?lic=none&errorId=01J-ab_C').errorId).toBe('01J-ab_C');
  });

  it.each(['', '?errorId=', '?errorId=a%20b', '?errorId=%3Cscript%3E', `?errorId=${'a'.repeat(65)}`])(
    'is none in %j',
    (search) => {
      expect(idIn(search, 'errorId')).toBe('');
    },
  );
});

describe('a draft', () => {
  it('needs a description and nothing else', () => {
    expect(faultsIn(WRITTEN)).toEqual({});
    expect(Object.keys(faultsIn({ ...WRITTEN, description: ' \n' }))).toEqual(['description']);
  });

  it('counts letters as the service does', () => {
    expect(faultsIn({ ...WRITTEN, description: '😀'.repeat(20_000) })).toEqual({});
    expect(Object.keys(faultsIn({ ...WRITTEN, doing: 'x'.repeat(5_001) }))).toEqual(['doing']);
  });

  it('takes no sentence for a request id', () => {
    expect(Object.keys(faultsIn({ ...WRITTEN, errorId: 'Request id: 5' }))).toEqual(['errorId']);
    expect(faultsIn({ ...WRITTEN, errorId: ' 5f ' })).toEqual({});
  });
});

describe('a file', () => {
  it('is taken up to the bound', () => {
    expect(faultOfFile('a.png', FILE_BYTES_MAX, 2)).toBeNull();
  });

  it.each([
    [0, 0],
    [FILE_BYTES_MAX + 1, 0],
    [1, 3],
  ])('with %i bytes beside %i others is refused by its name', (bytes, chosen) => {
    expect(faultOfFile('a.png', bytes, chosen)).toMatch(/^a\.png: /);
  });

  it('counts together with the others where that is bounded', () => {
    expect(faultOfFile('a.png', 8_000, 2, 10_000)).toBeNull();
    expect(faultOfFile('a.png', 8_001, 2, 10_000)).toMatch(/^a\.png: .*10/);
  });
});

it('leaves out what was left empty', () => {
  const request = previewRequest({ draft: WRITTEN, mask: ['Ada'], tier: null, issueId: '', browser: BROWSER });
  expect(request).toEqual({
    description: 'It broke.',
    doing: '',
    severity: 'normal',
    browser: BROWSER,
    mask: ['Ada'],
    attachments: [],
  });
});

it('sends files without what the page alone needs to know', () => {
  const draft = { ...WRITTEN, errorId: ' e1 ', files: [{ name: 'a.txt', bytes: 1, base64: 'YQ==' }] };
  expect(previewRequest({ draft, mask: [], tier: 'full', issueId: '10001', browser: BROWSER })).toMatchObject({
    tier: 'full',
    errorId: 'e1',
    issueId: '10001',
    attachments: [{ name: 'a.txt', base64: 'YQ==' }],
  });
});
