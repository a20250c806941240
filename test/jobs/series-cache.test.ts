import { describe, expect, it } from 'vitest';
import { seriesColumns } from '../../server/jobs/series-cache.ts';

describe('a metric series', () => {
  it('lies in memory that other threads see, so that years of it are handed over without being copied', () => {
    const point = (at: number, value: number, dimensions: string) => ({ statistic: 'sum', dimensions, at, value });
    const [columns, ...others] = seriesColumns('latency', [point(2, 20, 'country=US'), point(1, 10, ''), point(2, 5, '')]);
    expect(others).toEqual([]);
    expect(columns).toMatchObject({ series: 'latency', statistic: 'sum' });
    expect([Array.from(columns?.at ?? []), Array.from(columns?.values ?? [])]).toEqual([
      [1, 2, 2],
      [10, 5, 20],
    ]);
    const { dictionary, codes } = columns?.dimensions ?? { dictionary: [], codes: new Int32Array(0) };
    expect(Array.from(codes, (code) => dictionary[code])).toEqual(['', '', 'country=US']);
    for (const cells of [columns?.at, columns?.values, codes]) expect(cells?.buffer).toBeInstanceOf(SharedArrayBuffer);
  });
});
