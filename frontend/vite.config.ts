import { fileURLToPath } from 'node:url';

import react from '@vitejs/plugin-react';
import type { BuildOptions, UserConfig } from 'vite';
import { defineConfig } from 'vitest/config';

import { refuseRuntimeStyles } from './plugins/refuse-runtime-styles.ts';

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** What the pages' builds have in common: those of the service, and those that Forge serves. */
export const common = {
  plugins: [react(), refuseRuntimeStyles()],

  // The service may stand under a path prefix that is only known when it runs, so no built file may hold an absolute path.
  base: './',

  resolve: {
    // Atlaskit ships a smaller build for current browsers under its own field name.
    mainFields: ['module:es2019', 'browser', 'module', 'jsnext:main', 'jsnext'],
    alias: [
      // The feature gate client would call Atlassian's flag service. The pages promise no request to third parties.
      { find: /^@atlaskit\/platform-feature-flags(\/fg)?$/, replacement: file('stubs/feature-flags.ts') },
      { find: /^@atlaskit\/feature-gate-js-client(\/feature-gates)?$/, replacement: file('stubs/feature-gates.ts') },
      { find: '@atlaskit/app-provider/theme-provider', replacement: file('stubs/theme-provider.ts') },
      { find: '@atlaskit/primitives/pressable', replacement: file('stubs/pressable.ts') },
      { find: 'react-scrolllock', replacement: file('stubs/scroll-lock.ts') },
      { find: /^\.\/(rankable\/body|managed-pagination)$/, replacement: file('stubs/unused-table-part.ts') },
    ],
  },
} satisfies UserConfig;

/** And what is built. */
export const built = {
  emptyOutDir: true,
  // The licences of everything that is bundled travel with the bundle.
  license: { fileName: 'assets/licences.md' },
  // A data: URL in a style sheet or a script would need a wider content security policy.
  assetsInlineLimit: 0,
} satisfies BuildOptions;

export default defineConfig({
  ...common,

  build: {
    outDir: 'dist',
    manifest: true,
    ...built,
    rolldownOptions: {
      // The service renders the HTML itself, so the entries are scripts.
      input: { admin: 'src/admin/main.tsx', report: 'src/report/main.tsx', console: 'src/console/main.tsx' },
    },
  },

  test: {
    projects: [
      { extends: true, test: { name: 'logic', include: ['src/**/*.test.ts', 'scripts/**/*.test.mjs'], environment: 'node' } },
      {
        extends: true,
        test: {
          name: 'parts',
          include: ['src/**/*.test.tsx'],
          environment: 'happy-dom',
          // Atlaskit imports style sheets, which only Vite can read.
          server: { deps: { inline: [/@atlaskit/] } },
        },
      },
    ],
  },
});
