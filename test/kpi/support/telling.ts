import type { Event, Sample } from '../../../server/event/event.ts';
import type { Kind } from '../../../server/event/kinds.ts';
import type { Scope } from '../../../server/event/organisation.ts';
import { evaluate } from '../../../server/kpi/evaluate.ts';
import type { Kpi } from '../../../server/kpi/kpi.ts';
import { parseOrganisation } from '../../../server/kpi/organisation.ts';
import { parseKpi } from '../../../server/kpi/parse.ts';
import { worldOf } from '../../../server/kpi/world-of.ts';
import type { Evaluated } from '../../../server/kpi/world.ts';
import { parsePeriod } from '../../../server/time/calendar.ts';

/** Facts told by name, measured by definitions as they are written. */

const { organisation } = parseOrganisation(
  `version: organisation/v1
name: People
zone: Europe/Berlin
teams:
  payments: { name: Payments }
  search: { name: Search }
services:
  checkout: { name: Checkout, owner: payments }
`,
  'organisation.yaml',
);
if (organisation === null) throw new Error('no organisation');
export const HOUSE = organisation;
export const AFTER = Date.parse('2026-12-31T12:00:00Z');

/** A definition of a measure, everything else said briefly. */
export const kpiOf = (measure: string, more = ''): Kpi => {
  const { kpi, problems } = parseKpi(
    `version: kpi/v1
id: one
name: One
question: How is it?
section: On-call
role: outcome
owner: Service Operations
better: lower
measure:
  ${measure}
${more}`,
    'one.yaml',
    { digest: (text) => text.slice(0, 9) },
  );
  if (kpi === null) throw new Error(JSON.stringify(problems));
  return kpi;
};

/** What was told of an item at a moment; a second telling at the same moment adds to the first. */
export const fact = (kind: Kind, item: string, at: number, fields: Event['fields']): Event => ({
  kind,
  source: 'desk',
  item,
  key: `${at} ${Object.keys(fields).join(' ')}`,
  effectiveAt: at,
  sequence: 0,
  origin: 'native',
  state: null,
  fields,
  supersedes: null,
  slot: null,
});

export interface Told {
  readonly events?: readonly Event[];
  readonly samples?: readonly Sample[];
  readonly scope?: Scope;
  readonly now?: number;
}

export const measure = (
  kpi: Kpi,
  period: string,
  { events = [], samples = [], scope = 'organisation', now = AFTER }: Told,
): Evaluated => {
  const parsed = parsePeriod(HOUSE.calendar, period);
  if (parsed === null) throw new Error(`no period ${period}`);
  const world = worldOf({ organisation: HOUSE, events, samples, kpis: [kpi], now, digest: (text) => text });
  const [made] = evaluate(kpi, world, [scope], [parsed]);
  if (made === undefined) throw new Error('nothing was evaluated');
  return made;
};
