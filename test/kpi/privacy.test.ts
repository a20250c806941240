import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Scope } from '../../server/event/organisation.ts';
import { evaluate } from '../../server/kpi/evaluate.ts';
import type { Kpi } from '../../server/kpi/kpi.ts';
import type { Evaluated } from '../../server/kpi/world.ts';
import { parsePeriod, periodOf, periodsBetween, shiftPeriod, toDate } from '../../server/time/calendar.ts';
import { parseDay } from '../../server/time/day.ts';
import type { Calendar, CalendarRules, Day, Grain, Period } from '../../server/time/period.ts';
import { ORGANISATION, kpiOf, plainWorld, type PlainItem } from './support/plain.ts';

const { calendar } = ORGANISATION;
const periodNamed = (id: string): Period => {
  const period = parsePeriod(calendar, id);
  if (period === null) throw new Error(`no period: ${id}`);
  return period;
};
const dayNamed = (text: string): Day => {
  const day = parseDay(text);
  if (day === null) throw new Error(`no day: ${text}`);
  return day;
};
const WEEK = periodNamed('2026-W10');
const MONTH = periodNamed('2026-03');
const AFTER = MONTH.end + 30 * 24 * 3_600_000;
const HOUR = 3_600_000;

interface Bore {
  readonly person: string;
  readonly team?: string | undefined;
  readonly service?: string | undefined;
}

const interruption = ({ person, team, service }: Bore, index: number): PlainItem => ({
  uid: `demo:interruption:${person}-${String(index).padStart(3, '0')}`,
  instants: { started: WEEK.start + (index + 1) * HOUR },
  codes: { responder: person },
  stretches: [{ from: WEEK.start + (index + 1) * HOUR, state: null, team, service }],
});

const people = (team: string, count: number, service?: string): Bore[] =>
  Array.from({ length: count }, (_, index) => ({ person: `${team}-${index}`, team, service }));

const interruptions = kpiOf(
  { type: 'count', of: 'interruption', per: null },
  { countedIn: 'started', whenEmpty: 'zero', isPersonal: true },
);

const measure = (
  bore: readonly Bore[],
  scopes: readonly Scope[],
  period = MONTH,
  kpi: Kpi = interruptions,
): Map<Scope, Evaluated> => {
  const world = plainWorld({ items: { interruption: bore.map(interruption) }, now: AFTER });
  return new Map(evaluate(kpi, world, scopes, [period]).map((each, index) => [scopes[index] ?? 'organisation', each]));
};
const isHidden = (measured: Evaluated | undefined): boolean => measured?.emptiness === 'hidden';

describe('numbers of what people bore', () => {
  it('are hidden in a group of four, with nothing beside them, and shown in one of five', () => {
    const four = measure(people('payments', 4), ['organisation', 'team:payments']).get('organisation');
    expect(four).toMatchObject({ value: null, emptiness: 'hidden', count: 0, exclusions: [], also: {} });
    expect(four?.evidence()).toEqual([]);
    const five = measure(people('payments', 5), ['organisation', 'team:payments']);
    expect(five.get('organisation')).toMatchObject({ value: 5, emptiness: null, count: 5 });
    expect(five.get('team:payments')).toMatchObject({ value: 5, count: 5 });
    expect(five.get('team:payments')?.evidence()).toEqual([]);
  });

  it('of hidden groups look the same whatever they hold', () => {
    const digests = [0, 1, 4].map((count) => measure(people('payments', count), ['team:payments']).get('team:payments')?.digest);
    expect(new Set(digests).size).toBe(1);
  });

  it('hide the next smallest team with a small one, or a subtraction would give it away', () => {
    const bore = [...people('a', 2), ...people('b', 6), ...people('c', 7)];
    const shown = measure(bore, ['organisation', 'team:a', 'team:b', 'team:c']);
    expect([...shown.values()].map((each) => each.value)).toEqual([15, null, null, 7]);
  });

  it('do not depend on which scopes are asked for', () => {
    const bore = [...people('a', 2), ...people('b', 6), ...people('c', 7)];
    expect(measure(bore, ['team:b']).get('team:b')?.emptiness).toBe('hidden');
    expect(measure(bore, ['team:c']).get('team:c')?.value).toBe(7);
  });

  it('protect people who are in no team', () => {
    const bore = [...people('a', 6), ...people('b', 8), { person: 'someone' }];
    const shown = measure(bore, ['organisation', 'team:a', 'team:b']);
    expect([...shown.values()].map((each) => each.value)).toEqual([15, null, 8]);
  });

  it('hide a service that would leave a few of its team behind', () => {
    const bore = [...people('a', 6, 'checkout'), { person: 'a-9', team: 'a' }, ...people('b', 9, 'search'), ...people('c', 9)];
    const shown = measure(bore, ['team:a', 'service:checkout', 'service:search']);
    expect([...shown.values()].map((each) => each.value)).toEqual([7, null, 9]);
  });

  it('are shown for teams and services by the month only: their spans never overlap', () => {
    const scopes: readonly Scope[] = ['organisation', 'team:a', 'service:checkout'];
    const range = toDate(calendar, WEEK).year.current;
    const shownIn = (period: Period): unknown[] =>
      [...measure(people('a', 9, 'checkout'), scopes, period).values()].map((each) => each.value);
    expect(shownIn(MONTH)).toEqual([9, 9, 9]);
    for (const period of [WEEK, periodNamed('2026-Q1'), range]) expect(shownIn(period)).toEqual([9, null, null]);
  });

  it('are hidden until every week of the period has ended, because a number seen twice tells what came in between', () => {
    const items = { interruption: people('a', 9).map(interruption) };
    const shownAt = (now: number, period: Period): unknown =>
      evaluate(interruptions, plainWorld({ items, now }), ['organisation'], [period])[0]?.value;
    expect([shownAt(WEEK.end - 1, WEEK), shownAt(WEEK.end, WEEK)]).toEqual([null, 9]);
    // The last day of March 2026 is a Tuesday.
    const weekEnd = periodNamed('2026-W14').end;
    expect([shownAt(MONTH.end, MONTH), shownAt(weekEnd - 1, MONTH), shownAt(weekEnd, MONTH)]).toEqual([null, null, 9]);
  });

  it('leave out the months on both sides of a bound that cuts a few people off a week, and their teams, but no quarter', () => {
    // 1 March 2026 is the Sunday of week 9.
    const onDay = (day: number, bore: readonly Bore[]): PlainItem[] =>
      bore.map((each, index) => {
        const from = Date.UTC(2026, 1, day, 11) + index * 1000;
        return {
          ...interruption(each, day * 100 + index),
          instants: { started: from },
          stretches: [{ from, state: null, team: each.team }],
        };
      });
    const world = (sunday: number) =>
      plainWorld({
        items: {
          interruption: [23, 24, 40, 41].flatMap((day) => onDay(day, people('a', 8))).concat(onDay(29, people('a', sunday))),
        },
        now: AFTER,
      });
    const periods = ['2026-02', '2026-03', '2026-W09', '2026-Q1'].map(periodNamed);
    const shown = (sunday: number): unknown[] =>
      evaluate(interruptions, world(sunday), ['organisation', 'team:a'], periods).map((each) => each.value);
    expect(shown(4)).toEqual([null, null, 20, 36, null, null, null, null]);
    expect(shown(5)).toEqual([16, 21, 21, 37, 16, 21, null, null]);
    expect(shown(0)).toEqual([16, 16, 16, 32, 16, 16, null, null]);
  });

  it('per time on call speak of everyone on shift', () => {
    const shift = (person: string): PlainItem => ({
      uid: `demo:shift:${person}`,
      instants: { from: WEEK.start, to: WEEK.start + 12 * HOUR },
      codes: { responder: person },
      stretches: [{ from: WEEK.start, state: null, team: 'payments' }],
    });
    const perShift = kpiOf(
      { type: 'count', of: 'interruption', per: '12 hours on call' },
      { countedIn: 'started', whenEmpty: 'zero', isPersonal: true },
    );
    const valueWith = (onShift: number): number | null | undefined => {
      const items = {
        shift: Array.from({ length: onShift }, (_, index) => shift(`payments-${index}`)),
        interruption: people('payments', 1).map(interruption),
      };
      return evaluate(perShift, plainWorld({ items, now: AFTER }), ['team:payments'], [MONTH])[0]?.value;
    };
    expect(valueWith(5)).toBe(1 / 5);
    expect(valueWith(4)).toBe(null);
  });

  it('of shifts speak of everyone on call, not of those alone who handed over', () => {
    const shift = (person: string, to: number): PlainItem => ({
      uid: `demo:shift:${person}`,
      instants: { from: WEEK.start, to },
      codes: { responder: person },
      stretches: [{ from: WEEK.start, state: null, team: 'payments' }],
    });
    const ended = kpiOf({ type: 'count', of: 'shift', per: null }, { countedIn: 'to', whenEmpty: 'zero', isPersonal: true });
    const valueWith = (staying: number): number | null | undefined => {
      const shifts = [
        shift('one', WEEK.start + 12 * HOUR),
        ...Array.from({ length: staying }, (_, index) => shift(`staying-${index}`, AFTER)),
      ];
      return evaluate(ended, plainWorld({ items: { shift: shifts }, now: AFTER }), ['team:payments'], [MONTH])[0]?.value;
    };
    expect(valueWith(5)).toBe(1);
    expect(valueWith(4)).toBe(null);
  });

  it('of broken nights speak of everyone who had a night, quiet ones too', () => {
    const night = (person: string, quality: string): PlainItem => ({
      uid: `demo:night:${person}`,
      instants: { evening: WEEK.start + 20 * HOUR },
      codes: { responder: person, quality },
      stretches: [{ from: WEEK.start + 20 * HOUR, state: null, team: 'payments' }],
    });
    const broken = kpiOf(
      { type: 'count', of: 'night', per: null },
      {
        countedIn: 'evening',
        isPersonal: true,
        where: [{ field: 'quality', condition: { test: 'in', values: ['broken'], negated: false } }],
      },
    );
    const valueWith = (quiet: number): number | null | undefined => {
      const nights = [night('one', 'broken'), ...Array.from({ length: quiet }, (_, index) => night(`quiet-${index}`, 'quiet'))];
      return evaluate(broken, plainWorld({ items: { night: nights }, now: AFTER }), ['team:payments'], [MONTH])[0]?.value;
    };
    expect(valueWith(4)).toBe(1);
    expect(valueWith(3)).toBe(null);
  });

  it('make whatever is combined of them hidden', () => {
    const twice = kpiOf({ type: 'combine', operation: 'sum', parts: ['interruptions', 'interruptions'] }, { id: 'twice' });
    const kpis = [{ ...interruptions, id: 'interruptions' }];
    const world = plainWorld({ items: { interruption: people('a', 4).map(interruption) }, now: WEEK.end, kpis });
    expect(evaluate(twice, world, ['organisation'], [WEEK])[0]).toMatchObject({ value: null, emptiness: 'hidden', count: 0 });
  });

  it('never let a subtraction isolate fewer than five people', () => {
    const teams = ['a', 'b', 'c', 'd'];
    const services = ['s', 't', 'u', 'v'];
    const bore = fc.array(
      fc.record({
        person: fc.integer({ min: 0, max: 40 }).map((number) => `p${number}`),
        team: fc.constantFrom(undefined, ...teams),
        service: fc.constantFrom(undefined, ...services),
      }),
      { maxLength: 60 },
    );
    const teamScopes = teams.map((team): Scope => `team:${team}`);
    const serviceScopes = services.map((service): Scope => `service:${service}`);
    fc.assert(
      fc.property(bore, fc.boolean(), (drawn, keepsToTeams) => {
        // Half of the runs: each service belongs to one team, as is usual.
        const all = keepsToTeams
          ? drawn.map((each) => (each.service === undefined ? each : { ...each, team: teams[services.indexOf(each.service)] }))
          : drawn;
        const shown = measure(all, ['organisation', ...teamScopes, ...serviceScopes]);
        const peopleIn = (isIn: (each: Bore) => boolean): number => new Set(all.filter(isIn).map((each) => each.person)).size;
        const nameOf = (scope: Scope): string => scope.slice(scope.indexOf(':') + 1);
        for (const [scope, measured] of shown) {
          if (isHidden(measured)) continue;
          expect(
            peopleIn(
              (each) =>
                scope === 'organisation' || scope === `team:${each.team ?? ''}` || scope === `service:${each.service ?? ''}`,
            ),
          ).toBeGreaterThanOrEqual(5);
        }
        const isSafe = (left: number): boolean => left === 0 || left >= 5;
        const visible = (scopes: readonly Scope[]): string[] => scopes.filter((scope) => !isHidden(shown.get(scope))).map(nameOf);
        const visibleTeams = visible(teamScopes);
        const visibleServices = visible(serviceScopes);
        if (!isHidden(shown.get('organisation'))) {
          expect(isSafe(peopleIn((each) => !visibleTeams.includes(each.team ?? '')))).toBe(true);
          expect(isSafe(peopleIn((each) => !visibleServices.includes(each.service ?? '')))).toBe(true);
        }
        for (const team of visibleTeams) {
          const within = visibleServices.filter((service) => all.every((each) => each.service !== service || each.team === team));
          if (within.length > 0)
            expect(isSafe(peopleIn((each) => each.team === team && !within.includes(each.service ?? '')))).toBe(true);
        }
        for (const service of visibleServices) {
          const within = visibleTeams.filter((team) => all.every((each) => each.team !== team || each.service === service));
          if (within.length > 0)
            expect(isSafe(peopleIn((each) => each.service === service && !within.includes(each.team ?? '')))).toBe(true);
        }
      }),
      { numRuns: 600, verbose: 1 },
    );
  });

  const weekly: CalendarRules = { weekStart: 7, fiscalYearEndMonth: 1, fiscalWeeks: { pattern: '4-4-5', ends: 'nearest' } };
  it.each<[string, Calendar]>([
    ['of one calendar', ORGANISATION.calendar],
    ['of fiscal weeks', { ...ORGANISATION.calendar, ...weekly }],
    ['around a change of calendar', { ...ORGANISATION.calendar, changes: [{ ...weekly, since: dayNamed('2026-02-15') }] }],
    ['a year before a change of calendar', { ...ORGANISATION.calendar, changes: [{ ...weekly, since: dayNamed('2027-02-07') }] }],
  ])(
    'never let weeks, months, quarters and ranges %s be taken from one another until fewer than five people are left',
    (_name, calendar) => {
      const first = periodOf(calendar, 'week', periodNamed('2025-W52').firstDay);
      const last = periodOf(calendar, 'week', periodNamed('2026-W16').firstDay);
      const span = (grain: Grain): Period[] => {
        const holding = periodOf(calendar, grain, first.firstDay);
        return periodsBetween(calendar, grain, holding.firstDay, last.endDay);
      };
      const weeks = periodsBetween(calendar, 'week', first.firstDay, last.endDay);
      const ranges = (week: Period, which: 'current' | 'prior'): Period[] => {
        const { month, quarter, year } = toDate(calendar, week);
        return [month, quarter, year].map((range) => range[which]);
      };
      const yearAfter = weeks.map((week) => shiftPeriod(calendar, week, 52));
      const periods = [
        ...weeks,
        ...[...span('month'), ...span('quarter'), ...span('year')],
        ...weeks.flatMap((week) => ranges(week, 'current')),
        ...yearAfter.flatMap((week) => ranges(week, 'prior')),
      ];
      const teams = ['a', 'b', 'c'];
      const scopes: readonly Scope[] = ['organisation', ...teams.map((team): Scope => `team:${team}`)];
      const crowd = fc.record({
        day: fc.integer({ min: first.firstDay, max: last.endDay - 1 }),
        from: fc.integer({ min: 0, max: 9 }),
        count: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 5, max: 9 })),
        team: fc.constantFrom(...teams),
      });
      let hiddenMonths = 0;
      let shownMonths = 0;
      fc.assert(
        fc.property(fc.array(crowd, { maxLength: 14 }), (crowds) => {
          const bore = crowds.flatMap(({ day, from, count, team }) =>
            Array.from({ length: count }, (_, index) => ({ day, person: `${team}${(from + index) % 12}`, team })),
          );
          const items = bore.map(({ day, person, team }, index): PlainItem => {
            const at = calendar.zone.startOfDay(day) + 10 * HOUR + index * 1000;
            return {
              ...interruption({ person, team }, index),
              instants: { started: at },
              stretches: [{ from: at, state: null, team }],
            };
          });
          const organisation = { ...ORGANISATION, calendar };
          const world = plainWorld({ items: { interruption: items }, now: Date.UTC(2028, 11, 1), organisation });
          const all = evaluate(interruptions, world, scopes, periods);
          const shown = (scope: number): Period[] =>
            periods.filter((_, index) => all[scope * periods.length + index]?.emptiness !== 'hidden');
          const isSafe = (of: readonly { readonly person: string }[]): boolean => {
            const size = new Set(of.map(({ person }) => person)).size;
            return size === 0 || size >= 5;
          };
          const within = (span: Pick<Period, 'firstDay' | 'endDay'>) =>
            bore.filter(({ day }) => span.firstDay <= day && day < span.endDay);
          const spans = shown(0);
          hiddenMonths +=
            periods.filter(({ grain }) => grain === 'month').length - spans.filter(({ grain }) => grain === 'month').length;
          shownMonths += spans.filter(({ grain }) => grain === 'month').length;
          const shownTeams = teams.map((team, index) => ({ team, months: shown(index + 1) }));
          for (const { team, months } of shownTeams)
            for (const month of months)
              expect(
                new Set(within(month).flatMap((each) => (each.team === team ? [each.person] : []))).size,
              ).toBeGreaterThanOrEqual(5);
          // What is left of the organisation when the visible teams are taken away; where nothing is, their sum is the organisation's.
          const known = [...spans];
          for (const month of periods.filter(({ grain }) => grain === 'month')) {
            const left = within(month).filter(
              ({ team }) => !shownTeams.some((each) => each.team === team && each.months.includes(month)),
            );
            if (spans.includes(month)) expect(isSafe(left)).toBe(true);
            if (left.length === 0) known.push(month);
          }
          // Two days that a chain of known spans joins enclose a span that sums and differences give: all that arithmetic can find.
          const joined = new Map<number, number>();
          const rootOf = (day: number): number => {
            const next = joined.get(day);
            return next === undefined || next === day ? day : rootOf(next);
          };
          for (const { firstDay, endDay } of known) joined.set(rootOf(firstDay), rootOf(endDay));
          const bounds = [...new Set(known.flatMap(({ firstDay, endDay }) => [firstDay, endDay]))].sort(
            (one, other) => one - other,
          );
          for (const firstDay of bounds)
            for (const endDay of bounds)
              if (firstDay < endDay && rootOf(firstDay) === rootOf(endDay))
                expect(isSafe(within({ firstDay, endDay }))).toBe(true);
        }),
        {
          numRuns: 200,
          verbose: 1,
          // Two on a Saturday: a year on, the ranges of the older calendar end before it, those of the newer begin after it.
          examples: [
            [
              [
                { day: dayNamed('2026-02-03'), from: 0, count: 6, team: 'a' },
                { day: dayNamed('2026-02-07'), from: 6, count: 2, team: 'a' },
                { day: dayNamed('2026-02-08'), from: 0, count: 5, team: 'a' },
              ],
            ],
          ],
        },
      );
      expect(Math.min(hiddenMonths, shownMonths)).toBeGreaterThan(50);
    },
  );
});
