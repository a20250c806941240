import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_HOURS, hourClassOf, matchesDuring, type During } from '../../server/event/hours.ts';
import { eveningOf, nightOf, nightsWithin } from '../../server/event/nights.ts';
import type { HourClass, HourRules } from '../../server/event/organisation.ts';
import { formatDay, parseDay } from '../../server/time/day.ts';
import { parseInstant } from '../../server/time/instant.ts';
import { HOUR, MINUTE, at, short } from './support/facts.ts';
import { zoneOf } from './support/organisation.ts';

const berlin = zoneOf('Europe/Berlin');
const isHoliday = (day: string): boolean => day === '2026-12-25' || day === '2026-12-26';

const classAt = (local: string, rules: HourRules = DEFAULT_HOURS): HourClass =>
  hourClassOf(parseInstant(local, berlin) ?? Number.NaN, berlin, rules, isHoliday);

const day = (text: string): number => parseDay(text) ?? Number.NaN;

describe('hour classes', () => {
  it.each([
    ['2026-11-17T09:00', 'business'],
    ['2026-11-17T17:59', 'business'],
    ['2026-11-17T18:00', 'evening'],
    ['2026-11-17T21:59', 'evening'],
    ['2026-11-17T22:00', 'night'],
    ['2026-11-18T06:59', 'night'],
    ['2026-11-18T07:00', 'evening'],
    ['2026-11-18T08:59', 'evening'],
  ])('on a working day at %s are %s', (local, expected) => {
    expect(classAt(local)).toBe(expected);
  });

  it('put night before weekend and holiday, those before evening, and a holiday on Saturday into the weekend', () => {
    expect(classAt('2026-11-21T23:00')).toBe('night');
    expect(classAt('2026-11-21T20:00')).toBe('weekend');
    expect(classAt('2026-12-25T02:00')).toBe('night');
    expect(classAt('2026-12-25T20:00')).toBe('holiday');
    expect(classAt('2026-12-26T12:00')).toBe('weekend');
  });

  it('go by the wall clock of the zone on both sides of a change of clocks', () => {
    // 06:30 and 07:30 local, one UTC hour apart in summer and winter.
    expect(hourClassOf(at('2026-03-27T06:30Z'), berlin, DEFAULT_HOURS, isHoliday)).toBe('evening');
    expect(hourClassOf(at('2026-03-30T06:30Z'), berlin, DEFAULT_HOURS, isHoliday)).toBe('evening');
    expect(hourClassOf(at('2026-03-27T05:30Z'), berlin, DEFAULT_HOURS, isHoliday)).toBe('night');
    expect(hourClassOf(at('2026-03-30T05:30Z'), berlin, DEFAULT_HOURS, isHoliday)).toBe('evening');
    expect(hourClassOf(at('2026-11-17T02:30Z'), zoneOf('Asia/Kolkata'), DEFAULT_HOURS, isHoliday)).toBe('evening');
  });

  it('add up to every minute of a day of 23, 24 and 25 hours', () => {
    for (const [text, hours] of [
      ['2026-03-29', 23],
      ['2026-11-17', 24],
      ['2026-10-25', 25],
    ] as const) {
      const counts: Partial<Record<HourClass, number>> = {};
      for (let instant = berlin.startOfDay(day(text)); instant < berlin.startOfDay(day(text) + 1); instant += MINUTE) {
        const hourClass = hourClassOf(instant, berlin, { ...DEFAULT_HOURS, weekend: [] }, isHoliday);
        counts[hourClass] = (counts[hourClass] ?? 0) + 1;
      }
      // The clocks change at night, so that is where the hour goes or comes from.
      expect(counts).toEqual({ night: (9 + hours - 24) * 60, evening: 6 * 60, business: 9 * 60 });
    }
  });

  it('follow other bands, wrapped or not, and a band that ends where it begins is empty', () => {
    const rules: HourRules = { night: { from: 0, to: 6 * 60 }, evenings: [{ from: 17 * 60, to: 60 }], weekend: [5] };
    expect(classAt('2026-11-18T00:30', rules)).toBe('night');
    expect(classAt('2026-11-18T23:30', rules)).toBe('evening');
    expect(classAt('2026-11-20T12:00', rules)).toBe('weekend');
    expect(classAt('2026-11-18T03:00', { ...rules, night: { from: 180, to: 180 } })).toBe('business');
  });

  it('each answer to exactly one name of a KPI file, off hours are all but business hours, and days off are weekends and holidays', () => {
    const classes: HourClass[] = ['night', 'weekend', 'holiday', 'evening', 'business'];
    const names: During[] = ['business_hours', 'evenings', 'nights', 'weekends', 'holidays'];
    for (const each of classes) {
      expect(names.filter((name) => matchesDuring(each, name))).toHaveLength(1);
      expect(matchesDuring(each, 'off_hours')).toBe(each !== 'business');
      expect(matchesDuring(each, 'days_off')).toBe(each === 'weekend' || each === 'holiday');
    }
  });
});

describe('nights', () => {
  it('are dated by the evening they begin on, and last by the wall clock', () => {
    const night = nightOf(berlin, DEFAULT_HOURS.night, day('2026-03-28'));
    expect(short(night.from)).toBe('03-28 21:00');
    expect((night.to - night.from) / HOUR).toBe(8);
    expect((nightOf(berlin, DEFAULT_HOURS.night, day('2026-10-24')).to - at('2026-10-24T20:00Z')) / HOUR).toBe(10);
  });

  it('that begin after midnight belong to the evening before', () => {
    const band = { from: 60, to: 6 * 60 };
    const night = nightOf(berlin, band, day('2026-11-17'));
    expect([short(night.evening), short(night.from), short(night.to)]).toEqual(['11-17 22:59', '11-18 00:00', '11-18 05:00']);
    expect(formatDay(eveningOf(berlin, band, at('2026-11-18T02:00Z')))).toBe('2026-11-17');
  });

  it('hold exactly the instants of the night class', () => {
    const from = at('2026-10-20T00:00Z');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 14 * 24 * 60 }), (minutes) => {
        const instant = from + minutes * MINUTE;
        const isNight = hourClassOf(instant, berlin, DEFAULT_HOURS, isHoliday) === 'night';
        const night = nightOf(berlin, DEFAULT_HOURS.night, eveningOf(berlin, DEFAULT_HOURS.night, instant));
        expect(night.from <= instant && instant < night.to).toBe(isNight);
      }),
      { numRuns: 2_000, seed: 20261121 },
    );
  });

  it('touched by a span are found, and those it only meets at the edge are not', () => {
    const found = nightsWithin(berlin, DEFAULT_HOURS.night, at('2026-11-17T06:00Z'), at('2026-11-19T21:00Z'));
    expect(found.map(({ eveningDay }) => formatDay(eveningDay))).toEqual(['2026-11-17', '2026-11-18']);
  });
});
