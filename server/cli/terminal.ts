import { parseArgs } from 'node:util';
import { readConfig, type Config } from '../config.ts';
import { suggestion } from '../kpi/spelling.ts';
import { failureText } from './failure.ts';

/** 0 done · 1 found problems · 2 cannot run. */
export type ExitCode = 0 | 1 | 2;

/** How a verb talks: results on standard output, progress and complaints on standard error. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Overwrites the last progress line on a terminal; silent where output is piped. */
  readonly progress: (text: string) => void;
  readonly clock: () => number;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface VerbContext {
  readonly terminal: Terminal;
  readonly config: Config;
  readonly positionals: readonly string[];
  readonly flag: (name: string) => string | undefined;
  readonly isSet: (name: string) => boolean;
  readonly isJson: boolean;
}

export interface Verb {
  readonly name: string;
  readonly usage: string;
  readonly summary: string;
  /** Flags beside --json, --help and --kpis. */
  readonly flags: Readonly<Record<string, { readonly type: 'string' | 'boolean'; readonly help: string }>>;
  readonly positionals: { readonly least: number; readonly most: number };
  run(context: VerbContext): Promise<ExitCode>;
}

/** Said instead of a stack trace: what cannot be done, and what to do. */
export class CannotRun extends Error {
  override readonly name = 'CannotRun';
}

const COMMON = {
  json: { type: 'boolean', help: 'Print the same objects as the API' },
  kpis: { type: 'string', help: 'Folder with organisation.yaml, sources.yaml and KPI files' },
  help: { type: 'boolean', help: 'Print this' },
} as const;

export function helpOf(verb: Verb): string {
  const flags = Object.entries({ ...verb.flags, ...COMMON }).map(
    ([name, flag]) => `  --${name}${flag.type === 'string' ? ' …' : ''}`.padEnd(20) + flag.help,
  );
  return [`quarterdeck ${verb.usage}`, '', verb.summary, '', ...flags].join('\n');
}

/** Node's words for a flag it does not know speak of positional arguments; these name the flag and those there are. */
function argumentFault(error: unknown, verb: Verb): string {
  const message = error instanceof Error ? error.message : String(error);
  const unknown = /^Unknown option '(-+[^' ]+)/.exec(message)?.[1];
  if (unknown === undefined) return message;
  const known = Object.keys({ ...verb.flags, ...COMMON }).map((name) => `--${name}`);
  return `${verb.name} has no flag ${unknown}. ${suggestion(unknown, known)}`;
}

/** Parses a verb's own arguments and runs it. */
export async function runVerb(verb: Verb, args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      strict: true,
      options: Object.fromEntries(Object.entries({ ...verb.flags, ...COMMON }).map(([name, { type }]) => [name, { type }])),
    });
  } catch (error) {
    terminal.err(`${argumentFault(error, verb)}\nUsage: quarterdeck ${verb.usage}`);
    return 2;
  }
  const { values, positionals } = parsed;
  if (values['help'] === true) {
    terminal.out(helpOf(verb));
    return 0;
  }
  if (positionals.length < verb.positionals.least || positionals.length > verb.positionals.most) {
    terminal.err(`Usage: quarterdeck ${verb.usage}`);
    return 2;
  }
  const flag = (name: string): string | undefined => {
    const value = values[name];
    return typeof value === 'string' ? value : undefined;
  };
  try {
    const config = readConfig(terminal.environment, { kpis: flag('kpis') });
    return await verb.run({
      terminal,
      config,
      positionals,
      flag,
      isSet: (name) => values[name] === true,
      isJson: values['json'] === true,
    });
  } catch (error) {
    const { environment } = terminal;
    const listening = `${environment['QUARTERDECK_HOST'] ?? '127.0.0.1'}:${environment['QUARTERDECK_PORT'] ?? '4680'}`;
    const said = failureText(error, listening);
    if (said !== null) terminal.err(said);
    else {
      const message = error instanceof Error ? error.message : String(error);
      terminal.err(`A fault in Quarterdeck itself: ${message}. Run it again with LOG_LEVEL=debug to see where, and report that.`);
      if (environment['LOG_LEVEL'] === 'debug' && error instanceof Error) terminal.err(error.stack ?? '');
    }
    return 2;
  }
}
