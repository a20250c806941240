import fc from 'fast-check';
import { expect } from 'vitest';
import type { State } from '../../../server/event/kinds.ts';
import type { Scope } from '../../../server/event/organisation.ts';
import { evaluate } from '../../../server/kpi/evaluate.ts';
import type { Kpi, Where } from '../../../server/kpi/kpi.ts';
import type { Evaluated, World } from '../../../server/kpi/world.ts';
import { periodsBetween, toDate } from '../../../server/time/calendar.ts';
import type { Period } from '../../../server/time/period.ts';
import type { OracleAnswer, OracleQuestion } from './oracle.ts';
import { ORGANISATION, plainWorld, type PlainItem, type PlainStretch } from './plain.ts';

const HOUR = 3_600_000;
/** Four weeks around the change to summer time in Berlin, which is also where `search` has just moved team. */
const FROM = Date.UTC(2026, 2, 1, 23);
const SPAN = 34 * 24 * HOUR;
const { calendar } = ORGANISATION;
const WEEKS = periodsBetween(calendar, 'week', 20_514, 20_550);
const ranges = WEEKS.slice(2, 3).flatMap((week) => {
  const { month, quarter, year } = toDate(calendar, week);
  return [month.current, quarter.current, year.current];
});
export const PERIODS: readonly Period[] = [...WEEKS, ...periodsBetween(calendar, 'month', 20_513, 20_575), ...ranges];
export const SCOPES: readonly Scope[] = ['organisation', 'team:payments', 'team:platform', 'service:search', 'service:nowhere'];

// Whole hours and period bounds are likely, so that things fall exactly on them.
const instant = fc.oneof(
  fc.integer({ min: 0, max: SPAN / HOUR }).map((hours) => FROM + hours * HOUR),
  fc.integer({ min: 0, max: SPAN / 1000 }).map((seconds) => FROM + seconds * 1000),
  fc
    .constantFrom(...PERIODS.flatMap((period) => [period.start, period.end]))
    .filter((bound) => bound >= FROM && bound <= FROM + SPAN),
);
const state = fc.constantFrom<State>(
  'opened',
  'acknowledged',
  'in_progress',
  'on_hold',
  'restored',
  'closed',
  'reopened',
  'cancelled',
);
const where: fc.Arbitrary<readonly Where[]> = fc.oneof(
  { arbitrary: fc.constant([]), weight: 3 },
  {
    arbitrary: fc.constantFrom<readonly Where[]>(
      [{ field: 'severity', condition: { test: 'in', values: [1, 2], negated: false } }],
      [{ field: 'severity', condition: { test: 'in', values: [1, 2], negated: true } }],
      [{ field: 'severity', condition: { test: 'at_least', bound: 2 } }],
      [{ field: 'cause', condition: { test: 'in', values: ['deploy'], negated: true } }],
      [{ field: 'state', condition: { test: 'in', values: ['on_hold', 'restored'], negated: false } }],
      [{ field: 'overdue', condition: { test: 'in', values: [true], negated: false } }],
      [{ field: 'overdue', condition: { test: 'in', values: [false], negated: false } }],
      [
        { field: 'team', condition: { test: 'in', values: ['payments'], negated: false } },
        { field: 'service', condition: { test: 'in', values: ['search'], negated: true } },
      ],
    ),
    weight: 2,
  },
);

const item = fc
  .record({
    times: fc.uniqueArray(instant, { minLength: 1, maxLength: 5 }),
    states: fc.array(state, { minLength: 5, maxLength: 5 }),
    teams: fc.array(fc.constantFrom(undefined, undefined, 'payments', 'platform'), { minLength: 5, maxLength: 5 }),
    services: fc.array(fc.constantFrom(undefined, 'checkout', 'search', 'attic'), { minLength: 5, maxLength: 5 }),
    stated: fc.record(
      {
        acknowledged: instant,
        restored: instant,
        resolved: instant,
        closed: instant,
        cancelled: instant,
        due: instant,
        impact_started: instant,
      },
      { requiredKeys: [] },
    ),
    stays: fc.boolean(),
    severity: fc.constantFrom(undefined, 1, 2, 3),
    cause: fc.constantFrom(undefined, 'deploy', 'network'),
    isPlanned: fc.constantFrom(false, false, false, true),
    isMerged: fc.constantFrom(false, false, false, false, true),
  })
  .map((drawn): Omit<PlainItem, 'uid'> => {
    const times = drawn.times.sort((left, right) => left - right);
    const stretches = times.map((from, index): PlainStretch => {
      const place = drawn.stays ? 0 : index;
      return {
        from,
        state: index === 0 ? 'opened' : (drawn.states[index] ?? 'opened'),
        team: drawn.teams[place],
        service: drawn.services[place],
      };
    });
    const { cancelled, ...stated } = drawn.stated;
    return {
      instants: {
        opened: times[0] ?? FROM,
        ...stated,
        ...(cancelled !== undefined && drawn.severity === 3 ? { cancelled } : {}),
      },
      codes: { ...(drawn.cause === undefined ? {} : { cause: drawn.cause }), ...(drawn.isMerged ? { merged_into: 'INC1' } : {}) },
      numbers: {
        ...(drawn.severity === undefined ? {} : { severity: drawn.severity }),
        ...(drawn.isPlanned ? { planned: 1 } : {}),
      },
      stretches,
    };
  });
const items = fc
  .array(item, { maxLength: 7 })
  .map((drawn) => drawn.map((each, index): PlainItem => ({ ...each, uid: `demo:incident:${(index * 7) % 10}` })));
const now = fc.oneof(instant, fc.constant(FROM + 2 * SPAN));

/** Some of them at a time, in any order: other cuts of time in every run. */
const periods = fc.shuffledSubarray([...PERIODS], { minLength: 3, maxLength: 6 });

export interface Drawn {
  readonly periods: readonly Period[];
  readonly items: readonly PlainItem[];
  readonly now: number;
  readonly where: readonly Where[];
}
export const drawn: fc.Arbitrary<Drawn> = fc.record({ items, now, where, periods });

export const worldOfDrawn = (each: Drawn): World =>
  plainWorld({
    items: { incident: each.items },
    now: each.now,
    coverage: { from: null, until: Number.MAX_SAFE_INTEGER },
  });

/** Runs `judge` on every bucket, and on the same items in reverse order of arrival, which must change nothing. */
export const everywhere = (
  runs: number,
  kpiFor: (drawn: Drawn) => Kpi,
  judge: (measured: Evaluated, question: OracleQuestion) => void,
): void => {
  fc.assert(
    fc.property(drawn, (each) => {
      const kpi = kpiFor(each);
      const world = worldOfDrawn(each);
      const results = evaluate(kpi, world, SCOPES, each.periods);
      if (results.length !== SCOPES.length * each.periods.length) throw new Error('a bucket is missing or more than asked');
      SCOPES.forEach((scope, row) => {
        each.periods.forEach((period, column) => {
          const measured = results[row * each.periods.length + column];
          if (measured === undefined) throw new Error('a bucket is missing');
          if (measured.scope !== scope || measured.period !== period.id) throw new Error('results are out of order');
          judge(measured, { ...each, organisation: ORGANISATION, scope, period });
        });
      });
      const reversed = worldOfDrawn({ ...each, items: [...each.items].reverse() });
      evaluate(kpi, reversed, SCOPES, each.periods).forEach((again, index) => {
        if (again.digest !== results[index]?.digest || again.value !== results[index].value)
          throw new Error('the order of arrival changed a number');
      });
    }),
    { numRuns: runs, verbose: 1 },
  );
};

export const sameValue = (measured: Evaluated, value: number | null): void => {
  if (measured.value !== value)
    expect({ value: measured.value, in: measured.scope, of: measured.period }).toEqual({
      value,
      in: measured.scope,
      of: measured.period,
    });
};

const countsOf = (reasons: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const reason of reasons) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
};

const isSameList = (left: readonly string[], right: readonly string[]): boolean =>
  left.length === right.length && left.every((each, index) => each === right[index]);

const isSameCounts = (left: Readonly<Record<string, number>>, right: Readonly<Record<string, number>>): boolean => {
  let open = Object.keys(right).length;
  for (const name in left) {
    if (left[name] !== right[name]) return false;
    open -= 1;
  }
  return open === 0;
};

/** The list alone gives the headline and its count, and holds exactly the oracle's items. */
export const sameList = (measured: Evaluated, answer: OracleAnswer): void => {
  const evidence = measured.evidence();
  const uids = evidence.filter((each) => each.excluded === null).map((each) => each.uid);
  const reasons = countsOf(evidence.flatMap((each) => each.excluded ?? []));
  const exclusions = Object.fromEntries(measured.exclusions.map(({ reason, count }) => [reason, count]));
  const isSame =
    measured.count === uids.length &&
    isSameList(uids, answer.uids) &&
    isSameCounts(exclusions, answer.reasons) &&
    isSameCounts(reasons, answer.reasons);
  if (!isSame)
    expect({ uids, exclusions, reasons, count: measured.count }).toEqual({
      uids: answer.uids,
      exclusions: answer.reasons,
      reasons: answer.reasons,
      count: answer.uids.length,
    });
};
