import { readFile } from 'node:fs/promises';

// Prints the licences of all npm packages of the lock file, with how many have each, and fails on one that may not enter.
// What is shipped must be permissive; what only builds and checks may also be MPL-2.0 or data under CC.
const SHIPPED = ['MIT', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', '0BSD', 'Unlicense'];
const FOR_THE_BUILD = [...SHIPPED, 'MPL-2.0', 'CC-BY-4.0', 'CC0-1.0', 'BlueOak-1.0.0', 'Python-2.0'];

const lock = JSON.parse(await readFile(new URL('../package-lock.json', import.meta.url), 'utf8'));
const counts = new Map();
const refused = [];
for (const [path, { license = 'none', dev = false }] of Object.entries(lock.packages)) {
  if (path === '') {
    continue;
  }
  const known = counts.get(license) ?? { shipped: 0, build: 0 };
  known[dev ? 'build' : 'shipped'] += 1;
  counts.set(license, known);
  // "(MIT OR GPL-3.0)" leaves the choice; "MIT AND Zlib" does not.
  const choices = license.replaceAll(/[()]/g, '').split(' OR ');
  if (!choices.some((choice) => (dev ? FOR_THE_BUILD : SHIPPED).includes(choice))) {
    refused.push(`${path.replace('node_modules/', '')}: ${license}`);
  }
}
for (const [license, { shipped, build }] of [...counts].sort()) {
  console.log(`${license}: ${shipped} in the pages, ${build} for the build and the checks`);
}
if (refused.length > 0) {
  console.error(`These licences may not enter:\n${refused.join('\n')}`);
  process.exitCode = 1;
}
