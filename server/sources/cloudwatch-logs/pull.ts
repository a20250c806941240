import { clientSettings } from '../aws/session.ts';
import type { AwsPlace } from '../aws/place.ts';
import type { PullBatch, PullContext, PullEnd, SourceError } from '../source.ts';
import { readPosition, writePosition, type LogProgress } from './cursor.ts';
import type { LogsCaller, Wait } from './query.ts';
import { readSeries } from './read-series.ts';
import type { LogSeries } from './series.ts';
import { DAY_MS, floorTo } from './windows.ts';

export interface LogsSettings {
  readonly source: string;
  readonly series: readonly LogSeries[];
  readonly historyMs: number;
  readonly wait: Wait;
}

/**
 * Queries that run at once in a place: an account and Region has 100 in all, and people and dashboards want some. One series asks
 * for one after the other, so that what it may scan on a day is exact.
 */
const AT_ONCE = 5;

type Pass = ReturnType<typeof readSeries>;
interface Step {
  readonly key: string;
  readonly step: Awaited<ReturnType<Pass['next']>>;
}

const stepOf = async (key: string, pass: Pass): Promise<Step> => ({ key, step: await pass.next() });

/** The series of one place, some side by side; each query is a batch, after which a pass that is cut off goes on. */
export async function* pullLogs(
  { source, series, historyMs, wait }: LogsSettings,
  place: AwsPlace,
  { cursor, now, signal }: PullContext,
): AsyncGenerator<PullBatch, PullEnd, void> {
  const before = readPosition(cursor);
  const position = new Map<string, LogProgress>();
  for (const { key, periodMs } of series) position.set(key, before.get(key) ?? nothingRead(floorTo(now - historyMs, periodMs)));
  const { CloudWatchLogsClient } = await import('@aws-sdk/client-cloudwatch-logs');
  const client = new CloudWatchLogsClient(await clientSettings(place));
  const stopping = new AbortController();
  const caller: LogsCaller = { client, place, signal: AbortSignal.any([signal, stopping.signal]), wait };
  const running = new Map<string, { readonly pass: Pass; next: Promise<Step> }>();
  const refusals: SourceError[] = [];
  try {
    const waiting = [...series];
    for (;;) {
      for (const { key, ...each } of waiting.splice(0, AT_ONCE - running.size)) {
        const pass = readSeries(caller, source, { key, ...each }, position.get(key) ?? nothingRead(now), now);
        running.set(key, { pass, next: stepOf(key, pass) });
      }
      if (running.size === 0) break;
      const { key, step } = await Promise.race([...running.values()].map(({ next }) => next));
      position.set(key, step.value.reached);
      if (step.done === true) {
        running.delete(key);
        if (step.value.refusal !== null) refusals.push(step.value.refusal);
        continue;
      }
      const { reached: _, ...told } = step.value;
      yield { events: [], ...told, cursor: writePosition(position) };
      const run = running.get(key);
      if (run !== undefined) run.next = stepOf(key, run.pass);
    }
  } finally {
    // Where one failed, or nobody asks for more: what the others run is stopped, as it would go on scanning.
    stopping.abort();
    for (const { next } of running.values()) await next.catch(() => undefined);
    client.destroy();
  }
  // Where nothing could be asked at all, the place has failed, and not its series one by one.
  const [refusal] = refusals;
  if (refusal !== undefined && refusals.length === series.length) throw refusal;
  const ends = [...position.values()];
  const known = ends.map((end) => end.known);
  return {
    cursor: writePosition(position),
    completeUntil: known.includes(null) ? null : Math.min(...known.flatMap((at) => at ?? [])),
    historyFrom: Math.max(...ends.map(({ historyFrom }) => historyFrom)),
  };
}

const nothingRead = (historyFrom: number): LogProgress => ({
  historyFrom,
  until: historyFrom,
  known: null,
  day: 0,
  bytes: 0,
  again: historyFrom,
  spanMs: DAY_MS,
});
