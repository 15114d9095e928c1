import { readFile, stat } from 'node:fs/promises';

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

let isTooMuch = false;
for (const [key, { isEntry }] of Object.entries(manifest)) {
  if (isEntry) {
    const bytes = Math.max(...(await Promise.all((WORDS[key] ?? [key]).map((words) => bytesWith(key, words)))));
    const limit = LIMITS[key] ?? 0;
    isTooMuch ||= bytes > limit;
    console.log(`${key}: ${bytes} bytes on first load, of ${limit} ${bytes > limit ? '(TOO MUCH)' : 'at most'}`);
  }
}
process.exitCode = isTooMuch ? 1 : 0;
