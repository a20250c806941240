import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProcessPoint } from '../../server/stats/limits.ts';
import { xmr } from '../../server/stats/limits.ts';
import { isLonger, judgeTimes, lineOf } from '../../server/stats/times-between.ts';

interface Published {
  source: string;
  times: number[];
  mean: number;
  upper: number;
  lower: number;
}
const published = JSON.parse(readFileSync(new URL('../fixtures/xmr/times-between.json', import.meta.url), 'utf8')) as Published;

const series = (times: readonly number[]): ProcessPoint[] =>
  times.map((value, index) => ({
    period: String(index),
    value,
    isJudged: true,
    isUnsettled: false,
    startsStretch: false,
  }));
const rules = (times: readonly number[]) =>
  judgeTimes(series(times)).signals.map(({ rule, side, since, until }) => `${rule} ${side} ${since} to ${until}`);
const limitsOf = (times: readonly number[]) => {
  const limits = judgeTimes(series(times)).stretches[0]?.limits;
  if (limits === null || limits === undefined) throw new Error('there should be limits');
  return limits;
};

/** Roots of 2 and 3 in turn: mean 2.5, moving range 1, limits at 2.5 ± 2.66, so none below. */
const LONG = 3 ** 3.6;
const SHORT = 2 ** 3.6;
const base = Array.from({ length: 24 }, (_, index) => (index % 2 === 0 ? SHORT : LONG));
/** Roots of 9 and 10: mean 9.5, limits at 6.84 and 12.16. */
const steady = Array.from({ length: 24 }, (_, index) => (index % 2 === 0 ? 9 : 10) ** 3.6);

describe('limits of times between rare events', () => {
  it('are those of a published example, which scales by 3/1.128 where we take 2.66', () => {
    const roots = published.times.map((time) => time ** (1 / 3.6));
    const lines = xmr(roots, { lower: null, upper: null });
    if (lines === null) throw new Error('there should be lines');
    const scaled = (3 / 1.128) * lines.meanMovingRange;
    expect(lines.mean ** 3.6).toBeCloseTo(published.mean, 4);
    expect((lines.mean + scaled) ** 3.6).toBeCloseTo(published.upper, 4);
    expect((lines.mean - scaled) ** 3.6).toBeCloseTo(published.lower, 4);
  });

  it('come from the first 24 times, on their roots', () => {
    // Worked out apart: mean of the 24 roots 2.006941, mean moving range 0.563632.
    const limits = limitsOf(published.times);
    expect(limits.mean).toBeCloseTo(12.2779, 4);
    expect(limits.upper).toBeCloseTo(91.4983, 4);
    expect(limits.lower).toBeCloseTo(0.08712, 5);
    expect(limits).toMatchObject({ count: 24, isProvisional: false, from: '0', to: '23' });
    expect(rules(published.times).filter((rule) => rule.startsWith('beyond'))).toEqual(['beyond a limit above 23 to 23']);
  });

  it('are worked out by hand for two roots in turn', () => {
    const limits = limitsOf(base);
    expect(limits.mean).toBeCloseTo(2.5 ** 3.6, 9);
    expect(limits.upper).toBeCloseTo(5.16 ** 3.6, 9);
    expect(limits.lower).toBeNull();
    expect(lineOf(limits, { rule: '3 of 4', side: 'above' })).toBeCloseTo(3.83 ** 3.6, 9);
    expect(lineOf(limits, { rule: '3 of 4', side: 'below' })).toBeNull();
    expect(lineOf(limits, { rule: '8 in a row', side: 'below' })).toBe(limits.mean);
    expect(lineOf(limits, { rule: 'beyond a limit', side: 'above' })).toBe(limits.upper);
  });

  it('are provisional from 12 times on, and none before', () => {
    expect(judgeTimes(series(base.slice(0, 11))).stretches[0]).toMatchObject({ limits: null, count: 11 });
    expect(limitsOf(base.slice(0, 12))).toMatchObject({ isProvisional: true, count: 12 });
  });

  it('take a time of 0, of two events at one instant, like any other', () => {
    const limits = limitsOf([0, ...base.slice(1)]);
    expect(limits.mean).toBeCloseTo((2.5 - 2 / 24) ** 3.6, 9);
    expect(rules([...steady, 0])).toEqual(['beyond a limit below 24 to 24']);
  });

  it('have no lower one below the least that is meant', () => {
    const lower = (least: number) => judgeTimes(series(steady), least).stretches[0]?.limits?.lower ?? null;
    expect(lower(0)).toBeCloseTo(6.84 ** 3.6, 6);
    expect(lower(6.83 ** 3.6)).toBeCloseTo(6.84 ** 3.6, 6);
    expect(lower(6.85 ** 3.6)).toBeNull();
    expect(judgeTimes(series([...steady, 0]), 6.85 ** 3.6).signals).toEqual([]);
  });

  it('are none where all times are 0', () => {
    const found = judgeTimes(series([...Array<number>(30).fill(0), 5]));
    expect(found.stretches[0]).toMatchObject({ limits: null, count: 24 });
    expect(found.signals).toEqual([]);
  });
});

describe('the rules on times between rare events', () => {
  it('find one that is too long, and one that is too short', () => {
    expect(rules([...steady, 12.2 ** 3.6])).toEqual(['beyond a limit above 24 to 24']);
    expect(rules([...steady, 6.8 ** 3.6])).toEqual(['beyond a limit below 24 to 24']);
    expect(rules([...steady, 12.1 ** 3.6, 6.9 ** 3.6])).toEqual([]);
  });

  it('find eight in a row on one side of the mean of the roots', () => {
    // The plain mean of the times lies above the mean of their roots: 9.52 is above one and below the other.
    const run = Array<number>(8).fill(9.52 ** 3.6);
    expect(9.52 ** 3.6).toBeLessThan((9 ** 3.6 + 10 ** 3.6) / 2);
    expect(rules([...steady, 9 ** 3.6, ...run])).toEqual(['8 in a row above 25 to 32']);
  });

  it('find three of four nearer the limit than the mean, half-way on the roots', () => {
    const near = 10.84 ** 3.6;
    expect(rules([...steady, near, 9 ** 3.6, near, near])).toEqual(['3 of 4 above 24 to 27']);
    const notNear = 10.82 ** 3.6;
    expect(rules([...steady, near, 9 ** 3.6, near, notNear])).toEqual([]);
  });

  it('do not depend on the unit of the times', () => {
    const times = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 12, maxLength: 60 });
    fc.assert(
      fc.property(times, (minutes) => {
        expect(rules(minutes.map((minute) => minute * 60))).toEqual(rules(minutes));
      }),
    );
  });

  it('agree with the limits that are shown as times', () => {
    const times = fc.array(fc.integer({ min: 0, max: 100_000 }), { minLength: 12, maxLength: 60 });
    fc.assert(
      fc.property(times, (given) => {
        const { stretches, signals } = judgeTimes(series(given));
        const limits = stretches[0]?.limits;
        if (limits === null || limits === undefined) return;
        const beyond = signals.filter(({ rule, side }) => rule === 'beyond a limit' && side === 'above');
        const flagged = given.map((_, index) =>
          beyond.some(({ since, until }) => Number(since) <= index && index <= Number(until)),
        );
        expect(flagged).toEqual(given.map((time) => limits.upper !== null && isLonger(time, limits.upper, limits)));
      }),
    );
  });
});
