import type { Scope } from '../event/organisation.ts';
import { listed, lowerFirst, plural } from './format.ts';
import type { Frame } from './frame.ts';
import type { OnCallInput } from './on-call-input.ts';
import type { OnCallHealth } from './on-call-schema.ts';
import { toldGrain } from './on-call-series.ts';
import type { Weighed } from './on-call-verdict.ts';
import { rowsById, stepOf } from './series.ts';
import { periodsBetween } from '../time/calendar.ts';

/** By which spans what people bore is told here, and why by no others. */
export function toldWords(scope: Scope, { kpis }: OnCallInput, weighed: ReadonlyMap<string, Weighed>): string {
  const personal = kpis.filter(({ kpi }) => kpi.isPersonal);
  const isTold = personal.some(({ kpi }) => weighed.get(kpi.id)?.now.value !== null);
  const grains = new Set(personal.map(toldGrain));
  const by = scope === 'organisation' && grains.has('week') ? 'by the week' : 'by the month';
  const rule = `What people bore is told ${by}, where five or more people shared it and no subtraction leaves fewer.`;
  return isTold ? rule : `${rule} None of these days can be told yet; what alerts did is.`;
}

/** Which numbers are hidden over these days, or in parts of them, and why. */
export function hiddenOf(input: OnCallInput, weighed: ReadonlyMap<string, Weighed>, frame: Frame): OnCallHealth['hidden'] {
  const { kpis, whole, scope, now, organisation } = input;
  const months = periodsBetween(organisation.calendar, 'month', whole.firstDay, input.quarter.endDay).filter(
    ({ start }) => start <= now,
  );
  const byWhy = new Map<string, string[]>();
  for (const each of kpis) {
    const { kpi } = each;
    const told = weighed.get(kpi.id)?.now;
    if (!kpi.isPersonal || told === undefined) continue;
    const isWhole = told.value !== null && told.spans[0]?.id === whole.id;
    if (isWhole) continue;
    const rows = rowsById(each.months);
    const silent = months.filter((month) => stepOf(month, rows, null, now).row.value === null);
    const why = told.emptiness !== null && told.emptiness !== 'hidden' ? null : whyOf(kpi.measure.type, kpi.measure);
    if (why === null) continue;
    const when =
      kpi.measure.type === 'spread' || silent.length === 0 ? '' : ` (${listed(silent.map((month) => frame.names(month).label))})`;
    byWhy.set(why, [...(byWhy.get(why) ?? []), `${kpi.name}${when}`]);
  }
  const hidden = [...byWhy].map(([why, names]) => ({
    what: listed(names.map((name, at) => (at === 0 ? name : lowerFirst(name)))),
    why,
  }));
  if (input.hours.spans.length === 0) hidden.push({ what: 'Hours of the week', why: FEW });
  if (scope !== 'organisation' && hidden.length === 0) return [];
  return hidden;
}

const FEW = `A month is told once all of its weeks are over, where at least ${plural(5, 'person', 'people')} were on call in it, and none of the parts that a subtraction could leave holds fewer.`;

function whyOf(type: string, measure: { readonly of?: string }): string {
  if (type === 'spread')
    return 'How evenly load fell is told by the whole quarter, because in less time chance alone spreads it unevenly.';
  if (measure.of === 'feedback') return 'What people answered is told by the month, where five or more answered.';
  return FEW;
}
