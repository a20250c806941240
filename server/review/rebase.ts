import { dayTitle } from '../time/calendar.ts';
import { formatDay, parseDay } from '../time/day.ts';
import type { Findings } from './findings.ts';
import type { KpiCard } from './schema.ts';
import { periodName, yearOf } from './series.ts';

type Rebase = NonNullable<KpiCard['rebase']>;

/**
 * From which day on limits would be made anew, where somebody asks for it: the first of what a signal that is new or stands
 * began with, so that none of it stays in the old stretch. Proposed only: a divider takes a reason. Null where there are no
 * limits.
 */
export function rebaseOf({ process, news, standing, week }: Findings): Rebase | null {
  if (process.stretches.every(({ limits }) => limits === null)) return null;
  const since = (news ?? standing)?.since;
  if (since === undefined)
    return {
      on: formatDay(week.firstDay),
      text: 'No signal stands, so the first day of the reviewed week is proposed. What came before keeps its limits.',
    };
  const step = process.steps.find(({ period }) => period.id === since)?.period;
  if (step !== undefined)
    return {
      on: formatDay(step.firstDay),
      text: `The signal began in ${periodName(step, yearOf(week))}, so its first day is proposed. What came before keeps its limits.`,
    };
  // Of times between events: each stands at the day of the event that ends it.
  const isRunning = process.between?.running !== null && process.points.at(-1)?.period === since;
  const day = isRunning ? null : parseDay(since.slice(0, 10));
  if (day === null)
    return {
      on: formatDay(week.firstDay),
      text: 'The time since the last one still runs, so the first day of the reviewed week is proposed: what ends after it has new limits.',
    };
  return {
    on: formatDay(day),
    text: `The signal began with what happened on ${dayTitle(day)}, so that day is proposed. What came before keeps its limits.`,
  };
}
