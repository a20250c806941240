import fc from 'fast-check';
import { expect, it } from 'vitest';
import { attributionOf, scopeTable } from '../../server/kpi/attribution.ts';
import { Bearers } from '../../server/kpi/bearers.ts';
import { cutsOf } from '../../server/kpi/buckets.ts';
import { addOnCall, onCallTime } from '../../server/kpi/on-call-time.ts';
import { People } from '../../server/kpi/people.ts';
import { rotationOf } from '../../server/kpi/rotation.ts';
import type { World } from '../../server/kpi/world.ts';
import { parsePeriod } from '../../server/time/calendar.ts';
import type { Period } from '../../server/time/period.ts';
import { ORGANISATION, plainColumns, plainWorld, type PlainItem } from './support/plain.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2025, 9, 1);
const periodNamed = (id: string): Period => {
  const period = parsePeriod(ORGANISATION.calendar, id);
  if (period === null) throw new Error(`no period: ${id}`);
  return period;
};
/** Some overlap, one is asked for twice, and some days are in none. */
const PERIODS = ['2025-Q4', '2026-W02', '2026-01', '2026-Q2', '2025-12', '2026-W02'].map(periodNamed);

const spell = fc.record({
  from: fc.integer({ min: 0, max: 7000 }),
  hours: fc.option(fc.oneof(fc.integer({ min: -5, max: 200 }), fc.integer({ min: 200, max: 5000 })), { freq: 6 }),
  person: fc.option(fc.constantFrom('p1', 'p2', 'p3', 'p4', 'p5', 'p6'), { freq: 9 }),
  team: fc.option(fc.constantFrom('payments', 'platform')),
  service: fc.option(fc.constantFrom('checkout', 'search')),
  isCancelled: fc.integer({ min: 0, max: 9 }).map((nth) => nth === 0),
  isDead: fc.integer({ min: 0, max: 5 }).map((nth) => nth === 0),
});
type Spell = typeof spell extends fc.Arbitrary<infer T> ? T : never;
const spells = fc.array(spell, { maxLength: 25 });

const itemOf = ({ from, hours, person, team, service, isCancelled }: Spell, nth: number): PlainItem => {
  const start = START + from * HOUR;
  return {
    uid: `desk:shift:${nth}`,
    instants: {
      from: start,
      ...(hours === null ? {} : { to: start + hours * HOUR }),
      ...(isCancelled ? { cancelled: start } : {}),
    },
    codes: person === null ? {} : { responder: person },
    stretches: [{ from: start, state: null, team: team ?? undefined, service: service ?? undefined }],
  };
};

/** Seconds of a spell within a period and up to now. */
const clipped = ({ from, hours, isCancelled, isDead }: Spell, { start, end }: Period, now: number): number => {
  if (isCancelled || isDead) return 0;
  const begin = START + from * HOUR;
  const over = Math.min(hours === null ? Infinity : begin + hours * HOUR, end, now);
  return Math.max(0, over - Math.max(begin, start)) / 1000;
};

it('time on call and who is in a rotation are what shifts and memberships share with each period', () => {
  fc.assert(
    fc.property(spells, spells, fc.integer({ min: 0, max: 8000 }), (shifts, memberships, hour) => {
      const now = START + hour * HOUR;
      const columnsOf = (kind: 'shift' | 'membership', all: readonly Spell[]) => ({
        ...plainColumns(kind, all.map(itemOf)),
        dead: Uint8Array.from(all, ({ isDead }) => (isDead ? 1 : 0)),
      });
      const made = { shift: columnsOf('shift', shifts), membership: columnsOf('membership', memberships) };
      const world: World = {
        ...plainWorld({ items: {}, now }),
        columns: (kind) => (kind === 'membership' ? made.membership : made.shift),
      };
      const table = scopeTable([], ['payments', 'platform'], ['checkout', 'search']);
      const cuts = cutsOf(PERIODS, now);
      const people = new People();
      const onCall = onCallTime(world, table, cuts, people);
      const rotation = rotationOf(world, table, cuts, people);
      const bearers = new Bearers(cuts, people, people.in(made.shift));
      addOnCall(bearers, world, table, cuts, people);
      const numbers = people.named(made.shift.codes['responder']);
      const numberOf = (person: string | null): number =>
        numbers.numbers[made.shift.codes['responder']?.dictionary.indexOf(person ?? '') ?? -1] ?? -1;

      const isIn = (all: readonly Spell[], kind: 'shift' | 'membership', scope: number) => {
        const attribution = attributionOf(made[kind], ORGANISATION, table);
        return all.filter((_, row) => {
          const second = made[kind].instants['from']?.[row] ?? 0;
          const places = [table.organisation, attribution.teamScope(row, second), attribution.serviceScope(row)];
          return places.includes(scope);
        });
      };
      PERIODS.forEach((period, index) => {
        const borne = shifts.filter((each) => each.person !== null && clipped(each, period, now) > 0);
        expect(new Set(bearers.among([index]).person).size).toBe(new Set(borne.map(({ person }) => person)).size);
        table.scopes.forEach((_, scope) => {
          const bucket = scope * PERIODS.length + index;
          const own = isIn(shifts, 'shift', scope);
          expect(onCall.seconds[bucket]).toBe(own.reduce((sum, each) => sum + clipped(each, period, now), 0));
          const among = (all: readonly Spell[]): Map<string, number> => {
            const found = new Map<string, number>();
            for (const each of period.grain === 'quarter' ? all : []) {
              const seconds = clipped(each, period, now);
              if (each.person !== null && seconds > 0) found.set(each.person, (found.get(each.person) ?? 0) + seconds);
            }
            return found;
          };
          const [members, onShift] = [among(isIn(memberships, 'membership', scope)), among(own)];
          const expected = members.size > 0 ? [...members.keys()].map((each) => onShift.get(each) ?? 0) : [...onShift.values()];
          const told: number[] = [];
          rotation.eachOf(bucket, (person, seconds) => {
            told.push(seconds);
            if (members.size === 0) expect([...onShift.keys()].map(numberOf)).toContain(person);
          });
          expect(told.sort()).toEqual(expected.sort());
          expect(rotation.sizeOf(bucket)).toBe(expected.length);
        });
      });
    }),
    { numRuns: 500 },
  );
}, 60_000);
