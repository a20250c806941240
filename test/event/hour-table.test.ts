import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EPOCH_2000_MS } from '../../server/event/columns.ts';
import { HourTable } from '../../server/event/hour-table.ts';
import { DEFAULT_HOURS, HOUR_CLASSES, hourClassOf } from '../../server/event/hours.ts';
import type { HourBand, HourRules } from '../../server/event/organisation.ts';
import { formatDay } from '../../server/time/day.ts';
import type { Zone } from '../../server/time/zone.ts';
import { zoneOf } from './support/organisation.ts';

/** Half an hour of summer time, odd quarters, a day left out, clocks that fall back over midnight, offsets of odd seconds. */
const ODD = [
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'America/St_Johns',
  'Pacific/Apia',
  'Pacific/Chatham',
  'Africa/Monrovia',
  'Africa/Casablanca',
  'Antarctica/Troll',
  'Asia/Pyongyang',
  'America/Caracas',
  'Europe/Amsterdam',
  'Europe/Dublin',
];
const LEAST = -(2 ** 31) + 1;
const GREATEST = 2 ** 31 - 1;
const secondOf = (iso: string): number => (Date.parse(iso) - EPOCH_2000_MS) / 1000;

const band: fc.Arbitrary<HourBand> = fc.record({
  from: fc.integer({ min: 0, max: 1439 }),
  to: fc.integer({ min: 0, max: 1439 }),
});
const rules: fc.Arbitrary<HourRules> = fc.oneof(
  fc.constant(DEFAULT_HOURS),
  fc.record({
    night: band,
    evenings: fc.array(band, { maxLength: 3 }),
    weekend: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { maxLength: 4 }),
  }),
);
/** Every nth day, so that there are some wherever one looks. */
const holidays = fc.integer({ min: 2, max: 9 }).map((nth) => (isoDay: string) => Date.parse(isoDay) % (nth * 86_400_000) === 0);

const agree = (table: HourTable, second: number, zone: Zone, by: HourRules, isHoliday: (isoDay: string) => boolean): void => {
  const expected = hourClassOf(EPOCH_2000_MS + second * 1000, zone, by, isHoliday);
  expect(`${zone.name} ${second} ${HOUR_CLASSES[table.codeAt(second)]}`).toBe(`${zone.name} ${second} ${expected}`);
};

describe('hour classes by lookup', () => {
  it('are those of each second that a column can hold, in zones with odd clocks', () => {
    const second = fc.oneof(
      fc.integer({ min: secondOf('1970-01-01'), max: secondOf('2040-01-01') }),
      fc.integer({ min: LEAST, max: GREATEST }),
      fc.constantFrom(LEAST, -1, 0, 2 ** 25 - 1, 2 ** 25, GREATEST),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...ODD),
        rules,
        holidays,
        fc.array(second, { minLength: 20, maxLength: 40 }),
        (name, ...rest) => {
          const [by, isHoliday, seconds] = rest;
          const zone = zoneOf(name);
          const table = new HourTable(zone, by, isHoliday);
          for (const each of seconds) agree(table, each, zone, by, isHoliday);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('change with the offset, to the second', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ODD), fc.integer({ min: 1965, max: 2035 }), rules, holidays, (name, year, by, isHoliday) => {
        const zone = zoneOf(name);
        const table = new HourTable(zone, by, isHoliday);
        const end = Date.UTC(year + 1, 0, 1);
        for (let { start } = zone.stretchAt(Date.UTC(year, 0, 1)); start < end; start = zone.stretchAt(start).end) {
          const change = (start - EPOCH_2000_MS) / 1000;
          for (const near of [-86_400, -3601, -1, 0, 1, 1799, 3600, 86_399]) agree(table, change + near, zone, by, isHoliday);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('are those of any zone there is', () => {
    const isHoliday = (isoDay: string): boolean => isoDay.endsWith('-01');
    fc.assert(
      fc.property(fc.constantFrom(...Intl.supportedValuesOf('timeZone')), fc.integer({ min: 1970, max: 2036 }), (name, year) => {
        const zone = zoneOf(name);
        const table = new HourTable(zone, DEFAULT_HOURS, isHoliday);
        const start = secondOf(`${year}-01-01`);
        for (let step = 0; step < 400; step += 1) agree(table, start + step * 79_201, zone, DEFAULT_HOURS, isHoliday);
      }),
      { numRuns: 60 },
    );
  });

  it('stay what they are when so many were asked for that a table of quarters is made', () => {
    const isHoliday = (isoDay: string): boolean => isoDay.endsWith('5');
    const byQuarters: HourRules = {
      night: { from: 22 * 60 + 15, to: 6 * 60 + 45 },
      evenings: [{ from: 18 * 60 + 30, to: 22 * 60 + 15 }],
      weekend: [5, 6],
    };
    const byMinutes: HourRules = { ...byQuarters, night: { from: 22 * 60 + 7, to: 6 * 60 + 44 } };
    let tables = 0;
    for (const name of ODD) {
      for (const rules of [DEFAULT_HOURS, byQuarters, byMinutes]) {
        // Most zones keep to quarters by now; in 1970 some did not.
        for (const year of [2025, 1970]) {
          const zone = zoneOf(name);
          const table = new HourTable(zone, rules, isHoliday);
          const start = secondOf(`${year}-03-01`);
          for (let step = 0; step < 20_100; step += 1) table.codeAt(start + step);
          const { first, end, quarters } = table.partAt(start);
          if (quarters !== null) tables += 1;
          expect(quarters !== null && rules === byMinutes).toBe(false);
          for (const second of [first, first + 1, end - 1]) agree(table, second, zone, rules, isHoliday);
          for (let step = 0; step < 300; step += 1)
            agree(table, first + ((step * 111_767) % (end - first)), zone, rules, isHoliday);
        }
      }
    }
    expect(tables).toBeGreaterThan(ODD.length);
  });

  it('tell the days on both sides of one that a zone left out', () => {
    const apia = zoneOf('Pacific/Apia');
    const isHoliday = (isoDay: string): boolean => isoDay === '2011-12-29' || isoDay === '2012-01-02';
    const table = new HourTable(apia, { ...DEFAULT_HOURS, weekend: [] }, isHoliday);
    const classes = ['2011-12-29T22:00Z', '2011-12-30T09:59Z', '2011-12-30T23:00Z', '2012-01-01T23:00Z', '2012-01-02T23:00Z'].map(
      (iso) => `${formatDay(apia.dayOf(Date.parse(iso)))} ${HOUR_CLASSES[table.codeAt(secondOf(iso))]}`,
    );
    expect(classes).toEqual([
      '2011-12-29 holiday',
      '2011-12-29 night',
      '2011-12-31 business',
      '2012-01-02 holiday',
      '2012-01-03 business',
    ]);
  });
});
