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
  /** Of the calls: where other ones follow, by a later version or another order of series, the plan begins anew. */
  readonly digest: string;
}

/** A series of which something could not be read. It waits, longer each time, and holds up no other one meanwhile. */
export interface Trouble {
  /** Passes that asked in vain, one after the other. */
  readonly tries: number;
  /** It is not asked for before. */
  readonly next: Instant;
  readonly said: string;
  /** Stretches of its history that are not known; `end` is not part of them. */
  readonly gaps: readonly (readonly [start: Instant, end: Instant])[];
}

/** How far one place has been read. */
export interface Position extends Rereads {
  /** Key of a series to what the clock said when it was last read whole, but for its gaps; those with a history to come are missing. */
  readonly reached: ReadonlyMap<string, Instant>;
  readonly plan: Plan | null;
  /** By key of the series. */
  readonly troubles: ReadonlyMap<string, Trouble>;
  /** The first instant of which history can be known. */
  readonly historyFrom: Instant | null;
  /** Up to when all series without trouble were known. */
  readonly completeUntil: Instant | null;
}

const VERSION = 1;
/** A thousand series that all are forbidden still make a small cursor. */
export const LONGEST_SAID = 400;

export const NOTHING_READ: Position = {
  reached: new Map(),
  plan: null,
  troubles: new Map(),
  nightAt: null,
  weekAt: null,
  historyFrom: null,
  completeUntil: null,
};

/** Series are mostly read up to the same instant: their keys stand in one text beside it. */
export function writePosition({ reached, plan, troubles, nightAt, weekAt, historyFrom, completeUntil }: Position): string {
  const byInstant = new Map<Instant, string>();
  for (const [key, at] of reached) byInstant.set(at, (byInstant.get(at) ?? '') + key);
  return JSON.stringify({
    version: VERSION,
    reached: [...byInstant],
    plan: plan === null ? null : [plan.at, plan.keys.join(''), plan.done, '', plan.digest],
    troubles: [...troubles].map(([key, { tries, next, said, gaps }]) => [
      key,
      tries,
      next,
      said.slice(0, LONGEST_SAID),
      gaps.flat(),
    ]),
    rereads: [nightAt, weekAt],
    history: [historyFrom, completeUntil],
  });
}

/** Anything else than a cursor of ours reads as "nothing read yet": reading twice is harmless. */
export function readPosition(text: string | null): Position {
  const value = text === null ? null : parsed(text);
  if (value === null) return NOTHING_READ;
  const { reached, plan, troubles, rereads, history } = value;
  if (!Array.isArray(reached) || !Array.isArray(rereads) || !Array.isArray(history)) return NOTHING_READ;
  const [nightAt, weekAt] = instantsOf(rereads);
  const [historyFrom, completeUntil] = instantsOf(history);
  return {
    reached: new Map(reached.flatMap(reachedOf)),
    plan: planOf(plan),
    troubles: new Map(Array.isArray(troubles) ? troubles.flatMap((each: unknown) => troubleOf(each) ?? []) : []),
    nightAt: nightAt ?? null,
    weekAt: weekAt ?? null,
    historyFrom: historyFrom ?? null,
    completeUntil: completeUntil ?? null,
  };
}

interface Written {
  readonly reached: unknown;
  readonly plan: unknown;
  /** Absent from cursors of early versions. */
  readonly troubles?: unknown;
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
  // Of early versions, which kept elsewhere what was missing: such a plan begins anew.
  const [at, keys, done, failed, digest] = parts;
  if (typeof at !== 'number' || typeof done !== 'number') return null;
  if (typeof keys !== 'string' || failed !== '' || typeof digest !== 'string') return null;
  return { at, keys: keysOf(keys), done, digest };
}

function troubleOf(value: unknown): [[string, Trouble]] | null {
  if (!Array.isArray(value)) return null;
  const [key, tries, next, said, ends] = value as readonly unknown[];
  if (typeof key !== 'string' || typeof tries !== 'number' || typeof next !== 'number' || typeof said !== 'string') return null;
  const instants = Array.isArray(ends) ? ends.flatMap((at: unknown) => (typeof at === 'number' ? at : [])) : [];
  const gaps = Array.from(
    { length: Math.floor(instants.length / 2) },
    (_, nth) => [instants[2 * nth] ?? 0, instants[2 * nth + 1] ?? 0] as const,
  );
  return [[key, { tries, next, said, gaps }]];
}

const instantsOf = (values: readonly unknown[]): (Instant | null)[] =>
  values.map((value) => (typeof value === 'number' ? value : null));

const keysOf = (text: string): string[] =>
  Array.from({ length: Math.floor(text.length / KEY_LENGTH) }, (_, index) =>
    text.slice(index * KEY_LENGTH, (index + 1) * KEY_LENGTH),
  );
