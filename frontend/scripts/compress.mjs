import { readdir, readFile, writeFile } from 'node:fs/promises';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

// Puts the compressed forms of the pages' files beside them: the service sends what a browser takes, and compresses nothing
// by itself while somebody waits.
const assets = new URL('../dist/assets/', import.meta.url);

for (const name of await readdir(assets)) {
  if (/\.(js|css|md)$/.test(name)) {
    const content = await readFile(new URL(name, assets));
    const brotli = { params: { [constants.BROTLI_PARAM_SIZE_HINT]: content.length } };
    await writeFile(new URL(`${name}.gz`, assets), gzipSync(content, { level: 9 }));
    await writeFile(new URL(`${name}.br`, assets), brotliCompressSync(content, brotli));
  }
}
