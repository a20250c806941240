import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Bearers, type Borne } from '../../server/kpi/bearers.ts';
import { cutsOf } from '../../server/kpi/buckets.ts';
import { People } from '../../server/kpi/people.ts';
import { Placings } from '../../server/kpi/placings.ts';
import { parsePeriod, periodsBetween } from '../../server/time/calendar.ts';
import { ORGANISATION } from './support/plain.ts';

const { calendar } = ORGANISATION;
const quarter = parsePeriod(calendar, '2026-Q1');
if (quarter === null) throw new Error('no quarter');
const PERIODS = periodsBetween(calendar, 'month', quarter.firstDay, quarter.endDay);
const CUTS = cutsOf(PERIODS, Date.UTC(2027, 0, 1));
const NOBODY = 0;
const NAMES = Array.from({ length: 40 }, (_, index) => `p${index}`);
const CODES = Int32Array.from({ length: 60 }, (_, row) => (row === NOBODY ? -1 : row % 40));

/** A row whose person is there in a month, in a team and a service; some are in no month, or left out. */
const one = fc.record({
  row: fc.nat({ max: CODES.length - 1 }),
  month: fc.integer({ min: -1, max: PERIODS.length - 1 }),
  team: fc.integer({ min: -1, max: 2 }),
  service: fc.integer({ min: -1, max: 2 }),
  reason: fc.constantFrom(0, 0, 0, 1),
});
type One = typeof one extends fc.Arbitrary<infer T> ? T : never;

const bearersOf = (first: readonly One[], all: readonly One[]): Bearers => {
  const people = new People();
  const column = people.named({ dictionary: NAMES, codes: CODES });
  const bearers = new Bearers(CUTS, people, column);
  for (const { row, month, team, service, reason } of first)
    if (month >= 0 && reason === 0) bearers.addRow(row, month, team, service);
  const found = new Placings();
  for (const { row, month, team, service, reason } of all) {
    found.row[found.length] = row;
    found.cell[found.length] = month;
    found.team[found.length] = team;
    found.service[found.length] = service;
    found.reason[found.length] = reason;
    found.length += 1;
  }
  bearers.addAll(found);
  return bearers;
};

/** Who is where in each month, in alphabetical order. */
const toldBy = (bearers: Borne): string[][] =>
  PERIODS.map((_, month) => {
    const { team, service, person } = bearers.among([month]);
    return [...person].map((who, index) => `p${who} ${team[index]} ${service[index]}`).sort();
  });
const expectedOf = (all: readonly One[]): string[][] =>
  PERIODS.map((_, index) => {
    const own = all.filter(({ month, reason, row }) => month === index && reason === 0 && row !== NOBODY);
    return [...new Set(own.map(({ row, team, service }) => `p${CODES[row]} ${team} ${service}`))].sort();
  });

/** Whether they are a group is all that is asked. */
const upToFive = (people: number): number => Math.min(people, 5);

describe('whom numbers speak of', () => {
  it('is everyone who counts, each once in every place and month', () => {
    fc.assert(
      fc.property(fc.array(one, { maxLength: 80 }), fc.array(one, { maxLength: 80 }), (first, all) => {
        expect(toldBy(bearersOf(first, all))).toEqual(expectedOf([...first, ...all]));
      }),
      { numRuns: 1000 },
    );
  });

  it('is put together from shares, whether or not they begin with the same people, in any order', () => {
    fc.assert(
      fc.property(
        fc.array(one, { maxLength: 30 }),
        fc.array(fc.array(one, { maxLength: 40 }), { minLength: 1, maxLength: 3 }),
        fc.boolean(),
        (common, shares, isBegun) => {
          const whole = bearersOf(isBegun ? common : [], []);
          for (const share of shares) whole.take(bearersOf(common, share).part);
          const all = [...(isBegun || shares.length > 0 ? common : []), ...shares.flat()];
          expect(toldBy(whole)).toEqual(expectedOf(all));
          const people = expectedOf(all).map((told) => new Set(told.map((each) => each.split(' ')[0])).size);
          expect(PERIODS.map((_, month) => whole.sizeOf([month]))).toEqual(people.map(upToFive));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('is told of some hours alone, and of all of them together', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(one, fc.nat({ max: 4 })), { maxLength: 60 }),
        fc.integer({ min: 1, max: 31 }),
        (all, lanes) => {
          const bearers = new Bearers(CUTS, new People(), new People().named({ dictionary: NAMES, codes: CODES }), 5);
          for (const [{ row, month, team, service }, lane] of all)
            if (month >= 0) bearers.addRow(row, month, team, service, lane);
          const told = (isMeant: (lane: number) => boolean): string[][] =>
            expectedOf(all.flatMap(([each, lane]) => (isMeant(lane) ? [{ ...each, reason: 0 }] : [])));
          expect(toldBy(bearers.during(lanes))).toEqual(told((lane) => ((lanes >> lane) & 1) === 1));
          expect(toldBy(bearers)).toEqual(told(() => true));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is put together where there are more of them than there was room for', () => {
    const many = (from: number): Bearers => {
      const people = new People();
      const codes = Int32Array.from({ length: 6000 }, (_, row) => row);
      const names = Array.from(codes, (code) => `p${code}`);
      const bearers = new Bearers(CUTS, people, people.named({ dictionary: names, codes }));
      for (let row = from; row < from + 3000; row += 1) bearers.addRow(row, row % 2, 0, 1);
      return bearers;
    };
    const whole = many(2000);
    whole.take(many(0).part);
    whole.take(many(3000).part);
    expect([0, 1, 2].map((month) => new Set(whole.among([month]).person).size)).toEqual([3000, 3000, 0]);
  });
});
