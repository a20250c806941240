import { describe, expect, it } from 'vitest';
import type { Metric, Series } from '../../../server/sources/cloudwatch/series.ts';
import { silenceOf } from '../../../server/sources/cloudwatch/silence.ts';
import { statisticOf } from '../../../server/sources/cloudwatch/statistics.ts';

type Dimensions = Readonly<Record<string, string>>;
const metric = (dimensions: Dimensions): Metric => ({
  namespace: 'AWS/ApplicationELB',
  metric: 'RequestCount',
  dimensions: Object.entries(dimensions),
});
function series(dimensions: Dimensions, statistic = 'Sum'): Series {
  const found = statisticOf(statistic);
  if (found === null) throw new Error(statistic);
  return {
    name: 'requests',
    wanted: { by: 'metric', ...metric(dimensions) },
    statistics: [found],
    periodMs: 3_600_000,
    labels: [],
    as: [],
    accounts: null,
    regions: null,
    key: 'key',
  };
}
const said = (own: Dimensions, listed: readonly Dimensions[] | null, statistic?: string): string => {
  const { words, fix } = silenceOf('metrics', series(own, statistic), listed === null ? null : listed.map(metric));
  return `${words}. ${fix}`;
};

describe('a series without points', () => {
  it.each([
    ['is not known to CloudWatch', { LoadBalancer: 'app/shop' }, [], "of any metric 'RequestCount' in 'AWS/ApplicationELB'"],
    ['cannot be looked for', { LoadBalancer: 'app/shop' }, null, 'says nothing of names that are misspelt'],
    [
      'has a value that is misspelt',
      { LoadBalancer: 'app/shpo' },
      [{ LoadBalancer: 'app/pay' }, { LoadBalancer: 'app/shop' }],
      'such as LoadBalancer: app/shop',
    ],
    [
      'has one value of two that is misspelt',
      { LoadBalancer: 'app/shop', Zone: 'a' },
      [{ LoadBalancer: 'app/shop', Zone: 'b' }],
      'such as Zone: b',
    ],
    [
      'lacks a dimension',
      { LoadBalancer: 'app/shop' },
      [{ LoadBalancer: 'app/shop', Zone: 'a' }],
      'has it by LoadBalancer, Zone, not by LoadBalancer.',
    ],
    ['lacks all dimensions', {}, [{ LoadBalancer: 'app/shop' }], 'has it by LoadBalancer, not without dimensions'],
    ['has one too many', { LoadBalancer: 'app/shop' }, [{}], 'has it by no dimension, not by LoadBalancer'],
    [
      'is silent',
      { LoadBalancer: 'app/shop' },
      [{ LoadBalancer: 'app/shop' }],
      'though CloudWatch lists it. Nothing, if nothing happened',
    ],
  ])('that %s is told so', (_, own: Dimensions, listed: readonly Dimensions[] | null, words) => {
    expect(said(own, listed)).toContain(words);
  });

  it('of a percentile may be put in without what a percentile needs', () => {
    expect(said({}, [{}], 'p99')).toContain('or it is put in without what p99 needs');
    expect(said({}, [{}])).not.toContain('needs');
  });
});
