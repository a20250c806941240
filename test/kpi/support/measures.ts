import type { Kpi, Measure } from '../../../server/kpi/kpi.ts';
import { kpiOf } from './plain.ts';

const duration = (from: string, to: string, more: Partial<Extract<Measure, { type: 'duration' }>> = {}): Measure => ({
  type: 'duration',
  of: 'incident',
  from,
  to,
  excluding: [],
  clock: 'wall',
  summarise: 'median',
  ...more,
});
const overlap = (oncePer: string | null): Measure => ({
  type: 'overlap',
  of: 'incident',
  from: 'impact_started',
  to: 'restored',
  oncePer,
});
const named = (id: string, measure: Measure, more: Partial<Kpi> = {}): Kpi => kpiOf(measure, { id, ...more });

/** Of every kind of measure over incidents some, with what can stand beside them. */
export const MEASURES: readonly Kpi[] = [
  named('restore', duration('opened', 'restored'), { countedIn: 'restored', alsoShow: ['p90', 'mean', 'time in harm'] }),
  named('close', duration('opened', 'closed', { summarise: 'p90', excluding: ['on_hold'] }), { countedIn: 'closed' }),
  named('resolve', duration('opened', 'resolved', { summarise: 'mean' }), { countedIn: 'opened', alsoShow: ['longest'] }),
  named('acknowledge', duration('opened', 'acknowledged', { clock: 'business_hours', summarise: 'sum' }), {
    countedIn: 'acknowledged',
  }),
  named(
    'severe',
    { type: 'ratio', of: 'incident', outOf: [{ field: 'cause', condition: { test: 'in', values: ['network'], negated: true } }] },
    { countedIn: 'opened', where: [{ field: 'severity', condition: { test: 'at_most', bound: 2 } }] },
  ),
  named('arrivals', { type: 'count', of: 'incident', per: null }, { countedIn: 'opened', whenEmpty: 'zero' }),
  named('a-day', { type: 'count', of: 'incident', per: 'day' }, { countedIn: 'opened', alsoShow: ['share of days'] }),
  named('depth', { type: 'depth', of: 'incident', growth: false }),
  named('growth', { type: 'depth', of: 'incident', growth: true }),
  named('age', { type: 'age', of: 'incident', since: 'first opened', summarise: 'median' }),
  named('last-age', { type: 'age', of: 'incident', since: 'last opened', summarise: 'mean' }),
  named('impact', overlap(null), { alsoShow: ['longest', 'median'] }),
  named('impact-once', overlap('service')),
  named('since', { type: 'since', of: 'incident' }, { countedIn: 'opened' }),
  named('difference', { type: 'combine', operation: 'difference', parts: ['arrivals', 'depth'] }),
];
