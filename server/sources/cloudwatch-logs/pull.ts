import { clientSettings } from '../aws/session.ts';
import type { AwsPlace } from '../aws/place.ts';
import type { PullBatch, PullContext, PullEnd, SourceError } from '../source.ts';
import { readPosition, writePosition, type LogProgress } from './cursor.ts';
import type { LogsCaller, Wait } from './query.ts';
import { readSeries } from './read-series.ts';
import type { LogSeries } from './series.ts';
import { floorTo } from './windows.ts';

export interface LogsSettings {
  readonly source: string;
  readonly series: readonly LogSeries[];
  readonly historyMs: number;
  readonly wait: Wait;
}

/** The series of one place, one query after the other; each is a batch, after which a pass that is cut off goes on. */
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
  const caller: LogsCaller = { client, place, signal, wait };
  const refusals: SourceError[] = [];
  try {
    for (const each of series) {
      const pass = readSeries(caller, source, each, position.get(each.key) ?? nothingRead(now), now);
      for (;;) {
        const step = await pass.next();
        position.set(each.key, step.value.reached);
        if (step.done === true) {
          if (step.value.refusal !== null) refusals.push(step.value.refusal);
          break;
        }
        const { reached: _, ...told } = step.value;
        yield { events: [], ...told, cursor: writePosition(position) };
      }
    }
  } finally {
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
});
