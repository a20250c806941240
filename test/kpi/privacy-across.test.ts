import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Kind } from '../../server/event/kinds.ts';
import type { Scope } from '../../server/event/organisation.ts';
import { evaluate } from '../../server/kpi/evaluate.ts';
import type { Kpi } from '../../server/kpi/kpi.ts';
import { periodOf, periodsBetween, toDate } from '../../server/time/calendar.ts';
import { parseDay } from '../../server/time/day.ts';
import type { Day, Grain, Period } from '../../server/time/period.ts';
import { ORGANISATION, kpiOf, plainWorld, type PlainItem } from './support/plain.ts';
import { singledOutByRota, type Cell } from './support/subtraction.ts';

const { calendar } = ORGANISATION;
const HOUR = 3_600_000;
const AFTER = Date.UTC(2028, 11, 1);
const dayNamed = (text: string): Day => {
  const day = parseDay(text);
  if (day === null) throw new Error(`no day: ${text}`);
  return day;
};
const FIRST = dayNamed('2025-12-29');
const END = dayNamed('2026-04-13');

const span = (grain: Grain): Period[] => periodsBetween(calendar, grain, periodOf(calendar, grain, FIRST).firstDay, END);
const weeks = span('week');
const ranges = weeks.flatMap((week) => {
  const { month, quarter, year } = toDate(calendar, week);
  return [month, quarter, year].map((range) => range.current);
});
const PERIODS = [...weeks, ...span('month'), ...span('quarter'), ...span('year'), ...ranges];

const TEAMS = ['a', 'b', 'c'];
const SERVICES = ['s', 't', 'u'];
/** What somebody can look up: which teams have to do with which service. One of them is shared. */
const OWNED: readonly (readonly [string, string | undefined])[] = [
  ['a', undefined],
  ['a', 's'],
  ['a', 'u'],
  ['b', undefined],
  ['b', 't'],
  ['b', 'u'],
  ['c', undefined],
];
const SCOPES: readonly Scope[] = [
  'organisation',
  ...TEAMS.map((team): Scope => `team:${team}`),
  ...SERVICES.map((service): Scope => `service:${service}`),
];

/** A day of some people of one team: all were on call (or asked), the first so many bore something (or answered). */
interface Crowd {
  readonly day: Day;
  readonly owned: readonly [team: string, service: string | undefined];
  readonly from: number;
  readonly count: number;
  readonly bore: number;
}

const crowd: fc.Arbitrary<Crowd> = fc.record({
  // Often near the bounds of the months and quarters, where spans can be taken from one another.
  day: fc.oneof(
    fc.integer({ min: FIRST, max: END - 1 }),
    fc.constantFrom(...['2026-01-15', '2026-02-10', '2026-03-10', '2026-03-31', '2026-04-01'].map(dayNamed)),
  ),
  owned: fc.constantFrom(...OWNED),
  from: fc.integer({ min: 0, max: 9 }),
  count: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 5, max: 9 }), fc.integer({ min: 5, max: 9 })),
  bore: fc.integer({ min: 1, max: 9 }),
});

const peopleOf = ({ owned: [team], from, count }: Crowd): string[] =>
  Array.from({ length: count }, (_, index) => `${team}${(from + index) % 12}`);

const itemsOf = (kind: Kind, crowds: readonly Crowd[], boreOnly: boolean, moment: string): PlainItem[] =>
  crowds.flatMap((each, number) =>
    peopleOf(each)
      .slice(0, boreOnly ? each.bore : each.count)
      .map((person, index): PlainItem => {
        const at = calendar.zone.startOfDay(each.day) + 10 * HOUR + index * 1000;
        const [team, service] = each.owned;
        return {
          uid: `desk:${kind}:${String(number).padStart(3, '0')}-${index}`,
          instants: moment === 'from' ? { from: at - HOUR, to: at + HOUR } : { [moment]: at },
          codes: { responder: person, instrument: 'shift' },
          numbers: { score: 1 + (index % 5) },
          stretches: [{ from: at - HOUR, state: null, team, service }],
        };
      }),
  );

/** A team's or no service's part of days that no period cuts. */
interface Place {
  readonly day: Day;
  readonly team: string;
  readonly service: string | undefined;
}

const cuts = [...new Set(PERIODS.flatMap(({ firstDay, endDay }) => [firstDay, endDay]))].sort((one, other) => one - other);
const cutBefore = (day: Day): Day => cuts.findLast((cut) => cut <= day) ?? day;
const PLACES: readonly Place[] = cuts.flatMap((day) => OWNED.map(([team, service]) => ({ day, team, service })));

const cellsOf = (crowds: readonly Crowd[]): Cell[] =>
  PLACES.map(({ day, team, service }) => {
    const own = crowds.filter((each) => cutBefore(each.day) === day && each.owned[0] === team && each.owned[1] === service);
    return { people: new Set(own.flatMap(peopleOf)) };
  });

/** The sums that a KPI's shown numbers tell, each by the places it is over; those of one period added up, too. */
const sumsOf = (kpi: Kpi, items: Partial<Record<Kind, readonly PlainItem[]>>): boolean[][] => {
  const all = evaluate(kpi, plainWorld({ items, now: AFTER }), SCOPES, PERIODS);
  return PERIODS.flatMap((period, column) => {
    const shown = SCOPES.flatMap((scope, row) => {
      const measured = all[row * PERIODS.length + column];
      if (measured === undefined || measured.emptiness === 'hidden') return [];
      const isIn = ({ day, team, service }: Place): boolean =>
        period.firstDay <= day &&
        day < period.endDay &&
        (scope === 'organisation' || scope === `team:${team}` || scope === `service:${service ?? ''}`);
      return [PLACES.map(isIn)];
    });
    return shown.reduce<boolean[][]>(
      (sums, own) => [
        ...sums,
        own,
        ...sums.flatMap((sum) =>
          sum.some((isIn, at) => isIn && own[at] === true) ? [] : [sum.map((isIn, at) => isIn || own[at] === true)],
        ),
      ],
      [],
    );
  });
};

const loads = fc.array(crowd, { minLength: 1, maxLength: 14 });

/**
 * A week that ends in the next month, with one of a team in the first and five of another in the second: told as a whole,
 * while neither month is. The one team's quarter less its other week would be that one.
 */
const OVER_A_BOUND: readonly Crowd[] = [
  { day: dayNamed('2026-01-26'), owned: ['a', undefined], from: 0, count: 1, bore: 1 },
  { day: dayNamed('2026-02-01'), owned: ['b', 'u'], from: 0, count: 5, bore: 1 },
  { day: dayNamed('2026-01-15'), owned: ['a', undefined], from: 0, count: 5, bore: 1 },
];

describe('what people bore, by the week and the month, beside how it was spread, by the quarter', () => {
  const count = kpiOf(
    { type: 'count', of: 'interruption', per: null },
    { countedIn: 'started', whenEmpty: 'zero', isPersonal: true },
  );
  const spread = kpiOf(
    { type: 'spread', of: 'interruption', across: 'responder', statistic: 'gini' },
    { countedIn: 'started', isPersonal: true },
  );

  it.each([
    ['of those on call', true],
    ['where no shifts are known', false],
  ])('never let anyone %s in a group under five be singled out by adding and subtracting', (_name, hasShifts) => {
    let quarters = 0;
    fc.assert(
      fc.property(loads, (crowds) => {
        const items = {
          interruption: itemsOf('interruption', crowds, hasShifts, 'started'),
          ...(hasShifts ? { shift: itemsOf('shift', crowds, false, 'from') } : {}),
        };
        const told = sumsOf(spread, items);
        quarters += told.length;
        expect(singledOutByRota(cellsOf(crowds), [...sumsOf(count, items), ...told])).toBeNull();
      }),
      { numRuns: 150, examples: [[[...OVER_A_BOUND]]] },
    );
    expect(quarters).toBeGreaterThan(100);
  });
});

describe('what people answered', () => {
  it('never lets anyone in a group under five be singled out by adding and subtracting counts, shares and scores', () => {
    const kpis = [
      kpiOf({ type: 'score', of: 'feedback', instrument: 'shift', summarise: 'mean' }, { isPersonal: true }),
      kpiOf({ type: 'count', of: 'feedback', per: null }, { isPersonal: true }),
    ];
    let shown = 0;
    fc.assert(
      fc.property(loads, (crowds) => {
        const items = { feedback: itemsOf('feedback', crowds, false, 'answered') };
        const sums = kpis.flatMap((kpi) => sumsOf(kpi, items));
        shown += sums.length;
        expect(singledOutByRota(cellsOf(crowds), sums)).toBeNull();
      }),
      { numRuns: 150 },
    );
    expect(shown).toBeGreaterThan(50);
  });
});
