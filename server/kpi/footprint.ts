import type { Kind } from '../event/kinds.ts';
import type { Scope } from '../event/organisation.ts';
import { hashesOf } from '../event/uid-hash.ts';
import type { Period } from '../time/period.ts';
import { bucketsOf } from './buckets.ts';
import { collected, isPerOnCall, wholeOf, type Collected, type ItemMeasureOf } from './collected.ts';
import type { Kpi } from './kpi.ts';
import { EntryHash, LANES, hashOfText, highOfReason, lowOfReason, printed } from './list-hash.ts';
import type { World } from './world.ts';

/** What some rows alone do to the values of a KPI. */
export interface Footprint {
  /** By index of the scope times the number of periods, plus that of the period; a bucket that is not here has none of the rows. */
  readonly buckets: ReadonlyMap<number, FootprintBucket>;
}

export interface FootprintBucket {
  /** Of all that the rows bring to the value, to what stands beside it and to its list. */
  readonly hash: string;
  /** Those of the rows that are in its list, ascending. */
  readonly rows: readonly number[];
}

/**
 * Which values some rows of a kind have a part in, replaced ones included, and a hash of what they bring to each.
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
      wantsEntries: true,
      wantsBearers: false,
      rows,
    });
    return { buckets: bucketsBy(made) };
  };

/** Of several parts, in their order. */
const united = (parts: readonly Footprint[]): Footprint => {
  const buckets = new Map<number, FootprintBucket>();
  for (const bucket of new Set(parts.flatMap((part) => [...part.buckets.keys()]))) {
    const own = parts.map((part) => part.buckets.get(bucket));
    buckets.set(bucket, {
      hash: hashOfText(own.map((each) => each?.hash ?? '').join()),
      rows: distinct(own.flatMap((each) => each?.rows ?? [])),
    });
  }
  return { buckets };
};

const distinct = (rows: readonly number[]): number[] => [...new Set(rows)].sort((one, other) => one - other);

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
const INSTANT = 0x165667b1;
const BESIDE = 0x27d4eb2f;

const bucketsBy = (made: Collected): Map<number, FootprintBucket> => {
  const { pass } = made;
  const { entries, columns, reasons } = pass;
  const { high, low } = hashesOf(columns);
  const entry = new EntryHash();
  const found = new Map<number, FootprintBucket>();
  for (const [bucket, members] of bucketsOf(entries, pass.cuts, wholeOf(made))) {
    const lanes = new Int32Array(LANES);
    for (const member of members) {
      const row = entries.row[member] ?? 0;
      const [own, other] = [high[row] ?? 0, low[row] ?? 0];
      const reason = reasons[entries.reason[member] ?? 0] ?? '';
      if (reason === '') entry.ofValue(own, other, entries.value[member] ?? 0);
      else entry.ofWords(own, other, lowOfReason(reason), highOfReason(reason));
      entry.addTo(lanes, 0);
      entry.ofValue(own ^ INSTANT, other, entries.at[member] ?? 0);
      entry.addTo(lanes, 0);
      const beside = entries.beside[member] ?? Number.NaN;
      // What is not a number has no bits of its own.
      if (Number.isNaN(beside)) continue;
      entry.ofValue(own, other ^ BESIDE, beside);
      entry.addTo(lanes, 0);
    }
    const rows = distinct(members.map((member) => entries.row[member] ?? 0));
    found.set(bucket, { hash: printed(members.length, lanes), rows });
  }
  return found;
};
