import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ItemColumns } from '../../server/event/columns.ts';
import { compareTextsAt, GrowingTexts, keysAt } from '../../server/event/growing-texts.ts';
import type { Kind } from '../../server/event/kinds.ts';
import type { Scope } from '../../server/event/organisation.ts';
import { packTexts } from '../../server/event/packed-texts.ts';
import { movesByList } from '../../server/jobs/diff-moved.ts';
import { movesByRow } from '../../server/jobs/diff-rows.ts';
import { alikeOf } from '../../server/kpi/alike.ts';
import { evaluate, evaluateWithLists } from '../../server/kpi/evaluate.ts';
import type { Kpi } from '../../server/kpi/kpi.ts';
import type { Evaluated } from '../../server/kpi/world.ts';
import { parseKpi } from '../../server/kpi/parse.ts';
import { periodOf, shiftPeriod } from '../../server/time/calendar.ts';
import { noted } from '../kpi/support/noted.ts';
import { digest, plainWorld, type PlainItem } from '../kpi/support/plain.ts';
import { TIME_TO_RESTORE } from './small-house.ts';

const NOW = Date.parse('2026-06-10T00:00:00Z');
const DAY = 86_400_000;
const SCOPES: readonly Scope[] = ['team:payments', 'organisation', 'service:search', 'team:platform'];

const kpiOf = (measure: string): Kpi => {
  const text = TIME_TO_RESTORE.replace(/measure:[^]*?targets:[^]*?\n(?=settles)/, `measure:\n  ${measure}\n`);
  const { kpi, problems } = parseKpi(text, 'drawn.yaml', { digest });
  if (kpi === null) throw new Error(problems.map(({ message }) => message).join('; '));
  return kpi;
};
const WHERES = [
  '',
  '\n  where: { severity: [1, 2] }',
  '\n  where: { severity: { at_least: 2 } }',
  '\n  where: { team: payments }',
];
const MEASURES = [
  (of: string) => `duration: { of: ${of}, from: opened, to: restored }\n  summarise: median`,
  (of: string) => `duration: { of: ${of}, from: opened, to: resolved }\n  summarise: mean`,
  (of: string) => `count: { of: ${of} }`,
  (of: string) => `depth: { of: ${of} }`,
  (of: string) => `depth: { of: ${of}, growth: true }`,
  (of: string) => `age: { of: ${of} }\n  summarise: median`,
  (of: string) => `overlap: { of: ${of}, from: opened, to: resolved }`,
];
const single = fc
  .tuple(fc.constantFrom(...MEASURES), fc.constantFrom('incidents', 'tickets'), fc.constantFrom(...WHERES))
  .map(([measure, of, where]) => kpiOf(measure(of) + where));

/** Of one measure, with other conditions. */
const twice = fc
  .tuple(
    fc.constantFrom(...MEASURES),
    fc.constantFrom('incidents', 'tickets'),
    fc.constantFrom(...WHERES),
    fc.constantFrom(...WHERES),
  )
  .map(([measure, of, ...wheres]) => wheres.map((where) => kpiOf(measure(of) + where)));
/** Counted in the period of another moment: nothing of what they find is the same. */
const otherwise = fc
  .tuple(fc.constantFrom('incidents', 'tickets'), fc.constantFrom('opened', 'restored'), fc.constantFrom('opened', 'resolved'))
  .map(([of, ...moments]) =>
    moments.map((moment) =>
      kpiOf(`duration: { of: ${of}, from: opened, to: restored }\n  counted_in: ${moment}\n  summarise: median`),
    ),
  );

const drawnItem = fc.record({
  kind: fc.constantFrom('incident', 'ticket'),
  opened: fc.integer({ min: 0, max: 60 }),
  restored: fc.option(fc.integer({ min: -1, max: 30 })),
  resolved: fc.option(fc.integer({ min: 0, max: 40 })),
  severity: fc.integer({ min: 1, max: 3 }),
  planned: fc.constantFrom(0, 0, 0, 1),
  team: fc.constantFrom('payments', 'platform', undefined),
  service: fc.constantFrom('checkout', 'search', undefined),
});
type Drawn = typeof drawnItem extends fc.Arbitrary<infer T> ? T : never;
/** Uids of both kinds are alike at times, as those of derived kinds are. */
const itemOf = (drawn: Drawn, index: number): PlainItem => {
  const opened = NOW - drawn.opened * DAY;
  const at = (days: number | null): number | null => (days === null || opened + days * DAY > NOW ? null : opened + days * DAY);
  const [restored, resolved] = [at(drawn.restored), at(drawn.resolved)];
  const { team, service } = drawn;
  return {
    uid: `demo:item:${String((index * 7) % 40).padStart(3, '0')}`,
    instants: { opened, ...(restored === null ? {} : { restored }), ...(resolved === null ? {} : { resolved }) },
    numbers: { severity: drawn.severity, planned: drawn.planned },
    stretches: [
      { from: opened, state: 'opened', team, service },
      ...(resolved === null || resolved <= opened
        ? []
        : [{ from: resolved, state: 'resolved' as const, team: 'platform', service }]),
    ],
  };
};

describe('two definitions held against each other by row', () => {
  const worldOf = (drawn: readonly Drawn[], from: number | null) => {
    const items = (kind: string): PlainItem[] => drawn.filter((one) => one.kind === kind).map(itemOf);
    const coverage = { from: from === null ? null : NOW - from * DAY, until: NOW };
    const world = plainWorld({ items: { incident: items('incident'), ticket: items('ticket') }, now: NOW });
    // History of tickets begins later than that of incidents.
    return {
      ...world,
      coverage: (of: object) => ('kind' in of && of.kind === 'ticket' ? coverage : world.coverage({ kind: 'incident' })),
    };
  };

  it('give for every scope and period what their evidence gives, list by list', () => {
    let moved = 0;
    const version = fc.oneof(
      { weight: 3, arbitrary: single.map((kpi) => ({ kpi, parts: [kpi] })) },
      {
        weight: 1,
        arbitrary: fc.tuple(single, single).map(([one, other]) => {
          const parts = [
            { ...one, id: 'one' },
            { ...other, id: 'other' },
          ];
          const measure = { type: 'combine' as const, operation: 'sum' as const, parts: ['one', 'other'] };
          return { kpi: { ...one, id: 'both', measure }, parts };
        }),
      },
    );
    const pair = fc.oneof(
      fc.tuple(version, version),
      fc.oneof({ weight: 4, arbitrary: twice }, otherwise).map((kpis) => kpis.map((kpi) => ({ kpi, parts: [kpi] }))),
    );
    let apart = 0;
    fc.assert(
      fc.property(
        fc.array(drawnItem, { maxLength: 40 }),
        fc.constantFrom(null, null, 15, 40),
        pair,
        fc.constantFrom(SCOPES, SCOPES.slice(0, 2), ['team:platform'] satisfies Scope[]),
        fc.boolean(),
        (drawn, from, [before, after], scopes, isNoted) => {
          if (before === undefined || after === undefined) throw new Error('a version is missing');
          // One world, as a dry run sees it: both look at the same columns.
          const plain = worldOf(drawn, from);
          const columns = new Map<string, ItemColumns>();
          for (const kind of ['incident', 'ticket'] as const) columns.set(kind, noted(plain.columns(kind)));
          const world = isNoted ? { ...plain, columns: (kind: Kind) => columns.get(kind) ?? plain.columns(kind) } : plain;
          const { calendar } = world.organisation;
          const week = periodOf(calendar, 'week', calendar.zone.dayOf(NOW));
          const month = periodOf(calendar, 'month', calendar.zone.dayOf(NOW));
          const periods = [...[-3, -2, -1].map((by) => shiftPeriod(calendar, week, by)), shiftPeriod(calendar, month, -1), month];
          const readBy = ({ kpi, parts }: typeof before) => {
            const own = { ...world, kpi: (id: string) => parts.find((part) => part.id === id) };
            return evaluateWithLists(kpi, own, scopes, periods, alike);
          };
          const alike = alikeOf(before.kpi, after.kpi);
          const [was, is] = [readBy(before), readBy(after)];
          if (alike !== null) apart += 1;
          // The numbers are those of two evaluations that know nothing of each other.
          const numbers = (said: readonly Evaluated[]) =>
            said.map(({ value, emptiness, count, exclusions, also, digest }) => [
              value,
              emptiness,
              count,
              exclusions,
              also,
              digest,
            ]);
          for (const [{ kpi, parts }, said] of [
            [before, was],
            [after, is],
          ] as const) {
            const own = { ...world, kpi: (id: string) => parts.find((part) => part.id === id) };
            expect(numbers(said.evaluated)).toEqual(numbers(evaluate(kpi, own, scopes, periods)));
          }
          if (was.lists === null || is.lists === null) throw new Error('no lists of items');
          const byRow = movesByRow({ kpi: before.kpi, lists: was.lists }, { kpi: after.kpi, lists: is.lists });
          for (const [row, scope] of scopes.entries()) {
            const of = (said: typeof was) => said.evaluated.slice(row * periods.length, (row + 1) * periods.length);
            const expected = movesByList({ kpi: before.kpi, said: of(was) }, { kpi: after.kpi, said: of(is) }, periods);
            expect(byRow(scope)).toEqual(expected);
            moved += expected.periods.filter(({ total }) => total > 0).length;
          }
        },
      ),
      { numRuns: 300 },
    );
    expect(moved).toBeGreaterThan(500);
    expect(apart).toBeGreaterThan(50);
  });

  it('keep the first of many by uid, in whatever order they lie, in more scopes than are counted at once', () => {
    const services = Array.from({ length: 40 }, (_, index) => `service-${index}`);
    const scopes: Scope[] = [...services.map((service): Scope => `service:${service}`), 'organisation'];
    const items = Array.from({ length: 900 }, (_, index): PlainItem => {
      const opened = NOW - (40 + (index % 9)) * DAY;
      return {
        uid: `demo:item:${String((index * 577) % 900).padStart(3, '0')}`,
        instants: { opened, restored: opened + (index % 11) * DAY },
        numbers: { severity: 1 + (index % 4), planned: index % 13 === 0 ? 1 : 0 },
        stretches: [{ from: opened, state: 'opened', service: services[index % 37] }],
      };
    });
    const world = plainWorld({ items: { incident: items, ticket: [] }, now: NOW });
    const { calendar } = world.organisation;
    const week = periodOf(calendar, 'week', calendar.zone.dayOf(NOW));
    const month = periodOf(calendar, 'month', calendar.zone.dayOf(NOW));
    const periods = [...[-6, -5, -4].map((by) => shiftPeriod(calendar, week, by)), shiftPeriod(calendar, month, -1)];
    const measure = 'duration: { of: incidents, from: opened, to: restored }\n  summarise: median';
    const [all, some] = [kpiOf(measure), kpiOf(`${measure}\n  where: { severity: { at_least: 2 } }`)];
    for (const [before, after] of [
      [all, some],
      [some, all],
    ] as const) {
      const [was, is] = [before, after].map((kpi) => evaluateWithLists(kpi, world, scopes, periods));
      if (was?.lists == null || is?.lists == null) throw new Error('no lists of items');
      const byRow = movesByRow({ kpi: before, lists: was.lists }, { kpi: after, lists: is.lists });
      let most = 0;
      // The last scopes first: each is counted with its neighbours, whichever is asked for.
      for (const [row, scope] of [...scopes.entries()].reverse()) {
        const of = (said: typeof was) => said.evaluated.slice(row * periods.length, (row + 1) * periods.length);
        const expected = movesByList({ kpi: before, said: of(was) }, { kpi: after, said: of(is) }, periods);
        expect(byRow(scope)).toEqual(expected);
        most = Math.max(most, ...expected.periods.map(({ total, items: kept }) => total - kept.length));
      }
      expect(most).toBeGreaterThan(20);
    }
  });

  it("are told of rows that were always one team's as of any others", () => {
    const teams = ['payments', 'platform', 'search', undefined];
    const items = Array.from({ length: 700 }, (_, index): PlainItem => {
      const opened = NOW - (20 + (index % 60)) * DAY;
      const team = teams[index % 4];
      // Some are open at the end of a week or a month, some changed hands, some never ended.
      const restored = opened + ((index * 5) % 17) * DAY;
      return {
        uid: `demo:item:${String((index * 577) % 700).padStart(3, '0')}`,
        instants: { opened, ...(index % 19 === 0 ? {} : { restored }) },
        numbers: { severity: 1 + (index % 3), planned: index % 13 === 0 ? 1 : 0 },
        stretches: [
          { from: opened, state: 'opened', team },
          ...(index % 7 === 0 ? [{ from: opened + 2 * DAY, state: 'in_progress' as const, team: 'platform' }] : []),
        ],
      };
    });
    const plain = plainWorld({ items: { incident: items }, now: NOW });
    const columns = noted(plain.columns('incident'));
    const world = { ...plain, columns: () => columns };
    const { calendar } = world.organisation;
    const week = periodOf(calendar, 'week', calendar.zone.dayOf(NOW));
    const month = periodOf(calendar, 'month', calendar.zone.dayOf(NOW));
    const periods = [...[-7, -6, -5, -4].map((by) => shiftPeriod(calendar, week, by)), shiftPeriod(calendar, month, -1), month];
    const measure = 'duration: { of: incidents, from: opened, to: restored }\n  summarise: median';
    const wheres = ['', '\n  where: { severity: [1, 2] }', '\n  where: { severity: { at_least: 2 } }'];
    const kpis = wheres.map((where) => kpiOf(measure + where));
    const asked: Scope[][] = [['organisation', 'team:search', 'team:payments'], ['team:platform']];
    for (const scopes of asked)
      for (const before of kpis)
        for (const after of kpis) {
          const alike = alikeOf(before, after);
          const [was, is] = [before, after].map((kpi) => evaluateWithLists(kpi, world, scopes, periods, alike));
          if (was?.lists == null || is?.lists == null) throw new Error('no lists of items');
          const byRow = movesByRow({ kpi: before, lists: was.lists }, { kpi: after, lists: is.lists });
          let moved = 0;
          for (const [row, scope] of scopes.entries()) {
            const of = (said: typeof was) => said.evaluated.slice(row * periods.length, (row + 1) * periods.length);
            const expected = movesByList({ kpi: before, said: of(was) }, { kpi: after, said: of(is) }, periods);
            expect(byRow(scope)).toEqual(expected);
            moved += expected.weeks.entering + expected.weeks.leaving;
          }
          if (before !== after) expect(moved).toBeGreaterThan(20);
        }
  });

  it('order uids as texts are ordered, without making them', () => {
    let toldApart = 0;
    const drawnTexts = fc.array(fc.oneof(fc.string({ unit: 'grapheme', maxLength: 9 }), fc.stringMatching(/^[ab]{0,9}$/)), {
      minLength: 2,
      maxLength: 20,
    });
    fc.assert(
      fc.property(drawnTexts, fc.constantFrom('', 'desk:ticket:'), fc.boolean(), (rests, beginning, isPacked) => {
        const texts = rests.map((rest) => beginning + rest);
        const grown = new GrowingTexts();
        // Several at a time: what all of them begin with may be less than what the first do.
        const [some, others] = [texts.slice(0, texts.length / 2), texts.slice(texts.length / 2)];
        grown.append(isPacked ? packTexts(some.sort()) : some);
        grown.append(others);
        texts.splice(0, some.length, ...some);
        const keys = new Float64Array(texts.length);
        keysAt(
          grown.shared,
          Int32Array.from(texts, (_, index) => index),
          keys,
        );
        texts.forEach((one, index) => {
          texts.forEach((other, at) => {
            const order = one < other ? -1 : one > other ? 1 : 0;
            expect(Math.sign(compareTextsAt(grown.shared, index, at))).toBe(order);
            // Keys go as far as they go, and never the other way.
            const byKey = Math.sign((keys[index] ?? Number.NaN) - (keys[at] ?? Number.NaN));
            expect([0, order]).toContain(byKey);
            toldApart += byKey === 0 ? 0 : 1;
          });
        });
      }),
      {
        examples: [
          [
            [
              '\u{1F600}',
              '\uFF5E',
              '\uD7FF',
              'a',
              'ab',
              '',
              'abcdefg',
              'abcdefh',
              'T0000012',
              'ab\u{1F600}x',
              'ab\uFF5Exyz',
              'abzzzzz',
            ],
            'desk:ticket:',
            false,
          ],
        ],
      },
    );
    expect(toldApart).toBeGreaterThan(1000);
  });
});
