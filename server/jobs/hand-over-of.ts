import type { Scope } from '../event/organisation.ts';
import { textAt } from '../event/links.ts';
import { shiftsWithin } from '../event/shifts.ts';
import { standingIn } from '../event/standing.ts';
import type { Kpi } from '../kpi/kpi.ts';
import type { World } from '../kpi/world.ts';
import { buildHandOver } from '../review/hand-over.ts';
import type { HandOver } from '../review/hand-over-schema.ts';
import type { Review } from '../review/schema.ts';
import type { ShiftPageSent } from '../review/shift-input.ts';
import type { Store } from '../store/store.ts';
import { dayTitle } from '../time/calendar.ts';
import type { Period } from '../time/period.ts';
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
  const known = world.coverage({ kind: 'page' }).until;
  // Whole days, up to the last one that is known: a page is told by its day.
  const endDay = zone.dayOf(Math.min(known ?? now, now));
  const days: Period = {
    grain: 'to-date',
    id: 'hand-over',
    firstDay: endDay - DAYS,
    endDay,
    start: zone.startOfDay(endDay - DAYS),
    end: zone.startOfDay(endDay),
  };
  const pages = kpis.find(({ id }) => id === 'pages');
  return buildHandOver({
    organisation: organisation.name,
    calendar: organisation.calendar,
    team: { id: team, label: organisation.teams.find(({ id }) => id === team)?.name ?? team },
    now,
    firstDay: days.firstDay,
    endDay,
    shifts: shiftsWithin(world.columns('shift'), days.start, now + 1).filter((shift) => shift.team === team),
    pages: pages === undefined ? null : withRunbooks(alertPages(kpis, pages, world, scope, days), world),
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

/** With the runbook that the latest alert of each key names. */
function withRunbooks(pages: readonly Omit<ShiftPageSent, 'runbook'>[], world: World): ShiftPageSent[] {
  const alerts = world.columns('alert');
  const stands = standingIn(alerts);
  const wanted = new Set(pages.map(({ key }) => key));
  const runbooks = new Map<string | null, string>();
  for (let row = 0; row < alerts.length; row += 1) {
    const key = textAt(alerts.codes['key'], row);
    const runbook = textAt(alerts.codes['runbook'], row);
    if (runbook !== null && wanted.has(key) && stands(row)) runbooks.set(key, runbook);
  }
  return pages.map((page) => ({ ...page, runbook: runbooks.get(page.key) ?? null }));
}
