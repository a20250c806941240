import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluate } from '../../server/kpi/evaluate.ts';
import type { Kpi } from '../../server/kpi/kpi.ts';
import { parseKpi } from '../../server/kpi/parse.ts';
import { worldOf } from '../../server/kpi/world-of.ts';
import { digest } from '../../server/main.ts';
import type { SnapshotRow } from '../../server/store/store.ts';
import type { Period } from '../../server/time/period.ts';
import { fileHouse, shuffled, viewer, type FileHouse } from './file-house.ts';

interface Figures {
  readonly count: number;
  readonly mean: number;
}
interface Restored extends Figures {
  readonly median: number;
  readonly longest: number;
  readonly planned?: number;
}
interface Level extends Figures {
  readonly p95: number;
  readonly max: number;
  readonly sum: number;
  readonly coverage: number;
}

const expected = <T>(fixture: string): T =>
  JSON.parse(readFileSync(new URL(`../fixtures/${fixture}/expected.json`, import.meta.url), 'utf8')) as T;

const duration = (summarise: string, alsoShow: string): string => `version: kpi/v1
id: time-to-resolve
name: Time to resolve
question: How long from opening to resolution?
section: Incidents
role: outcome
owner: Operations
better: lower
measure:
  duration: { of: incidents, from: opened, to: resolved }
  counted_in: resolved
  summarise: ${summarise}
also_show: [${alsoShow}]
minimum_count: 3
settles_after: 3 days
`;

const parsed = (text: string): Kpi => {
  const { kpi, problems } = parseKpi(text, 'kpi.yaml', { digest });
  if (kpi === null) throw new Error(problems.map(({ message }) => message).join());
  return kpi;
};

const stretch = (id: string, from: string, to: string): Period => {
  const [start, end] = [Date.parse(from), Date.parse(to)];
  return { grain: 'year', id, firstDay: start / 86_400_000, endDay: end / 86_400_000, start, end };
};

const settled = async (house: FileHouse, kpi: string, grain: 'week' | 'month'): Promise<Map<string, SnapshotRow>> =>
  new Map((await house.store.latestSnapshots({ kpi, scope: 'organisation', grain })).map((row) => [row.period, row]));

describe('four years of a public status page', () => {
  const figures = expected<{
    readonly incidents: number;
    readonly planned: number;
    readonly months: Record<string, Restored>;
    readonly weeks: Record<string, Restored>;
  }>('github-status');
  let house: FileHouse;
  beforeAll(async () => {
    house = await fileHouse('github-status', { 'time-to-resolve': duration('median', 'mean, longest') }, '2026-08-31T06:00:00Z');
    await house.engine.pull(viewer, 'github-status');
  });
  afterAll(() => house.close());

  it('is all there, without a reject', async () => {
    const [source] = await house.engine.sources(viewer);
    expect(source?.state).toMatchObject({ lastError: null, rejectedCount: 0 });
    expect((await house.stored()).items).toBe(figures.incidents);
  });

  it.each(['month', 'week'] as const)('gives every %s the count, median and mean that Python computes', async (grain) => {
    const rows = await settled(house, 'time-to-resolve', grain);
    const own = grain === 'month' ? figures.months : figures.weeks;
    expect(Object.keys(own).length).toBeGreaterThan(12);
    for (const [period, { count, median, mean, longest }] of Object.entries(own)) {
      const row = rows.get(period);
      expect([period, row?.count]).toEqual([period, count]);
      expect(row?.value).toBeCloseTo(median, 6);
      expect(row?.also['mean']).toBeCloseTo(mean, 6);
      expect(row?.also['longest']).toBe(longest);
    }
  });

  it('leaves planned maintenance out, and counts it', async () => {
    const rows = await settled(house, 'time-to-resolve', 'month');
    for (const [period, { planned }] of Object.entries(figures.months))
      expect([period, rows.get(period)?.exclusions.find(({ reason }) => reason === 'planned')?.count ?? 0]).toEqual([
        period,
        planned,
      ]);
  });

  it('shows March 2022, of which it knows the last week only, as before history', async () => {
    expect((await settled(house, 'time-to-resolve', 'month')).get('2022-03')).toMatchObject({
      value: null,
      emptiness: 'before history',
    });
  });

  it('makes a review whose verdict and numbers are those of the week', async () => {
    const { review } = await house.engine.review(viewer, '2026-W34', 'organisation');
    const week = figures.weeks['2026-W34'];
    expect(review.week).toMatchObject({ days: '17–23 Aug 2026', state: 'settled' });
    const [card] = review.cards;
    expect(card?.current.count).toBe(week?.count);
    expect(card?.verdict).toBe(
      'Slower than usual: median 5.8 h over 4 incidents, above its limit of 3.5 h for the first time in 16 weeks.',
    );
    expect(card?.boxes.find(({ label }) => label === 'Last wk')?.text).toBe('5.8 h');
    expect(review.agenda.map(({ reason }) => reason)).toEqual(['signal against us']);
  });

  it('adds nothing when it is imported again, or shuffled', async () => {
    const before = await house.stored();
    expect(await house.engine.pull(viewer, 'github-status')).toMatchObject({ outcome: 'complete', newEvents: 0 });
    expect(await house.stored()).toEqual(before);
    for (const file of ['incidents.csv', 'transitions.csv']) house.replace(file, shuffled);
    expect(await house.engine.pull(viewer, 'github-status')).toMatchObject({ outcome: 'complete', newEvents: 0, rejected: 0 });
    expect(await house.stored()).toEqual(before);
  });
});

describe('an excerpt of a ServiceNow log', () => {
  const figures = expected<{
    readonly rows: number;
    readonly incidents: number;
    readonly resolved: number;
    readonly mean: number;
    readonly median: number;
    readonly p90: number;
    readonly weeks: Record<string, Figures>;
  }>('uci');
  const text = duration('mean', 'median, p90');
  let house: FileHouse;
  beforeAll(async () => {
    house = await fileHouse('uci', { 'time-to-resolve': text }, '2026-11-21T06:00:00Z');
    await house.engine.pull(viewer, 'servicenow');
  });
  afterAll(() => house.close());

  it('measures over all time what the last rows of the log say', async () => {
    const events = await house.events();
    expect(events).toHaveLength(figures.rows);
    const kpi = parsed(text);
    const now = house.now;
    const world = worldOf({ organisation: house.engine.organisationNow, events, samples: [], kpis: [kpi], now, digest });
    const [all] = evaluate(kpi, world, ['organisation'], [stretch('all', '2016-01-01', '2018-01-01')]);
    expect(all?.count).toBe(figures.resolved);
    expect(all?.value).toBeCloseTo(figures.mean, 6);
    expect(all?.also['median']).toBe(figures.median);
    expect(all?.also['p90']).toBeCloseTo(figures.p90, 6);
    expect(all?.exclusions).toEqual([{ reason: 'closed without resolution', count: figures.incidents - figures.resolved }]);
  });

  it('measures every week it knows whole', async () => {
    const rows = await settled(house, 'time-to-resolve', 'week');
    for (const [period, { count, mean }] of Object.entries(figures.weeks)) {
      const row = rows.get(period);
      // The log begins within week 9 and ends within week 45.
      if (row?.value == null) expect(['2016-W09', '2016-W45']).toContain(period);
      else expect([period, row.count, row.value]).toEqual([period, count, mean]);
    }
    expect(rows.get('2016-W10')?.value).not.toBeNull();
  });

  it('adds no event, batch or revision when it is imported again, or shuffled', async () => {
    const before = await house.stored();
    await house.engine.pull(viewer, 'servicenow');
    expect(await house.stored()).toEqual(before);
    house.replace('incident_event_log.csv', shuffled);
    expect(await house.engine.pull(viewer, 'servicenow')).toMatchObject({ newEvents: 0, rejected: 0 });
    house.now += 86_400_000;
    await house.engine.measure(viewer);
    expect(await house.stored()).toEqual(before);
  });
});

describe('a CloudWatch series with a gap and timestamps given twice', () => {
  const figures = expected<{
    readonly points: number;
    readonly week: Record<string, Level>;
    readonly days: Record<string, Level>;
  }>('nab');
  const statistics = ['mean', 'p95', 'max', 'sum'] as const;
  const level = (statistic: string, coverage = ''): string => `version: kpi/v1
id: writes-${statistic}
name: Writes, ${statistic}
question: How much is written?
section: Metrics
role: input
owner: Operations
better: neither
measure:
  level: { series: disk-writes, statistic: ${statistic} }
${coverage}settles_after: 1 day
`;
  let house: FileHouse;
  beforeAll(async () => {
    const files = Object.fromEntries(statistics.map((statistic) => [`writes-${statistic}`, level(statistic)]));
    house = await fileHouse('nab', files, '2014-03-24T06:00:00Z');
    await house.engine.pull(viewer, 'cloudwatch');
  });
  afterAll(() => house.close());

  it('is stored once a timestamp', async () => {
    expect(await house.store.samples('disk-writes', -Infinity, Infinity)).toHaveLength(figures.points);
  });

  it('has the mean, percentile, peak and coverage of its week, and no sum, because an hour is missing', async () => {
    const week = figures.week['2014-W10'];
    for (const statistic of ['mean', 'p95', 'max'] as const) {
      const row = (await settled(house, `writes-${statistic}`, 'week')).get('2014-W10');
      expect(row?.count).toBe(week?.count);
      expect(row?.value).toBeCloseTo(week?.[statistic] ?? Number.NaN, 4);
      expect(row?.also['coverage']).toBeCloseTo(week?.coverage ?? Number.NaN, 9);
    }
    expect((await settled(house, 'writes-sum', 'week')).get('2014-W10')).toMatchObject({ value: null, emptiness: 'no data' });
    const { review } = await house.engine.review(viewer, '2014-W10', 'organisation');
    expect(review.cards.find(({ id }) => id === 'writes-sum')?.verdict).toBe(
      'No data: the points of the metric cover 99.45% of the week, and all of it is needed (`coverage` in its file).',
    );
    // Its first points are those of the Sunday of week 9, which are neither its sum nor its mean.
    for (const statistic of statistics)
      expect((await settled(house, `writes-${statistic}`, 'week')).get('2014-W09')?.emptiness).toBe('before history');
  });

  it.each(statistics)('gives every day its %s', async (statistic) => {
    const kpi = parsed(level(statistic, statistic === 'sum' ? 'coverage: { at_least: 90% }\n' : ''));
    const samples = await house.store.samples('disk-writes', -Infinity, Infinity);
    const world = worldOf({
      organisation: house.engine.organisationNow,
      events: [],
      samples: samples.map((point) => ({ ...point, series: 'disk-writes', source: 'cloudwatch' })),
      kpis: [kpi],
      now: house.now,
      digest,
    });
    const days = Object.entries(figures.days);
    expect(days).toHaveLength(7);
    const periods = days.map(([day]) => stretch(day, day, new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10)));
    const measured = evaluate(kpi, world, ['organisation'], periods);
    days.forEach(([day, figure], index) => {
      const of = measured[index];
      expect([day, of?.count]).toEqual([day, figure.count]);
      expect(of?.value).toBeCloseTo(figure[statistic], 4);
      expect(of?.also['coverage']).toBeCloseTo(figure.coverage, 9);
    });
  });

  it('adds no point when it is imported again, or shuffled', async () => {
    const before = await house.stored();
    const points = await house.store.samples('disk-writes', -Infinity, Infinity);
    await house.engine.pull(viewer, 'cloudwatch');
    house.replace('ec2_disk_write_bytes.csv', shuffled);
    expect(await house.engine.pull(viewer, 'cloudwatch')).toMatchObject({ newSamples: 0, rejected: 0 });
    expect(await house.stored()).toEqual(before);
    expect(await house.store.samples('disk-writes', -Infinity, Infinity)).toEqual(points);
  });
});
