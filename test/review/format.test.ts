import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Unit } from '../../server/kpi/kpi.ts';
import {
  formatChange,
  formatOutcome,
  formatShort,
  formatValue,
  justWhere,
  listed,
  ordinal,
  plural,
  sentenceNumbers,
} from '../../server/review/format.ts';
import { signedShort } from '../../server/review/verdict-change.ts';

const duration: Unit = { type: 'duration', label: '', isTotal: false };
const share: Unit = { type: 'share', label: '', isTotal: false };
const count: Unit = { type: 'count', label: 'incidents', isTotal: true };
const number = (label: string): Unit => ({ type: 'number', label, isTotal: false });
const THIN = '\u202f';

describe('values', () => {
  it.each([
    [duration, 23_100, '6 h 25 m', '6.4 h'],
    [duration, 45, '45 s', '45 s'],
    [duration, 0, '0 s', '0 s'],
    [duration, 86_400 * 12.4, '12 d', '12 d'],
    [duration, -5_400, '−1 h 30 m', '−1.5 h'],
    [share, 0.12, '12%', '12%'],
    [share, 0.043, '4.3%', '4.3%'],
    [share, 0.0012, '0.12%', '0.12%'],
    [share, 0.9995, '99.95%', '99.95%'],
    [share, 1, '100%', '100%'],
    [share, 0, '0%', '0%'],
    [share, 1.2, '120%', '120%'],
    [count, 3, '3', '3'],
    [count, 9_999, '9999', '9999'],
    [count, 56_607_738, `56${THIN}607${THIN}738`, `56${THIN}607${THIN}738`],
    [count, 6.31, '6.31', '6.3'],
    [number('ms'), 420, '420 ms', '420 ms'],
    [number('%'), 71.4, '71.4%', '71%'],
    [number('per day'), 0.7143, '0.714 per day', '0.71 per day'],
    [number(''), -12_345.6, `−12${THIN}346`, `−12${THIN}346`],
  ])('of a %j: %d is %s in a table and %s in a sentence', (unit, value, full, short) => {
    expect([formatValue(unit, value), formatShort(unit, value)]).toEqual([full, short]);
  });

  it('never print 100% for less than all, nor 0% for more than nothing', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }), (value) => {
        expect(['0%', '100%']).not.toContain(formatValue(share, value));
      }),
    );
  });

  it('never print NaN, Infinity, an exponent or a hyphen for a minus', () => {
    const units = fc.constantFrom(duration, share, count, number('ms'));
    fc.assert(
      fc.property(units, fc.double({ min: -1e9, max: 1e9, noNaN: true }), (unit, value) => {
        for (const text of [formatValue(unit, value), formatShort(unit, value)]) expect(text).not.toMatch(/NaN|Infinity|e[+-]|-/);
      }),
    );
  });

  it('that are not there print the word for why', () => {
    expect(formatOutcome(duration, { value: null, emptiness: 'none to measure' })).toBe('none to measure');
    expect(formatOutcome(duration, { value: 0, emptiness: null })).toBe('0 s');
  });
});

describe('numbers in one sentence', () => {
  it('are written in one unit', () => {
    const write = sentenceNumbers(duration, [4_320, 7_560, 21_960]);
    expect([write(4_320), write(7_560), write(21_960)]).toEqual(['1.2 h', '2.1 h', '6.1 h']);
  });

  it('keep a unit of their own when they are far below the largest', () => {
    const write = sentenceNumbers(duration, [1_200, 93_600]);
    expect([write(1_200), write(93_600)]).toEqual(['20 m', '26 h']);
  });

  it('get as many digits as it takes to tell the value from its limit', () => {
    const write = sentenceNumbers(duration, [22_040, 21_960]);
    expect([write(22_040), write(21_960)]).toEqual(['6.12 h', '6.1 h']);
    const percent = sentenceNumbers(share, [0.124, 0.12]);
    expect([percent(0.124), percent(0.12)]).toEqual(['12.4%', '12%']);
  });

  it('get one more digit and no second one; what still reads alike is said to be just beyond', () => {
    const close = [0.14287, 0.14288, 0.15421] as const;
    const write = sentenceNumbers(share, close);
    expect(close.map(write)).toEqual(['14.3%', '14.3%', '15.4%']);
    expect(justWhere(write, close[0], close[1])).toBe('just ');
    expect(justWhere(write, close[0], close[2])).toBe('');
  });

  it('have two digits where what they were held against is not said', () => {
    expect(sentenceNumbers(share, [0.14288], [0.14287])(0.14288)).toBe('14%');
  });

  it('have one digit where they are a hundredth of what stands beside them, and never none', () => {
    expect(sentenceNumbers(count, [0.042, 8.4])(0.042)).toBe('0.04');
    expect(sentenceNumbers(share, [-0.00023, 0.12])(-0.00023)).toBe('−0.02%');
    expect([signedShort(count, 0.042, 8.4), signedShort(share, -0.00044, 0.17)]).toEqual(['+0.04', '−0.04 points']);
    expect(sentenceNumbers(count, [0.14, 8.4])(0.14)).toBe('0.14');
  });

  it('close to all have one decimal more than the coarsest of them, and are never 100%', () => {
    const write = sentenceNumbers(share, [0.9986, 0.999922]);
    expect([write(0.9986), write(0.999922)]).toEqual(['99.86%', '99.992%']);
    expect(sentenceNumbers(share, [0.95, 0.99996])(0.99996)).toBe('99.996%');
  });

  it('that read alike say that nothing changed instead of many digits', () => {
    const [now, before] = [225_029, 224_994];
    expect(formatChange(duration, { value: now, count: 2 }, { value: before, count: 2 }).text).toBe('2.6 d, as before');
  });

  it('carry the label of a metric', () => {
    expect(sentenceNumbers(number('ms'), [900, 484.3])(484.3)).toBe('484 ms');
  });
});

describe('changes', () => {
  const many = 40;
  it.each([
    [duration, 5, 3.8, many, '+32%'],
    [duration, 1.9, 1, many, '1.9×'],
    [duration, 12, 1, many, '12×'],
    [duration, 92, 100, many, '−8%'],
    [duration, 100.4, 100, many, '+0.4%'],
    [duration, 100, 100, many, 'no change'],
    [duration, 1e6 + 1, 1e6, many, 'no change'],
    [duration, 0, 100, many, '−100%'],
    [duration, 3_600, 0, many, '1 h, was 0 h'],
    [duration, 10_800, 3_600, 2, '3 h, was 1 h'],
    [share, 0.141, 0.12, many, '+2.1 points'],
    [share, 0.11, 0.12, many, '−1 point'],
    [share, 0.9982, 0.9994, many, '−0.12 points'],
    [share, 0.12, 0.12, many, 'no change'],
    [share, 1 / 3, 0, 3, '33%, was 0%'],
    [count, 3, 1, 3, '3, was 1'],
    [count, 14, 9, 14, '14, was 9'],
    [count, 3, 3, 3, '3, as before'],
    [count, 0, 2, 0, '0, was 2'],
    [count, 40, 31, 40, '+29%'],
    [number('ms'), -2, 3, many, '−2 ms, was 3 ms'],
  ])('of a %j to %d from %d over %d items read %5$s', (unit, now, before, items, text) => {
    expect(formatChange(unit, { value: now, count: items }, { value: before, count: items }).text).toBe(text);
  });

  it('carry the raw number: relative, or in points for shares', () => {
    expect(formatChange(duration, { value: 131, count: 40 }, { value: 100, count: 40 }).value).toBeCloseTo(0.31, 12);
    expect(formatChange(share, { value: 0.141, count: 40 }, { value: 0.12, count: 40 }).value).toBeCloseTo(2.1, 9);
    expect(formatChange(count, { value: 3, count: 3 }, { value: 0, count: 0 }).value).toBeNull();
  });

  it('of a count below ten are never a percentage', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 500 }), (few, other) => {
        for (const [now, before] of [
          [few, other],
          [other, few],
        ] as const) {
          expect(formatChange(count, { value: now, count: now }, { value: before, count: before }).text).not.toMatch(/[%×]/);
        }
      }),
    );
  });
});

describe('words for numbers', () => {
  it('count as people do', () => {
    expect([1, 3, 8, 10, 11, 12, 21, 22, 111].map(ordinal)).toEqual([
      'first',
      'third',
      'eighth',
      'tenth',
      '11th',
      '12th',
      '21st',
      '22nd',
      '111th',
    ]);
    expect([plural(1, 'week'), plural(14, 'week'), plural(2, 'KPI waits', 'KPIs wait')]).toEqual([
      '1 week',
      '14 weeks',
      '2 KPIs wait',
    ]);
    expect([listed([]), listed(['a']), listed(['a', 'b']), listed(['a', 'b', 'c'])]).toEqual(['', 'a', 'a and b', 'a, b and c']);
  });
});
