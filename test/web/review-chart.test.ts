import { describe, expect, it } from 'vitest';
import { behaviourChart } from '../../web/charts/behaviour-chart.ts';
import { gapShapes, slotsOf, unsettledShapes } from '../../web/charts/panel.ts';
import { reviewChart } from '../../web/charts/review-chart.ts';
import { hatchOf, type Shape } from '../../web/charts/shapes.ts';
import { sparkOf } from '../../web/charts/spark.ts';
import type { KpiCard } from '../../server/api/contract.ts';
import { palette } from './samples/palette.ts';
import { DURATION, TOTAL, weeks } from './samples/points.ts';
import { review } from './samples/review.ts';

function cardOf(id: string): KpiCard {
  const card = review.cards.find((one) => one.id === id);
  if (card === undefined) throw new Error(`no sample ${id}`);
  return card;
}

/** The line series of an option, as plain data. */
function linesOf(option: ReturnType<typeof reviewChart>['option']): { data: unknown; width: unknown; dash: unknown }[] {
  const series = Array.isArray(option.series) ? option.series : [];
  return series.flatMap((one) =>
    one.type === 'line' ? [{ data: one.data, width: one.lineStyle?.width, dash: one.lineStyle?.type }] : [],
  );
}

const box = { x: 0, y: 0, width: 600, height: 100 };
const toY = (value: number): number => 100 - value;
const wordsOf = (shapes: readonly Shape[]): string[] => shapes.flatMap((shape) => (shape.type === 'text' ? [shape.text] : []));

describe('six weeks and twelve months', () => {
  it('share one value axis: the same value stands at the same height in both', () => {
    const card = cardOf('time-to-restore');
    const { slots, option } = reviewChart(card, 900, palette);
    const value = slots[0]?.point.drawn;
    const same = slots.filter(({ point }) => point.drawn === value);
    expect(new Set(slots.map(({ column }) => column.y)).size).toBe(1);
    expect(new Set(same.map(({ y }) => y)).size).toBe(1);
    const axes = Array.isArray(option.yAxis) ? option.yAxis : [];
    expect(axes).toHaveLength(2);
    expect(axes[0]).toMatchObject({ min: 0, max: axes[1]?.max });
  });

  it('stand beside each other where there is room, else one above the other, never beyond the width', () => {
    const card = cardOf('time-to-restore');
    for (const width of [320, 351, 500, 700, 1100]) {
      const { slots, height } = reviewChart(card, width, palette);
      expect(slots).toHaveLength(18);
      for (const { column } of slots) {
        expect(column.x).toBeGreaterThan(0);
        expect(column.x + column.width).toBeLessThanOrEqual(width);
        expect(column.y + column.height).toBeLessThan(height);
      }
      const isStacked = (slots[6]?.column.y ?? 0) > (slots[0]?.column.y ?? 0);
      expect(isStacked).toBe(width < 528);
    }
  });

  it('draw totals per day, so that a month does not tower over a week', () => {
    const { slots } = reviewChart(cardOf('incidents'), 900, palette);
    const week = slots[5];
    const month = slots[17];
    expect(week?.point.value).toBe(3);
    expect(month?.point.value).toBe(11);
    expect(Math.abs((week?.y ?? 0) - (month?.y ?? 0))).toBeLessThan(20);
  });

  it('leave a gap a gap: no line, no dot, nothing at zero', () => {
    const { option, slots } = reviewChart(cardOf('checkout-latency'), 900, palette);
    expect(linesOf(option)[1]?.data).toEqual([312, 308, '-', '-', 322, 325]);
    expect(slots[2]?.y).toBeNull();
    expect(JSON.stringify(linesOf(option))).not.toMatch(/NaN|null/);
  });

  it('draw the way to a running period dashed, and leave it out of the full line', () => {
    const { option } = reviewChart(cardOf('availability'), 900, palette);
    const [, full, running] = linesOf(option);
    expect(full?.data).toEqual([0.9991, 0.9994, 0.9989, 0.9993, 0.9995, '-']);
    expect(running).toMatchObject({ data: ['-', '-', '-', '-', 0.9995, 0.9992], dash: [3, 3] });
  });

  it('draw the prior year thinner than this year', () => {
    const [prior, current] = linesOf(reviewChart(cardOf('time-to-restore'), 900, palette).option);
    expect(Number(prior?.width)).toBeLessThan(Number(current?.width));
  });
});

describe('emptiness', () => {
  it('writes one word over a run of gaps, and leaves what was before history blank', () => {
    const points = weeks(DURATION, 2026, 46, ['before history', 'before history', 60, 'no data', 'no data', 'hidden']);
    expect(wordsOf(gapShapes(slotsOf(points, [], box, toY), 100, palette))).toEqual(['no data', 'hidden']);
  });

  it('turns the word upright where the gap is narrower than it', () => {
    const points = weeks(DURATION, 2026, 46, [60, 'no data', 60]);
    const upright = (width: number): boolean[] =>
      gapShapes(slotsOf(points, [], { ...box, width }, toY), 100, palette).flatMap((shape) =>
        shape.type === 'text' ? [shape.isUpright === true] : [],
      );
    expect(upright(300)).toEqual([false]);
    expect(upright(60)).toEqual([true]);
  });

  it('hatches only what may still change', () => {
    const points = weeks(TOTAL, 2026, 46, [1, '2|unsettled', '3|running', 'no data']);
    const xs = unsettledShapes(slotsOf(points, [], box, toY), palette).flatMap((shape) =>
      shape.type === 'line' ? [shape.from[0], shape.to[0]] : [],
    );
    expect(Math.min(...xs)).toBeGreaterThanOrEqual(150);
    expect(Math.max(...xs)).toBeLessThanOrEqual(450);
  });

  it('keeps every hatch line inside its box', () => {
    for (const shape of hatchOf({ x: 10, y: 20, width: 30, height: 50 }, 6, 'grey')) {
      if (shape.type !== 'line') throw new Error('a hatch is lines');
      for (const [x, y] of [shape.from, shape.to]) {
        expect(x).toBeGreaterThanOrEqual(10);
        expect(x).toBeLessThanOrEqual(40);
        expect(y).toBeGreaterThanOrEqual(20);
        expect(y).toBeLessThanOrEqual(70);
      }
    }
  });
});

describe('the process behaviour chart', () => {
  it('draws what the rules looked at: the change of a level that carries over, below zero too', () => {
    const { option } = behaviourChart(cardOf('queue-age'), 900, palette);
    const axes = Array.isArray(option.yAxis) ? option.yAxis : [];
    expect(axes[0]).toMatchObject({ min: -0.9 * 86_400 });
    expect(linesOf(option)[0]?.data).toEqual(cardOf('queue-age').history.map(({ drawn }) => drawn ?? '-'));
  });

  it('draws times between events in days where the card counts events, the time that still runs hollow', () => {
    const days = (count: number): number => count * 86_400;
    const times = [16, 26, 3, 41].map((count, index): KpiCard['history'][number] => ({
      period: `2026-0${index + 5}-01`,
      evidence: '2026-W18',
      label: `1 ${['May', 'Jun', 'Jul', 'Aug'][index] ?? ''}`,
      title: '1 May 2026',
      value: days(count),
      drawn: days(count),
      text: `${count} d after the one before`,
      count: 1,
      emptiness: null,
      flags: index === 3 ? ['running'] : [],
      revision: null,
    }));
    const card = { ...cardOf('incidents'), history: times, historyUnit: { ...DURATION, axis: 'days' }, limits: [], signals: [] };
    const { option, slots } = behaviourChart(card, 600, palette);
    expect(linesOf(option)[0]?.data).toEqual(times.map(({ value }) => value));
    expect(slots.map(({ point }) => point.evidence)).toEqual(new Array(4).fill('2026-W18'));
    // Labels as `40 d`, not the 4M that as many seconds would be as a count.
    const roomFor = (historyUnit: KpiCard['historyUnit']) => {
      const { grid } = behaviourChart({ ...card, historyUnit }, 600, palette).option;
      return Array.isArray(grid) ? grid[0]?.left : undefined;
    };
    expect(roomFor(card.historyUnit)).not.toBe(roomFor(card.unit));
  });

  it('has a slot for every point of the history inside the width', () => {
    for (const card of review.cards) {
      for (const width of [320, 900]) {
        const { slots, option } = behaviourChart(card, width, palette);
        expect(slots).toHaveLength(card.history.length);
        for (const { column } of slots) expect(column.x + column.width).toBeLessThanOrEqual(width);
        expect(JSON.stringify(option)).not.toContain('NaN');
      }
    }
  });
});

describe('a word-sized line', () => {
  it('breaks at gaps and ends without a dot where the last value is missing', () => {
    const { path, end } = sparkOf(weeks(DURATION, 2026, 46, [1, 2, 'no data', 4, 'no data']), 88, 22);
    expect(path.match(/M/g)).toHaveLength(2);
    expect(end).toBeNull();
  });

  it('is a level line where nothing changes, and nothing where there is nothing', () => {
    expect(sparkOf(weeks(DURATION, 2026, 46, [5, 5, 5]), 88, 22).end?.y).toBe(11);
    expect(sparkOf(weeks(DURATION, 2026, 46, ['hidden', 'hidden']), 88, 22)).toEqual({ path: '', end: null });
  });
});
