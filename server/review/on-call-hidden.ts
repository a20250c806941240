import type { Scope } from '../event/organisation.ts';
import { periodOf, periodsBetween } from '../time/calendar.ts';
import type { Calendar, Period } from '../time/period.ts';
import { listed, lowerFirst } from './format.ts';
import type { Frame } from './frame.ts';
import { WHY_NO_HOURS } from './on-call-hours.ts';
import { ON_CALL_PARTS, type OnCallInput } from './on-call-input.ts';
import type { OnCallHealth } from './on-call-schema.ts';
import { toldGrain } from './on-call-series.ts';
import type { Weighed } from './on-call-verdict.ts';
import { rowsById, stepOf } from './series.ts';

/** By which spans what people bore is told here, and why by no others. */
export function toldWords(scope: Scope, { kpis }: OnCallInput, weighed: ReadonlyMap<string, Weighed>): string {
  const personal = kpis.filter(({ kpi }) => kpi.isPersonal);
  const isTold = personal.some(({ kpi }) => weighed.get(kpi.id)?.now.value !== null);
  const grains = new Set(personal.map(toldGrain));
  const by = scope === 'organisation' && grains.has('week') ? 'by the week' : 'by the month';
  const rule = `What people bore is told ${by}, where five or more people shared it and no subtraction leaves fewer.`;
  return isTold ? rule : `${rule} None of these days can be told yet; what alerts did is.`;
}

/**
 * What is hidden over these days, and why: months that are not over, numbers of groups too small, and what is
 * told by other spans. Each why once, with all that it holds for.
 */
export function hiddenOf(input: OnCallInput, weighed: ReadonlyMap<string, Weighed>, frame: Frame): OnCallHealth['hidden'] {
  const { kpis, whole, quarter, now, organisation, hours } = input;
  const { calendar } = organisation;
  const months = periodsBetween(calendar, 'month', whole.firstDay, quarter.endDay).filter(({ start }) => start <= now);
  const running = months.filter((month) => weekEnd(calendar, month) > now);
  const byWhy = new Map<string, Set<string>>();
  const note = (why: string, what: string): void => void byWhy.set(why, (byWhy.get(why) ?? new Set<string>()).add(what));
  for (const each of kpis) {
    const { kpi } = each;
    const told = weighed.get(kpi.id)?.now;
    if (!kpi.isPersonal || told === undefined || isPart(kpi.id)) continue;
    if (told.value !== null && told.spans[0]?.id === whole.id) continue;
    if (told.emptiness !== null && told.emptiness !== 'hidden') continue;
    if (kpi.measure.type === 'spread') {
      note(BY_QUARTER, kpi.name);
      continue;
    }
    const rows = rowsById(each.months);
    const silent = months.filter((month) => !running.includes(month) && stepOf(month, rows, null, now).row.value === null);
    for (const month of running) note(NOT_OVER, `What people bore in ${frame.names(month).title}`);
    if (silent.length > 0)
      note(
        kpi.measure.type === 'score' ? FEW_ANSWERS : FEW,
        `${kpi.name} in ${listed(silent.map((month) => frame.names(month).title))}`,
      );
  }
  if (hours.spans.length === 0) note(WHY_NO_HOURS, 'Hours of the week');
  return [...byWhy].map(([why, what]) => ({
    what: listed([...what].map((name, at) => (at === 0 ? name : lowerFirst(name)))),
    why,
  }));
}

const isPart = (id: string): boolean => ON_CALL_PARTS.some((part) => part === id);

/** A month is told when its last week is over. */
const weekEnd = (calendar: Calendar, month: Period): number => periodOf(calendar, 'week', month.endDay - 1).end;

const NOT_OVER = 'A month is told once all of its weeks are over: a number seen twice would tell what came in between.';
const FEW =
  'Fewer than five people were on call, or were at some hours, or taking one number from another would leave fewer than five.';
const FEW_ANSWERS = 'Fewer than five people answered, or taking one number from another would leave fewer than five.';
const BY_QUARTER = 'How evenly load fell is told by the whole quarter: in less time chance alone spreads it unevenly.';
