import { spawn } from 'node:child_process';
import { proveAws } from './prove-aws.ts';
import { proveCrash } from './prove-crash.ts';

/**
 * `npm run prove`: what takes longer than a test may. PROVE_RUNS (10,000) is how often each property is
 * tried, PROVE_SEED chooses the power losses and when a process is killed. `npm run prove crash`, `npm run prove aws` or
 * `npm run prove properties` does one of them.
 */
const PROOFS: Readonly<Record<string, () => Promise<boolean>>> = {
  crash: () => proveCrash(seed()),
  aws: () => proveAws(seed()),
  properties: () => proveProperties(process.env['PROVE_RUNS'] ?? '10000'),
};

const seed = (): number => Number(process.env['PROVE_SEED'] ?? Math.floor(Math.random() * 1e9));

/** Test files whose number of runs follows PROVE_RUNS. */
const PROPERTIES = [
  'test/properties',
  'test/kpi/privacy-hours-across.test.ts',
  'test/store/sqlite.test.ts',
  'test/store/postgresql.test.ts',
];
const MOST_MS = 6 * 60 * 60 * 1000;

function proveProperties(runs: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn('vitest', ['run', '-c', 'test/vitest.config.ts', `--testTimeout=${MOST_MS}`, ...PROPERTIES], {
      stdio: 'inherit',
      env: { ...process.env, PROVE_RUNS: runs },
    });
    child.on('error', reject);
    child.on('close', (code) => resolve(code === 0));
  });
}

async function main(wanted: readonly string[]): Promise<number> {
  const unknown = wanted.find((name) => !Object.keys(PROOFS).includes(name));
  if (unknown !== undefined) {
    console.error(`There is no proof "${unknown}"; there are ${Object.keys(PROOFS).join(' and ')}.`);
    return 2;
  }
  let isSound = true;
  for (const [name, prove] of Object.entries(PROOFS)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const startedAt = performance.now();
    let held = false;
    try {
      held = await prove();
    } catch (error) {
      console.error(error instanceof Error ? error.message : String(error));
    }
    isSound &&= held;
    console.log(`${held ? 'proved' : 'NOT PROVED'}: ${name} (${((performance.now() - startedAt) / 1000).toFixed(0)} s)`);
  }
  return isSound ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
