import { describe, expect, it } from 'vitest';
import { folderWith, pullAll, sourceOf, told } from './reading.ts';

const read = async (rows: string, mapping: string): ReturnType<typeof pullAll> =>
  pullAll(
    sourceOf(folderWith({ 'm.csv': rows }), `- path: m.csv\n  gives: samples\n  zone: UTC\n${mapping.replace(/^/gm, '  ')}`),
  );

describe('metric series', () => {
  it('are read from a column of times and one of values', async () => {
    const { samples, rejects, end } = await read(
      'timestamp,value\n2014-02-14 14:30:00,0.132\n2014-02-14 14:35:00,"523,419"\n2014-02-14 14:40:00,\n',
      'series: cpu\ntimestamp: timestamp\nvalue: value\nstatistic: average',
    );
    expect(rejects).toEqual([]);
    expect(samples).toEqual([
      {
        source: 'export',
        series: 'cpu',
        dimensions: '',
        statistic: 'average',
        at: Date.parse('2014-02-14T14:30Z'),
        value: 0.132,
      },
      {
        source: 'export',
        series: 'cpu',
        dimensions: '',
        statistic: 'average',
        at: Date.parse('2014-02-14T14:35Z'),
        value: 523419,
      },
    ]);
    expect(end?.completeUntil).toBe(Date.parse('2014-02-14T14:35Z'));
  });

  it('take the same point twice as one, and reject another value for it', async () => {
    const { samples, rejects } = await read(
      't,v\n2026-01-01 10:00,1\n2026-01-01 10:00,1\n2026-01-01 10:00,2\n2026-01-01 10:05,2\n',
      'series: cpu\ntimestamp: t\nvalue: v\nstatistic: average',
    );
    expect(samples.map(({ value }) => value)).toEqual([1, 2]);
    expect(told(rejects)).toEqual(["m.csv:4: 'cpu' has two values for 2026-01-01 10:00: 1 was taken, 2 was not"]);
  });

  it('have one column each, and a bad cell costs only its own point', async () => {
    const { samples, rejects } = await read(
      'day,views,orders\n2026-01-01,10,1\n2026-01-02,NaN,2\n2026-01-03,1e999,3\n2026-01-04,,4\n',
      'series: { page-views: views, orders: orders }\ntimestamp: day\nstatistic: sum',
    );
    expect(samples.map(({ series, value }) => `${series} ${value}`)).toEqual([
      'page-views 10',
      'orders 1',
      'orders 2',
      'orders 3',
      'orders 4',
    ]);
    expect(told(rejects)).toEqual([
      "m.csv:3: 'NaN' is not a number that can be kept",
      "m.csv:4: '1e999' is not a number that can be kept",
    ]);
  });

  it('are named by a column, with dimensions in one form', async () => {
    const { samples } = await read(
      't;metric;tier;country;v\n2026-01-01;views;gold;US;1,5\n2026-01-01;views;;A=B,C;2.000,5\n',
      'series: { column: metric }\ntimestamp: t\nvalue: v\nstatistic: p99\ndimensions: [tier, country]\ndecimal: comma',
    );
    expect(samples.map(({ series, dimensions, value }) => ({ series, dimensions, value }))).toEqual([
      { series: 'views', dimensions: 'country=US,tier=gold', value: 1.5 },
      { series: 'views', dimensions: 'country=A%3DB%2CC', value: 2000.5 },
    ]);
  });
});
