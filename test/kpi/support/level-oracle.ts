import type { SeriesColumns } from '../../../server/event/columns.ts';
import { hourClassOf, matchesDuring } from '../../../server/event/hours.ts';
import type { Organisation, Scope } from '../../../server/event/organisation.ts';
import { teamAt } from '../../../server/event/ownership.ts';
import type { Cadence } from '../../../server/kpi/level-cadence.ts';
import type { Points, Statistic } from '../../../server/kpi/level-points.ts';
import type { Where } from '../../../server/kpi/kpi.ts';
import { summarise, sumOf } from '../../../server/kpi/summary.ts';
import { holidaysOf } from '../../../server/kpi/local-clock.ts';
import { textTest } from '../../../server/kpi/where.ts';
import type { Zone } from '../../../server/time/zone.ts';

/** The points of a scope said slowly: every point is asked everything, for each scope anew, and nothing is kept. */
export const oraclePoints = (
  columns: SeriesColumns,
  where: readonly Where[],
  statistic: Statistic,
  organisation: Organisation,
  scope: Scope,
  now: number,
): Points => {
  const at: number[] = [];
  const values: number[] = [];
  let together: { key: string; value: number }[] = [];
  const close = (): void => {
    if (together.length > 0) values.push(aggregated(together, statistic));
    together = [];
  };
  columns.at.forEach((instant, index) => {
    const key = columns.dimensions.dictionary[columns.dimensions.codes[index] ?? -1] ?? '';
    const own = dimensionsOf(key);
    if (instant > now || !isMeant(own, where, organisation, instant) || !isIn(own, organisation, scope, instant)) return;
    if (at.at(-1) !== instant) {
      close();
      at.push(instant);
    }
    together.push({ key, value: columns.values[index] ?? Number.NaN });
  });
  close();
  return { at: Float64Array.from(at), values: Float64Array.from(values) };
};

const dimensionsOf = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text === ''
      ? []
      : text.split(',').map((pair) => {
          const equals = pair.indexOf('=');
          return equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
        }),
  );

const isMeant = (
  own: ReadonlyMap<string, string>,
  where: readonly Where[],
  organisation: Organisation,
  instant: number,
): boolean =>
  where.every(({ field, condition }) => {
    if (condition.test !== 'during') return textTest(condition)(own.get(field) ?? null);
    const { zone } = organisation.calendar;
    return matchesDuring(hourClassOf(instant, zone, organisation.hours, holidaysOf(organisation)(zone)), condition.during);
  });

const isIn = (own: ReadonlyMap<string, string>, organisation: Organisation, scope: Scope, instant: number): boolean => {
  if (scope === 'organisation') return true;
  const name = scope.slice(scope.indexOf(':') + 1);
  if (scope.startsWith('service:')) return own.get('service') === name;
  return teamAt(organisation, { team: own.get('team') ?? null, service: own.get('service') ?? null }, instant) === name;
};

const aggregated = (together: readonly { key: string; value: number }[], statistic: Statistic): number => {
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

const HOUR_MS = 3_600_000;

export const oracleCadence = (points: Points, zone: Zone): Cadence => {
  const at = [...points.at];
  const isDaily = at.every((instant) => zone.startOfDay(zone.dayOf(instant)) === instant);
  if (at.length < 2) return at.length === 1 && isDaily ? { every: 'day' } : { every: 'unknown' };
  const gaps = at
    .slice(1)
    .map((instant, index) => instant - (at[index] ?? 0))
    .sort((left, right) => left - right);
  const ms = gaps[(gaps.length - 1) >>> 1] ?? 0;
  return ms >= 23 * HOUR_MS && ms <= 25 * HOUR_MS && isDaily ? { every: 'day' } : { every: 'interval', ms };
};
