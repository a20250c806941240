import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MIXED, type ItemColumns } from '../../server/event/columns.ts';
import { evaluate } from '../../server/kpi/evaluate.ts';
import type { Kpi } from '../../server/kpi/kpi.ts';
import { periodsBetween } from '../../server/time/calendar.ts';
import type { Period } from '../../server/time/period.ts';
import { SCOPES, drawn, worldOfDrawn, type Drawn } from './support/everywhere.ts';
import { MEASURES } from './support/measures.ts';
import { noted } from './support/noted.ts';
import { lie, lyingAs } from './support/other-rows.ts';
import { ORGANISATION, kpiOf, plainWorld, type PlainItem } from './support/plain.ts';
import { numbersOf } from './support/told.ts';

const between = (from: string, to: string, countedIn: string): Kpi =>
  kpiOf(
    { type: 'duration', of: 'incident', from, to, excluding: [], clock: 'wall', summarise: 'median' },
    { id: `${from} to ${to} in ${countedIn}`, countedIn, alsoShow: ['p90', 'mean', 'longest', 'sum'] },
  );
/** Of most of these rows only the value is asked. */
const DURATIONS = [
  between('opened', 'restored', 'restored'),
  between('opened', 'restored', 'opened'),
  between('opened', 'closed', 'resolved'),
  between('acknowledged', 'closed', 'closed'),
];
const TEAMS = SCOPES.filter((scope) => !scope.startsWith('service:'));

/** Most items stay with the team and the service that they began with. */
const settled = (items: readonly PlainItem[], movers: readonly number[]): PlainItem[] =>
  items.map((item, index) => {
    const [first] = item.stretches;
    if (first === undefined || movers.includes(index)) return item;
    const { team, service } = first;
    const stay = team === undefined ? {} : { team };
    const serve = service === undefined ? {} : { service };
    return {
      ...item,
      stretches: item.stretches.map(({ team: _team, service: _service, ...rest }) => ({ ...rest, ...stay, ...serve })),
    };
  });

const lying = lie(drawn.map(({ items }) => items));
const movers = fc.uniqueArray(fc.nat(8), { maxLength: 3 });

describe('rows of which it is noted whose they always were', () => {
  it('give the numbers that their stretches give, and the lists', () => {
    let steady = 0;
    fc.assert(
      fc.property(
        drawn,
        lying,
        movers,
        fc.constantFrom(...DURATIONS, ...DURATIONS, ...MEASURES),
        fc.oneof(
          fc.constantFrom(TEAMS, SCOPES),
          fc.subarray(TEAMS, { minLength: 1 }),
          fc.subarray([...SCOPES], { minLength: 1 }),
        ),
        (each: Drawn, lies, moving, one, asked) => {
          const plain = lyingAs(lies, settled(each.items, moving));
          const marked = noted(plain);
          for (const code of marked.stretchTeam.ofRow ?? []) if (code !== MIXED) steady += 1;
          const kpi = { ...one, where: [...one.where, ...each.where] };
          const [told1, told2] = [plain, marked].map((columns) => {
            const world = {
              ...worldOfDrawn(each),
              columns: (): ItemColumns => columns,
              kpi: (id: string) => MEASURES.find((known) => known.id === id),
            };
            const made = evaluate(kpi, world, asked, each.periods);
            const atOnce = evaluate(kpi, world, asked, each.periods, 'at once');
            expect(numbersOf(atOnce)).toEqual(numbersOf(made));
            return [numbersOf(made), atOnce.map(({ digest }) => digest), made.map((number) => number.evidence())];
          });
          expect(told2).toEqual(told1);
        },
      ),
      { numRuns: 1500 },
    );
    expect(steady).toBeGreaterThan(1000);
  }, 240_000);

  it('are counted in the week in which each was restored, in whatever order they lie', () => {
    const weeks = periodsBetween(ORGANISATION.calendar, 'week', 20_514, 20_570);
    const first = weeks[0]?.start ?? 0;
    const HOUR_MS = 3_600_000;
    const items = Array.from({ length: 300 }, (_, index): PlainItem => {
      const opened = first + ((index * 97) % 1000) * HOUR_MS;
      const restored = opened + (1 + ((index * 31) % 200)) * HOUR_MS;
      const team = index % 7 === 0 ? 'platform' : 'payments';
      return {
        uid: `demo:incident:${index}`,
        instants: { opened, restored },
        stretches: [
          { from: opened, state: 'opened', team },
          { from: restored, state: 'restored', team },
        ],
      };
    });
    const columns = noted(lyingAs({ order: [0], replaced: [], cuts: null, isRecoded: false }, items));
    const kpi = between('opened', 'restored', 'restored');
    const now = first + 90 * 24 * HOUR_MS;
    const made = evaluate(kpi, { ...plainWorld({ now }), columns: () => columns }, ['team:payments', 'team:platform'], weeks);
    const expected = ['payments', 'platform'].flatMap((team) =>
      weeks.map(({ start, end }) => {
        const own = items.filter(({ instants, stretches }) => {
          const at = instants['restored'] ?? 0;
          return stretches[0]?.team === team && at >= start && at < end;
        });
        const spent = own.map(({ instants }) => ((instants['restored'] ?? 0) - (instants['opened'] ?? 0)) / 1000);
        return [own.length, own.length === 0 ? null : spent.reduce((sum, each) => sum + each, 0)];
      }),
    );
    expect(made.map(({ count, also }) => [count, also['sum']])).toEqual(expected);
    const open = ({ end }: Period): number =>
      items.filter(({ instants }) => (instants['opened'] ?? 0) < end && (instants['restored'] ?? 0) >= end).length;
    const named = weeks.map((_, week) =>
      [made[week], made[weeks.length + week]].reduce(
        (sum, each) => sum + (each?.exclusions.find(({ reason }) => reason === 'still open')?.count ?? 0),
        0,
      ),
    );
    expect(named).toEqual(weeks.map(open));
  });
});
