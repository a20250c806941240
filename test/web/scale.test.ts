import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scaleOf, shortValue, tickText } from '../../web/charts/scale.ts';

const count = { type: 'count', isTotal: false };
const duration = { type: 'duration', isTotal: false };
const share = { type: 'share', isTotal: false };
const number = { type: 'number', isTotal: false };
const texts = (values: number[], unit: { type: string; isTotal: boolean }): string[] =>
  scaleOf(values, unit, 4).ticks.map(({ text }) => text);

describe('a value axis', () => {
  it('begins at 0 for counts, durations and totals, however far away the values are', () => {
    for (const unit of [count, duration, { type: 'number', isTotal: true }]) {
      const scale = scaleOf([980, 1000, 990], unit);
      expect(scale.min).toBe(0);
      expect(scale.isBroken).toBe(false);
    }
  });

  it('is broken, and says so, only where 0 would flatten a share or a level', () => {
    expect(scaleOf([0.9985, 0.9995], share)).toMatchObject({ isBroken: true });
    expect(scaleOf([0.9985, 0.9995], share).min).toBeGreaterThan(0.99);
    expect(scaleOf([0.1, 0.2], share)).toMatchObject({ isBroken: false, min: 0 });
    expect(scaleOf([-3, -3.1], number).isBroken).toBe(false);
  });

  it('labels round numbers of the unit', () => {
    expect(texts([6.4 * 3600], duration)).toEqual(['0', '2 h', '4 h', '6 h']);
    expect(texts([6 * 86_400], duration)).toEqual(['0', '2 d', '4 d', '6 d']);
    expect(texts([100], duration)).toEqual(['0', '30 s', '60 s', '90 s']);
    expect(texts([0.17], share)).toEqual(['0', '5%', '10%', '15%']);
    expect(texts([3], count)).toEqual(['0', '1', '2', '3']);
    expect(texts([1], count)).toEqual(['0', '1']);
    expect(texts([0, 41_000], number)).toEqual(['0', '20k', '40k']);
  });

  it('goes below 0 where values do, with a true minus sign', () => {
    expect(texts([-20, 30], number)).toEqual(['−20', '0', '20']);
  });

  it('has nothing to label without values', () => {
    expect(scaleOf([], count)).toEqual({ min: 0, max: 1, ticks: [], isBroken: false });
    expect(scaleOf([Number.NaN, Number.POSITIVE_INFINITY], count).ticks).toEqual([]);
  });

  it('holds every value and every tick, with few ticks, whatever the values', () => {
    const unit = fc.constantFrom(count, duration, share, number, { type: 'count', isTotal: true });
    fc.assert(
      fc.property(
        fc.array(
          fc.integer({ min: -1e12, max: 1e12 }).map((thousandths) => thousandths / 1000),
          { minLength: 1, maxLength: 20 },
        ),
        unit,
        (values, of) => {
          const { min, max, ticks } = scaleOf(values, of, 4);
          expect(min).toBeLessThan(max);
          for (const value of values) {
            expect(value).toBeGreaterThanOrEqual(min);
            expect(value).toBeLessThanOrEqual(max);
          }
          expect(ticks.length).toBeLessThanOrEqual(6);
          for (const { text } of ticks) expect(text).not.toMatch(/NaN|Infinity|e[+-]/);
        },
      ),
    );
  });
});

describe('a labelled value', () => {
  it('is short, with two significant digits for limits', () => {
    expect(shortValue(6.1 * 3600, duration)).toBe('6.1 h');
    expect(shortValue(366 * 60, duration)).toBe('6.1 h');
    expect(shortValue(74.4 * 86_400, duration)).toBe('74 d');
    expect(shortValue(0.384, share)).toBe('38%');
    expect(shortValue(0.9991, share)).toBe('99.91%');
    expect(shortValue(-4.12, number)).toBe('−4.1');
    expect(shortValue(0, duration)).toBe('0');
  });

  it('never shows a step away from itself', () => {
    expect(tickText(0.25, 0.05, number)).toBe('0.25');
    expect(tickText(2.5e6, 5e5, number)).toBe('2.5M');
  });
});
