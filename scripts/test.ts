import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import { CHECKS } from './check.ts';
import { runSteps, type Step } from './run-all.ts';

const RESULTS = '.dist/test-results.json';
const Summary = Type.Object({
  numPassedTests: Type.Integer(),
  numFailedTests: Type.Integer(),
  numPendingTests: Type.Integer(),
  success: Type.Boolean(),
});

/** Built while checks run: it keeps one processor busy, and the tests need it. */
const BUILD: Step = { name: 'the web application is built', command: 'node', args: ['scripts/build.ts'] };

/** All checks, then all tests; ends with the plain line `N passed, M failed`. */
async function main(): Promise<number> {
  mkdirSync('.dist', { recursive: true });
  rmSync(RESULTS, { force: true });
  const checks = await runSteps([...CHECKS, BUILD]);
  const size = await runSteps([{ name: 'size of the web application', command: 'size-limit', args: [] }]);
  const exitCode = await new Promise<number>((end, reject) => {
    const child = spawn(
      'vitest',
      ['run', '-c', 'test/vitest.config.ts', '--reporter=default', '--reporter=json', `--outputFile.json=${RESULTS}`],
      // Each file is a process of its own: what one has compiled, those after it need not.
      { stdio: 'inherit', env: { ...process.env, NODE_COMPILE_CACHE: resolve('.dist/compiled') } },
    );
    child.on('error', reject);
    child.on('close', (code) => end(code ?? 1));
  });
  const tests = readSummary();
  const isSound = exitCode === 0 && tests.success && tests.numPassedTests > 0;
  const failedChecks = [...checks, ...size].filter((check) => !check.isPassed).length;
  const passed = checks.length + size.length - failedChecks + tests.numPassedTests;
  // A runner that died, and a test that was not run, count as failures: nothing is skipped here.
  const failed =
    failedChecks +
    tests.numFailedTests +
    tests.numPendingTests +
    (!isSound && tests.numFailedTests + tests.numPendingTests === 0 ? 1 : 0);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

function readSummary(): Static<typeof Summary> {
  try {
    return Value.Parse(Summary, JSON.parse(readFileSync(RESULTS, 'utf8')));
  } catch {
    return { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, success: false };
  }
}

process.exitCode = await main();
