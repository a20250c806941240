import { EPOCH_2000_MS } from '../../server/event/columns.ts';
import type { Organisation, Scope } from '../../server/event/organisation.ts';
import type { Kpi } from '../../server/kpi/kpi.ts';
import type { Measurement } from '../../server/kpi/measurement.ts';
import { periodOf, periodsBetween } from '../../server/time/calendar.ts';
import { civilOf } from '../../server/time/day.ts';
import type { Period } from '../../server/time/period.ts';
import { teamName } from './organisation.ts';
import { QUERIES } from './queries.ts';
import { END_SECOND, FIRST_SECOND, WEEKS, type Size } from './size.ts';
import { kpiFrom } from './world.ts';

/** KPIs that are evaluated over the same scopes and periods, and what DuckDB's rows must agree with. */
export interface Asked {
  readonly kpis: readonly Kpi[];
  readonly scopes: readonly Scope[];
  readonly periods: readonly Period[];
  /** DuckDB's number of the first scope, -1 for the organisation; those of the others follow. */
  readonly firstTeam: number;
  /** DuckDB's number of a period. */
  readonly spanOf: (period: Period, index: number) => number;
  /** Of one scope and period, by KPI. */
  readonly countOf: (measured: readonly Measurement[]) => number | null;
  readonly valuesOf: (measured: readonly Measurement[]) => readonly (number | null)[];
}

export interface Question {
  readonly name: string;
  readonly sql: string;
  readonly asked: readonly Asked[];
}

const DAY_MS = 86_400_000;
const dayOf = (second: number): number => Math.floor((EPOCH_2000_MS + second * 1000) / DAY_MS);
const monthOf = ({ firstDay }: Period): number => {
  const { year, month } = civilOf(firstDay);
  return year * 12 + month;
};
const countOfFirst = ([first]: readonly Measurement[]): number | null => first?.count ?? null;

/** The four answers over the whole history, by KPI files of the standard pack where it has them. */
export function questionsOf(size: Size, { calendar }: Organisation): Question[] {
  const weeks = periodsBetween(calendar, 'week', dayOf(FIRST_SECOND), dayOf(END_SECOND));
  const firstMonth = periodOf(calendar, 'month', dayOf(FIRST_SECOND));
  const months = periodsBetween(calendar, 'month', firstMonth.firstDay, dayOf(END_SECOND));
  if (weeks.length !== WEEKS) throw new Error(`${weeks.length} weeks are cut`);
  const scopes = Array.from({ length: size.teams }, (_, team): Scope => `team:${teamName(team)}`);
  const byTeamAndWeek = { scopes, periods: weeks, firstTeam: 0, spanOf: (_: Period, index: number) => index };
  const interruptions = {
    kpis: [kpiFrom('kpis/on-call/off-hours-interruptions.yaml')],
    countOf: countOfFirst,
    valuesOf: () => [],
  };
  return [
    {
      name: '(a) time to restore: mean, median, p90 by team and week',
      sql: QUERIES.restore,
      asked: [
        {
          ...byTeamAndWeek,
          kpis: [kpiFrom('scripts/bench/kpis/ticket-time-to-restore.yaml')],
          countOf: countOfFirst,
          valuesOf: ([first]) => [first?.also['mean'] ?? null, first?.value ?? null, first?.also['p90'] ?? null],
        },
      ],
    },
    {
      name: '(b) change failure rate by team and week',
      sql: QUERIES.failures,
      asked: [
        {
          ...byTeamAndWeek,
          kpis: [kpiFrom('kpis/delivery/change-failure-rate.yaml')],
          countOf: countOfFirst,
          valuesOf: ([first]) => [first?.value ?? null],
        },
      ],
    },
    {
      name: "(c) queue depth and mean age at each week's end by team",
      sql: QUERIES.queue,
      asked: [
        {
          ...byTeamAndWeek,
          kpis: [kpiFrom('kpis/queues/queue-depth.yaml'), kpiFrom('scripts/bench/kpis/mean-queue-age.yaml')],
          countOf: ([depth]) => depth?.value ?? null,
          valuesOf: ([, age]) => [age?.value ?? null],
        },
      ],
    },
    {
      // What people bore is shown of a team by the month, so that is what can be asked (DESIGN: people are not metrics).
      name: '(d) off-hours interruptions: of all by week, of teams by month',
      sql: QUERIES.interruptions,
      asked: [
        {
          ...interruptions,
          scopes: ['organisation'],
          periods: weeks,
          firstTeam: -1,
          spanOf: (_, index) => index,
        },
        { ...interruptions, scopes, periods: months, firstTeam: 0, spanOf: monthOf },
      ],
    },
  ];
}
