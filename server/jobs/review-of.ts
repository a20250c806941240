import type { Organisation, Scope } from '../event/organisation.ts';
import { ownerOf } from '../event/ownership.ts';
import { evaluate } from '../kpi/evaluate.ts';
import type { Flag } from '../kpi/measurement.ts';
import type { Evaluated, World } from '../kpi/world.ts';
import { definitionWords } from '../kpi/words.ts';
import { asksForEvents } from '../review/rare.ts';
import { buildReview } from '../review/review.ts';
import type { KpiInput, ReviewRestatement, ReviewRow, ScopeChoice } from '../review/input.ts';
import type { Review } from '../review/schema.ts';
import type { Talk } from '../review/talk.ts';
import type { MeasurementRow, SnapshotRow, Store } from '../store/store.ts';
import { parsePeriod, shiftPeriod, toDate } from '../time/calendar.ts';
import type { Instant, Period } from '../time/period.ts';
import { basisOf, isStale, sourcesBehind, type KnownSource } from './coverage.ts';
import type { Definitions } from './definitions.ts';
import { EngineError, type SourceStatus } from './engine.ts';
import { eventTimes } from './event-times.ts';
import { firstKnownDay, refuseBeforeHistory } from './history-begins.ts';
import { withoutBefore } from './past-of-people.ts';
import { isSettled, isShownOver } from './shown.ts';
import { toldOnAxis } from './told-on-axis.ts';

export interface ReviewRequest {
  readonly store: Store;
  readonly organisation: Organisation;
  readonly definitions: Definitions;
  readonly world: World;
  readonly sources: readonly KnownSource[];
  readonly week: string;
  readonly scope: Scope;
  readonly watermark: number;
  readonly measuredAt: Instant | null;
  readonly statuses: readonly SourceStatus[];
  /** What people wrote in this scope. */
  readonly talk: Talk;
}

/** Gathers what the weekly review of one scope is made from, and makes it. */
export async function reviewOf(request: ReviewRequest): Promise<Review> {
  const { store, organisation, definitions, world, sources, scope } = request;
  const { calendar } = organisation;
  const week = parsePeriod(calendar, request.week);
  if (week === null || week.grain !== 'week') {
    throw new EngineError('invalid', `"${request.week.slice(0, 40)}" is not a week that exists; write it as 2026-W46.`);
  }
  if (week.start > world.now) throw new EngineError('not-found', `${request.week} has not begun yet.`);

  const lastDay = week.endDay - 1;
  const [snapshots, live, publications] = await Promise.all([
    store.latestSnapshots({ scope, toDay: lastDay }),
    store.measurements({ scope, toDay: lastDay }),
    store.publications(200),
  ]);
  const firstDay = firstKnownDay(snapshots, live);
  if (firstDay === null) await refuseBeforeHistory(store, scope, calendar, 'week', week, world.now);
  const rows = currentRows(snapshots, live);
  const published = publications.filter((one) => one.review === week.id && one.scope === scope).map((one) => one.at);
  const since = lastReviewAt(publications, scope, week, calendarWeekBefore(organisation, week));
  const restatements = await restatementsOf(store, scope, since, Math.min(world.now, nextReviewAt(organisation, week)));

  const ranges = toDate(calendar, week);
  const toDatePeriods = [ranges.month, ranges.quarter, ranges.year].flatMap(({ current, prior }) => [current, prior]);
  const wordsOf = new Map(
    definitions.entries.flatMap((entry) =>
      entry.kpi === null || entry.words === null ? [] : [[entry.kpi.id, entry.words] as const],
    ),
  );

  const kpis = definitions.kpis.map((kpi): KpiInput => {
    const basis = basisOf(kpi, (id) => world.kpi(id));
    const own = rows.get(kpi.id) ?? [];
    const ofGrain = (grain: string): ReviewRow[] =>
      own
        .filter(({ row }) => row.grain === grain && (grain === 'week' || endsBy(organisation, row, week)))
        .map(({ row, reviewRow }) => ({ ...reviewRow, limits: row.definition === kpi.definition ? row.limits : null }));
    const weeks = ofGrain('week');
    return {
      kpi,
      words: wordsOf.get(kpi.id) ?? definitionWords(kpi),
      sources: sourcesBehind(basis, sources).map(({ source }) => source.id),
      lacking: sourcesBehind(basis, sources).flatMap(({ state }) =>
        (state?.lacking ?? []).filter(({ series }) => basis.series.includes(series)),
      ),
      weeks,
      months: ofGrain('month'),
      quarters: ofGrain('quarter'),
      toDate: evaluate(kpi, world, [scope], toDatePeriods).map((evaluated, index) =>
        evaluatedRow(evaluated, isStale(basis, sources, toDatePeriods[index] ?? week, world.now)),
      ),
      events: asksForEvents(kpi, weeks, (id) => parsePeriod(calendar, id))
        ? eventTimes(kpi, world, scope, Math.min(week.end, world.now))
        : null,
      restatements: withoutBefore(kpi, restatements.get(kpi.id) ?? []),
    };
  });
  return buildReview({
    organisation,
    scope,
    scopes: scopeChoices(organisation, world.now),
    week,
    firstDay,
    now: world.now,
    kpis,
    sources: request.statuses.map(({ id, name, freshness, text, state }) => ({
      id,
      name,
      freshness,
      text,
      completeUntil: state?.completeUntil ?? null,
    })),
    broken: definitions.entries
      .filter((entry) => entry.problems.length > 0)
      .map((entry) => ({
        file: entry.file,
        problems: entry.problems,
        lastGoodKpi: entry.isLastGood ? (entry.kpi?.id ?? null) : null,
      })),
    talk: request.talk,
    told: toldOnAxis(world, scope, week),
    publishedAt: published.length === 0 ? null : Math.max(...published),
    watermark: request.watermark,
    measuredAt: request.measuredAt,
  });
}

export interface Current {
  readonly row: MeasurementRow;
  readonly period: string;
  readonly reviewRow: ReviewRow;
}

/** The settled value where there is one, else the live one; where both stand, the one that knows more. */
export function currentRows(snapshots: readonly SnapshotRow[], live: readonly MeasurementRow[]): Map<string, Current[]> {
  const current = new Map<string, Current>();
  for (const row of live) {
    current.set(`${row.kpi}|${row.period}`, { row, period: row.period, reviewRow: reviewRow(row, null, ['unsettled']) });
  }
  for (const row of snapshots) {
    const key = `${row.kpi}|${row.period}`;
    const other = current.get(key);
    if (other !== undefined && !isShownOver(row, other.row)) continue;
    current.set(key, { row, period: row.period, reviewRow: reviewRow(row, row.revision, isSettled(row) ? [] : ['unsettled']) });
  }
  const byKpi = new Map<string, Current[]>();
  for (const one of current.values()) {
    const list = byKpi.get(one.row.kpi);
    if (list === undefined) byKpi.set(one.row.kpi, [one]);
    else list.push(one);
  }
  return byKpi;
}

const reviewRow = (row: MeasurementRow, revision: number | null, flags: readonly Flag[]): ReviewRow => ({
  period: row.period,
  value: row.value,
  emptiness: row.emptiness,
  count: row.count,
  exclusions: row.exclusions,
  also: row.also,
  flags: row.isStale ? [...flags, 'stale'] : flags,
  revision,
  limits: row.limits,
});

const evaluatedRow = (evaluated: Evaluated, stale: boolean): ReviewRow => ({
  period: evaluated.period,
  value: evaluated.value,
  emptiness: evaluated.emptiness,
  count: evaluated.count,
  exclusions: evaluated.exclusions,
  also: evaluated.also,
  flags: stale ? ['stale'] : [],
  revision: null,
  limits: null,
});

/** Also false where the calendar was changed without a date, and the name now means another stretch of days. */
function endsBy(organisation: Organisation, row: MeasurementRow, week: Period): boolean {
  const parsed = parsePeriod(organisation.calendar, row.period);
  return parsed !== null && parsed.endDay <= week.endDay && parsed.firstDay === row.firstDay;
}

const calendarWeekBefore = (organisation: Organisation, week: Period): Period => shiftPeriod(organisation.calendar, week, -1);

/** A week's review is held in the week after it; what was recorded later belongs to the next one. */
const nextReviewAt = (organisation: Organisation, week: Period): Instant => shiftPeriod(organisation.calendar, week, 1).end;

/**
 * When the review before this one was held: its publication, else the end of the day after its week
 * ended (which is when a review that nobody published would have been read).
 */
function lastReviewAt(
  publications: readonly { readonly review: string; readonly scope: string; readonly at: Instant }[],
  scope: Scope,
  week: Period,
  before: Period,
): Instant {
  const published = publications.filter((one) => one.review === before.id && one.scope === scope).map((one) => one.at);
  return published.length > 0 ? Math.max(...published) : before.end + (week.end - week.start) / 7;
}

/** Restatements by KPI: what stood at the last review, what stands after, and every cause between. */
async function restatementsOf(
  store: Store,
  scope: Scope,
  after: Instant,
  until: Instant,
): Promise<Map<string, ReviewRestatement[]>> {
  const byKpi = new Map<string, ReviewRestatement[]>();
  const latest = new Map<string, SnapshotRow[]>();
  for (const row of await store.restatements(scope, after, until)) {
    if (row.causes.length === 1 && row.causes[0] === 'settled') continue;
    const key = `${row.kpi}|${row.period}`;
    latest.set(key, [...(latest.get(key) ?? []), row]);
  }
  for (const rows of latest.values()) {
    const first = rows[0];
    const last = rows.at(-1);
    if (first === undefined || last === undefined) continue;
    const before = (await store.revisions(first.kpi, scope, first.period)).find((row) => row.revision === first.revision - 1);
    if (before === undefined) continue;
    const list = byKpi.get(last.kpi) ?? [];
    list.push({
      period: last.period,
      before,
      after: last,
      causes: [...new Set(rows.flatMap((row) => row.causes))].sort(),
      moved: rows.reduce((sum, row) => sum + row.movedCount, 0),
      at: last.recordedAt,
      beforeAt: before.recordedAt,
    });
    byKpi.set(last.kpi, list);
  }
  return byKpi;
}

/** All scopes one may switch to, in the order of the menu. */
export function scopeChoices(organisation: Organisation, now: Instant): ScopeChoice[] {
  const byName = <T extends { readonly name: string }>(list: readonly T[]): T[] =>
    [...list].sort((a, b) => a.name.localeCompare(b.name, 'en'));
  return [
    { id: 'organisation', label: 'All teams', group: 'Organisation', parent: null },
    ...byName(organisation.teams).map((team): ScopeChoice => ({
      id: `team:${team.id}`,
      label: team.name,
      group: 'Teams',
      parent: 'organisation',
    })),
    ...byName(organisation.services).map((service): ScopeChoice => {
      const owner = ownerOf(service, now);
      return {
        id: `service:${service.id}`,
        label: service.name,
        group: 'Services',
        parent: owner === null ? null : `team:${owner}`,
      };
    }),
  ];
}
