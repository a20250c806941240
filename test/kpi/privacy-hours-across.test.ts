import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_HOURS, hourClassOf, matchesDuring, type During } from '../../server/event/hours.ts';
import type { Kind } from '../../server/event/kinds.ts';
import type { HourClass, Organisation, Scope } from '../../server/event/organisation.ts';
import { evaluate } from '../../server/kpi/evaluate.ts';
import type { Kpi } from '../../server/kpi/kpi.ts';
import type { World } from '../../server/kpi/world.ts';
import { periodOf, periodsBetween, toDate } from '../../server/time/calendar.ts';
import { formatDay, parseDay } from '../../server/time/day.ts';
import type { Day, Grain, Period } from '../../server/time/period.ts';
import { settledRuns } from '../properties/runs.ts';
import { ORGANISATION, kpiOf, plainWorld, type PlainItem } from './support/plain.ts';
import { singledOutByRota, type Cell } from './support/subtraction.ts';

const HOLIDAY = '2026-03-31';
const organisation: Organisation = { ...ORGANISATION, holidays: { all: [HOLIDAY] } };
const { calendar } = organisation;
const HOUR = 3_600_000;
const AFTER = Date.UTC(2028, 11, 1);
const dayNamed = (text: string): Day => {
  const day = parseDay(text);
  if (day === null) throw new Error(`no day: ${text}`);
  return day;
};
/** Six weeks about the end of a month and a quarter. */
const FIRST = dayNamed('2026-02-23');
const END = dayNamed('2026-04-06');
const SUMMER_TIME = dayNamed('2026-03-29');

const span = (grain: Grain): Period[] => periodsBetween(calendar, grain, periodOf(calendar, grain, FIRST).firstDay, END);
const weeks = span('week');
const ranges = weeks.flatMap((week) => {
  const { month, quarter, year } = toDate(calendar, week);
  return [month, quarter, year].map(({ current }) => current);
});
const PERIODS = [...weeks, ...span('month'), ...span('quarter'), ...ranges];

const TEAMS = ['a', 'b'];
const SERVICES = ['s', 't'];
const SCOPES: readonly Scope[] = [
  'organisation',
  ...TEAMS.map((team): Scope => `team:${team}`),
  ...SERVICES.map((service): Scope => `service:${service}`),
];

/** An hour of some people of one team. */
interface Crowd {
  readonly day: Day;
  /** From local midnight. */
  readonly hour: number;
  readonly team: string;
  readonly service: string | undefined;
  readonly from: number;
  readonly count: number;
  readonly isOnShift: boolean;
  /** Whether the shift names the service, too. */
  readonly isServiceOnShift: boolean;
}

const crowd: fc.Arbitrary<Crowd> = fc.record({
  day: fc
    .oneof(
      fc.constantFrom(...[0, 1, 2, 3].map((week) => dayNamed('2026-03-03') + 7 * week)),
      fc.constantFrom(...[0, 1, 2, 3].map((week) => dayNamed('2026-03-07') + 7 * week)),
      fc.integer({ min: dayNamed('2026-03-25'), max: dayNamed('2026-04-05') }),
    )
    // An hour of that night is another day's.
    .map((day) => (day === SUMMER_TIME ? day - 1 : day)),
  hour: fc.constantFrom(10, 10, 19, 23),
  team: fc.constantFrom(...TEAMS),
  service: fc.constantFrom(undefined, undefined, ...SERVICES),
  from: fc.nat({ max: 8 }),
  count: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 5, max: 8 }), fc.integer({ min: 5, max: 8 })),
  isOnShift: fc.integer({ min: 0, max: 4 }).map((draw) => draw > 0),
  isServiceOnShift: fc.boolean(),
});

const peopleOf = ({ team, from, count }: Crowd): string[] =>
  Array.from({ length: count }, (_, index) => `${team}${(from + index) % 12}`);
const startOf = ({ day, hour }: Crowd): number => calendar.zone.startOfDay(day) + hour * HOUR;

const itemsOf = (kind: Kind, crowds: readonly Crowd[]): PlainItem[] =>
  crowds.flatMap((each, number) =>
    kind === 'shift' && !each.isOnShift
      ? []
      : peopleOf(each).map((person, index): PlainItem => {
          const at = startOf(each) + (index + 1) * 1000;
          const service = kind === 'shift' && !each.isServiceOnShift ? undefined : each.service;
          return {
            uid: `desk:${kind}:${String(number).padStart(3, '0')}-${index}`,
            instants: kind === 'shift' ? { from: at, to: at + 600_000 } : { started: at },
            codes: { responder: person },
            stretches: [{ from: at - HOUR, state: null, team: each.team, service }],
          };
        }),
  );

const CLASSES: readonly HourClass[] = ['business', 'evening', 'night', 'weekend', 'holiday'];
const classOf = (each: Crowd): HourClass => hourClassOf(startOf(each), calendar.zone, DEFAULT_HOURS, (day) => day === HOLIDAY);

/** A team's or no service's part of days that no period cuts, at hours of one class. */
interface Place {
  readonly day: Day;
  readonly team: string;
  readonly service: string | undefined;
  readonly hours: HourClass;
}

const cuts = [...new Set(PERIODS.flatMap(({ firstDay, endDay }) => [firstDay, endDay]))].sort((one, other) => one - other);
const cutBefore = (day: Day): Day => cuts.findLast((cut) => cut <= day) ?? day;
const PLACES: readonly Place[] = cuts.flatMap((day) =>
  TEAMS.flatMap((team) => [undefined, ...SERVICES].flatMap((service) => CLASSES.map((hours) => ({ day, team, service, hours })))),
);

/** Whoever was on call counts where the shift says, whoever was interrupted where that says. */
const cellsOf = (crowds: readonly Crowd[]): Cell[] =>
  PLACES.map(({ day, team, service, hours }) => ({
    people: new Set(
      crowds
        .filter(
          (each) =>
            cutBefore(each.day) === day &&
            each.team === team &&
            classOf(each) === hours &&
            (each.service === service || (service === undefined && each.isOnShift && !each.isServiceOnShift)),
        )
        .flatMap(peopleOf),
    ),
  }));

const whereDuring = (during: During | null): Kpi['where'] =>
  during === null ? [] : [{ field: 'during', condition: { test: 'during', during } }];
const counted = (during: During | null): Kpi =>
  kpiOf(
    { type: 'count', of: 'interruption', per: null },
    {
      countedIn: 'started',
      whenEmpty: 'zero',
      isPersonal: true,
      where: whereDuring(during),
    },
  );
const HOURS = ['business_hours', 'off_hours', 'nights', 'days_off', 'evenings'] as const;
const spreadOf = (during: During | null): Kpi =>
  kpiOf(
    { type: 'spread', of: 'interruption', across: 'responder', statistic: 'gini' },
    { countedIn: 'started', isPersonal: true, where: whereDuring(during) },
  );
const spread = spreadOf(null);
const KPIS: readonly (readonly [Kpi, During | null])[] = [
  [spread, null],
  [counted(null), null],
  ...HOURS.map((during) => [counted(during), during] as const),
];

interface Told {
  readonly during: During | null;
  readonly sum: readonly boolean[];
}

const worldOf = (crowds: readonly Crowd[]): World => {
  const items = { interruption: itemsOf('interruption', crowds), shift: itemsOf('shift', crowds) };
  return { ...plainWorld({ items, now: AFTER }), organisation };
};

const toldOf = (crowds: readonly Crowd[], kpis = KPIS): Told[] => {
  const world = worldOf(crowds);
  return kpis.flatMap(([kpi, during]) =>
    evaluate(kpi, world, SCOPES, PERIODS).flatMap(({ emptiness }, index): Told[] => {
      const [scope, period] = [SCOPES[Math.floor(index / PERIODS.length)], PERIODS[index % PERIODS.length]];
      if (emptiness === 'hidden' || scope === undefined || period === undefined) return [];
      const isIn = ({ day, team, service, hours }: Place): boolean =>
        period.firstDay <= day &&
        day < period.endDay &&
        (scope === 'organisation' || scope === `team:${team}` || scope === `service:${service ?? ''}`) &&
        (during === null || matchesDuring(hours, during));
      return [{ during, sum: PLACES.map(isIn) }];
    }),
  );
};

const leftOf = (crowds: readonly Crowd[], told: readonly Told[]): string[] | null =>
  singledOutByRota(
    cellsOf(crowds),
    told.map(({ sum }) => sum),
  );

const on = (date: string, hour: number, team: string, service: string | undefined, from: number, count: number): Crowd => ({
  day: dayNamed(date),
  hour,
  team,
  service,
  from,
  count,
  isOnShift: true,
  isServiceOnShift: true,
});

/** What draws have found, until there was a rule for it. */
const FOUND: readonly (readonly [name: string, crowds: readonly Crowd[]])[] = [
  [
    "a team's spread less what the organisation has of off hours beyond a service's spread: the two who were on call by day",
    [
      on('2026-03-24', 10, 'b', undefined, 2, 2),
      on('2026-03-26', 10, 'a', undefined, 5, 8),
      on('2026-03-27', 23, 'b', 's', 8, 8),
      on('2026-03-28', 10, 'a', 't', 8, 5),
      on('2026-04-05', 10, 'a', undefined, 8, 3),
    ],
  ],
  [
    "a service's off hours less the organisation's nights, told of days of which the whole week is not: the four of its weekend",
    [
      { ...on('2026-03-30', 10, 'a', undefined, 0, 3), isOnShift: false },
      on('2026-03-31', 10, 'a', undefined, 8, 8),
      on('2026-04-01', 19, 'b', 't', 6, 2),
      on('2026-04-02', 23, 'b', 's', 5, 6),
      { ...on('2026-04-04', 10, 'a', 's', 2, 4), isServiceOnShift: false },
    ],
  ],
  [
    "a week's nights less what April has of them, which is all but a service's: the two of the last evening in March",
    [
      { ...on('2026-03-25', 10, 'a', undefined, 0, 1), isOnShift: false },
      { ...on('2026-03-30', 19, 'a', undefined, 0, 2), isOnShift: false },
      { ...on('2026-03-30', 23, 'a', undefined, 2, 3), isOnShift: false },
      { ...on('2026-04-01', 23, 'a', undefined, 0, 5), isOnShift: false },
      { ...on('2026-04-04', 10, 'a', 's', 0, 5), isOnShift: false },
    ],
  ],
  [
    "a week's nights less what April has of them, which is all but a service's spread: the two of the last evening in March",
    [
      { ...on('2026-03-25', 10, 'a', undefined, 0, 1), isOnShift: false },
      { ...on('2026-03-30', 19, 'b', undefined, 0, 2), isOnShift: false },
      { ...on('2026-03-30', 23, 'b', undefined, 2, 3), isOnShift: false },
      { ...on('2026-04-01', 23, 'a', undefined, 0, 5), isOnShift: false },
      { ...on('2026-04-04', 10, 'a', 's', 5, 5), isOnShift: false },
      { ...on('2026-04-08', 10, 'a', undefined, 10, 3), isOnShift: false },
      { ...on('2026-04-15', 10, 'a', undefined, 1, 3), isOnShift: false },
    ],
  ],
];

describe('what people bore at all hours, beside what they bore at some', () => {
  it(`never lets anyone in a group under five be singled out by whoever knows the rota (holiday on ${formatDay(dayNamed(HOLIDAY))})`, () => {
    let byHours = 0;
    fc.assert(
      fc.property(fc.array(crowd, { minLength: 2, maxLength: 9 }), (crowds) => {
        const told = toldOf(crowds);
        byHours += told.filter(({ during }) => during !== null).length;
        expect(leftOf(crowds, told)).toBeNull();
      }),
      settledRuns(500),
    );
    expect(byHours).toBeGreaterThan(2000);
  });

  it.each(FOUND)('never tells %s', (_name, crowds) => {
    const told = toldOf(crowds);
    expect(told.some(({ during }) => during === 'off_hours')).toBe(true);
    expect(leftOf(crowds, told)).toBeNull();
  });

  it('never tells, by how the load of off hours was spread, of the one who was on call at night', () => {
    const crowds = [
      on('2026-03-17', 10, 'b', undefined, 0, 5),
      { ...on('2026-03-21', 10, 'a', 't', 1, 5), isServiceOnShift: false },
      on('2026-03-21', 23, 'b', undefined, 1, 1),
    ];
    expect(leftOf(crowds, toldOf(crowds, [...KPIS, [spreadOf('off_hours'), 'off_hours']]))).toBeNull();
  });

  it('tells the nights of a week in a month that teams are not told of, and no spread of a team that they would be taken from', () => {
    const emptinessOf = (kpi: Kpi, crowds: readonly Crowd[], scope: Scope, grain: Grain): string | null | undefined =>
      evaluate(kpi, worldOf(crowds), [scope], [periodOf(calendar, grain, dayNamed('2026-03-25'))])[0]?.emptiness;
    // A few people of the next month make it one of which the organisation is told by the week alone.
    const week = (atNight: number): Crowd[] => [
      on('2026-03-25', 10, 'a', undefined, 0, 8),
      on('2026-03-26', 23, 'a', undefined, 0, atNight),
      on('2026-03-26', 23, 'b', undefined, 0, 8),
      on('2026-04-05', 10, 'b', undefined, 0, 3),
    ];
    const [two, six] = [week(2), week(6)];
    expect([two, six].map((crowds) => emptinessOf(counted(null), crowds, 'organisation', 'month'))).toEqual(['hidden', 'hidden']);
    expect([two, six].map((crowds) => emptinessOf(counted('nights'), crowds, 'organisation', 'week'))).toEqual([null, null]);
    expect([two, six].map((crowds) => emptinessOf(spread, crowds, 'team:a', 'quarter'))).toEqual(['hidden', null]);
  });
});
