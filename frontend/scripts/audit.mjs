import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';

import { isIn } from './versions.mjs';

// Looks at the packages without asking anybody: each is pinned, comes from the registry, is known by its hash and runs nothing
// when it is installed, and none has a version of which a fault is known. With `--refresh` it asks the registry, and notes when.
const STALE_AFTER_DAYS = 90;
const DAY_MILLISECONDS = 86_400_000;
const REGISTRY = 'https://registry.npmjs.org/';
const EXACT = /^\d+\.\d+\.\d+(-[\w.]+)?$/;

const file = (path) => new URL(`../${path}`, import.meta.url);
const json = async (path) => JSON.parse(await readFile(file(path), 'utf8'));

const lockText = await readFile(file('package-lock.json'), 'utf8');
const lockHash = createHash('sha256').update(lockText).digest('hex');
const packages = Object.entries(JSON.parse(lockText).packages).filter(([path]) => path !== '');
const wanted = await json('package.json');
const notes = await json('advisories.json');

if (process.argv.includes('--refresh')) {
  await refresh();
}
const faults = [...pins(), ...packages.flatMap(([path, known]) => faultsOf(path, known))];
const warnings = staleness();
console.log(`${packages.length} packages, of which none may have one of ${notes.advisories.length} known faults`);
warnings.forEach((warning) => console.warn(`Warning: ${warning}`));
if (faults.length > 0) {
  console.error(`These packages may not enter:\n${faults.join('\n')}`);
  process.exitCode = 1;
}

/** What is asked for by name is asked for in one version. */
function pins() {
  const asked = { ...wanted.dependencies, ...wanted.devDependencies };
  return Object.entries(asked)
    .filter(([, version]) => !EXACT.test(version))
    .map(([name, version]) => `${name}: ${version} is no exact version`);
}

function faultsOf(path, { version, integrity, resolved, link, hasInstallScript }) {
  const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
  const known = notes.advisories.filter((advisory) => advisory.name === name && isIn(version, advisory.versions));
  return [
    ...(link || !integrity?.startsWith('sha512-') ? ['has no hash'] : []),
    ...(resolved !== undefined && !resolved.startsWith(REGISTRY) ? [`comes from ${resolved}`] : []),
    ...(hasInstallScript ? ['runs a script when it is installed'] : []),
    ...known.map(({ id, title }) => `${id}: ${title}`),
  ].map((fault) => `${name} ${version}: ${fault}`);
}

/** What was looked up says nothing of packages that came afterwards, and less with each day. */
function staleness() {
  const { audited } = notes;
  if (audited === null) {
    return ['the registry was never asked about these packages: run `node scripts/audit.mjs --refresh` where it answers.'];
  }
  const days = Math.floor((Date.now() - Date.parse(audited.at)) / DAY_MILLISECONDS);
  return [
    ...(days > STALE_AFTER_DAYS ? [`the registry was asked ${days} days ago: run \`node scripts/audit.mjs --refresh\`.`] : []),
    ...(audited.lock !== lockHash ? ['the packages have changed since the registry was asked about them.'] : []),
  ];
}

/** `npm audit` ends with an error when it finds something, and says on its output what. */
async function refresh() {
  let said;
  try {
    said = execFileSync('npm', ['audit', '--json'], { cwd: file('.'), encoding: 'utf8' });
  } catch (error) {
    said = error.stdout;
  }
  const { vulnerabilities } = JSON.parse(said);
  if (vulnerabilities === undefined) {
    throw new Error(`The registry did not answer: ${said}`);
  }
  const found = Object.values(vulnerabilities).flatMap(({ via }) => via.filter((one) => typeof one === 'object'));
  for (const { url, name, title, range } of found) {
    const id = url.split('/').at(-1);
    if (!notes.advisories.some((known) => known.id === id && known.name === name)) {
      notes.advisories.push({ id, name, versions: range, title });
    }
  }
  notes.audited = { at: new Date().toISOString().slice(0, 10), lock: lockHash };
  await writeFile(file('advisories.json'), `${JSON.stringify(notes, null, 2)}\n`);
}
