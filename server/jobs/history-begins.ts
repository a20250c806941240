import type { Scope } from '../event/organisation.ts';
import type { MeasurementRow, Store } from '../store/store.ts';
import { periodOf, periodTitle, shiftPeriod } from '../time/calendar.ts';
import type { Calendar, Day, Grain, Instant, Period } from '../time/period.ts';
import { EngineError } from './engine.ts';

/** First day of the first week of which anything is known; null where nothing is. */
export function firstKnownDay(...of: readonly (readonly MeasurementRow[])[]): Day | null {
  let first = Infinity;
  for (const rows of of)
    for (const { grain, emptiness, firstDay } of rows)
      if (grain === 'week' && emptiness !== 'before history' && firstDay < first) first = firstDay;
  return first === Infinity ? null : first;
}

/**
 * Refuses a period that ends before anything is known of the scope, and says which is the first. Where nothing was measured
 * yet there is no first one; the latest period that is over is shown to whoever names none, whatever is known of it.
 */
export async function refuseBeforeHistory(
  store: Store,
  scope: Scope,
  calendar: Calendar,
  grain: Grain,
  asked: Period,
  now: Instant,
): Promise<void> {
  if (asked.firstDay >= shiftPeriod(calendar, periodOf(calendar, grain, calendar.zone.dayOf(now)), -1).firstDay) return;
  const firstDay = firstKnownDay(...(await Promise.all([store.latestSnapshots({ scope }), store.measurements({ scope })])));
  if (firstDay === null || asked.endDay > firstDay) return;
  const first = periodOf(calendar, grain, firstDay);
  const label = periodTitle(first);
  throw new EngineError('not-found', `The history begins with ${lowerFirst(label)}: nothing is known of ${asked.id}.`, {
    what: 'period',
    id: first.id,
    label,
  });
}

/** Inside a sentence a week is one of many; a quarter keeps its name. */
const lowerFirst = (label: string): string => label.replace(/^Week/, 'week');
