import { copyFile, cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

// Gathers what the sandbox serves: Atlassian's own host page code, its all.js with the themes, and what they stand on.
const here = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

const COPIES = [
  ['node_modules/atlassian-connect-js/dist/iframe.js', 'iframe.js'],
  ['node_modules/atlassian-connect-js/dist/connect-host.js', 'connect-host.js'],
  ['node_modules/atlassian-connect-js/dist/connect-host.css', 'connect-host.css'],
  ['node_modules/atlassian-connect-js/dist/surfaces.css', 'surfaces.css'],
  ['node_modules/atlassian-connect-js/dist/legacy-text-colors.css', 'legacy-text-colors.css'],
  ['node_modules/atlassian-connect-js/dist/themes', 'themes'],
  ['node_modules/atlassian-connect-js/LICENSE', 'licences/atlassian-connect-js.txt'],
  ['node_modules/jquery/dist/jquery.min.js', 'jquery.min.js'],
  ['node_modules/jquery/LICENSE.txt', 'licences/jquery.txt'],
  ['generated/tokens.css', 'tokens.css'],
  ['node_modules/@atlaskit/tokens/LICENSE', 'licences/atlaskit-tokens.txt'],
];

await rm(here('dist-sandbox'), { recursive: true, force: true });
for (const [from, to] of COPIES) {
  const target = here(`dist-sandbox/${to}`);
  await mkdir(dirname(target), { recursive: true });
  await (to === 'themes' ? cp(here(from), target, { recursive: true }) : copyFile(here(from), target));
}

// A network for content compresses what it gives to browsers, and so does the sandbox.
for (const name of await readdir(here('dist-sandbox'), { recursive: true })) {
  if (/\.(js|css)$/.test(name)) {
    await writeFile(here(`dist-sandbox/${name}.gz`), gzipSync(await readFile(here(`dist-sandbox/${name}`)), { level: 9 }));
  }
}
