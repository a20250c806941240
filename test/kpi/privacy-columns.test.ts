import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scopeTable } from '../../server/kpi/attribution.ts';
import { Bearers } from '../../server/kpi/bearers.ts';
import { cellAt, cutsOf, periodCell, secondsOf } from '../../server/kpi/buckets.ts';
import { HOUR_CLASSES } from '../../server/event/hours.ts';
import { People } from '../../server/kpi/people.ts';
import { hiddenBuckets } from '../../server/kpi/privacy.ts';
import { spansOf } from '../../server/kpi/privacy-spans.ts';
import { parsePeriod, periodsBetween } from '../../server/time/calendar.ts';
import type { Period } from '../../server/time/period.ts';
import { ORGANISATION } from './support/plain.ts';
import { plainlyHidden, type Bearer } from './support/plain-privacy.ts';

const { calendar } = ORGANISATION;
const quarter = parsePeriod(calendar, '2026-Q1');
if (quarter === null) throw new Error('no quarter');
const { firstDay, endDay } = quarter;
const PERIODS: readonly Period[] = (['week', 'month', 'quarter'] as const).flatMap((grain) =>
  periodsBetween(calendar, grain, firstDay, endDay),
);
const WEEKS = 12;
const AFTER = Date.UTC(2027, 0, 1);

/** Some people in a team's and a service's scope on a day, or in one of the periods as a whole. */
const crowd = fc.record({
  when: fc.integer({ min: 0, max: endDay - firstDay - 1 }),
  asPeriod: fc.option(fc.nat(), { freq: 9 }),
  team: fc.integer({ min: 0, max: 4 }),
  service: fc.integer({ min: 0, max: 5 }),
  from: fc.nat({ max: 20 }),
  count: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 5, max: 12 })),
  hours: fc.constantFrom(...HOUR_CLASSES),
});
const crowds = fc.oneof(
  fc.array(crowd, { minLength: 1, maxLength: 25 }),
  // The same people in several places all the time: what is left to be hidden are services.
  fc.array(crowd, { minLength: 10, maxLength: 60 }).map((all) => all.map((each) => ({ ...each, count: each.count + 4 }))),
  // Every week has its people, and a few of them do with several services.
  fc
    .tuple(fc.array(crowd, { minLength: 2, maxLength: 4 }), fc.array(crowd, { minLength: 3, maxLength: 16 }))
    .map(([many, few]) => [
      ...Array.from({ length: WEEKS }, (_, week) =>
        many.map((each) => ({ ...each, when: week * 7, asPeriod: null, count: 12 })),
      ).flat(),
      ...few.map((each) => ({ ...each, from: each.from % 4, count: 1 + (each.count % 4), when: (each.when % WEEKS) * 7 })),
    ]),
);

describe('what is hidden', () => {
  it('is what sets of names say, whoever bore what and when', () => {
    let shown = 0;
    let hiddenAmong = 0;
    fc.assert(
      fc.property(
        crowds,
        fc.constantFrom('week', 'month', 'quarter'),
        fc.integer({ min: 60, max: 400 }),
        fc.boolean(),
        (all, shownBy, days, isByHours) => {
          const now = Math.min(AFTER, quarter.start + days * 86_400_000);
          const spans = spansOf(calendar, PERIODS, shownBy);
          const table = scopeTable([], ['a', 'b', 'c', 'd'], ['r', 's', 't', 'u', 'v']);
          const [teams, services] = [[...table.teams.values()], [...table.services.values()]];
          const cuts = cutsOf(spans.all, now);
          const names = Array.from({ length: 40 }, (_, index) => `p${index}`);
          const people = new People();
          const column = people.named({ dictionary: names, codes: Int32Array.from(names, (_, index) => index) });
          const bearers = new Bearers(cuts, people, column, isByHours ? HOUR_CLASSES.length : 1);
          const plain: Bearer[] = [];
          for (const { when, asPeriod, from, count, hours, ...place } of all) {
            const lane = isByHours ? HOUR_CLASSES.indexOf(hours) : 0;
            const at = secondsOf(calendar.zone.startOfDay(firstDay + when)) + 43_200;
            const cell = asPeriod === null ? cellAt(cuts, at) : periodCell(cuts, asPeriod % spans.all.length);
            const [team = -1, service = -1] = [teams[place.team], services[place.service]];
            for (let index = from; index < from + count; index += 1) {
              bearers.addRow(index, cell, team, service, lane);
              for (const period of cuts.list.subarray(cuts.listStart[cell], cuts.listStart[cell + 1]))
                plain.push({ period, team, service, person: `p${index}`, hours: isByHours ? hours : undefined });
            }
          }
          const made = hiddenBuckets(table, spans, bearers, now, shownBy);
          expect(made).toEqual(plainlyHidden(table, spans, plain, now, shownBy));
          shown += made.filter((one) => one === 0).length;
          hiddenAmong += made.some((one) => one === 0) ? made.filter((one) => one === 1).length : 0;
        },
      ),
      { numRuns: 2000 },
    );
    expect(Math.min(shown, hiddenAmong)).toBeGreaterThan(2000);
  }, 120_000);

  it('counts thousands of people once each, however many there are in a day and wherever they are', () => {
    const cuts = cutsOf(PERIODS, AFTER);
    const names = Array.from({ length: 5000 }, (_, index) => `p${index}`);
    const people = new People();
    const bearers = new Bearers(
      cuts,
      people,
      people.named({ dictionary: names, codes: Int32Array.from(names, (_, index) => index) }),
    );
    const day = secondsOf(calendar.zone.startOfDay(firstDay + 10));
    const [first, last] = [cellAt(cuts, day), cellAt(cuts, day + 60 * 86_400)];
    for (let row = 0; row < 5000; row += 1) {
      bearers.addRow(row, first, 1, 3);
      if (row % 2 === 0) bearers.addRow(row, first, 2, 3);
      if (row % 5 === 0) bearers.addRow(row, last, 1, 3);
    }
    const periodWith = (cell: number, grain: string): number =>
      [...cuts.list.subarray(cuts.listStart[cell], cuts.listStart[cell + 1])].find(
        (period) => PERIODS[period]?.grain === grain,
      ) ?? -1;
    const [week, later] = [periodWith(first, 'week'), periodWith(last, 'week')];
    expect([week, later, periodWith(last, 'quarter')].map((period) => new Set(bearers.among([period]).person).size)).toEqual([
      5000, 1000, 5000,
    ]);
    expect(new Set(bearers.among([later, week]).person).size).toBe(5000);
    expect(bearers.sizeOf([later, week])).toBe(5);
    expect(bearers.among([week]).person).toHaveLength(7500);
    expect(bearers.among([later])).toMatchObject({
      people: 5000,
      person: Int32Array.from({ length: 1000 }, (_, nth) => nth * 5),
    });
  });
});
