import type { Scope } from '../event/organisation.ts';
import { evaluate } from '../kpi/evaluate.ts';
import { instantsOfSince } from '../kpi/evaluate-since.ts';
import type { Kpi } from '../kpi/kpi.ts';
import type { World } from '../kpi/world.ts';
import type { Instant, Period } from '../time/period.ts';

/**
 * When everything that a KPI counts in a scope happened, ascending, from the beginning of its history to
 * before `until`: the instants behind a count, or behind the time since the last one, and no others.
 * Null where there is no such list: another measure, what people bore, or a source that was never read.
 */
export function eventTimes(kpi: Kpi, world: World, scope: Scope, until: Instant): readonly Instant[] | null {
  const { measure } = kpi;
  if (kpi.isPersonal || (measure.type !== 'count' && measure.type !== 'since')) return null;
  if (measure.type === 'since') return instantsOfSince(kpi, measure, world, scope, until);
  const history = historyUntil(world, world.coverage({ kind: measure.of }).from, until);
  if (history === null) return [];
  const [evaluated] = evaluate({ ...kpi, whenEmpty: 'zero' }, world, [scope], [history]);
  if (evaluated === undefined || evaluated.value === null) return null;
  const times = evaluated.evidence().flatMap(({ at, excluded }) => (at === null || excluded !== null ? [] : [at]));
  return times.sort((one, other) => one - other);
}

/** One range from where history begins, else from 1970 on; null where it begins later. */
function historyUntil({ organisation }: World, from: Instant | null, end: Instant): Period | null {
  const start = from ?? 0;
  if (start >= end) return null;
  const { zone } = organisation.calendar;
  return { grain: 'to-date', id: 'history', firstDay: zone.dayOf(start), endDay: zone.dayOf(end - 1) + 1, start, end };
}
