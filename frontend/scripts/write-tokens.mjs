import { mkdir, writeFile } from 'node:fs/promises';

import { tokensCss } from './tokens.mjs';

const folder = new URL('../generated/', import.meta.url);

await mkdir(folder, { recursive: true });
await writeFile(new URL('tokens.css', folder), await tokensCss());
