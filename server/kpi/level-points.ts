import type { SeriesColumns } from '../event/columns.ts';
import type { Organisation, Scope } from '../event/organisation.ts';
import type { Zone } from '../time/zone.ts';
import { hourClassOf, matchesDuring } from '../event/hours.ts';
import { teamAt } from '../event/ownership.ts';
import type { Kpi } from './kpi.ts';
import { summarise, sumOf } from './summary.ts';
import { holidaysOf, textTest } from './where.ts';

export type Statistic = 'mean' | 'sum' | 'max' | 'min' | 'first' | 'last' | `p${number}`;

/** One value a timestamp, ascending in time. */
export interface Points {
  readonly at: Float64Array;
  readonly values: Float64Array;
}

/** How sources name their statistics, beside our own names. */
const STATISTIC_NAMES: Readonly<Record<string, readonly string[]>> = {
  mean: ['mean', 'average', 'avg'],
  sum: ['sum', 'total', 'count'],
  max: ['max', 'maximum'],
  min: ['min', 'minimum'],
};

/**
 * The columns that answer a statistic best: those of the same name (percentiles and maxima are kept
 * as the source measured them), else the averages, else the first by name. Null where there are none.
 */
export const columnsFor = (all: readonly SeriesColumns[], statistic: Statistic): SeriesColumns | null => {
  const sorted = [...all].sort((left, right) => (left.statistic < right.statistic ? -1 : 1));
  const named = (names: readonly string[]): SeriesColumns | undefined =>
    sorted.find((each) => names.includes(each.statistic.toLowerCase()));
  return named(STATISTIC_NAMES[statistic] ?? [statistic]) ?? named(STATISTIC_NAMES['mean'] ?? []) ?? sorted[0] ?? null;
};

/** `country=US,tier=gold` as a map. */
const dimensionsOf = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text === ''
      ? []
      : text.split(',').map((pair) => {
          const equals = pair.indexOf('=');
          return equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
        }),
  );

/**
 * The points that a KPI means in a scope: all in the organisation; in a team's or service's those with
 * that `team` or `service` dimension, or whose service the team owned at the time. Points of one
 * timestamp become one by the statistic. Points after `now` are not yet known.
 */
export const pointsOf = (
  columns: SeriesColumns,
  kpi: Kpi,
  statistic: Statistic,
  organisation: Organisation,
  scope: Scope,
  now: number,
): Points => {
  // A point without dimensions has those of '', whether its code says so or is "not set".
  const names = [...columns.dimensions.dictionary, ''];
  const dimensions = names.map(dimensionsOf);
  const isMeant = dimensions.map((each) =>
    kpi.where.every(({ field, condition }) => condition.test === 'during' || textTest(condition)(each.get(field) ?? null)),
  );
  const isInScope = scopeTest(dimensions, organisation, scope);
  const isAtTime = hoursTest(kpi, organisation);
  const at: number[] = [];
  const values: number[] = [];
  let together: Dimensioned[] = [];
  const close = (): void => {
    if (together.length > 0) values.push(aggregated(together, statistic));
    together = [];
  };
  for (let index = 0; index < columns.at.length; index += 1) {
    const instant = columns.at[index] ?? 0;
    if (instant > now) break;
    const known = columns.dimensions.codes[index] ?? -1;
    const code = known < 0 ? names.length - 1 : known;
    if (isMeant[code] !== true || !isInScope(code, instant) || !isAtTime(instant)) continue;
    if (at[at.length - 1] !== instant) {
      close();
      at.push(instant);
    }
    together.push({ key: names[code] ?? '', value: columns.values[index] ?? Number.NaN });
  }
  close();
  return { at: Float64Array.from(at), values: Float64Array.from(values) };
};

interface Dimensioned {
  readonly key: string;
  readonly value: number;
}

/** Several dimensions at one timestamp as one value, whatever order they came in. */
const aggregated = (together: readonly Dimensioned[], statistic: Statistic): number => {
  const only = together.length === 1 ? together[0] : undefined;
  if (only !== undefined) return only.value;
  const byKey = [...together].sort((left, right) =>
    left.key < right.key ? -1 : left.key > right.key ? 1 : left.value - right.value,
  );
  if (statistic === 'first') return byKey[0]?.value ?? Number.NaN;
  if (statistic === 'last') return byKey[byKey.length - 1]?.value ?? Number.NaN;
  const values = Float64Array.from(byKey, (each) => each.value);
  if (statistic === 'sum') return sumOf(values);
  return summarise(values.sort(), statistic) ?? Number.NaN;
};

const scopeTest = (
  dimensions: readonly ReadonlyMap<string, string>[],
  organisation: Organisation,
  scope: Scope,
): ((code: number, instant: number) => boolean) => {
  if (scope === 'organisation') return () => true;
  const name = scope.slice(scope.indexOf(':') + 1);
  if (scope.startsWith('service:')) return (code) => dimensions[code]?.get('service') === name;
  return (code, instant) => {
    const own = dimensions[code];
    return teamAt(organisation, { team: own?.get('team') ?? null, service: own?.get('service') ?? null }, instant) === name;
  };
};

const hoursTest = (kpi: Kpi, organisation: Organisation): ((instant: number) => boolean) => {
  const tests = kpi.where.flatMap(({ condition }) => (condition.test === 'during' ? [condition.during] : []));
  if (tests.length === 0) return () => true;
  const { zone } = organisation.calendar;
  const isHoliday = holidaysOf(organisation)(zone);
  return (instant) => tests.every((during) => matchesDuring(hourClassOf(instant, zone, organisation.hours, isHoliday), during));
};

/** How far apart the points of a series usually are. `day`: one a local day, at midnight. */
export type Cadence =
  { readonly every: 'day' } | { readonly every: 'interval'; readonly ms: number } | { readonly every: 'unknown' };

const HOUR_MS = 3_600_000;

/** The median spacing; a point every local midnight is daily data, whose days weigh the same at 23, 24 or 25 hours. */
export const cadenceOf = (points: Points, zone: Zone): Cadence => {
  const { at } = points;
  const isDaily = (): boolean => at.every((instant) => zone.startOfDay(zone.dayOf(instant)) === instant);
  if (at.length < 2) return at.length === 1 && isDaily() ? { every: 'day' } : { every: 'unknown' };
  const gaps = Float64Array.from({ length: at.length - 1 }, (_, index) => (at[index + 1] ?? 0) - (at[index] ?? 0)).sort();
  const ms = gaps[(gaps.length - 1) >>> 1] ?? 0;
  return ms >= 23 * HOUR_MS && ms <= 25 * HOUR_MS && isDaily() ? { every: 'day' } : { every: 'interval', ms };
};
