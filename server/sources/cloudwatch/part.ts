import { costText, sumOfCosts, type PullCost } from '../../event/passes.ts';
import type { Part } from '../aws/parts.ts';
import type { AwsPlace } from '../aws/place.ts';
import { cloudWatchClient } from '../aws/protocol.ts';
import type { PullBatch, PullContext, PullEnd } from '../source.ts';
import { callsLeftOf, filledBy, gapCalls, historyFor } from './backfill.ts';
import { makeCall, seriesOf, type Incomplete } from './calls.ts';
import { readPosition, writePosition, type Position } from './cursor.ts';
import { knownUntil, pollCalls } from './poll.ts';
import { askingOf, type Asking } from './read.ts';
import type { Series } from './series.ts';
import { failedAgain, gapsStillKept, gapsWithout, isWaiting, lackingOf } from './trouble.ts';
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
  const troubles = new Map([...before.troubles].filter(([key]) => configured.has(key)));
  // Loaded where something is read, and nowhere else.
  const { GetMetricDataCommand } = await import('@aws-sdk/client-cloudwatch');
  const client = await cloudWatchClient(place);
  try {
    const asking = askingOf(place, client, GetMetricDataCommand, context.signal);
    const reading: Reading = { asking, source, series, now: context.now };
    const filled = yield* backfill(reading, { ...before, reached, troubles });
    const mended = yield* mend(reading, filled);
    return yield* poll(reading, mended);
  } finally {
    client.destroy();
  }
}

/** What a pass over a place has at hand. */
interface Reading {
  readonly asking: Asking;
  readonly source: string;
  readonly series: readonly Series[];
  readonly now: number;
}

/**
 * Every call is a batch with a cursor: a pass that is cut off has at most the call to repeat that was under way. What could not be
 * read is a gap of its series, which is read again later; the plan goes on without it.
 */
async function* backfill({ asking, source, series, now }: Reading, before: Position): AsyncGenerator<PullBatch, Position, void> {
  let position = before;
  const costs: PullCost[] = [];
  // A plan that was under way leaves out what was configured since.
  for (;;) {
    const history = historyFor(series, position, now);
    if (history === null) return position;
    const { plan, calls } = history;
    const filled = filledBy(calls);
    const reached = new Map(position.reached);
    const troubles = new Map(position.troubles);
    if (plan.done === 0) for (const key of plan.keys) troubles.delete(key);
    position = { ...position, historyFrom: position.historyFrom ?? keptSince(3_600_000, plan.at, BACKFILL_MARGIN_MS) };
    for (const [index, call] of calls.entries()) {
      if (index < plan.done) continue;
      const isLast = index === calls.length - 1;
      const progress = `${COUNT.format(index + 1)} of ${COUNT.format(calls.length)} calls`;
      for (const left of callsLeftOf(call, now)) {
        const { start, end } = left.stretch;
        for (const [key, said] of yield* told(makeCall(asking, source, left), progress, costs)) {
          const known = troubles.get(key);
          // However many of its calls fail in a pass, that is one failure.
          troubles.set(key, { ...failedAgain(undefined, said, now), gaps: [...(known?.gaps ?? []), [start, end]] });
        }
      }
      for (const key of filled[index] ?? []) reached.set(key, plan.at);
      position = {
        ...position,
        reached: new Map(reached),
        troubles: new Map(troubles),
        plan: isLast ? null : { ...plan, done: index + 1 },
      };
      const spent = isLast ? `, ${costText(sumOfCosts(costs))}` : '';
      yield { ...EMPTY, progress: `${progress}${spent}`, cursor: writePosition(position) };
    }
  }
}

const EMPTY = { events: [], samples: [], rejects: [] } satisfies Partial<PullBatch>;

/** Hands on what a call tells as batches; what is said of a call comes with the last of its points. */
async function* told(
  call: ReturnType<typeof makeCall>,
  progress: string,
  costs: PullCost[] = [],
): AsyncGenerator<PullBatch, Incomplete, void> {
  for (;;) {
    const step = await call.next();
    if (step.done === true) return step.value;
    if (step.value.cost !== undefined) costs.push(step.value.cost);
    yield { events: [], ...step.value, progress };
  }
}

/** Reads again what histories lack, of the series whose turn it is. */
async function* mend({ asking, source, series, now }: Reading, before: Position): AsyncGenerator<PullBatch, Position, void> {
  const troubles = new Map(before.troubles);
  // What failed in this pass has been asked for in it.
  const due = series.filter(({ key }) => {
    const trouble = troubles.get(key);
    return trouble !== undefined && trouble.gaps.length > 0 && !isWaiting(trouble, now) && (before.reached.get(key) ?? now) < now;
  });
  for (const each of due) {
    const trouble = troubles.get(each.key);
    if (trouble !== undefined) troubles.set(each.key, { ...trouble, gaps: gapsStillKept(trouble.gaps, each, now) });
  }
  const calls = gapCalls(due, troubles, now);
  const failed = new Map<string, string>();
  for (const [index, call] of calls.entries()) {
    const progress = `missing history, ${COUNT.format(index + 1)} of ${COUNT.format(calls.length)} calls`;
    const lacking = yield* told(makeCall(asking, source, call), progress);
    for (const { key } of seriesOf(call)) {
      const [trouble, said] = [troubles.get(key), lacking.get(key)];
      if (said !== undefined) failed.set(key, said);
      else if (trouble !== undefined) troubles.set(key, { ...trouble, gaps: gapsWithout(trouble.gaps, call.stretch) });
    }
    yield { ...EMPTY, progress, cursor: writePosition({ ...before, troubles }) };
  }
  for (const [key, said] of failed) troubles.set(key, failedAgain(troubles.get(key), said, now));
  // Rests that are shorter than a period are no gaps.
  for (const each of due) {
    const trouble = troubles.get(each.key);
    if (trouble !== undefined) troubles.set(each.key, { ...trouble, gaps: gapsStillKept(trouble.gaps, each, now) });
  }
  return { ...before, troubles };
}

/** What is new and what may have changed. A series in trouble waits for its turn, and holds up no other one. */
async function* poll({ asking, source, series, now }: Reading, before: Position): AsyncGenerator<PullBatch, PullEnd, void> {
  const depth = depthAt(now, before);
  const reached = new Map(before.reached);
  const troubles = new Map(before.troubles);
  // What failed a moment ago is asked for by the next pass.
  const asked = series.filter(({ key }) => !isWaiting(troubles.get(key), now));
  const calls = pollCalls(asked, before.reached, now, depth);
  const last = filledBy(calls);
  const failed = new Map<string, string>();
  for (const [index, call] of calls.entries()) {
    const progress = `poll, ${COUNT.format(index + 1)} of ${COUNT.format(calls.length)} calls`;
    for (const [key, said] of yield* told(makeCall(asking, source, call), progress)) failed.set(key, said);
    for (const key of last[index] ?? []) {
      if (failed.has(key)) continue;
      reached.set(key, now);
      if (troubles.get(key)?.gaps.length === 0) troubles.delete(key);
    }
    if (index < calls.length - 1)
      yield {
        ...EMPTY,
        progress,
        cursor: writePosition({ ...before, reached: new Map(reached), troubles: new Map(troubles) }),
        mayCursorWait: true,
      };
  }
  for (const [key, said] of failed) troubles.set(key, failedAgain(troubles.get(key), said, now));
  const sound = series.filter(({ key }) => !troubles.has(key));
  // Where none is left, what was vouched for stays.
  const completeUntil = knownUntil(sound, reached) ?? before.completeUntil;
  const position = {
    ...before,
    reached,
    troubles,
    completeUntil,
    nightAt: depth === 'poll' ? before.nightAt : now,
    weekAt: depth === 'week' ? now : before.weekAt,
  };
  const lacking = lackingOf(asking.place.name, series, position);
  return { cursor: writePosition(position), completeUntil, lacking, historyFrom: position.historyFrom };
}
