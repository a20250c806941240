import { anyone } from './viewer.ts';
import { openOrNull } from './open.ts';
import { askServer } from './running-server.ts';
import { plural } from './table.ts';
import type { Terminal, Verb } from './terminal.ts';
import { costText } from '../event/passes.ts';
import type { Config } from '../config.ts';
import type { Running } from '../main.ts';

/** What one pass did, as this process or the running server tells it. */
interface Pass {
  readonly outcome: string;
  readonly newEvents: number;
  readonly newSamples: number;
  readonly rejected: number;
  readonly seconds: number;
  readonly error: string | null;
  /** What it cost, in words; null where nothing is paid for. */
  readonly cost: string | null;
}

export const pull: Verb = {
  name: 'pull',
  usage: 'pull [SOURCE …]',
  summary: 'Pulls the named sources, or all of them, then measures what changed. One failing source stops no other.',
  flags: {},
  positionals: { least: 0, most: 100 },
  async run({ terminal, config, positionals, isJson }) {
    // A failed pass is told below, with its source: the engine need not warn of it as well.
    const running = await openOrNull(config, terminal, (message) => !message.startsWith('pull of '));
    if (running === null) return pullThere(config, terminal, positionals, isJson);
    return pullHere(running, terminal, positionals, isJson).finally(() => running.close());
  },
};

/** Asks the server that holds the database to pull. */
async function pullThere(config: Config, terminal: Terminal, wanted: readonly string[], isJson: boolean): Promise<0 | 1> {
  const ids = wanted.length > 0 ? wanted : sourceIds(await askServer(config, 'GET', '/sources'));
  let isFailed = false;
  for (const id of ids) {
    const answer = await askServer(config, 'POST', `/sources/${encodeURIComponent(id)}/pulls`);
    const pass = passOf(answer);
    isFailed ||= pass?.outcome === 'failed';
    terminal.out(isJson || pass === null ? JSON.stringify(answer) : `${passText(id, pass)}, by the running server`);
  }
  return isFailed ? 1 : 0;
}

async function pullHere({ engine }: Running, terminal: Terminal, wanted: readonly string[], isJson: boolean): Promise<0 | 1> {
  const known = engine.configuredSources.map((source) => source.id);
  for (const id of wanted) engine.sourceNamed(id);
  let isFailed = false;
  for (const id of wanted.length > 0 ? wanted : known) {
    const watch = setInterval(() => {
      void engine
        .sources(anyone)
        .then((list) => terminal.progress(`${id}: ${list.find((source) => source.id === id)?.progress ?? 'measuring'}`));
    }, 500);
    const record = await engine.pull(anyone, id).finally(() => clearInterval(watch));
    isFailed ||= record.outcome === 'failed';
    if (isJson) {
      terminal.out(JSON.stringify(record));
      continue;
    }
    terminal.out(
      passText(id, {
        ...record,
        seconds: (record.endedAt - record.startedAt) / 1000,
        cost: record.cost === undefined ? null : costText(record.cost),
      }),
    );
    const status = (await engine.sources(anyone)).find((source) => source.id === id);
    if (status?.spent != null) terminal.out(`  ${status.spent}`);
    const rejected = status?.state?.rejected ?? [];
    for (const { series, why } of record.lacking ?? []) terminal.out(`  ${series} is known less far: ${why}`);
    const isOlder = record.rejected + record.newEvents + record.newSamples === 0 && record.outcome === 'complete';
    if (isOlder && rejected.length > 0) terminal.out('  nothing new; the last pass that read something told of:');
    for (const reject of rejected) terminal.out(`  ${reject}`);
    if (record.rejected > rejected.length) terminal.out(`  … and more; \`import ${id} --dry-run\` tells all.`);
  }
  return isFailed ? 1 : 0;
}

function passText(id: string, { outcome, newEvents, newSamples, rejected, seconds, error, cost }: Pass): string {
  if (outcome === 'failed') return `${id}: failed: ${error ?? ''}`;
  const parts = [plural(newEvents, 'new event'), plural(newSamples, 'new sample'), plural(rejected, 'rejected row')];
  return `${id}: ${parts.join(', ')}, ${seconds.toFixed(1)} s${cost === null ? '' : `; ${cost}`}`;
}

function passOf(answer: unknown): Pass | null {
  if (typeof answer !== 'object' || answer === null) return null;
  const number = (name: string): number => {
    const value: unknown = Object.entries(answer).find(([key]) => key === name)?.[1];
    return typeof value === 'number' ? value : 0;
  };
  if (!('outcome' in answer) || typeof answer.outcome !== 'string') return null;
  return {
    outcome: answer.outcome,
    newEvents: number('newEvents'),
    newSamples: number('newSamples'),
    rejected: number('rejected'),
    seconds: number('seconds'),
    error: 'error' in answer && typeof answer.error === 'string' ? answer.error : null,
    cost: costOf(answer),
  };
}

/** As the server words it. */
function costOf(answer: object): string | null {
  const cost: unknown = 'cost' in answer ? answer.cost : null;
  return typeof cost === 'object' && cost !== null && 'text' in cost && typeof cost.text === 'string' ? cost.text : null;
}

function sourceIds(answer: unknown): string[] {
  if (!Array.isArray(answer)) return [];
  return answer.flatMap((source: unknown) =>
    typeof source === 'object' && source !== null && 'id' in source && typeof source.id === 'string' ? [source.id] : [],
  );
}
