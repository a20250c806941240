import { describe, expect, it } from 'vitest';
import type { Kpi } from '../../server/kpi/kpi.ts';
import type { ReviewRow } from '../../server/review/input.ts';
import type { KpiCard } from '../../server/review/schema.ts';
import { verdictOn } from '../../server/review/targets.ts';
import { atLeast, atMost, card, kpi, row, rows, toDateIds, waves } from './build.ts';

const latency = (rest: Partial<Kpi> = {}): Kpi =>
  kpi({
    measure: { type: 'level', series: 'checkout-latency', statistic: 'p90' },
    countedIn: null,
    unit: { type: 'number', label: 'ms', isTotal: false },
    ...rest,
  });

const within = (one: ReviewRow, least: number | null, most: number | null): ReviewRow => ({
  ...one,
  also: { 'at least': least, 'at most': most, coverage: 1 },
});

/** Thirty weeks around 400 ms, the last of them as given. */
const cardWith = (of: Kpi, value: number, least: number | null, most: number | null): KpiCard => {
  const weeks = rows('2026-W46', [...waves(29, 400, 10), value]).map((each, index) =>
    index < 29 ? within(each, 250, 500) : within(each, least, most),
  );
  return card({ kpi: of, weeks, toDate: toDateIds.map((id) => within(row(id, 400, 9), 250, 500)) });
};

describe('a value that is known within bounds', () => {
  it('is told with them, and above the last edge as no more than that', () => {
    const { verdict, also, boxes } = cardWith(latency(), 410, 250, 500);
    expect(verdict).toContain('p90 410 ms (between 250 ms and 500 ms)');
    expect(also.map(({ name, text }) => `${name} ${text}`)).toEqual(['at least 250 ms', 'at most 500 ms', 'coverage 100%']);
    expect(boxes[0]?.text).toBe('410 ms');
    const above = cardWith(latency(), 1_000, 1_000, null);
    expect(above.verdict).toContain('p90 above 1000 ms');
    expect(above.boxes.slice(0, 2).map(({ text }) => text)).toEqual(['above 1000 ms', 'cannot be told']);
    expect(above.current.text).toBe('above 1000 ms');
    expect(cardWith(latency(), 60, null, 100).verdict).toContain('p90 60 ms (at most 100 ms)');
  });

  it('meets or misses a target where both bounds say so, which an edge always can', () => {
    const outcome = { value: 410, also: { 'at least': 250, 'at most': 500 } };
    const verdicts = [200, 250, 300, 450, 500].map((target) => verdictOn(atMost(target, String(target)), outcome));
    expect(verdicts).toEqual([false, false, null, null, true]);
    expect([200, 250, 300, 500, 501].map((target) => verdictOn(atLeast(target, String(target)), outcome))).toEqual([
      true,
      true,
      null,
      null,
      false,
    ]);
    const above = { value: 1_000, also: { 'at least': 1_000, 'at most': null } };
    expect([800, 1_000, 1_200].map((target) => verdictOn(atMost(target, String(target)), above))).toEqual([false, false, null]);
    expect(verdictOn(atMost(400, '400'), { value: 410, also: { 'at least': 410, 'at most': 410 } })).toBe(false);
    expect(verdictOn(atMost(400, '400'), { value: 410 })).toBe(false);
  });

  it('makes no news of a target that cannot be told', () => {
    const target = (bound: number): KpiCard => cardWith(latency({ targets: [atMost(bound, String(bound))] }), 410, 250, 500);
    expect(target(300).boxes.at(-1)?.title).toContain('cannot be told');
    expect(target(500).boxes.at(-1)?.title).toContain('met');
    expect(target(250).boxes.at(-1)?.title).toContain('missed');
  });

  it('tells a share of values by its bound', () => {
    const share = latency({
      measure: { type: 'level', series: 'checkout-latency', statistic: 'share', atMost: 250 },
      unit: { type: 'share', label: '', isTotal: false },
    });
    expect(cardWith(share, 0.93, 0.93, 0.93).verdict).toContain('93% at or under 250');
  });
});
