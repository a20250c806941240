import type { Organisation, Scope } from '../event/organisation.ts';
import type { World } from '../kpi/world.ts';
import { definitionWords } from '../kpi/words.ts';
import type { ReviewRow } from '../review/input.ts';
import { asksForEvents } from '../review/rare.ts';
import { buildReport } from '../review/report.ts';
import type { FigureRevision, ReportKpiInput } from '../review/report-input.ts';
import type { Report } from '../review/report-schema.ts';
import type { NarrativeBody, Talk, Written } from '../review/talk.ts';
import type { Store } from '../store/store.ts';
import { lastCompleteWeek, parsePeriod, periodOf, shiftPeriod } from '../time/calendar.ts';
import type { Calendar, Instant, Period } from '../time/period.ts';
import { basisOf, sourcesBehind, type KnownSource } from './coverage.ts';
import type { Definitions } from './definitions.ts';
import { EngineError, type SourceStatus } from './engine.ts';
import { eventTimes } from './event-times.ts';
import { firstKnownDay, refuseBeforeHistory } from './history-begins.ts';
import { currentRows, scopeChoices } from './review-of.ts';

export interface ReportRequest {
  readonly store: Store;
  readonly organisation: Organisation;
  readonly definitions: Definitions;
  readonly world: World;
  readonly sources: readonly KnownSource[];
  readonly quarter: Period;
  readonly scope: Scope;
  readonly watermark: number;
  readonly measuredAt: Instant | null;
  readonly statuses: readonly SourceStatus[];
  readonly talk: Talk;
  readonly narratives: readonly Written<NarrativeBody>[];
}

/** The quarter that is asked for; without one the last that is over. */
export function quarterAsked(calendar: Calendar, asked: string | null, now: Instant): Period {
  if (asked === null) return shiftPeriod(calendar, periodOf(calendar, 'quarter', calendar.zone.dayOf(now)), -1);
  const quarter = parsePeriod(calendar, asked);
  if (quarter === null || quarter.grain !== 'quarter')
    throw new EngineError('invalid', `"${asked.slice(0, 40)}" is not a quarter that exists; write it as 2026-Q3.`);
  if (quarter.start > now) throw new EngineError('not-found', `${quarter.id} has not begun yet.`);
  return quarter;
}

/** Gathers what the quarterly report of one scope is made from, and makes it. */
export async function reportOf(request: ReportRequest): Promise<Report> {
  const { store, organisation, definitions, world, sources, scope, quarter } = request;
  const { calendar } = organisation;
  const week = weekOf(calendar, quarter, world.now);
  const before = [quarter, shiftPeriod(calendar, quarter, -1), shiftPeriod(calendar, quarter, -4)].map(({ id }) => id);
  const toDay = Math.max(quarter.endDay, week.endDay) - 1;
  const [snapshots, live] = await Promise.all([store.latestSnapshots({ scope, toDay }), store.measurements({ scope, toDay })]);
  const firstDay = firstKnownDay(snapshots, live);
  if (firstDay === null) await refuseBeforeHistory(store, scope, calendar, 'quarter', quarter, world.now);
  const rows = currentRows(snapshots, live);

  const kpis = await Promise.all(
    definitions.kpis.map(async (kpi): Promise<ReportKpiInput> => {
      const own = (rows.get(kpi.id) ?? []).flatMap(({ row, reviewRow }) => {
        const period = parsePeriod(calendar, row.period);
        return period === null || period.firstDay !== row.firstDay ? [] : [{ row, period, reviewRow }];
      });
      const ofGrain = (grain: string, isIn: (period: Period) => boolean): ReviewRow[] =>
        own
          .filter(({ row, period }) => row.grain === grain && isIn(period))
          .map(({ row, reviewRow }) => ({ ...reviewRow, limits: row.definition === kpi.definition ? row.limits : null }));
      const isOver = (period: Period): boolean =>
        period.endDay <= quarter.endDay && (period.end <= world.now || period.endDay <= week.endDay);
      const weeks = ofGrain('week', isOver);
      const restated = own.filter(({ reviewRow }) => before.includes(reviewRow.period) && (reviewRow.revision ?? 0) > 1);
      return {
        kpi,
        words: definitionWords(kpi),
        sources: sourcesBehind(
          basisOf(kpi, (id) => world.kpi(id)),
          sources,
        ).map(({ source }) => source.id),
        weeks,
        months: ofGrain('month', isOver),
        quarters: ofGrain('quarter', isOver),
        figures: [...ofGrain('quarter', (period) => period.firstDay <= quarter.firstDay), ...ofGrain('month', isOver)],
        toDate: [],
        events: asksForEvents(kpi, weeks, (id) => parsePeriod(calendar, id))
          ? eventTimes(kpi, world, scope, Math.min(quarter.end, world.now))
          : null,
        restatements: [],
        revisions: (await Promise.all(restated.map(async ({ row }) => store.revisions(kpi.id, scope, row.period)))).flatMap(
          (revisions) =>
            revisions.map(({ period, revision, value, emptiness, recordedAt, causes, movedCount }): FigureRevision => ({
              period,
              revision,
              value,
              emptiness,
              at: recordedAt,
              causes,
              moved: movedCount,
            })),
        ),
      };
    }),
  );
  return buildReport({
    organisation,
    scope,
    scopes: scopeChoices(organisation, world.now),
    quarter,
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
    narratives: request.narratives,
    watermark: request.watermark,
    measuredAt: request.measuredAt,
  });
}

/** The week whose limits are read: that of the quarter's last day, so that its last month counts; while it runs the last complete one. */
function weekOf(calendar: Calendar, quarter: Period, now: Instant): Period {
  const latest = lastCompleteWeek(calendar, now);
  const holding = periodOf(calendar, 'week', quarter.endDay - 1);
  return holding.firstDay <= latest.firstDay ? holding : latest;
}
