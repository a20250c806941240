import type { Organisation, Scope } from '../event/organisation.ts';
import { evaluate } from '../kpi/evaluate.ts';
import type { Kpi } from '../kpi/kpi.ts';
import type { Evaluated, World } from '../kpi/world.ts';
import { definitionWords } from '../kpi/words.ts';
import type { KpiInput, ReviewRow } from '../review/input.ts';
import { buildOnCall } from '../review/on-call.ts';
import {
  DAYS_OFF,
  ON_CALL_ASKED,
  ON_CALL_KPIS,
  ON_CALL_LOAD,
  ON_CALL_PARTS,
  type OnCallKpiInput,
  type TeamLoad,
} from '../review/on-call-input.ts';
import type { OnCallHealth } from '../review/on-call-schema.ts';
import type { Store } from '../store/store.ts';
import { lastCompleteWeek, parsePeriod, periodOf, periodsBetween, shiftPeriod, toDate } from '../time/calendar.ts';
import type { Calendar, Day, Instant, Period } from '../time/period.ts';
import { basisOf, isStale, sourcesBehind, type KnownSource } from './coverage.ts';
import { EngineError, type SourceStatus } from './engine.ts';
import { firstKnownDay, refuseBeforeHistory } from './history-begins.ts';
import { alertPages, pagedHours } from './on-call-pages.ts';
import { currentRows, type Current } from './review-of.ts';

export interface OnCallRequest {
  readonly store: Store;
  readonly organisation: Organisation;
  readonly kpis: readonly Kpi[];
  readonly world: World;
  readonly sources: readonly KnownSource[];
  /** Null: that of the last complete week. */
  readonly quarter: string | null;
  readonly scope: Scope;
  readonly watermark: number;
  readonly measuredAt: Instant | null;
  readonly statuses: readonly SourceStatus[];
}

/** Gathers what the on-call page of one scope is made from, and makes it. */
export async function onCallOf(request: OnCallRequest): Promise<OnCallHealth> {
  const { store, organisation, world, sources, scope } = request;
  const { calendar } = organisation;
  const { now } = world;
  const { quarter, whole, week } = spanOf(request.quarter, calendar, now);
  const lastDay = week.endDay - 1;
  const [snapshots, live] = await Promise.all([
    store.latestSnapshots({ scope, toDay: lastDay }),
    store.measurements({ scope, toDay: lastDay }),
  ]);
  const firstDay = firstKnownDay(snapshots, live);
  if (firstDay === null) await refuseBeforeHistory(store, scope, calendar, 'quarter', quarter, now);
  const rows = currentRows(snapshots, live);
  const measured = [...ON_CALL_KPIS, ...ON_CALL_ASKED, ...ON_CALL_PARTS].flatMap(
    (id) => request.kpis.find((kpi) => kpi.id === id) ?? [],
  );

  const span = { calendar, endDay: Math.max(week.endDay, whole.endDay) };
  const kpis = measured.map((kpi): OnCallKpiInput => {
    const basis = basisOf(kpi, (id) => world.kpi(id));
    const input = inputOf(kpi, rows.get(kpi.id) ?? [], span);
    return {
      ...input,
      sources: sourcesBehind(basis, sources).map(({ source }) => source.id),
      whole:
        input.quarters.find(({ period }) => period === whole.id) ??
        evaluatedRow(one(evaluate(kpi, world, [scope], [whole])), isStale(basis, sources, whole, now)),
    };
  });
  const outside = measured.find(({ id }) => id === 'off-hours-interruptions');
  const pages = measured.find(({ id }) => id === 'pages');
  return buildOnCall({
    organisation,
    scope,
    quarter,
    whole,
    week,
    firstDay,
    now,
    kpis: outside === undefined ? kpis : [...kpis, daysOffOf(outside, request, quarter, whole)],
    alerts: pages === undefined ? null : alertPages(request.kpis, pages, world, scope, whole),
    hours: pages === undefined ? { spans: [], counts: [] } : pagedHours(pages, world, scope, whole),
    teams: scope === 'organisation' ? await teamsOf(request, span) : [],
    sources: request.statuses.map(({ id, name, freshness, text, state }) => ({
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

/** What tells of load, of each team by itself. */
async function teamsOf({ store, organisation, kpis }: OnCallRequest, span: Reach): Promise<TeamLoad[]> {
  const load = new Map<string, KpiInput[]>();
  for (const id of ON_CALL_LOAD) {
    const kpi = kpis.find((each) => each.id === id);
    if (kpi === undefined) continue;
    const asked = { kpi: id, toDay: span.endDay - 1 };
    const [snapshots, live] = await Promise.all([store.latestSnapshots(asked), store.measurements(asked)]);
    const told = Map.groupBy(snapshots, ({ scope }) => scope);
    const running = Map.groupBy(live, ({ scope }) => scope);
    for (const team of organisation.teams) {
      const scope = `team:${team.id}`;
      const rows = currentRows(told.get(scope) ?? [], running.get(scope) ?? []).get(id) ?? [];
      load.set(team.id, [...(load.get(team.id) ?? []), inputOf(kpi, rows, span)]);
    }
  }
  return organisation.teams.map(({ id, name }) => ({ id, label: name, kpis: load.get(id) ?? [] }));
}

interface Reach {
  readonly calendar: Calendar;
  /** Periods that end later are left out. */
  readonly endDay: Day;
}

/** A KPI with what stands of it in one scope, by grain. */
function inputOf(kpi: Kpi, rows: readonly Current[], { calendar, endDay }: Reach): KpiInput {
  const ofGrain = (grain: string): ReviewRow[] =>
    rows.flatMap(({ row, reviewRow }) => {
      const period = row.grain === grain ? parsePeriod(calendar, row.period) : null;
      if (period === null || period.firstDay !== row.firstDay || period.endDay > endDay) return [];
      return [{ ...reviewRow, limits: row.definition === kpi.definition ? row.limits : null }];
    });
  return {
    kpi,
    words: definitionWords(kpi),
    sources: [],
    weeks: ofGrain('week'),
    months: ofGrain('month'),
    quarters: ofGrain('quarter'),
    toDate: [],
    events: null,
    restatements: [],
  };
}

interface Span {
  readonly quarter: Period;
  readonly whole: Period;
  readonly week: Period;
}

/** The quarter asked about, as much of it as is over in whole weeks, and the last of these. */
function spanOf(asked: string | null, calendar: Calendar, now: Instant): Span {
  const latest = lastCompleteWeek(calendar, now);
  const quarter = asked === null ? periodOf(calendar, 'quarter', latest.endDay - 1) : parsePeriod(calendar, asked);
  if (quarter === null || quarter.grain !== 'quarter')
    throw new EngineError('invalid', `"${(asked ?? '').slice(0, 40)}" is not a quarter that exists; write it as 2026-Q3.`);
  if (quarter.start > now) throw new EngineError('not-found', `${quarter.id} has not begun yet.`);
  const isRunning = quarter.end > now;
  if (isRunning && latest.endDay <= quarter.firstDay)
    throw new EngineError('not-found', `No week of ${quarter.id} is over yet; the first one is told on Monday after it.`);
  if (isRunning) return { quarter, whole: toDate(calendar, latest).quarter.current, week: latest };
  const holding = periodOf(calendar, 'week', quarter.endDay - 1);
  // With the week that holds its last day its last month is over, too.
  const week = holding.end <= now ? holding : shiftPeriod(calendar, holding, -1);
  return { quarter, whole: quarter, week };
}

/**
 * Interruptions outside business hours that fell on weekends and holidays by day: the KPI with its hours narrowed, which
 * anyone may ask for in a draft. Nights of such days are nights.
 */
function daysOffOf(outside: Kpi, { organisation, world, scope }: OnCallRequest, quarter: Period, whole: Period): OnCallKpiInput {
  const { calendar } = organisation;
  const kpi: Kpi = {
    ...outside,
    id: DAYS_OFF,
    name: 'Interruptions on weekends and holidays',
    question: 'How often do we take a day off from somebody?',
    where: [{ field: 'during', condition: { test: 'during', during: 'days_off' } }],
    targets: [],
    atRisk: null,
  };
  const before = shiftPeriod(calendar, quarter, -1);
  const months = periodsBetween(calendar, 'month', before.firstDay, quarter.endDay).filter(({ end }) => end <= world.now);
  const periods = [whole, before, ...months];
  const [ofWhole, ofBefore, ...ofMonths] = evaluate(kpi, world, [scope], periods).map((each) => evaluatedRow(each, false));
  return {
    kpi,
    words: definitionWords(kpi),
    sources: [],
    weeks: [],
    months: ofMonths,
    quarters: ofBefore === undefined ? [] : [ofBefore],
    toDate: [],
    events: null,
    restatements: [],
    whole: ofWhole ?? evaluatedRow(one(evaluate(kpi, world, [scope], [whole])), false),
  };
}

function one(evaluated: readonly Evaluated[]): Evaluated {
  const [first] = evaluated;
  if (first === undefined) throw new EngineError('invalid', 'This scope cannot be evaluated.');
  return first;
}

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
