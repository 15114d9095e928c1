import { fileURLToPath } from 'node:url';

import { defaultClientConditions, defineConfig } from 'vite';

import { built, common } from './vite.config.ts';

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/**
 * The pages as Forge serves them: a folder for each (`--mode admin`, `--mode report`), which is what a resource of the manifest
 * names. They are the same pages; `#host` is another one.
 */
export default defineConfig(({ mode: page }) => ({
  ...common,
  root: file(`forge/${page}`),
  publicDir: false,
  resolve: { ...common.resolve, conditions: ['forge', ...defaultClientConditions] },
  build: {
    ...built,
    outDir: file(`dist-forge/${page}`),
    // Forge's content security policy lets no script run that stands in the page.
    modulePreload: { polyfill: false },
  },
}));
