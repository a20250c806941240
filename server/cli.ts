import { backup } from './cli/backup.ts';
import { check } from './cli/check.ts';
import { diff } from './cli/diff.ts';
import { explain } from './cli/explain.ts';
import { importVerb } from './cli/import.ts';
import { init } from './cli/init.ts';
import { measure } from './cli/measure.ts';
import { migrate } from './cli/migrate.ts';
import { pull } from './cli/pull.ts';
import { restore } from './cli/restore.ts';
import { review } from './cli/review.ts';
import { serve } from './cli/serve.ts';
import { rebuild } from './cli/rebuild.ts';
import { runVerb, type ExitCode, type Terminal, type Verb } from './cli/terminal.ts';
import { testVerb } from './cli/test.ts';
import { suggestion } from './kpi/spelling.ts';
import { version } from './main.ts';

const VERBS: readonly Verb[] = [
  init,
  check,
  testVerb,
  diff,
  explain,
  importVerb,
  pull,
  measure,
  review,
  serve,
  migrate,
  rebuild,
  backup,
  restore,
];

function usage(): string {
  return [
    'quarterdeck: operations health reviews as code',
    '',
    ...VERBS.map((verb) => `  ${verb.name.padEnd(9)} ${verb.summary}`),
    '',
    'Every verb takes --help, --json and --kpis DIR. Exit status: 0 done, 1 found problems, 2 cannot run.',
  ].join('\n');
}

/** The command line: finds the verb and runs it. */
export async function main(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === 'help') {
    terminal.out(usage());
    return name === undefined ? 2 : 0;
  }
  if (name === '--version') {
    terminal.out(version);
    return 0;
  }
  const verb = VERBS.find((candidate) => candidate.name === name);
  if (verb === undefined) {
    const names = VERBS.map((candidate) => candidate.name);
    terminal.err(`There is no verb "${name}". ${suggestion(name, names)}\n\`quarterdeck --help\` says what each does.`);
    return 2;
  }
  return runVerb(verb, rest, terminal);
}

if (import.meta.main) {
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
