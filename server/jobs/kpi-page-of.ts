import type { Organisation, Scope } from '../event/organisation.ts';
import { slicesOf as sliceFieldsOf } from '../kpi/fields.ts';
import type { Kpi } from '../kpi/kpi.ts';
import { suggestion } from '../kpi/spelling.ts';
import type { World } from '../kpi/world.ts';
import { buildKpiPage } from '../review/kpi-page.ts';
import type { RestatedValue } from '../review/kpi-page-input.ts';
import type { KpiPage } from '../review/kpi-page-schema.ts';
import { asksForEvents } from '../review/rare.ts';
import type { ReviewRow } from '../review/input.ts';
import type { Review } from '../review/schema.ts';
import type { SnapshotRow, Store } from '../store/store.ts';
import { parsePeriod } from '../time/calendar.ts';
import { basisOf, sourcesBehind, type KnownSource } from './coverage.ts';
import type { Definitions } from './definitions.ts';
import { EngineError, type SourceStatus } from './engine.ts';
import { eventTimes } from './event-times.ts';
import { talkOf } from './journal.ts';
import { currentRows, scopeChoices } from './review-of.ts';
import { dimensionsOf } from './slice-values.ts';

export interface KpiPageRequest {
  readonly store: Store;
  readonly organisation: Organisation;
  readonly definitions: Definitions;
  readonly world: World;
  readonly sources: readonly KnownSource[];
  readonly kpi: string;
  readonly scope: Scope;
  /** Of the last complete week, in this scope: the page says of it what the review says. */
  readonly review: Review;
  readonly watermark: number;
  readonly measuredAt: number | null;
  readonly statuses: readonly SourceStatus[];
}

/** Gathers what the page of one KPI is made from, and makes it. */
export async function kpiPageOf(request: KpiPageRequest): Promise<KpiPage> {
  const { store, organisation, definitions, world, scope, review } = request;
  const { calendar } = organisation;
  const kpi = kpiNamed(definitions.kpis, request.kpi);
  const entry = definitions.entries.find((one) => one.kpi?.id === kpi.id);
  const card = review.cards.find(({ id }) => id === kpi.id);
  const week = parsePeriod(calendar, review.week.id);
  if (entry === undefined || card === undefined || week === null)
    throw new EngineError('not-found', `${kpi.id} is not measured yet.`);

  const query = { kpi: kpi.id, scope, toDay: week.endDay - 1 };
  const [snapshots, live] = await Promise.all([store.latestSnapshots(query), store.measurements(query)]);
  const own = currentRows(snapshots, live).get(kpi.id) ?? [];
  const ofGrain = (grain: string): ReviewRow[] =>
    own.flatMap(({ row, reviewRow }) => {
      const period = row.grain === grain ? parsePeriod(calendar, row.period) : null;
      if (period === null || period.endDay > week.endDay || period.firstDay !== row.firstDay) return [];
      return [{ ...reviewRow, limits: row.definition === kpi.definition ? row.limits : null }];
    });
  const weeks = ofGrain('week');
  const choices = scopeChoices(organisation, world.now);
  const behind = sourcesBehind(
    basisOf(kpi, (id) => world.kpi(id)),
    request.sources,
  ).map(({ source }) => source.id);
  return buildKpiPage({
    organisation: organisation.name,
    calendar,
    scope: { id: scope, label: choices.find(({ id }) => id === scope)?.label ?? scope },
    scopes: choices,
    week,
    weekState: review.week.state,
    now: world.now,
    card,
    kpi: {
      kpi,
      words: card.definitionWords,
      sources: behind,
      weeks,
      months: ofGrain('month'),
      quarters: ofGrain('quarter'),
      events: asksForEvents(kpi, weeks, (id) => parsePeriod(calendar, id))
        ? eventTimes(kpi, world, scope, Math.min(week.end, world.now))
        : null,
    },
    restated: await restatedValues(store, kpi, scope, snapshots, organisation),
    talk: await talkOf(store, scope),
    file: { name: entry.file, text: entry.text, isLastGood: entry.isLastGood, problems: entry.problems },
    slices: slicesBy(kpi, world),
    usedIn: usedIn(kpi, definitions.kpis),
    sources: request.statuses
      .filter(({ id }) => behind.includes(id))
      .map(({ id, name, freshness, text, state }) => ({
        id,
        name,
        freshness,
        text,
        completeUntil: state?.completeUntil ?? null,
      })),
    watermark: request.watermark,
    measuredAt: request.measuredAt,
  });
}

/** @throws EngineError that names what was probably meant */
export function kpiNamed(kpis: readonly Kpi[], id: string): Kpi {
  const kpi = kpis.find((one) => one.id === id);
  if (kpi !== undefined) return kpi;
  const near = suggestion(
    id,
    kpis.map((one) => one.id),
  );
  throw new EngineError('not-found', `There is no KPI "${id.slice(0, 80)}". ${near.replace(/([^.?])$/, '$1.')}`);
}

const FIRST_TOLD: ReadonlySet<string> = new Set(['settled', 'published']);

/** What stood before the first restatement of each period, and what stands now, by the first day. */
async function restatedValues(
  store: Store,
  kpi: Kpi,
  scope: Scope,
  latest: readonly SnapshotRow[],
  { calendar }: Organisation,
): Promise<RestatedValue[]> {
  const moved = latest
    .filter(({ revision, grain, period }) => revision > 1 && grain !== 'year' && parsePeriod(calendar, period) !== null)
    .filter(({ period }) => !/-[A-Z]TD/.test(period))
    .sort((one, other) => one.firstDay - other.firstDay || one.period.localeCompare(other.period));
  const restated: RestatedValue[] = [];
  for (const row of moved) {
    const revisions = [...(await store.revisions(kpi.id, scope, row.period))].sort((one, other) => one.revision - other.revision);
    const first = revisions.findIndex(({ revision, causes }) => revision > 1 && causes.some((cause) => !FIRST_TOLD.has(cause)));
    const before = revisions[first - 1];
    const after = revisions.at(-1);
    if (first < 1 || before === undefined || after === undefined) continue;
    const since = revisions.slice(first);
    restated.push({
      period: row.period,
      // One who was recorded late would stand alone between the two.
      before: kpi.isPersonal ? { value: null, emptiness: 'hidden', count: 0 } : before,
      after,
      causes: [...new Set(since.flatMap(({ causes }) => causes))].filter((cause) => !FIRST_TOLD.has(cause)).sort(),
      moved: since.reduce((sum, { movedCount }) => sum + movedCount, 0),
      revision: after.revision,
      at: after.recordedAt,
    });
  }
  return restated;
}

/** What it may be cut by; those of its file first. */
function slicesBy(kpi: Kpi, world: World): { readonly by: readonly string[]; readonly refused: string | null } {
  if (kpi.isPersonal)
    return {
      by: [],
      refused: 'What people bore or answered is shown for groups of five or more only, and slices of it would be smaller ones.',
    };
  const { measure } = kpi;
  if (measure.type === 'combine')
    return { by: [], refused: `It is made of other KPIs; look at slices of those: ${measure.parts.join(', ')}.` };
  const known = measure.type === 'level' ? dimensionsOf(kpi, world) : 'of' in measure ? sliceFieldsOf(measure.of) : [];
  if (known.length === 0) return { by: [], refused: 'There is nothing it could be cut by.' };
  const named = kpi.sliceBy.filter((field) => known.includes(field));
  return { by: [...named, ...known.filter((field) => !named.includes(field))], refused: null };
}

/** KPIs that are made of this one, and those that it is made of. */
function usedIn({ id, measure }: Kpi, kpis: readonly Kpi[]): { id: string; name: string; how: string }[] {
  const parts = measure.type === 'combine' ? measure.parts : [];
  return kpis.flatMap((other) => {
    if (parts.includes(other.id)) return [{ id: other.id, name: other.name, how: 'it is made of' }];
    const isPart = other.measure.type === 'combine' && other.measure.parts.includes(id);
    return isPart ? [{ id: other.id, name: other.name, how: 'is made of it' }] : [];
  });
}
