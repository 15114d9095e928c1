import { readdir, readFile, stat } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';

// Prints what a page loads at first, compressed, and fails when it is more than it may be. Entries without a limit fail too.
const LIMITS = {
  'src/admin/main.tsx': 220_000,
  'src/report/main.tsx': 170_000,
  'src/console/main.tsx': 280_000,
};

/** The words of a page, of which it loads one language. They count as the longest of them does. */
const WORDS = {
  'src/admin/main.tsx': ['src/admin/words/en/index.ts', 'src/admin/words/de/index.ts'],
  'src/report/main.tsx': ['src/report/words/en.ts', 'src/report/words/de.ts'],
};

/** A page meets one host: what stands in the code for the other one must be in none of its files. */
const OF_FORGE = '__bridge';
const OF_CONNECT = 'kept-base';

const dist = new URL('../dist/', import.meta.url);
const manifest = JSON.parse(await readFile(new URL('.vite/manifest.json', dist), 'utf8'));

/** The files of an entry: its own, and those of everything that it imports. What it loads later is not among them. */
function filesOf(key, seen = new Set()) {
  if (seen.has(key)) {
    return [];
  }
  seen.add(key);
  const { file, css = [], imports = [] } = manifest[key];
  return [...new Set([file, ...css, ...imports.flatMap((name) => filesOf(name, seen))])];
}

async function bytesWith(key, words) {
  const sizes = await Promise.all([...new Set([...filesOf(key), ...filesOf(words)])].map(bytesOf));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** As the service sends it to a browser that takes gzip alone; the other form is smaller. */
async function bytesOf(file) {
  return (await stat(new URL(`${file}.gz`, dist))).size;
}

let isWrong = false;

function judge(name, bytes, limit) {
  isWrong ||= bytes > limit;
  console.log(`${name}: ${bytes} bytes on first load, of ${limit} ${bytes > limit ? '(TOO MUCH)' : 'at most'}`);
}

async function refuse(words, folder) {
  for (const name of await readdir(folder)) {
    if (name.endsWith('.js') && (await readFile(new URL(name, folder), 'utf8')).includes(words)) {
      isWrong = true;
      console.error(`${folder.pathname}${name} holds code for another host: ${words}`);
    }
  }
}

for (const [key, { isEntry }] of Object.entries(manifest)) {
  if (isEntry) {
    const bytes = Math.max(...(await Promise.all((WORDS[key] ?? [key]).map((words) => bytesWith(key, words)))));
    judge(key, bytes, LIMITS[key] ?? 0);
  }
}
await refuse(OF_FORGE, new URL('assets/', dist));

// The pages that Forge serves. Their HTML names what they load at first; what is left are the words, one file a language.
for (const page of ['admin', 'report']) {
  const folder = new URL(`../dist-forge/${page}/`, import.meta.url);
  const html = await readFile(new URL('index.html', folder), 'utf8');
  const sizes = { first: 0, words: 0 };
  for (const name of await readdir(new URL('assets/', folder))) {
    const size = gzipSync(await readFile(new URL(`assets/${name}`, folder)), { level: 9 }).length;
    if (html.includes(name)) {
      sizes.first += size;
    } else if (name.endsWith('.js')) {
      sizes.words = Math.max(sizes.words, size);
    }
  }
  judge(`${page} in Forge`, sizes.first + sizes.words, LIMITS[`src/${page}/main.tsx`]);
  await refuse(OF_CONNECT, new URL('assets/', folder));
}
process.exitCode = isWrong ? 1 : 0;
