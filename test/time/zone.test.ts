import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDay } from '../../server/time/day.ts';
import { formatInstant, parseInstant } from '../../server/time/instant.ts';
import type { Zone } from '../../server/time/zone.ts';
import { findZone } from '../../server/time/zone.ts';

export const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/Sao_Paulo',
  'America/St_Johns',
  'Asia/Kolkata',
  'Pacific/Apia',
  'Africa/Casablanca',
  'Australia/Lord_Howe',
  'Africa/Cairo',
  'Antarctica/Troll',
];

function zone(name: string): Zone {
  const found = findZone(name);
  if (found === null) throw new Error(`${name} should be known`);
  return found;
}

function day(text: string): number {
  const parsed = parseDay(text);
  if (parsed === null) throw new Error(`${text} should be a day`);
  return parsed;
}

function instant(text: string): number {
  const parsed = parseInstant(text);
  if (parsed === null) throw new Error(`${text} should be an instant`);
  return parsed;
}

/** The wall clock as Intl prints it, `2026-11-15 09:30:00`. */
function printed(name: string, at: number): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: name, dateStyle: 'short', timeStyle: 'medium' }).format(at);
}

describe('zones', () => {
  it('gives the same object for the same name', () => {
    expect(findZone('Europe/Berlin')).toBe(findZone('Europe/Berlin'));
  });

  it.each(['', 'Mars/Olympus', '+02:00', 'Europe/Berlin ', '__proto__', 'constructor', 'a'.repeat(5_000)])(
    'knows no zone called %j',
    (name) => {
      expect(findZone(name)).toBeNull();
    },
  );

  it('agrees with Intl on day and minute at any instant from 1975 to 2060', () => {
    for (const name of ZONES) {
      const known = zone(name);
      fc.assert(
        fc.property(fc.integer({ min: Date.UTC(1975, 0, 1) / 1_000, max: Date.UTC(2060, 0, 1) / 1_000 }), (seconds) => {
          const at = seconds * 1_000;
          const wall = printed(name, at);
          expect(known.dayOf(at)).toBe(parseDay(wall.slice(0, 10)));
          expect(known.minuteOfDay(at)).toBe(Number(wall.slice(11, 13)) * 60 + Number(wall.slice(14, 16)));
          expect(known.offsetAt(at)).toBe(Date.parse(`${wall.replace(' ', 'T')}Z`) - at);
        }),
        { numRuns: 150 },
      );
    }
  });

  it('agrees with Intl in the seconds around every change of offset', () => {
    for (const name of ZONES) {
      const known = zone(name);
      for (let at = Date.UTC(2008, 0, 1); at < Date.UTC(2030, 0, 1); at += 3_600_000) {
        if (known.offsetAt(at) === known.offsetAt(at + 3_600_000)) continue;
        for (const near of [at - 1_000, at, at + 1_800_000, at + 3_599_000, at + 3_600_000]) {
          expect(`${name} ${printed(name, near)}`).toBe(
            `${name} ${new Date(near + known.offsetAt(near)).toISOString().slice(0, 19).replace('T', ' ')}`,
          );
        }
      }
    }
  });

  it('finds the instant of a wall clock that it read from an instant', () => {
    for (const name of ZONES) {
      const known = zone(name);
      fc.assert(
        fc.property(fc.integer({ min: Date.UTC(1980, 0, 1), max: Date.UTC(2050, 0, 1) }), (at) => {
          const wall = at + known.offsetAt(at);
          const found = known.instantOf(Math.floor(wall / 86_400_000), ((wall % 86_400_000) + 86_400_000) % 86_400_000);
          // Where a wall clock reads the same twice, the first of the two is meant.
          expect(found).toBeLessThanOrEqual(at);
          expect(found + known.offsetAt(found)).toBe(wall);
        }),
        { numRuns: 200 },
      );
    }
  });

  it('moves a wall clock that daylight saving skips forward by the gap', () => {
    expect(formatInstant(zone('Europe/Berlin').instantOf(day('2026-03-29'), 2.5 * 3_600_000))).toBe('2026-03-29T01:30:00.000Z');
  });

  it('takes the first of two instants when a wall clock reads the same twice', () => {
    expect(formatInstant(zone('Europe/Berlin').instantOf(day('2026-10-25'), 2.5 * 3_600_000))).toBe('2026-10-25T00:30:00.000Z');
  });

  it('starts a day at one o’clock where midnight does not exist', () => {
    const saoPaulo = zone('America/Sao_Paulo');
    const start = saoPaulo.startOfDay(day('2018-11-04'));
    expect(formatInstant(start)).toBe('2018-11-04T03:00:00.000Z');
    expect(saoPaulo.minuteOfDay(start)).toBe(60);
    expect(saoPaulo.dayOf(start - 1)).toBe(day('2018-11-03'));
  });

  it('starts a day at the jump when the gap begins before midnight', () => {
    // Toronto, 30 March 1919: 23:30 became 00:30.
    const toronto = zone('America/Toronto');
    const start = toronto.startOfDay(day('1919-03-31'));
    expect(toronto.minuteOfDay(start)).toBe(30);
    expect(toronto.dayOf(start - 1_000)).toBe(day('1919-03-30'));
  });

  it('starts a day that a zone left out where the next one starts', () => {
    const apia = zone('Pacific/Apia');
    expect(apia.startOfDay(day('2011-12-30'))).toBe(apia.startOfDay(day('2011-12-31')));
    expect(formatInstant(apia.startOfDay(day('2011-12-31')))).toBe('2011-12-30T10:00:00.000Z');
  });

  it('counts 23 and 25 hours on the days that the clocks change', () => {
    const berlin = zone('Europe/Berlin');
    const hours = (text: string) => (berlin.startOfDay(day(text) + 1) - berlin.startOfDay(day(text))) / 3_600_000;
    expect([hours('2026-03-29'), hours('2026-10-25'), hours('2026-11-15')]).toEqual([23, 25, 24]);
  });

  it('refuses an instant that is not a time', () => {
    expect(() => zone('UTC').offsetAt(Number.NaN)).toThrow(RangeError);
    expect(() => zone('UTC').dayOf(1e17)).toThrow(RangeError);
  });

  it('answers a million instants without asking Intl for each', () => {
    const berlin = zone('Europe/Berlin');
    const from = instant('2024-01-01T00:00Z');
    for (let at = from; at < from + 3 * 365 * 86_400_000; at += 86_400_000) berlin.offsetAt(at);
    const before = performance.now();
    let sum = 0;
    for (let index = 0; index < 1_000_000; index += 1) sum += berlin.offsetAt(from + ((index * 7_919) % 94_608_000) * 1_000);
    expect(sum).toBeGreaterThan(0);
    // Intl needs about 3 s for as many; a table far under one, even on a busy machine.
    expect(performance.now() - before).toBeLessThan(1_000);
  });
});
