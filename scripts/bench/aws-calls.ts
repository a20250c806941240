import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { callsOf, makeCall } from '../../server/sources/cloudwatch/calls.ts';
import { planCalls, POINTS_PER_CALL, QUERIES_PER_CALL, type Group } from '../../server/sources/cloudwatch/plan.ts';
import { askingOf } from '../../server/sources/cloudwatch/read.ts';
import { keyOfSeries, type Series } from '../../server/sources/cloudwatch/series.ts';
import { PERIODS_MS } from '../../server/sources/cloudwatch/windows.ts';
import { randomFrom, type Random } from '../../server/sources/demo/random.ts';
import { accountKey } from '../aws-server/caller.ts';
import { startAwsServer } from '../aws-server/server.ts';
import { ACCOUNT, ASKED_AT, HOUR_MS, PLACE } from './aws-answer.ts';
import { printed, timed, wanted, type Row } from './measured.ts';
import type { Size } from './size.ts';

/** What a mix came to beside the fewest calls that anybody could make. */
interface Mix {
  readonly calls: number;
  readonly fewest: number;
  readonly ms: number;
}

const wholeUpTo = (random: Random, most: number): number => 1 + Math.floor(random.next() * most);

/** Points of a series that a page holds many of: a week of hours, a day and a half of minutes. */
const USUAL = [1, 12, 36, 168, 201, 288, 864, 1440, 2016] as const;
const MOST_POINTS = 2016;

/** Mostly one statistic of a metric, sometimes up to five. */
const statisticsOf = (random: Random): number => (random.next() < 0.7 ? 1 : wholeUpTo(random, 5));

/** Any mix of up to 2,016 points a series, as many as organisations have: each length a few times. */
function anyMix(random: Random): Group[] {
  return Array.from({ length: wholeUpTo(random, 300) }, () => {
    const usual = USUAL[Math.floor(random.next() * USUAL.length)] ?? 1;
    const points = random.next() < 0.5 ? usual : wholeUpTo(random, MOST_POINTS);
    return Array.from({ length: wholeUpTo(random, 20) }, () => {
      const queries = statisticsOf(random);
      return { queries, points: queries * points };
    });
  }).flat();
}

const sumOf = (groups: readonly Group[], of: keyof Group): number => groups.reduce((sum, group) => sum + group[of], 0);

/** The issue's own bound, whoever packs and whatever is kept together. */
const boundOf = (queries: number, points: number): number =>
  Math.max(Math.ceil(queries / QUERIES_PER_CALL), Math.ceil(points / POINTS_PER_CALL));

async function planned(groups: readonly Group[], fewest: number): Promise<Mix> {
  const { ms, given } = await timed(() => planCalls(groups));
  const isWhole = given.every((call) => sumOf(call, 'queries') <= QUERIES_PER_CALL && sumOf(call, 'points') <= POINTS_PER_CALL);
  if (!isWhole || given.flat().length !== groups.length) throw new Error('a plan leaves something out, or asks for too much');
  return { calls: given.length, fewest, ms };
}

/** Series of one length that few of fit a page: no packing does better than whole ones. */
async function equalMix(random: Random): Promise<Mix> {
  const points = MOST_POINTS + wholeUpTo(random, 20_000);
  const groups = Array.from({ length: wholeUpTo(random, 1_000) }, () => ({ queries: 1, points }));
  return planned(groups, Math.ceil(groups.length / Math.floor(POINTS_PER_CALL / points)));
}

const STATISTICS = ['Average', 'Sum', 'Minimum', 'Maximum', 'p99'] as const;

function seriesFor(random: Random, nth: number): Series {
  const series = {
    name: `metric-${nth}`,
    wanted: { by: 'metric', namespace: 'Shop', metric: `metric-${nth}`, dimensions: [] },
    statistics: STATISTICS.slice(0, statisticsOf(random)).map((asked) => ({ asked, name: asked.toLowerCase() })),
    periodMs: PERIODS_MS[Math.floor(random.next() * PERIODS_MS.length)] ?? HOUR_MS,
    labels: [],
    as: [],
    accounts: null,
    regions: null,
  } satisfies Omit<Series, 'key'>;
  return { ...series, key: keyOfSeries(series) };
}

/** Calls that came to the server for series of all periods over up to 33 hours: pages, halves and repetitions are calls, too. */
async function madeMixes(random: Random, times: number): Promise<Mix[]> {
  const server = await startAwsServer({ now: () => ASKED_AT });
  const client = new CloudWatchClient({ region: PLACE.region, endpoint: server.url, credentials: accountKey(ACCOUNT) });
  try {
    const asking = askingOf(PLACE, client, GetMetricDataCommand, new AbortController().signal);
    const mixes: Mix[] = [];
    for (let time = 0; time < times; time += 1) {
      const series = Array.from({ length: wholeUpTo(random, 2_000) }, (_, nth) => seriesFor(random, nth));
      const end = ASKED_AT - (ASKED_AT % HOUR_MS);
      const start = end - wholeUpTo(random, 33) * HOUR_MS;
      const readings = PERIODS_MS.map((periodMs) => ({
        window: { start, end, periodMs },
        series: series.filter((each) => each.periodMs === periodMs),
      }));
      const queries = series.reduce((sum, { statistics }) => sum + statistics.length, 0);
      const points = series.reduce((sum, { statistics, periodMs }) => sum + (statistics.length * (end - start)) / periodMs, 0);
      const before = server.calls.length;
      const { ms, given: calls } = await timed(() => callsOf(readings));
      for (const call of calls)
        for await (const { rejects } of makeCall(asking, 'cloudwatch', call))
          if (rejects.length > 0) throw new Error(`the local AWS: ${rejects[0]?.reason ?? ''}`);
      mixes.push({ calls: server.calls.length - before, fewest: boundOf(queries, points), ms });
    }
    return mixes;
  } finally {
    client.destroy();
    await server.close();
  }
}

/** Calls beside the lower bound, over random mixes from one seed. */
export async function benchCalls(size: Size, say: (text: string) => void): Promise<Row[]> {
  const random = randomFrom('mixes of CloudWatch');
  const mixes: Mix[] = [];
  const equal: Mix[] = [];
  for (let nth = 0; nth < size.mixes; nth += 1) {
    const groups = anyMix(random);
    mixes.push(await planned(groups, boundOf(sumOf(groups, 'queries'), sumOf(groups, 'points'))));
    equal.push(await equalMix(random));
  }
  const made = await madeMixes(random, size.madeMixes);
  const exact = mixes.filter(({ calls, fewest }) => calls === fewest).length;
  say(`${exact.toLocaleString('en')} of ${size.mixes.toLocaleString('en')} mixes take the fewest calls there can be`);
  return [
    ...rowsOf(`${size.mixes.toLocaleString('en')} random mixes planned, up to 2,016 points a series`, mixes),
    printed(
      '  planning one',
      mixes.map(({ ms }) => ms),
      'ms',
    ),
    ...rowsOf('as many of longer series, each of one length', equal),
    ...rowsOf(`${size.madeMixes} mixes, counted at the local AWS`, made),
  ];
}

const rowsOf = (what: string, mixes: readonly Mix[]): Row[] => [
  wanted(`${what}: calls beyond the bound, worst`, [Math.max(...mixes.map(({ calls, fewest }) => calls - fewest))], 'calls', {
    atMost: 1,
  }),
  printed(
    '  calls made ÷ lower bound',
    mixes.map(({ calls, fewest }) => calls / fewest),
    '×',
  ),
  printed(
    '  over all of them',
    [mixes.reduce((sum, { calls }) => sum + calls, 0) / mixes.reduce((sum, { fewest }) => sum + fewest, 0)],
    '×',
  ),
];
