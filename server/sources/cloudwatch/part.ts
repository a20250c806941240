import type { Part } from '../aws/parts.ts';
import type { AwsPlace } from '../aws/place.ts';
import { clientSettings } from '../aws/session.ts';
import type { PullBatch, PullContext, PullEnd } from '../source.ts';
import { callsLeftOf, filledBy, historyFor } from './backfill.ts';
import { makeCall } from './calls.ts';
import { spokenCost } from './cost.ts';
import { readPosition, writePosition, type Position } from './cursor.ts';
import { knownUntil, pollCalls } from './poll.ts';
import { askingOf, type Asking } from './read.ts';
import type { Series } from './series.ts';
import { depthAt, keptSince, BACKFILL_MARGIN_MS } from './windows.ts';

const COUNT = new Intl.NumberFormat('en');

/** The series of one place: a history where there is none yet, then what is new and what may have changed. */
export const partOf = (source: string, place: AwsPlace, series: readonly Series[]): Part => ({
  name: place.name,
  pull: (context) => pullPlace(source, place, series, context),
});

async function* pullPlace(
  source: string,
  place: AwsPlace,
  series: readonly Series[],
  context: PullContext,
): AsyncGenerator<PullBatch, PullEnd, void> {
  const configured = new Set(series.map(({ key }) => key));
  const before = readPosition(context.cursor);
  const reached = new Map([...before.reached].filter(([key]) => configured.has(key)));
  // Loaded where something is read, and nowhere else.
  const { CloudWatchClient, GetMetricDataCommand } = await import('@aws-sdk/client-cloudwatch');
  const client = new CloudWatchClient(await clientSettings(place));
  try {
    const asking = askingOf(place, client, GetMetricDataCommand, context.signal);
    const filled = yield* backfill(asking, source, series, { ...before, reached }, context.now);
    return yield* poll(asking, source, series, filled, context.now);
  } finally {
    client.destroy();
  }
}

/** Every call is a batch with a cursor: a pass that is cut off has at most the call to repeat that was under way. */
async function* backfill(
  asking: Asking,
  source: string,
  series: readonly Series[],
  before: Position,
  now: number,
): AsyncGenerator<PullBatch, Position, void> {
  let position = before;
  let failed: ReadonlySet<string> = new Set();
  // A plan that was under way leaves out what was configured since; what failed now is not tried twice in a pass.
  for (;;) {
    const history = historyFor(series, position, now, failed);
    if (history === null) return position;
    const { plan, calls } = history;
    const filled = filledBy(calls);
    const missing = new Set(plan.failed);
    const reached = new Map(position.reached);
    position = { ...position, historyFrom: position.historyFrom ?? keptSince(3_600_000, plan.at, BACKFILL_MARGIN_MS) };
    for (const [index, call] of calls.entries()) {
      if (index < plan.done) continue;
      const isLast = index === calls.length - 1;
      const progress = `${COUNT.format(index + 1)} of ${COUNT.format(calls.length)} calls`;
      for (const left of callsLeftOf(call, now))
        for (const key of yield* told(makeCall(asking, source, left), progress)) missing.add(key);
      for (const key of filled[index] ?? []) if (!missing.has(key)) reached.set(key, plan.at);
      position = {
        ...position,
        reached: new Map(reached),
        plan: isLast ? null : { ...plan, done: index + 1, failed: [...missing] },
      };
      yield { ...EMPTY, progress: isLast ? `${progress}, ${spokenCost(calls)}` : progress, cursor: writePosition(position) };
    }
    failed = new Set([...failed, ...missing]);
  }
}

const EMPTY = { events: [], samples: [], rejects: [] } satisfies Partial<PullBatch>;

/** Hands on what a call tells as batches; what is said of a call comes with the last of its points. */
async function* told(call: ReturnType<typeof makeCall>, progress: string): AsyncGenerator<PullBatch, ReadonlySet<string>, void> {
  for (;;) {
    const step = await call.next();
    if (step.done === true) return step.value;
    yield { events: [], ...step.value, progress };
  }
}

async function* poll(
  asking: Asking,
  source: string,
  series: readonly Series[],
  before: Position,
  now: number,
): AsyncGenerator<PullBatch, PullEnd, void> {
  const depth = depthAt(now, before);
  const calls = pollCalls(series, before.reached, now, depth);
  const last = filledBy(calls);
  const failed = new Set<string>();
  const reached = new Map(before.reached);
  for (const [index, call] of calls.entries()) {
    const progress = `poll, ${COUNT.format(index + 1)} of ${COUNT.format(calls.length)} calls`;
    for (const key of yield* told(makeCall(asking, source, call), progress)) failed.add(key);
    for (const key of last[index] ?? []) if (!failed.has(key)) reached.set(key, now);
    if (index < calls.length - 1) yield { ...EMPTY, progress, cursor: writePosition({ ...before, reached: new Map(reached) }) };
  }
  // What is not known to be whole keeps what was vouched for where it was.
  const completeUntil = knownUntil(series, reached) ?? before.completeUntil;
  const position = {
    ...before,
    reached,
    completeUntil,
    nightAt: depth === 'poll' ? before.nightAt : now,
    weekAt: depth === 'week' ? now : before.weekAt,
  };
  return { cursor: writePosition(position), completeUntil, historyFrom: position.historyFrom };
}
