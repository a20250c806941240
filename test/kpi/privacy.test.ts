import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Scope } from '../../server/event/organisation.ts';
import { evaluate } from '../../server/kpi/evaluate.ts';
import type { Kpi } from '../../server/kpi/kpi.ts';
import type { Evaluated } from '../../server/kpi/world.ts';
import { parsePeriod, toDate } from '../../server/time/calendar.ts';
import type { Period } from '../../server/time/period.ts';
import { ORGANISATION, kpiOf, plainWorld, type PlainItem } from './support/plain.ts';

const { calendar } = ORGANISATION;
const periodNamed = (id: string): Period => {
  const period = parsePeriod(calendar, id);
  if (period === null) throw new Error(`no period: ${id}`);
  return period;
};
const WEEK = periodNamed('2026-W10');
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
  period = WEEK,
  kpi: Kpi = interruptions,
): Map<Scope, Evaluated> => {
  const world = plainWorld({ items: { interruption: bore.map(interruption) }, now: WEEK.end + 100 * HOUR });
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

  it('are hidden for teams and services in to-date ranges, which overlap weeks', () => {
    const range = toDate(calendar, WEEK).year.current;
    const shown = measure(people('a', 9, 'checkout'), ['organisation', 'team:a', 'service:checkout'], range);
    expect([...shown.values()].map((each) => each.value)).toEqual([9, null, null]);
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
      return evaluate(perShift, plainWorld({ items, now: WEEK.end }), ['team:payments'], [WEEK])[0]?.value;
    };
    expect(valueWith(5)).toBe(1 / 5);
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
      return evaluate(broken, plainWorld({ items: { night: nights }, now: WEEK.end }), ['team:payments'], [WEEK])[0]?.value;
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
});
