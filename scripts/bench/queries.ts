import { EPOCH_2000_MS } from '../../server/event/columns.ts';
import { formatDay } from '../../server/time/day.ts';
import { findZone } from '../../server/time/zone.ts';
import type { Data } from './data.ts';
import { ENVIRONMENTS, OUTCOMES, PURPOSES } from './deployments.ts';
import type { Duck } from './duckdb.ts';
import { HOLIDAYS, ZONES, zoneOf } from './organisation.ts';
import { END_SECOND, FIRST_SECOND, WEEKS, WEEK_SECONDS, type Size } from './size.ts';

/**
 * The same four answers in SQL, as well as we can write them for DuckDB: flat tables in the order of team and
 * time, the team of the counted moment already looked up, codes as enums, weeks by division, standing queues by
 * prefix sums, local time by joining its hours. Each answer has the columns team, week, then its numbers.
 */
const enumOf = (name: string, values: readonly string[]): string =>
  `create type ${name} as enum (${values.map((value) => `'${value}'`).join(', ')})`;
const named = (column: string, type: string, values: readonly string[]): string =>
  `list_extract([${values.map((value) => `'${value}'`).join(', ')}], ${column} + 1)::${type} as ${column}`;
const weekOf = (column: string): string => `(${column} - ${FIRST_SECOND}) // ${WEEK_SECONDS}`;
const within = (column: string): string => `${column} >= ${FIRST_SECOND} and ${column} < ${END_SECOND}`;

/** Loads the flat facts. */
export async function fillDuck(duck: Duck, data: Data, { teams }: Size): Promise<void> {
  const { tickets, queue, deployments, pages } = data;
  await duck.fill('tickets', { ...tickets });
  await duck.fill('raw_queue', { ...queue });
  await duck.run('create table queue as select team, opened, "from" as begins, "to" as ends from raw_queue');
  await duck.fill('raw_deployments', { ...deployments });
  for (const [name, values] of [
    ['environment', ENVIRONMENTS],
    ['outcome', OUTCOMES],
    ['purpose', PURPOSES],
  ] as const)
    await duck.run(enumOf(name, values));
  await duck.run(`create table deployments as select number, finished, team, cancelled, rollsBack,
    ${named('environment', 'environment', ENVIRONMENTS)}, ${named('outcome', 'outcome', OUTCOMES)},
    ${named('purpose', 'purpose', PURPOSES)} from raw_deployments`);
  await duck.fill('pages', { ...pages });
  await duck.fill('teams', {
    team: Int32Array.from({ length: teams }, (_, team) => team),
    zone: Int32Array.from({ length: teams }, (_, team) => ZONES.findIndex((zone) => zone === zoneOf(team))),
  });
  await duck.fill('hours', localHours());
  await duck.run('drop table raw_queue; drop table raw_deployments');
}

/** What is derived once a batch, as our own derived columns are: which deployments failed, which pages are one interruption. */
export const DERIVED = {
  failures: `create or replace table judged as select team, finished, environment, outcome, purpose, cancelled,
     number in (select causedBy from tickets where causedBy is not null and cancelled is null)
     or number in (select rollsBack from deployments
       where rollsBack is not null and purpose <> 'release' and cancelled is null) as failed
   from deployments`,
  interruptions: `create or replace table interruptions as
   select team, zone, sent as started from (
     select team, sent, lag(sent) over (partition by responder order by sent) as before
     from pages where cancelled is null) join teams using (team)
   where before is null or sent - before > 60
   order by team, started`,
} as const;

/** For each zone and local hour: whether it is outside business hours. Bands and zones turn at full and half hours. */
function localHours(): Record<'zone' | 'half' | 'isOff', Int32Array> {
  const halves = (END_SECOND - FIRST_SECOND) / 1800;
  const columns = {
    zone: new Int32Array(halves * ZONES.length),
    half: new Int32Array(halves * ZONES.length),
    isOff: new Int32Array(halves * ZONES.length),
  };
  ZONES.forEach((name, zone) => {
    const clock = findZone(name);
    if (clock === null) throw new Error(`there is no zone ${name}`);
    const holidays = new Set([...(HOLIDAYS['all'] ?? []), ...(HOLIDAYS[name] ?? [])]);
    for (let nth = 0; nth < halves; nth += 1) {
      const at = EPOCH_2000_MS + (FIRST_SECOND + nth * 1800) * 1000;
      const day = clock.dayOf(at);
      const minute = clock.minuteOfDay(at);
      const weekday = new Date(day * 86_400_000).getUTCDay();
      const isBusiness = weekday >= 1 && weekday <= 5 && !holidays.has(formatDay(day)) && minute >= 9 * 60 && minute < 18 * 60;
      const place = zone * halves + nth;
      columns.zone[place] = zone;
      columns.half[place] = nth;
      columns.isOff[place] = isBusiness ? 0 : 1;
    }
  });
  return columns;
}

/** Answers have the columns team (-1: all), week or month, count, then values. */
export const QUERIES = {
  /** Mean, median and 90th percentile of the time to restore. */
  restore: `select team, week, n, mean, q[1] as median, q[2] as p90 from (
    select team, ${weekOf('restored')} as week, count(*) as n, avg(restored - opened) as mean,
      quantile_cont(restored - opened, [0.5, 0.9]) as q
    from tickets where cancelled is null and isMerged = 0 and restored >= opened and ${within('restored')} group by all)`,
  /** Share of production releases and hotfixes that failed. */
  failures: `select team, ${weekOf('finished')} as week, count(*) as n, count(*) filter (failed) / count(*) as rate
    from judged where environment = 'production' and outcome = 'succeeded' and purpose in ('release', 'hotfix')
      and cancelled is null and ${within('finished')} group by all`,
  /** How many were open as of the end of each week, and their mean age. */
  queue: `with steps as (
      select team, ${weekOf('begins')} as week, 1 as n, opened as s from queue
        where ends is null or ${weekOf('begins')} <> ${weekOf('ends')}
      union all
      select team, ${weekOf('ends')}, -1, -opened from queue where ${weekOf('begins')} <> ${weekOf('ends')}),
    changes as (select team, week, sum(n) as n, sum(s)::bigint as s from steps group by all),
    grid as (select team, week from teams cross join range(${WEEKS}) as weeks(week)),
    standing as (select team, week, sum(coalesce(n, 0)) over so_far as depth, sum(coalesce(s, 0)) over so_far as opened
      from grid left join changes using (team, week)
      window so_far as (partition by team order by week))
    select team, week, depth as n,
      case when depth > 0 then ((${FIRST_SECOND} + (week + 1) * ${WEEK_SECONDS}) * depth - opened) / depth end as age
    from standing`,
  /** Interruptions outside business hours where they happened: of all by week, of each team by month, as people may see them. */
  interruptions: `with off as (
      select team, ${weekOf('started')} as week, started from interruptions
        join hours on hours.zone = interruptions.zone and hours.half = (started - ${FIRST_SECOND}) // 1800
      where isOff = 1 and ${within('started')}),
    dated as (select team, week, make_timestamp((started::bigint + ${EPOCH_2000_MS / 1000}) * 1000000) as moment from off)
    select coalesce(team, -1) as team, coalesce(week, month) as span, count(*) as n from (
      select team, week, (year(moment) * 12 + month(moment))::integer as month from dated)
    group by grouping sets ((week), (team, month))`,
} as const;
