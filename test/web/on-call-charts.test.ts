import { describe, expect, it } from 'vitest';
import type { HourMap, OnCallSeries } from '../../server/api/contract.ts';
import { barsOf } from '../../web/charts/bars.ts';
import { hourCells } from '../../web/charts/hour-cells.ts';
import { trendOf } from '../../web/charts/trend.ts';

const point = (index: number, value: number | null, emptiness: string | null = null): OnCallSeries['points'][number] => ({
  period: `2026-W${index}`,
  label: `W${index}`,
  title: `Week ${index}`,
  value,
  drawn: value,
  text: value === null ? (emptiness ?? '') : String(value),
  count: value ?? 0,
  emptiness,
  flags: [],
  revision: null,
});
const series = (values: readonly (number | null)[], rest: Partial<OnCallSeries> = {}): OnCallSeries => ({
  kpi: 'pages',
  name: 'Pages',
  unit: { type: 'count', label: 'pages', axis: 'per day', isTotal: true },
  grain: 'week',
  points: values.map((value, index) => point(20 + index, value, value === null ? 'hidden' : null)),
  limits: { mean: 20, lower: 8, upper: 32, isProvisional: false, from: '', to: '', text: '' },
  target: null,
  signals: [],
  beyond: [],
  text: '',
  judgement: 'routine',
  isListed: true,
  ...rest,
});

describe('bars', () => {
  it('stand on zero, as high as their values, within the room there is', () => {
    const { bars, floor, right, left } = barsOf(series([10, 20, 40]), 600);
    const [one, two, three] = bars.map(({ height }) => height);
    expect((two ?? 0) / (one ?? 1)).toBeCloseTo(2, 5);
    expect((three ?? 0) / (one ?? 1)).toBeCloseTo(4, 5);
    for (const bar of bars) {
      expect(bar.y + bar.height).toBeCloseTo(floor, 5);
      expect(bar.x).toBeGreaterThanOrEqual(left);
      expect(bar.x + bar.width).toBeLessThanOrEqual(right);
      expect(bar.y).toBeGreaterThan(0);
    }
  });

  it('leave a gap with its word where a number is hidden, once for neighbours', () => {
    const { gaps, bars } = barsOf(series([10, null, null, 12]), 600);
    expect(gaps.map(({ word }) => word)).toEqual(['hidden']);
    expect(bars[1]?.height).toBe(0);
  });

  it('carry numbers where they are beyond a limit, and at the end', () => {
    const { bars } = barsOf(series([10, 50, 20, 12], { beyond: ['2026-W21'] }), 600);
    expect(bars.map(({ number }) => number)).toEqual([null, '50', null, '12']);
  });

  it('keep the words of lines apart, and labels from one another', () => {
    const { lines, labels } = barsOf(
      series(
        Array.from({ length: 26 }, () => 31),
        {
          target: {
            value: 31.5,
            drawn: 31.5,
            text: '',
            short: '',
            direction: 'at_most',
            every: 'week',
            because: null,
            isMet: true,
          },
        },
      ),
      320,
    );
    const heights = lines.map(({ labelY }) => labelY);
    expect(heights.every((y, index) => index === 0 || y - (heights[index - 1] ?? 0) >= 12)).toBe(true);
    expect(labels.at(-1)).toMatchObject({ text: 'W45', isLast: true });
    expect(labels.every(({ x }, index) => index === 0 || x - (labels[index - 1]?.x ?? 0) >= 20)).toBe(true);
  });

  it('draw nothing but the floor where there is nothing', () => {
    expect(barsOf(series([], { limits: null }), 600).bars).toEqual([]);
    expect(barsOf(series([null, null], { limits: null }), 600).gaps).toHaveLength(1);
  });
});

describe('the hours of a week', () => {
  const map: HourMap = {
    text: '',
    hidden: null,
    span: 'October',
    days: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'],
    counts: Array.from({ length: 7 }, (_, day) => Array.from({ length: 24 }, (_, hour) => (day === 1 && hour === 3 ? 4 : 0))),
    total: 4,
    most: 4,
  };

  it('lie across where there is room, and upright where there is not, each hour in its place', () => {
    const across = hourCells(map, 900);
    const upright = hourCells(map, 340);
    expect([across.isUpright, upright.isUpright]).toEqual([false, true]);
    for (const { cells, width } of [across, upright]) {
      expect(cells).toHaveLength(168);
      const busy = cells.filter(({ count }) => count > 0);
      expect(busy.map(({ title }) => title)).toEqual(['Tue 03:00 to 04:00']);
      expect(Math.max(...cells.map((cell) => cell.x + cell.width))).toBeLessThanOrEqual(width);
    }
  });

  it('are dark by their count, and not at all without one', () => {
    const shades = hourCells(map, 900).cells.map(({ shade }) => shade);
    expect(new Set(shades)).toEqual(new Set([0, 0.9]));
  });
});

describe('a trend', () => {
  it('breaks its line at a gap, shades what is routine, and marks the end and what lies beyond', () => {
    const { path, dots, band } = trendOf(series([10, 50, null, 20, 30], { beyond: ['2026-W21'] }), 240, 56);
    expect(path.match(/M/g)).toHaveLength(2);
    expect(dots.map(({ isBeyond }) => isBeyond)).toEqual([true, false]);
    expect(band?.height).toBeGreaterThan(0);
  });
});
