import type { Kind } from '../event/kinds.ts';
import type { Scope } from '../event/organisation.ts';
import { mixed } from '../event/uid-hash.ts';
import type { Period } from '../time/period.ts';
import { bucketsOf } from './buckets.ts';
import { collected, isPerOnCall, wholeOf, type Collected, type ItemMeasureOf } from './collected.ts';
import type { Kpi } from './kpi.ts';
import { highOfReason, lowOfReason } from './list-hash.ts';
import type { World } from './world.ts';

/** What some rows alone do to the values of a KPI. */
export interface Footprint {
  /** By index of the scope times the number of periods, plus that of the period; a bucket that is not here has none of the rows. */
  readonly buckets: ReadonlyMap<number, FootprintBucket>;
}

/** By row that is in its list: a hash of what the row brings to the value, to what stands beside it and to its list, uid aside. */
export type FootprintBucket = ReadonlyMap<number, number>;

/**
 * Which values some rows of a kind have a part in, replaced ones included, and a hash of what each brings to them.
 * Where the rows of changed items as they were and as they are leave the same footprint in a bucket, its value need
 * not be measured again. Same pass as evaluation. Scopes must be distinct. Null for measures in which other rows
 * decide what a row counts for; what links and neighbours do to a row's own fields is for the caller to know.
 */
export const footprint = (
  kpi: Kpi,
  world: World,
  scopes: readonly Scope[],
  periods: readonly Period[],
  kind: Kind,
  rows: Int32Array,
): Footprint | null => within([])(kpi, world, scopes, periods, kind, rows);

/** `outer`: the KPIs that this one is a part of. */
const within =
  (outer: readonly string[]): typeof footprint =>
  (kpi, world, scopes, periods, kind, rows) => {
    const { measure } = kpi;
    if (kpi.isPersonal || outer.includes(kpi.id)) return null;
    if (measure.type === 'combine') {
      const parts = measure.parts.map((id) => {
        const part = world.kpi(id);
        return part === undefined ? null : within([...outer, kpi.id])(part, world, scopes, periods, kind, rows);
      });
      return parts.every((part) => part !== null) ? united(parts) : null;
    }
    if (!isOfItems(measure)) return null;
    if (measure.of !== kind) return { buckets: new Map() };
    const made = collected({
      kpi,
      measure,
      world,
      scopes,
      periods,
      wantsSums: false,
      wantsHashes: false,
      wantsEntries: true,
      wantsBearers: false,
      rows,
    });
    return { buckets: bucketsBy(made) };
  };

/** Of several parts: what a row brings to each of them, in their order. */
const united = (parts: readonly Footprint[]): Footprint => {
  const buckets = new Map<number, Map<number, number>>();
  parts.forEach((part, index) => {
    for (const [bucket, rows] of part.buckets)
      for (const [row, hash] of rows) add(buckets, bucket, row, mixedIn(hash, index, PART));
  });
  return { buckets };
};

const add = (buckets: Map<number, Map<number, number>>, bucket: number, row: number, hash: number): void => {
  let rows = buckets.get(bucket);
  if (rows === undefined) buckets.set(bucket, (rows = new Map<number, number>()));
  const known = rows.get(row);
  rows.set(row, known === undefined ? hash : both(known, hash));
};

/** Measures of which each row's part is its own: none is hidden, clipped or given away because of another. */
const isOfItems = (measure: Kpi['measure']): measure is ItemMeasureOf => {
  switch (measure.type) {
    case 'duration':
    case 'ratio':
    case 'depth':
    case 'age':
      return true;
    case 'count':
      return !isPerOnCall(measure);
    case 'overlap':
      return measure.oncePer === null;
    default:
      return false;
  }
};

/** So that a value is not taken for the instant or for what stands beside another. */
const [VALUE, REASON, INSTANT, BESIDE, PART] = [0x2545f491, 0x3c6ef372, 0x165667b1, 0x27d4eb2f, 0x61c88647];

const bucketsBy = (made: Collected): Map<number, Map<number, number>> => {
  const { pass } = made;
  const { entries, reasons } = pass;
  const buckets = new Map<number, Map<number, number>>();
  for (const [bucket, members] of bucketsOf(entries, pass.cuts, wholeOf(made))) {
    for (const member of members) {
      const reason = entries.reason[member] ?? 0;
      const named = reasons[reason] ?? '';
      let hash =
        named === ''
          ? mixedIn(0, entries.value[member] ?? 0, VALUE)
          : both(mixedIn(0, lowOfReason(named), REASON), highOfReason(named) >>> 0);
      hash = mixedIn(hash, entries.at[member] ?? 0, INSTANT);
      const beside = entries.beside[member] ?? Number.NaN;
      // What is not a number has no bits of its own.
      if (!Number.isNaN(beside)) hash = mixedIn(hash, beside, BESIDE);
      add(buckets, bucket, entries.row[member] ?? 0, hash);
    }
  }
  return buckets;
};

const NUMBER = new Float64Array(1);
const WORDS = new Int32Array(NUMBER.buffer);
const LOW_BITS = 2 ** 32;

/** Hashes are whole numbers of 53 bits: 32 low ones and 21 high ones. */
const mixedIn = (hash: number, value: number, of: number): number => {
  NUMBER[0] = value + 0;
  const [low, high] = [WORDS[0] ?? 0, WORDS[1] ?? 0];
  const one = mixed(mixed((hash | 0) ^ of, low), high);
  const two = mixed(mixed(Math.floor(hash / LOW_BITS) ^ high, low), of);
  return (one >>> 0) + (two & 0x1fffff) * LOW_BITS;
};

/** Of two in any order, because it is for the data to say in which they come. */
const both = (one: number, other: number): number =>
  (((one | 0) + (other | 0)) >>> 0) + ((Math.floor(one / LOW_BITS) + Math.floor(other / LOW_BITS)) & 0x1fffff) * LOW_BITS;
