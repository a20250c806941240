import { NEVER, type ItemColumns } from '../event/columns.ts';
import { compareText } from '../event/facts.ts';
import { KINDS, type KindShape } from '../event/kinds.ts';
import type { Scope } from '../event/organisation.ts';
import { hashesOf, type UidHashes } from '../event/uid-hash.ts';
import type { Instant, Period } from '../time/period.ts';
import { attributionOf, scopeTable } from './attribution.ts';
import { cutsOf, instantOf, lowerBound } from './buckets.ts';
import { eachRange } from './each-range.ts';
import { uncovered } from './emptiness.ts';
import { compilerFor } from './evaluate-tally.ts';
import { NO_TRAIL, byUid, emptyOutcome, evaluated, type Trail } from './evidence.ts';
import { instantReader, judgedAt, presentOf } from './item-pass.ts';
import type { Kpi, Measure } from './kpi.ts';
import type { EvidenceItem, Exclusion } from './measurement.ts';
import { ListHash } from './list-hash.ts';
import { allRanges } from './row-ranges.ts';
import type { Evaluated, World } from './world.ts';
import { passes } from './where.ts';

type Since = Extract<Measure, { type: 'since' }>;

/** One that happened, or was left out. Seconds. */
interface Told {
  readonly row: number;
  readonly second: number;
  readonly reason: string | null;
}

/** What a scope has seen, by time, then uid. */
interface Seen {
  readonly counted: readonly Told[];
  readonly countedAt: readonly number[];
  readonly excluded: readonly Told[];
  readonly excludedAt: readonly number[];
}

/**
 * Seconds from the last item's counted instant to the period's end, or to now while it runs. As a
 * period does not hold its end, what happens at that very instant is the next period's. Cancelled,
 * merged and planned ones did not happen: those later than the last that did are named as left out.
 * `between` is the time from the one before it to the last; null where there was one only.
 */
export const evaluateSince = (
  kpi: Kpi,
  measure: Since,
  world: World,
  scopes: readonly Scope[],
  periods: readonly Period[],
): Evaluated[] => {
  const columns = world.columns(measure.of);
  const { asOfPeriod } = cutsOf(periods, world.now);
  const hashes = hashesOf(columns);
  const coverage = world.coverage({ kind: measure.of });
  const now = presentOf(world);
  const seen = seenBy(kpi, world, columns, scopes, now);
  return scopes.flatMap((scope) =>
    periods.map((period, index) => {
      const lacking = uncovered(period, coverage, world.now, true);
      if (lacking !== null) return evaluated(kpi, scope, period, emptyOutcome(lacking), NO_TRAIL);
      const asOf = asOfPeriod[index] ?? 0;
      const { counted, countedAt, excluded, excludedAt } = seen.get(scope) ?? NOTHING;
      const found = lowerBound(countedAt, asOf) - 1;
      const last = counted[found];
      const before = counted[found - 1];
      const left = excluded.slice(
        lowerBound(excludedAt, last === undefined ? NEVER : last.second + 1),
        lowerBound(excludedAt, asOf),
      );
      const value = last === undefined ? null : judgedAt({ now }, asOf) - last.second;
      const between = last === undefined || before === undefined ? null : last.second - before.second;
      const outcome = {
        value,
        emptiness: value === null ? ('none to measure' as const) : null,
        count: last === undefined ? 0 : 1,
        exclusions: exclusionsOf(left),
        also: { between },
      };
      return evaluated(kpi, scope, period, outcome, trailOf(columns, hashes, last, value, left));
    }),
  );
};

/** When those happened that the measure counts in a scope, ascending, before `until`: the history behind its values. */
export const instantsOfSince = (kpi: Kpi, measure: Since, world: World, scope: Scope, until: Instant): Instant[] => {
  const seen = seenBy(kpi, world, world.columns(measure.of), [scope], presentOf(world)).get(scope) ?? NOTHING;
  return seen.countedAt.map(instantOf).filter((at) => at < until);
};

const NOTHING: Seen = { counted: [], countedAt: [], excluded: [], excludedAt: [] };

const seenBy = (
  kpi: Kpi,
  world: World,
  columns: ItemColumns,
  scopes: readonly Scope[],
  now: number,
): ReadonlyMap<Scope, Seen> => {
  const shape: KindShape = KINDS[columns.kind];
  const table = scopeTable(scopes, null, null);
  const attribution = attributionOf(columns, world.organisation, table);
  const ranges = allRanges(columns);
  const filter = compilerFor({ columns, world, attribution }, { ranges, dead: columns.dead })(kpi.where);
  const moment = kpi.countedIn ?? shape.countedIn;
  const countedIn = instantReader({ columns, now }, moment);
  const reasonOf = reasonsIn(columns, moment, now);
  const told = table.scopes.map((): Told[] => []);
  eachRange(ranges, (firstRow, endRow) => {
    for (let row = firstRow; row < endRow; row += 1) {
      if (filter.rows !== null && filter.rows[row] === 0) continue;
      const second = countedIn(row);
      if (second === NEVER) continue;
      const stretch = attribution.stretchAt(row, second);
      if (!passes(filter, row, stretch, second)) continue;
      const one = { row, second, reason: reasonOf(row) };
      for (const scope of [table.organisation, attribution.teamScope(stretch, second), attribution.serviceScope(stretch)])
        told[scope]?.push(one);
    }
  });
  return new Map(table.scopes.map((scope, index) => [scope, seenOf(columns, told[index] ?? [])]));
};

const seenOf = (columns: ItemColumns, told: Told[]): Seen => {
  told.sort((one, other) => one.second - other.second || compareText(uidOf(columns, one), uidOf(columns, other)));
  const counted = told.filter(({ reason }) => reason === null);
  const excluded = told.filter(({ reason }) => reason !== null);
  const secondOf = ({ second }: Told): number => second;
  return { counted, countedAt: counted.map(secondOf), excluded, excludedAt: excluded.map(secondOf) };
};

const uidOf = ({ uids }: ItemColumns, { row }: Told): string => uids.at(row) ?? '';

const reasonsIn = (columns: ItemColumns, moment: string, now: number): ((row: number) => string | null) => {
  const cancelled = moment === 'cancelled' ? () => NEVER : instantReader({ columns, now }, 'cancelled');
  const merged = columns.codes['merged_into'];
  const planned = columns.numbers['planned'];
  return (row) => {
    if ((merged?.codes[row] ?? -1) >= 0) return 'merged';
    if (planned?.[row] === 1) return 'planned';
    return cancelled(row) === NEVER ? null : 'cancelled';
  };
};

/** In alphabetical order. */
const exclusionsOf = (left: readonly Told[]): Exclusion[] =>
  [...Map.groupBy(left, ({ reason }) => reason ?? '')]
    .map(([reason, own]) => ({ reason, count: own.length }))
    .sort((one, other) => (one.reason < other.reason ? -1 : 1));

const trailOf = (
  columns: ItemColumns,
  { high, low }: UidHashes,
  last: Told | undefined,
  value: number | null,
  left: readonly Told[],
): Trail => ({
  items: () => [
    ...(last === undefined ? [] : [{ uid: uidOf(columns, last), value, at: instantOf(last.second), excluded: null }]),
    ...left
      .map((one): EvidenceItem => ({
        uid: uidOf(columns, one),
        value: null,
        at: instantOf(one.second),
        excluded: one.reason,
      }))
      .sort(byUid),
  ],
  hash() {
    const list = new ListHash();
    if (last !== undefined) list.addValue(high[last.row] ?? 0, low[last.row] ?? 0, value ?? 0);
    for (const { row, reason } of left) list.addReason(high[row] ?? 0, low[row] ?? 0, reason ?? '');
    return list.toString();
  },
});
