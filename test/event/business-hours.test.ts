import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { businessClock } from '../../server/event/business-hours.ts';
import { DEFAULT_HOURS, hourClassOf } from '../../server/event/hours.ts';
import type { HourRules } from '../../server/event/organisation.ts';
import { parseInstant } from '../../server/time/instant.ts';
import { zoneOf } from './support/organisation.ts';

const isHoliday = (day: string): boolean => day === '2026-03-27' || day === '2006-10-30' || day === '2026-12-25';
const ALWAYS: HourRules = { night: { from: 0, to: 0 }, evenings: [], weekend: [] };
const ODD: HourRules = { night: { from: 1390, to: 59 }, evenings: [{ from: 125, to: 130 }], weekend: [5] };

/** Each minute is asked for its class; parts of the first and the last minute count as far as they go. */
const minuteByMinute = (zone: ReturnType<typeof zoneOf>, rules: HourRules, from: number, to: number): number => {
  let ms = 0;
  for (let minute = Math.floor(from / 60_000) * 60_000; minute < to; minute += 60_000)
    if (hourClassOf(minute, zone, rules, isHoliday) === 'business') ms += Math.min(to, minute + 60_000) - Math.max(from, minute);
  return ms / 1000;
};

// Around every kind of jump: by an hour at night, by half an hour, at midnight, over midnight, and a day that never was.
const PLACES = [
  ['Europe/Berlin', '2026-03-27T20:00Z'],
  ['Europe/Berlin', '2026-10-24T20:00Z'],
  ['Australia/Lord_Howe', '2026-04-03T20:00Z'],
  ['America/Sao_Paulo', '2018-11-03T00:00Z'],
  ['America/St_Johns', '2006-10-27T20:00Z'],
  ['Pacific/Apia', '2011-12-28T20:00Z'],
  ['Asia/Kathmandu', '2026-12-23T20:00Z'],
] as const;

const instantOf = (text: string): number => parseInstant(text, zoneOf('UTC')) ?? Number.NaN;

describe('business hours between two instants', () => {
  const clock = businessClock(zoneOf('Europe/Berlin'), DEFAULT_HOURS, isHoliday);
  const hours = (from: string, to: string): number => clock(instantOf(from), instantOf(to)) / 3600;

  it('leave out evenings, nights, the weekend and holidays', () => {
    expect(hours('2026-03-19T16:00Z', '2026-03-23T09:00Z')).toBe(1 + 9 + 1);
    expect(hours('2026-03-26T08:00Z', '2026-03-28T08:00Z')).toBe(9);
    expect(hours('2026-03-21T00:00Z', '2026-03-22T12:00Z')).toBe(0);
  });

  it('follow the wall clock over the change to summer time and back', () => {
    expect(hours('2026-03-26T00:00Z', '2026-03-31T00:00Z')).toBe(9 + 9);
    expect(hours('2026-10-23T15:00Z', '2026-10-26T09:00Z')).toBe(1 + 1);
  });

  it('last 23 and 25 hours on the days of change, where every hour is one', () => {
    const always = businessClock(zoneOf('Europe/Berlin'), ALWAYS, () => false);
    expect(always(instantOf('2026-03-28T23:00Z'), instantOf('2026-03-29T22:00Z'))).toBe(23 * 3600);
    expect(always(instantOf('2026-10-24T22:00Z'), instantOf('2026-10-25T23:00Z'))).toBe(25 * 3600);
  });

  it('are none where the end is not after the start', () => {
    expect([hours('2026-03-20T10:00Z', '2026-03-20T10:00Z'), hours('2026-03-20T12:00Z', '2026-03-20T10:00Z')]).toEqual([0, 0]);
  });

  it.each(PLACES)('agree with asking every minute, in %s around %s', (name, around) => {
    const zone = zoneOf(name);
    const start = instantOf(around);
    const clocks = [DEFAULT_HOURS, ALWAYS, ODD].map((rules) => ({ rules, clock: businessClock(zone, rules, isHoliday) }));
    const second = fc.integer({ min: 0, max: 4 * 86_400 });
    fc.assert(
      fc.property(second, second, fc.constantFrom(...clocks), (one, other, { rules, clock: found }) => {
        const [from, to] = [start + Math.min(one, other) * 1000, start + Math.max(one, other) * 1000];
        return found(from, to) === minuteByMinute(zone, rules, from, to);
      }),
      { numRuns: 300 },
    );
  });

  it('of years are those of their parts, to the second', () => {
    const [from, to] = [instantOf('2019-05-05T05:05Z'), instantOf('2027-01-01T00:00Z')];
    fc.assert(
      fc.property(fc.integer({ min: from / 1000, max: to / 1000 }), (middle) => {
        return clock(from, middle * 1000) + clock(middle * 1000, to) === clock(from, to);
      }),
      { numRuns: 500 },
    );
  });
});
