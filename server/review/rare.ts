import type { Kind } from '../event/kinds.ts';
import type { Kpi } from '../kpi/kpi.ts';
import { FULL_BASE } from '../stats/limits.ts';
import type { Period } from '../time/period.ts';
import type { ReviewRow } from './input.ts';

/** Counts that average less than this a period make no useful limits. */
const RARE = 2;

interface Counted {
  readonly period: Period;
  readonly row: Pick<ReviewRow, 'value' | 'emptiness' | 'count' | 'flags'>;
}

/** The first period that holds a divider's day begins a new stretch: its change of level must not be judged by the old. */
export function startsStretch(kpi: Kpi, period: Period, before: Period | undefined): boolean {
  return kpi.dividers.some(({ on }) => on < period.endDay && on >= (before?.endDay ?? period.firstDay));
}

/**
 * Whether a KPI counts what hardly happens: under two a period on average, over the first 24 settled
 * periods since its last divider (those from which limits would be made, so that it does not change its
 * mind with every week). A period in which nothing happened counts as 0 whatever it reads.
 */
export function isRare(kpi: Kpi, steps: readonly Counted[]): boolean {
  if (kpi.measure.type !== 'count') return false;
  const start = steps.findLastIndex(({ period }, index) => startsStretch(kpi, period, steps[index - 1]?.period));
  const counts = steps
    .slice(Math.max(0, start))
    .filter(
      ({ period, row }) =>
        (row.value !== null || row.emptiness === 'none to measure') &&
        !row.flags.includes('running') &&
        !row.flags.includes('unsettled') &&
        period.cutFrom === undefined &&
        (kpi.limitsFrom === null || period.firstDay >= kpi.limitsFrom),
    )
    .slice(0, FULL_BASE)
    .map(({ row }) => row.count);
  return counts.length > 0 && counts.reduce((sum, count) => sum + count, 0) / counts.length < RARE;
}

/** The events of a KPI that is judged by the times between them, else null. What people bore names no instants. */
export function timesOf(kpi: Kpi, weeks: readonly Counted[]): Kind | null {
  const { measure } = kpi;
  if (kpi.isPersonal) return null;
  if (measure.type === 'since') return measure.of;
  return measure.type === 'count' && measure.per === null && isRare(kpi, weeks) ? measure.of : null;
}

/** Whether a KPI with these rows, in any order, is judged by the times between its events: for whoever gathers their instants. */
export function asksForEvents(kpi: Kpi, rows: readonly ReviewRow[], parse: (period: string) => Period | null): boolean {
  const { type } = kpi.measure;
  if (type !== 'since' && type !== 'count') return false;
  const weeks = rows.flatMap((row) => {
    const period = parse(row.period);
    return period === null ? [] : [{ period, row }];
  });
  weeks.sort((first, second) => first.period.firstDay - second.period.firstDay);
  return timesOf(kpi, weeks) !== null;
}
