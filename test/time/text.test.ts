import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { civilOf, dayFrom, formatDay, parseDay, shiftYears, weekdayOf } from '../../server/time/day.ts';
import { formatDuration, parseDuration } from '../../server/time/duration.ts';
import { formatInstant, parseInstant } from '../../server/time/instant.ts';
import { findZone } from '../../server/time/zone.ts';

const berlin = findZone('Europe/Berlin') ?? undefined;

describe('days', () => {
  it('agree with the platform on date and weekday for any day from year 1 to 9999', () => {
    fc.assert(
      fc.property(fc.integer({ min: -719_162, max: 2_932_896 }), (day) => {
        const date = new Date(day * 86_400_000);
        expect(formatDay(day)).toBe(date.toISOString().slice(0, 10));
        expect(weekdayOf(day)).toBe(date.getUTCDay() === 0 ? 7 : date.getUTCDay());
        expect(parseDay(formatDay(day))).toBe(day);
        const { year, month, day: dayOfMonth } = civilOf(day);
        expect(dayFrom(year, month, dayOfMonth)).toBe(day);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    '2026-02-30',
    '2025-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-11-00',
    '2026-11-31',
    '2026-1-5',
    '26-11-15',
    '2026-11-15T00:00Z',
    ' 2026-11-15',
    '',
  ])('do not include %j', (text) => {
    expect(parseDay(text)).toBeNull();
  });

  it('include 29 February of a leap year, also of 2000, but not of 1900', () => {
    expect([parseDay('2024-02-29'), parseDay('2000-02-29')]).not.toContain(null);
    expect(parseDay('1900-02-29')).toBeNull();
  });

  it('move 29 February to the 28th of a year without one', () => {
    expect(formatDay(shiftYears(parseDay('2024-02-29') ?? 0, -1))).toBe('2023-02-28');
    expect(formatDay(shiftYears(parseDay('2026-11-15') ?? 0, -1))).toBe('2025-11-15');
  });
});

describe('instants', () => {
  it.each([
    ['2026-11-15T10:00Z', '2026-11-15T10:00:00.000Z'],
    ['2026-11-15T10:00:30.1239Z', '2026-11-15T10:00:30.123Z'],
    ['2026-11-15 10:00:30,5Z', '2026-11-15T10:00:30.500Z'],
    ['2026-11-15T10:00+01:00', '2026-11-15T09:00:00.000Z'],
    ['2026-11-15T10:00-0330', '2026-11-15T13:30:00.000Z'],
    ['2026-11-15T10:00+05', '2026-11-15T05:00:00.000Z'],
    ['2026-11-15T24:00Z', '2026-11-16T00:00:00.000Z'],
    ['2016-12-31T23:59:60Z', '2016-12-31T23:59:59.999Z'],
    ['2026-07-01T10:00', '2026-07-01T08:00:00.000Z'],
    ['2026-11-15', '2026-11-14T23:00:00.000Z'],
    ['2026-03-29T02:30', '2026-03-29T01:30:00.000Z'],
    ['2026-11-15T24:00:00', '2026-11-15T23:00:00.000Z'],
  ])('read %j as %s', (text, expected) => {
    expect(formatInstant(parseInstant(text, berlin) ?? Number.NaN)).toBe(expected);
  });

  it.each([
    '2026-02-30T10:00Z',
    '2026-11-15T25:00Z',
    '2026-11-15T24:01Z',
    '2026-11-15T10:60Z',
    '2026-11-15T10:00:61Z',
    '2026-11-15T10:00+25:00',
    '2026-11-15T10Z',
    '15/11/2026',
    'now',
    '1794711600',
    '2026-11-15T10:00z',
    '',
  ])('are not read from %j', (text) => {
    expect(parseInstant(text, berlin)).toBeNull();
  });

  it('need a zone when the text has no offset', () => {
    expect(parseInstant('2026-11-15T10:00')).toBeNull();
    expect(parseInstant('2026-11-15')).toBeNull();
  });

  it('survive being written and read', () => {
    fc.assert(fc.property(fc.integer({ min: -2e12, max: 4e12 }), (instant) => parseInstant(formatInstant(instant)) === instant));
  });
});

describe('durations', () => {
  it.each([
    ['4 hours', 14_400_000],
    ['1 hour', 3_600_000],
    ['1.5 h', 5_400_000],
    ['90 seconds', 90_000],
    ['3 days', 259_200_000],
    ['2 Weeks', 1_209_600_000],
    ['15 minutes', 900_000],
    ['6 h 25 m', 23_100_000],
    ['0 minutes', 0],
    ['2d', 172_800_000],
  ])('read %j as %d ms', (text, expected) => {
    expect(parseDuration(text)).toBe(expected);
  });

  it.each([
    '',
    '4',
    'hours',
    '4 fortnights',
    '-4 hours',
    '1e3 h',
    '4 hours and more',
    '1 h 2 h',
    '4 months',
    'NaN h',
    `${'9'.repeat(400)} h`,
  ])('are not read from %j', (text) => {
    expect(parseDuration(text)).toBeNull();
  });

  it.each([
    [0, '0 s'],
    [0.25, '250 ms'],
    [0.9996, '1 s'],
    [4.25, '4.3 s'],
    [45, '45 s'],
    [59.7, '1 m'],
    [90, '1 m 30 s'],
    [599.7, '10 m'],
    [1_512, '25 m'],
    [0.997, '1 s'],
    [3_600, '1 h'],
    [23_100, '6 h 25 m'],
    [86_399, '1 d'],
    [273_600, '3 d 4 h'],
    [863_900, '10 d'],
    [2_592_000, '30 d'],
    [-5_400, '−1 h 30 m'],
  ])('print %d s as %s', (seconds, expected) => {
    expect(formatDuration(seconds)).toBe(expected);
  });

  it('never print 60 seconds, 60 minutes or 24 hours beside a larger unit', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 2e6, noNaN: true }), (seconds) => {
        expect(formatDuration(seconds)).not.toMatch(/\b(60 s|60 m|24 h|1000 ms)\b/);
      }),
      { numRuns: 2_000 },
    );
  });

  it('are read back within their printed precision', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5_000_000 }), (seconds) => {
        const back = (parseDuration(formatDuration(seconds)) ?? Number.NaN) / 1_000;
        expect(Math.abs(back - seconds) / seconds).toBeLessThan(0.05);
      }),
    );
  });
});
