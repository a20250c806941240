import type { Scope } from '../event/organisation.ts';
import { textAt } from '../event/links.ts';
import { shiftsWithin } from '../event/shifts.ts';
import { secondsIn, standingIn } from '../event/standing.ts';
import { evaluate } from '../kpi/evaluate.ts';
import type { Kpi } from '../kpi/kpi.ts';
import type { World } from '../kpi/world.ts';
import { buildHandOver } from '../review/hand-over.ts';
import type { HandOver } from '../review/hand-over-schema.ts';
import type { Review } from '../review/schema.ts';
import type { ShiftPageSent } from '../review/shift-input.ts';
import type { Store } from '../store/store.ts';
import { dayTitle } from '../time/calendar.ts';
import type { Day, Period } from '../time/period.ts';
import type { Zone } from '../time/zone.ts';
import type { SourceStatus } from './engine.ts';
import { alertPages } from './on-call-pages.ts';
import { openIncidents } from './open-incidents.ts';

/** Days that a hand-over looks back on. */
const DAYS = 7;
/** Whose trouble matters to a hand-over. */
const KINDS = ['page', 'shift', 'incident'];

export interface HandOverRequest {
  readonly store: Store;
  readonly kpis: readonly Kpi[];
  readonly world: World;
  readonly team: string;
  readonly scope: Scope;
  /** Of the last complete week, in this scope. */
  readonly review: Review;
  readonly watermark: number;
  readonly statuses: readonly SourceStatus[];
}

/** Gathers what a team hands over: alerts by the day, incidents, and the days of its rotations. */
export async function handOverOf({
  store,
  kpis,
  world,
  team,
  scope,
  review,
  watermark,
  statuses,
}: HandOverRequest): Promise<HandOver> {
  const { organisation, now } = world;
  const { zone } = organisation.calendar;
  const { from, until: known } = world.coverage({ kind: 'page' });
  // Whole days, up to the last one that is known: a page is told by its day.
  const endDay = zone.dayOf(Math.min(known ?? now, now));
  const days = daysBetween(zone, endDay - DAYS, endDay);
  // Before its history begins nothing is known, which is not nothing.
  const told = daysBetween(zone, Math.max(days.firstDay, from === null ? -Infinity : zone.dayOf(from - 1) + 1), endDay);
  const pages = kpis.find(({ id }) => id === 'pages');
  return buildHandOver({
    organisation: organisation.name,
    calendar: organisation.calendar,
    team: { id: team, label: organisation.teams.find(({ id }) => id === team)?.name ?? team },
    now,
    firstDay: days.firstDay,
    endDay,
    shifts: shiftsWithin(world.columns('shift'), days.start, now + 1).filter((shift) => shift.team === team),
    pages:
      pages === undefined || !isKnown(pages, world, scope, told)
        ? null
        : withRunbooks(alertPages(kpis, pages, world, scope, told), world),
    open: await openIncidents(store, watermark, world, scope),
    cards: review.cards,
    doubts: [
      ...(known === null || known < now - DAYS * 86_400_000
        ? [known === null ? 'No source vouches for pages.' : `Pages are known up to ${dayTitle(endDay - 1)} only.`]
        : []),
      ...statuses.flatMap(({ kinds, freshness, name, text }) =>
        freshness !== 'fresh' && freshness !== 'pulling' && kinds.some((kind) => KINDS.includes(kind))
          ? [`${name}: ${text}.`]
          : [],
      ),
    ],
    watermark,
  });
}

const daysBetween = (zone: Zone, firstDay: Day, endDay: Day): Period => ({
  grain: 'to-date',
  id: 'hand-over',
  firstDay,
  endDay,
  start: zone.startOfDay(firstDay),
  end: zone.startOfDay(endDay),
});

function isKnown(pages: Kpi, world: World, scope: Scope, days: Period): boolean {
  const [made] = days.firstDay < days.endDay ? evaluate(pages, world, [scope], [days]) : [];
  return made !== undefined && (made.emptiness === null || made.emptiness === 'none to measure');
}

/** With the runbook that the latest alert of each key names. */
function withRunbooks(pages: readonly Omit<ShiftPageSent, 'runbook'>[], world: World): ShiftPageSent[] {
  const alerts = world.columns('alert');
  const stands = standingIn(alerts);
  const wanted = new Set(pages.map(({ key }) => key));
  const raised = secondsIn(alerts, 'raised');
  const runbooks = new Map<string | null, { readonly at: number; readonly runbook: string }>();
  for (let row = 0; row < alerts.length; row += 1) {
    const key = textAt(alerts.codes['key'], row);
    const runbook = textAt(alerts.codes['runbook'], row);
    if (runbook === null || !wanted.has(key) || !stands(row)) continue;
    if ((runbooks.get(key)?.at ?? -Infinity) <= raised(row)) runbooks.set(key, { at: raised(row), runbook });
  }
  return pages.map((page) => ({ ...page, runbook: runbooks.get(page.key)?.runbook ?? null }));
}
