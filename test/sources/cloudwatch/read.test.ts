import { describe, expect, test } from 'vitest';
import type { GetMetricDataCommandOutput, MetricDataResult } from '@aws-sdk/client-cloudwatch';
import type { AwsPlace } from '../../../server/sources/aws/place.ts';
import { makeCall, type Call, type Told } from '../../../server/sources/cloudwatch/calls.ts';
import { groupsOf } from '../../../server/sources/cloudwatch/queries.ts';
import { keyOfSeries, type Series } from '../../../server/sources/cloudwatch/series.ts';

const HOUR = 3_600_000;
const START = Date.parse('2026-11-21T00:00Z');
const PLACE: AwsPlace = {
  name: 'eu-central-1',
  account: null,
  region: 'eu-central-1',
  role: null,
  externalId: null,
  endpoint: null,
};

const seriesOf = (
  name: string,
  wanted: Series['wanted'] = { by: 'metric', namespace: 'Shop', metric: name, dimensions: [] },
): Series => {
  const labels = wanted.by === 'search' ? [{ dimension: 'queue', property: 'Dim.Queue' }] : [];
  const own = { name, wanted, statistics: [{ asked: 'Sum', name: 'sum' }], periodMs: HOUR, labels, as: [] } as const;
  return { ...own, accounts: null, regions: null, key: keyOfSeries(own) };
};

const callOf = (series: readonly Series[]): Call => {
  const window = { start: START, end: START + 6 * HOUR, periodMs: HOUR } as const;
  return { stretch: window, groups: groupsOf(series, window) };
};

const result = (Id: string, hours: readonly number[], rest: Partial<MetricDataResult> = {}): MetricDataResult => ({
  Id,
  Label: 'x',
  Timestamps: hours.map((hour) => new Date(START + hour * HOUR)),
  Values: hours.map((hour) => hour + 0.5),
  StatusCode: 'Complete',
  ...rest,
});

interface Read {
  readonly hours: readonly number[];
  readonly lines: readonly string[];
  readonly rejects: readonly string[];
  readonly incomplete: readonly string[];
  readonly tokens: readonly (string | undefined)[];
}

/** What a call makes of these pages, one after the other and then the last one again and again. */
async function read(series: readonly Series[], pages: readonly Partial<GetMetricDataCommandOutput>[]): Promise<Read> {
  const tokens: (string | undefined)[] = [];
  const call = makeCall(
    {
      place: PLACE,
      send: async ({ NextToken }) => {
        tokens.push(NextToken);
        return { $metadata: {}, ...pages[Math.min(tokens.length, pages.length) - 1] };
      },
    },
    'metrics',
    callOf(series),
  );
  const told: Told[] = [];
  for (;;) {
    const step = await call.next();
    if (step.done !== true) {
      told.push(step.value);
      continue;
    }
    const points = told.flatMap((each) => each.lines ?? []);
    return {
      hours: points.flatMap(({ at }) => at.map((instant) => (instant - START) / HOUR)),
      lines: [...new Set(points.map(({ series: name, dimensions }) => `${name} ${dimensions}`))],
      rejects: told.flatMap(({ rejects }) => rejects.map(({ place, reason }) => `${place}: ${reason}`)),
      incomplete: series.filter(({ key }) => step.value.has(key)).map(({ name }) => name),
      tokens,
    };
  }
}

const A = seriesOf('a');
const SEARCH = seriesOf('age', { by: 'search', search: '{Shop,Queue} Age' });

describe('a call', () => {
  test('goes on through empty pages, and takes the last word about each series', async () => {
    const pages = [
      { MetricDataResults: [result('q0', [0, 1], { StatusCode: 'PartialData' })], NextToken: 'one' },
      { MetricDataResults: [], NextToken: 'two' },
      { MetricDataResults: [result('q0', [2], { StatusCode: 'InternalError' })], NextToken: 'three' },
      { MetricDataResults: [result('q0', [3, 4])] },
    ];
    expect(await read([A], pages)).toEqual({
      hours: [0, 1, 2, 3, 4],
      lines: ['a region=eu-central-1'],
      rejects: [],
      incomplete: [],
      tokens: [undefined, 'one', 'two', 'three'],
    });
  });

  test('ends with an error where a page comes again, or where there is no last one', async () => {
    await expect(read([A], [{ MetricDataResults: [result('q0', [0])], NextToken: 'same' }])).rejects.toThrow(
      'eu-central-1: cloudwatch:GetMetricData gives the same page again and again',
    );
    const endless = Array.from({ length: 600 }, (_, page) => ({ MetricDataResults: [], NextToken: `t${page}` }));
    await expect(read([A], endless)).rejects.toThrow('has no last page: 500 were read');
  });

  test('that is answered without results, or with times that have no values, is a fault and never empty', async () => {
    await expect(read([A], [{}])).rejects.toThrow('gave no results, not even none');
    await expect(read([A], [{ MetricDataResults: [result('q0', [0, 1], { Values: [1] })] }])).rejects.toThrow(
      'gave 2 times and 1 values of one series',
    );
  });

  test('rejects values that are no finite numbers, and keeps those beside them', async () => {
    const answer = await read([A], [{ MetricDataResults: [result('q0', [0, 1, 2], { Values: [Number.NaN, 7, Infinity] })] }]);
    expect(answer).toMatchObject({
      hours: [1],
      rejects: ['eu-central-1, a (sum): 2 of its values are no finite numbers'],
      incomplete: [],
    });
  });

  test('does not trust points that were not asked for, or stand between periods', async () => {
    const answer = await read([A], [{ MetricDataResults: [result('q0', [-1, 0, 1.5, 6])] }]);
    expect(answer).toMatchObject({ hours: [0], incomplete: ['a'] });
    expect(answer.rejects[0]).toContain('3 of its points lie outside');
  });

  test('does not take silence for emptiness: a metric is answered, be it without a point', async () => {
    const B = seriesOf('b');
    const answer = await read([A, B, SEARCH], [{ MetricDataResults: [result('q1', [])] }]);
    expect(answer).toMatchObject({ incomplete: ['a'], rejects: ['eu-central-1, a (sum): was not answered'] });
  });

  test('that says it could not look at all metrics leaves what was searched for unknown', async () => {
    const Messages = [{ Code: 'MaxMetricsExceeded', Value: 'Maximum number of allowed metrics exceeded' }];
    const MetricDataResults = [result('q0', [0]), result('q1', [0], { Label: 'mail' })];
    expect(await read([A, SEARCH], [{ MetricDataResults, Messages }])).toMatchObject({
      hours: [0, 0],
      incomplete: ['age'],
      rejects: ['eu-central-1: CloudWatch says of a call: MaxMetricsExceeded Maximum number of allowed metrics exceeded'],
    });
  });

  test('keeps found series apart over pages, and sees where two of them have one label', async () => {
    const found = (label: string, hours: readonly number[]): MetricDataResult => result('q0', hours, { Label: label });
    const apart = await read(
      [SEARCH],
      [
        { MetricDataResults: [found('mail', [0, 1]), found('orders', [0])], NextToken: 'one' },
        { MetricDataResults: [found('orders', [1, 2]), found('mail', [2])] },
      ],
    );
    expect(apart).toMatchObject({
      hours: [0, 1, 0, 1, 2, 2],
      lines: ['age queue=mail,region=eu-central-1', 'age queue=orders,region=eu-central-1'],
      incomplete: [],
    });
    for (const pages of [
      [{ MetricDataResults: [found('mail', [0]), found('mail', [1])] }],
      [{ MetricDataResults: [found('mail', [0, 1])], NextToken: 'one' }, { MetricDataResults: [found('mail', [1, 2])] }],
    ])
      expect(await read([SEARCH], pages)).toMatchObject({
        incomplete: ['age'],
        rejects: ['eu-central-1, age (sum): found series have the same label'],
      });
  });

  test('of a label that names two dimensions tells both, or says what it lacks', async () => {
    const two: Series = {
      ...SEARCH,
      labels: [
        { dimension: 'queue', property: 'Dim.Queue' },
        { dimension: 'team', property: 'Dim.Team' },
      ],
    };
    const MetricDataResults = [result('q0', [0], { Label: 'a,b=c | shop' }), result('q0', [0], { Label: 'mail' })];
    expect(await read([two], [{ MetricDataResults }])).toMatchObject({
      lines: ['age queue=a%2Cb%3Dc,region=eu-central-1,team=shop'],
      incomplete: ['age'],
      rejects: ["eu-central-1, age (sum): 'mail' does not tell queue and team"],
    });
  });
});
