import a11y from 'eslint-plugin-jsx-a11y';
import hooks from 'eslint-plugin-react-hooks';
import { defineConfig, globalIgnores } from 'eslint/config';
import typescript from 'typescript-eslint';

import { TEXTS_IN_CATALOGUES } from './plugins/texts-in-catalogues.mjs';

const STORES = ['localStorage', 'sessionStorage', 'indexedDB', 'caches'];

export default defineConfig([
  globalIgnores(['dist/', 'dist-sandbox/', 'dist-forge/', 'generated/']),
  {
    files: ['**/*.{ts,tsx}'],
    extends: [typescript.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      // No file is longer than somebody reads at once.
      'max-lines': ['error', { max: 200, skipBlankLines: false, skipComments: false }],
      'no-console': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true, argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['src/**/*.tsx', 'src/**/use*.ts'],
    extends: [hooks.configs.flat['recommended-latest'], a11y.flatConfigs.strict],
    rules: {
      // A part that is shown asks for its data, and says that it does: one more rendering, at its start.
      'react-hooks/set-state-in-effect': 'off',
      // Parts of a page take the focus when something in them that had it goes away.
      'jsx-a11y/no-noninteractive-tabindex': ['error', { roles: ['group'], tags: [], allowExpressionValues: true }],
    },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    ignores: ['**/words/**', '**/*.test.{ts,tsx}', 'src/testing/'],
    rules: {
      'no-restricted-syntax': TEXTS_IN_CATALOGUES,
    },
  },
  {
    // The pages promise to store nothing, so nothing that stores is within their reach.
    files: ['src/**/*.{ts,tsx}'],
    rules: {
      'no-restricted-globals': ['error', ...STORES, 'cookieStore'],
      'no-restricted-properties': [
        'error',
        { object: 'document', property: 'cookie' },
        ...STORES.flatMap((property) => ['window', 'globalThis', 'self'].map((object) => ({ object, property }))),
      ],
    },
  },
  // A catalogue of messages is looked up, and not read.
  { files: ['**/words/**/*.ts'], rules: { 'max-lines': 'off' } },
  // What the reporter of the browser tests says, it says there.
  { files: ['e2e/support/reporter.ts'], rules: { 'no-console': 'off' } },
]);
