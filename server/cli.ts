import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runVerb, type ExitCode, type Terminal, type Verb } from './cli/terminal.ts';
import { suggestion } from './kpi/spelling.ts';

/**
 * In the order of the usage. A verb is loaded when it is asked for: what others need would be as much memory as an
 * import has for its batches.
 */
const VERBS: ReadonlyMap<string, () => Promise<Verb>> = new Map([
  ['init', async () => (await import('./cli/init.ts')).init],
  ['check', async () => (await import('./cli/check.ts')).check],
  ['test', async () => (await import('./cli/test.ts')).testVerb],
  ['diff', async () => (await import('./cli/diff.ts')).diff],
  ['explain', async () => (await import('./cli/explain.ts')).explain],
  ['import', importVerb],
  ['aws', async () => (await import('./cli/aws.ts')).aws],
  ['pull', async () => (await import('./cli/pull.ts')).pull],
  ['measure', async () => (await import('./cli/measure.ts')).measure],
  ['review', async () => (await import('./cli/review.ts')).review],
  ['hand-over', async () => (await import('./cli/hand-over.ts')).handOver],
  ['report', async () => (await import('./cli/report.ts')).report],
  ['serve', async () => (await import('./cli/serve.ts')).serve],
  ['migrate', async () => (await import('./cli/migrate.ts')).migrate],
  ['rebuild', async () => (await import('./cli/rebuild.ts')).rebuild],
  ['backup', async () => (await import('./cli/backup.ts')).backup],
  ['restore', async () => (await import('./cli/restore.ts')).restore],
]);

/**
 * Room for short-lived objects grows whenever some of it lives through a collection: by 30 MB while modules are loaded
 * and by 90 in a million rows, which make nothing faster. The flag is read whenever that room would grow, and room
 * that was taken is never given back: it comes before what is loaded.
 */
async function importVerb(): Promise<Verb> {
  setFlagsFromString('--semi-space-growth-factor=1');
  return (await import('./cli/import.ts')).importVerb;
}

async function usage(): Promise<string> {
  const verbs = await Promise.all([...VERBS.values()].map((load) => load()));
  return [
    'quarterdeck: operations health reviews as code',
    '',
    ...verbs.map((verb) => `  ${verb.name.padEnd(9)} ${verb.summary}`),
    '',
    'Every verb takes --help, --json and --kpis DIR. Exit status: 0 done, 1 found problems, 2 cannot run.',
  ].join('\n');
}

/** The command line: finds the verb and runs it. */
export async function main(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === 'help') {
    terminal.out(await usage());
    return name === undefined ? 2 : 0;
  }
  if (name === '--version') {
    terminal.out((await import('./main.ts')).version);
    return 0;
  }
  const load = VERBS.get(name);
  if (load === undefined) {
    terminal.err(
      `There is no verb "${name}". ${suggestion(name, [...VERBS.keys()])}\n\`quarterdeck --help\` says what each does.`,
    );
    return 2;
  }
  return runVerb(await load(), rest, terminal);
}

if (import.meta.main) {
  // A verb starts in half the time from what was compiled when it last ran. It is kept beside the program, where nobody
  // writes who could not write the program itself; where that is not us, nothing is kept. An import would hold it in
  // memory, too (15 MB).
  if (process.argv[2] !== 'import') enableCompileCache(fileURLToPath(new URL('../.dist/compiled', import.meta.url)));
  let hasProgress = false;
  const clear = (): void => {
    if (hasProgress) process.stderr.write('\r\u001b[2K');
    hasProgress = false;
  };
  // `quarterdeck review | head` closes the pipe early; that is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  process.exitCode = await main(process.argv.slice(2), {
    out: (text) => {
      clear();
      process.stdout.write(`${text}\n`);
    },
    err: (text) => {
      clear();
      process.stderr.write(`${text}\n`);
    },
    progress: (text) => {
      if (!process.stderr.isTTY) return;
      clear();
      process.stderr.write(text);
      hasProgress = true;
    },
    clock: Date.now,
    environment: process.env,
  });
}
