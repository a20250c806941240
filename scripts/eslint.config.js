import { fileURLToPath } from 'node:url';
import eslint from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import typescript from 'typescript-eslint';
import svelteConfig from '../web/svelte.config.js';

export default typescript.config(
  { ignores: ['**/node_modules/**', '**/.dist/**', '**/.quarterdeck/**'] },
  eslint.configs.recommended,
  ...typescript.configs.recommendedTypeChecked,
  ...svelte.configs.recommended,
  {
    languageOptions: {
      globals: { ...globals.node },
      parserOptions: {
        project: 'tsconfig.json',
        tsconfigRootDir: fileURLToPath(new URL('..', import.meta.url)),
      },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
    },
  },
  {
    // The five pure rooms have no clock, no randomness and no I/O.
    files: ['server/{time,event,stats,kpi,review}/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', 'process', 'fetch', 'setTimeout', 'setInterval', 'crypto', 'Buffer'],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'The clock is an argument.' },
        { object: 'Math', property: 'random', message: 'Randomness is an argument.' },
      ],
    },
  },
  // Each file is looked up in one program alone: where both are asked for, both are made, and held.
  { files: ['web/**'], languageOptions: { parserOptions: { project: 'web/tsconfig.json', extraFileExtensions: ['.svelte'] } } },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: {
      globals: { ...globals.browser },
      parserOptions: { parser: typescript.parser, svelteConfig },
    },
  },
  {
    // svelte-check knows the types of components; here they are `any`.
    files: ['**/*.svelte'],
    rules: Object.fromEntries(
      ['argument', 'assignment', 'call', 'member-access', 'return'].map((rule) => [
        `@typescript-eslint/no-unsafe-${rule}`,
        'off',
      ]),
    ),
  },
  { files: ['web/**/*.ts', 'web/public/*.js'], languageOptions: { globals: { ...globals.browser } } },
  // `expect.any(String)` and its like are `any` by design.
  { files: ['test/**/*.ts'], rules: { '@typescript-eslint/no-unsafe-assignment': 'off' } },
  { files: ['**/*.js'], ...typescript.configs.disableTypeChecked },
  { files: ['server/cli*.ts', 'server/cli/**/*.ts', 'scripts/**/*.ts', 'server/main.ts'], rules: { 'no-console': 'off' } },
);
