import type { Instant } from '../../time/period.ts';
import { KEY_LENGTH } from './series.ts';
import type { Rereads } from './windows.ts';

/** A first read that is under way: its calls follow from what stands here, so that their number says where it came. */
export interface Plan {
  /** What the clock said when it was made: history ends here, and polls go on. */
  readonly at: Instant;
  /** Keys of the series that it reads, in its order. */
  readonly keys: readonly string[];
  /** Calls that have been told. */
  readonly done: number;
  /** Keys of those of which something is missing. */
  readonly failed: readonly string[];
  /** Of the calls: where other ones follow, by a later version or another order of series, the plan begins anew. */
  readonly digest: string;
}

/** How far one place has been read. */
export interface Position extends Rereads {
  /** Key of a series to what the clock said when it was last read whole; those with a history to come are missing. */
  readonly reached: ReadonlyMap<string, Instant>;
  readonly plan: Plan | null;
  /** The first instant of which history can be known. */
  readonly historyFrom: Instant | null;
  /** Up to when all series were known when they last all were. */
  readonly completeUntil: Instant | null;
}

const VERSION = 1;

export const NOTHING_READ: Position = {
  reached: new Map(),
  plan: null,
  nightAt: null,
  weekAt: null,
  historyFrom: null,
  completeUntil: null,
};

/** Series are mostly read up to the same instant: their keys stand in one text beside it. */
export function writePosition({ reached, plan, nightAt, weekAt, historyFrom, completeUntil }: Position): string {
  const byInstant = new Map<Instant, string>();
  for (const [key, at] of reached) byInstant.set(at, (byInstant.get(at) ?? '') + key);
  return JSON.stringify({
    version: VERSION,
    reached: [...byInstant],
    plan: plan === null ? null : [plan.at, plan.keys.join(''), plan.done, plan.failed.join(''), plan.digest],
    rereads: [nightAt, weekAt],
    history: [historyFrom, completeUntil],
  });
}

/** Anything else than a cursor of ours reads as "nothing read yet": reading twice is harmless. */
export function readPosition(text: string | null): Position {
  const value = text === null ? null : parsed(text);
  if (value === null) return NOTHING_READ;
  const { reached, plan, rereads, history } = value;
  if (!Array.isArray(reached) || !Array.isArray(rereads) || !Array.isArray(history)) return NOTHING_READ;
  const [nightAt, weekAt] = instantsOf(rereads);
  const [historyFrom, completeUntil] = instantsOf(history);
  return {
    reached: new Map(reached.flatMap(reachedOf)),
    plan: planOf(plan),
    nightAt: nightAt ?? null,
    weekAt: weekAt ?? null,
    historyFrom: historyFrom ?? null,
    completeUntil: completeUntil ?? null,
  };
}

interface Written {
  readonly reached: unknown;
  readonly plan: unknown;
  readonly rereads: unknown;
  readonly history: unknown;
}

function parsed(text: string): Written | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null || !('version' in value) || value.version !== VERSION) return null;
  if (!('reached' in value) || !('plan' in value) || !('rereads' in value) || !('history' in value)) return null;
  return value;
}

function reachedOf(pair: unknown): [string, Instant][] {
  if (!Array.isArray(pair)) return [];
  const parts: readonly unknown[] = pair;
  const [at, keys] = parts;
  return typeof at === 'number' && typeof keys === 'string' ? keysOf(keys).map((key) => [key, at]) : [];
}

function planOf(value: unknown): Plan | null {
  if (!Array.isArray(value)) return null;
  const parts: readonly unknown[] = value;
  const [at, keys, done, failed, digest] = parts;
  if (typeof at !== 'number' || typeof done !== 'number') return null;
  if (typeof keys !== 'string' || typeof failed !== 'string' || typeof digest !== 'string') return null;
  return { at, keys: keysOf(keys), done, failed: keysOf(failed), digest };
}

const instantsOf = (values: readonly unknown[]): (Instant | null)[] =>
  values.map((value) => (typeof value === 'number' ? value : null));

const keysOf = (text: string): string[] =>
  Array.from({ length: Math.floor(text.length / KEY_LENGTH) }, (_, index) =>
    text.slice(index * KEY_LENGTH, (index + 1) * KEY_LENGTH),
  );
