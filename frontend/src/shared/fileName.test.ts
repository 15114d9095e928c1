import { expect, it } from 'vitest';

import { fileNameOf } from './fileName.ts';

it.each([
  ['attachment; filename="kept-export-2026-11-22.zip"', 'kept-export-2026-11-22.zip'],
  ['attachment; filename=kept.zip', 'kept.zip'],
  ['attachment; FileName="My data.zip"; size=5', 'My data.zip'],
  ['attachment; filename="../../etc/passwd"', 'etcpasswd'],
  ['attachment; filename="a\u0000b<c>.zip"', 'abc.zip'],
  ['attachment; filename=""', null],
  ['attachment; filename="..."', null],
  ['attachment', null],
  [null, null],
])('%j names the file %j', (header, name) => {
  expect(fileNameOf(header)).toBe(name);
});
