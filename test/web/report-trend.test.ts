import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReportTrend } from '../../server/api/contract.ts';
import { reportTrend } from '../../web/charts/report-trend.ts';

const ROOM = { width: 330, height: 84, pad: 6, right: 56, isWord: false };
const SHARE = { type: 'share', label: '' };
const COUNT = { type: 'count', label: 'incidents' };

const trend = (values: readonly (number | null)[], rest: Partial<ReportTrend> = {}): ReportTrend => ({
  grain: 'week',
  points: values.map((value, index) => ({
    period: `W${index}`,
    label: `W${index}`,
    title: `Week ${index}`,
    value,
    text: String(value),
    isOpen: false,
    isInQuarter: index >= values.length - 3,
    tone: 'routine',
  })),
  limits: [],
  target: null,
  targetText: '',
  latest: '',
  text: '',
  ...rest,
});

describe('the picture of a figure', () => {
  it('keeps everything within its room, whatever the values, the limits and the target are', () => {
    const value = fc.option(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { nil: null });
    fc.assert(
      fc.property(fc.array(value, { maxLength: 60 }), value, value, (values, target, upper) => {
        const limits = values.length === 0 ? [] : [{ from: 'W0', to: `W${values.length - 1}`, mean: 0, lower: null, upper }];
        const picture = reportTrend(trend(values, { target, limits }), COUNT, ROOM);
        const ys = [
          ...picture.dots.map(({ y }) => y),
          picture.end?.y ?? 10,
          picture.target ?? 10,
          ...picture.band.map(({ y }) => y),
        ];
        for (const y of ys) {
          expect(y).toBeGreaterThanOrEqual(ROOM.pad - 0.1);
          expect(y).toBeLessThanOrEqual(ROOM.height - ROOM.pad + 0.1);
        }
        expect(picture.before + picture.now).not.toMatch(/NaN|Infinity/);
      }),
    );
  });

  it('begins at 0, but for shares that all lie high', () => {
    expect(reportTrend(trend([4, 5, 6]), COUNT, ROOM).isBroken).toBe(false);
    expect(reportTrend(trend([0.998, 0.999, 0.9985]), SHARE, ROOM).isBroken).toBe(true);
    expect(reportTrend(trend([0.2, 0.999]), SHARE, ROOM).isBroken).toBe(false);
  });

  it('leaves a gap where there is no value, and draws none of it as 0', () => {
    const { before, now } = reportTrend(trend([1, null, 2, 3, null, 3]), COUNT, ROOM);
    expect(`${before}${now}`.match(/M/g)).toHaveLength(4);
    expect(reportTrend(trend([null, null]), COUNT, ROOM)).toMatchObject({ before: '', now: '', end: null });
  });

  it('draws what came before and the quarter as one line that meets', () => {
    const { before, now } = reportTrend(trend([1, 2, 3, 4, 5]), COUNT, ROOM);
    expect(before.endsWith(now.slice(1, now.indexOf('L')))).toBe(true);
  });
});
