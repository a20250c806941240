import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseStatistic } from '../../scripts/aws-server/cloudwatch/statistic.ts';

const TEN = { values: [10, 9, 8, 7, 6, 5, 4, 3, 2, 1], counts: Array.from({ length: 10 }, () => 1) };

describe('statistics of CloudWatch', () => {
  it.each([
    ['Average', 5.5],
    ['Sum', 55],
    ['Minimum', 1],
    ['Maximum', 10],
    ['SampleCount', 10],
    ['p50', 5],
    ['p99.9', 10],
    ['p0', 1],
    ['tm90', 5],
    ['TM(20%:80%)', 5.5],
    ['TM(2:4)', 3.5],
    ['TM(:3)', 2],
    ['TM(100:)', null],
    ['IQM', 5.5],
    ['tc80', 8],
    ['TC(3:)', 7],
    ['ts50', 15],
    ['TS(80%:)', 19],
    ['wm90', 5.4],
    ['PR(:3)', 30],
    ['PR(3:5)', 20],
    ['PR(9:)', 10],
  ])('%s of one to ten is %s', (name, value) => {
    const own = parseStatistic(name)?.(TEN);
    if (value === null) expect(own).toBeNull();
    else expect(own).toBeCloseTo(value, 9);
  });

  it.each(['average', 'p', 'p101', 'tm', 'TM(90)', 'TM(:)', 'TM(9:3)', 'TM(10%:50)', 'PR(10%:20%)', 'TM(5%:101%)', 'median'])(
    '%s is none',
    (name) => {
      expect(parseStatistic(name)).toBeNull();
    },
  );

  it('are the same of values with counts as of each value by itself', () => {
    const weighted = fc.array(fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 1, max: 5 })), { minLength: 1 });
    const names = fc.constantFrom(
      'Average',
      'Sum',
      'SampleCount',
      'p37.5',
      'tm80',
      'TM(10%:90%)',
      'wm75',
      'TS(3:40)',
      'PR(5:30)',
    );
    fc.assert(
      fc.property(weighted, names, (pairs, name) => {
        const statistic = parseStatistic(name);
        const [one, other] = [
          statistic?.({ values: pairs.map(([value]) => value), counts: pairs.map(([, count]) => count) }),
          statistic?.({
            values: pairs.flatMap(([value, count]) => Array.from({ length: count }, () => value)),
            counts: pairs.flatMap(([, count]) => Array.from({ length: count }, () => 1)),
          }),
        ];
        if (typeof one === 'number' && typeof other === 'number') expect(one).toBeCloseTo(other, 6);
        else expect(one).toBe(other);
      }),
    );
  });
});
