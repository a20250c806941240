import type { SeriesLack } from '../../event/passes.ts';
import type { Instant } from '../../time/period.ts';
import { SourceError, type PullBatch, type PullContext, type PullEnd } from '../source.ts';

/** One of several that a source reads, each from where it came last: a Region of an account. */
export interface Part {
  /** Names it in the cursor for good. */
  readonly name: string;
  /** A batch with a `cursor` has told all that is before that. */
  pull(context: PullContext): AsyncGenerator<PullBatch, PullEnd, void>;
}

/** Parts that are read at the same time. */
const AT_ONCE = 4;

interface PartState {
  readonly cursor: string | null;
  readonly completeUntil: Instant | null;
  readonly historyFrom: Instant | null;
  /** Of the pass that is under way; no cursor holds it. */
  readonly lacking?: readonly SeriesLack[];
}

/**
 * Reads parts side by side. One that fails never stops another: the others advance, each with a cursor of its own, and the
 * fault is told at the end. What all of them know is what the least of them knows.
 * @throws SourceError of the first part that failed, naming the others
 */
export async function* pullParts(parts: readonly Part[], context: PullContext): AsyncGenerator<PullBatch, PullEnd, void> {
  const states = new Map(readCursor(context.cursor));
  // What is read no longer is forgotten.
  for (const name of states.keys()) if (!parts.some((part) => part.name === name)) states.delete(name);
  const faults: { readonly part: string; readonly error: SourceError }[] = [];
  const waiting = [...parts];
  const running = new Map<Part, { readonly pass: ReturnType<Part['pull']>; next: Promise<Step> }>();
  try {
    for (;;) {
      for (const part of waiting.splice(0, AT_ONCE - running.size)) {
        const pass = part.pull({ ...context, cursor: states.get(part.name)?.cursor ?? null });
        running.set(part, { pass, next: stepOf(part, pass) });
      }
      if (running.size === 0) break;
      const { part, step, error } = await Promise.race([...running.values()].map(({ next }) => next));
      const run = running.get(part);
      if (step === null || step.done === true) {
        running.delete(part);
        if (step !== null) states.set(part.name, step.value);
        else if (error instanceof SourceError) faults.push({ part: part.name, error });
        else throw error;
        continue;
      }
      const { cursor, ...batch } = step.value;
      const before = states.get(part.name);
      if (cursor !== undefined)
        states.set(part.name, { cursor, completeUntil: before?.completeUntil ?? null, historyFrom: before?.historyFrom ?? null });
      // What other parts came to meanwhile is kept with the next cursor, or at the end.
      const waits = cursor === undefined ? { mayCursorWait: true } : {};
      yield { ...batch, ...waits, progress: `${part.name}: ${batch.progress}`, cursor: writeCursor(states) };
      if (run !== undefined) run.next = stepOf(part, run.pass);
    }
  } finally {
    for (const { pass } of running.values())
      await pass.return({ cursor: null, completeUntil: null, historyFrom: null }).catch(() => undefined);
  }
  const [first, ...others] = faults;
  if (first !== undefined) {
    // Those that came to their end have, even if nobody hands over a batch any more.
    yield { events: [], samples: [], rejects: [], progress: 'done', cursor: writeCursor(states) };
    if (others.length === 0) throw first.error;
    throw new SourceError(
      first.error.place,
      `${first.error.message.slice(first.error.place.length + 2)} (${others.length} more failed: ${others.map(({ part }) => part).join(', ')})`,
      first.error.fix,
    );
  }
  const ends = parts.map(({ name }) => states.get(name));
  return {
    cursor: writeCursor(states),
    completeUntil: untilOf(ends),
    lacking: lackingOf(ends.flatMap((end) => end?.lacking ?? [])),
    historyFrom: ends.reduce<Instant | null>((latest, end) => maximum(latest, end?.historyFrom ?? null), null),
  };
}

/** What all parts know. One of which nothing is known but series that lack stands back: those are told one by one. */
function untilOf(ends: readonly (PartState | undefined)[]): Instant | null {
  const own = ends.filter((end) => end?.completeUntil !== null || (end.lacking ?? []).length === 0);
  const until = own.map((end) => end?.completeUntil ?? null);
  return until.length === 0 || until.includes(null) ? null : Math.min(...until.flatMap((at) => at ?? []));
}

/** Each series once, known as far as the least that is known of it, and with all reasons. */
function lackingOf(told: readonly SeriesLack[]): SeriesLack[] {
  const bySeries = new Map<string, SeriesLack>();
  for (const lack of told) {
    const known = bySeries.get(lack.series);
    bySeries.set(
      lack.series,
      known === undefined
        ? lack
        : {
            series: lack.series,
            until: known.until === null || lack.until === null ? null : Math.min(known.until, lack.until),
            why: known.why.includes(lack.why) ? known.why : `${known.why}; ${lack.why}`,
          },
    );
  }
  return [...bySeries.values()];
}

type StepResult = IteratorResult<PullBatch, PullEnd>;
interface Step {
  readonly part: Part;
  /** Null where it failed. */
  readonly step: StepResult | null;
  readonly error: unknown;
}

const stepOf = (part: Part, pass: ReturnType<Part['pull']>): Promise<Step> =>
  pass.next().then(
    (step) => ({ part, step, error: null }),
    (error: unknown) => ({ part, step: null, error }),
  );

const maximum = (one: Instant | null, other: Instant | null): Instant | null =>
  one === null ? other : other === null ? one : Math.max(one, other);

const writeCursor = (states: ReadonlyMap<string, PartState>): string =>
  JSON.stringify({
    version: 1,
    parts: [...states].map(([name, { cursor, completeUntil, historyFrom }]) => [name, cursor, completeUntil, historyFrom]),
  });

/** Anything else than a cursor of ours reads as "nothing read yet": reading twice is harmless. */
function readCursor(text: string | null): [string, PartState][] {
  if (text === null) return [];
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [];
  }
  if (typeof value !== 'object' || value === null || !('version' in value) || value.version !== 1) return [];
  if (!('parts' in value) || !Array.isArray(value.parts)) return [];
  return value.parts.flatMap((part: unknown): [string, PartState][] => {
    if (!Array.isArray(part)) return [];
    const [name, cursor, completeUntil, historyFrom] = part as readonly unknown[];
    if (typeof name !== 'string' || !isTextOrNull(cursor) || !isNumberOrNull(completeUntil) || !isNumberOrNull(historyFrom))
      return [];
    return [[name, { cursor, completeUntil, historyFrom }]];
  });
}

const isTextOrNull = (value: unknown): value is string | null => value === null || typeof value === 'string';
const isNumberOrNull = (value: unknown): value is number | null => value === null || typeof value === 'number';
