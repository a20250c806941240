import { runSteps, type Step } from './run-all.ts';

const lint = (name: string, folders: readonly string[]): Step => ({
  name,
  command: 'eslint',
  args: ['--config', 'scripts/eslint.config.js', '--max-warnings', '0', ...folders],
});

/** Everything that can be said about the code without running it. */
export const CHECKS: readonly Step[] = [
  // Takes longest: begun first, it ends when the others do.
  lint('lint (server, tests, scripts)', ['server', 'scripts', 'test', 'migrations']),
  { name: 'types (server, tests, scripts)', command: 'tsc', args: ['-p', '.'] },
  lint('lint (web)', ['web']),
  {
    name: 'types (web)',
    command: 'svelte-check',
    args: ['--workspace', 'web', '--tsconfig', './tsconfig.json', '--fail-on-warnings'],
  },
  {
    name: 'format',
    command: 'prettier',
    args: ['--check', '--log-level', 'warn', 'server', 'web', 'scripts', 'test', 'migrations'],
  },
  { name: 'arrows', command: 'depcruise', args: ['--config', '.dependency-cruiser.cjs', 'server', 'web', 'migrations'] },
  { name: 'dead code', command: 'knip', args: [] },
  { name: 'KPI files and their cases', command: 'node', args: ['server/cli.ts', 'test'] },
];

if (import.meta.main) {
  const results = await runSteps(CHECKS);
  const failed = results.filter((result) => !result.isPassed).length;
  console.log(`${results.length - failed} checks passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}
