import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Event } from '../../server/event/event.ts';
import { Evaluator } from '../../server/evaluator.ts';
import { evaluateBeside, type Grid } from '../../server/jobs/evaluate-beside.ts';
import { scopesFor } from '../../server/jobs/measure-plan.ts';
import { packed, unpacked } from '../../server/jobs/packed-values.ts';
import { SharedWorlds, type SharedWorld } from '../../server/jobs/shared-world.ts';
import { evaluate } from '../../server/kpi/evaluate.ts';
import type { Kpi } from '../../server/kpi/kpi.ts';
import { EMPTINESS, type Measurement } from '../../server/kpi/measurement.ts';
import type { Evaluated, World } from '../../server/kpi/world.ts';
import { digest } from '../../server/main.ts';
import { lastCompleteWeek, periodOf, shiftPeriod } from '../../server/time/calendar.ts';
import type { Period } from '../../server/time/period.ts';
import { demoItems, NOW, type DemoItems } from './demo-items.ts';
import { event, GivenSource, smallHouse, TIME_TO_RESTORE } from './small-house.ts';

const VIEWER = { who: 'test', roles: [], teams: [] };

describe('an evaluation in several threads', () => {
  let demo: DemoItems;
  let shared: SharedWorld;
  let world: World;
  let periods: readonly Period[];
  /** What one thread gives for every KPI of the pack. */
  let alone: readonly (readonly Evaluated[])[];

  beforeAll(async () => {
    demo = await demoItems();
    const { items, kpis, organisation, organisationText } = demo;
    const state = { source: 'all', completeUntil: NOW, historyFrom: null, lastCompletedAt: NOW };
    shared = {
      organisationText,
      tables: Object.fromEntries(items.kinds.map((kind) => [kind, items.table(kind).share()])),
      series: {},
      sources: [{ source: { id: 'all', kinds: items.kinds, series: [], staleAfterMs: Infinity }, state }],
      kpis,
      now: NOW,
    };
    world = new SharedWorlds(digest).world(shared);
    const { calendar } = organisation;
    const week = lastCompleteWeek(calendar, NOW);
    periods = [
      ...Array.from({ length: 30 }, (_, back) => shiftPeriod(calendar, week, 1 - back)),
      ...Array.from({ length: 6 }, (_, back) => shiftPeriod(calendar, periodOf(calendar, 'month', week.firstDay), -back)),
    ];
    alone = kpis.map((kpi) => evaluate(kpi, world, scopesFor(kpi, organisation), periods, 'at once'));
  });
  afterAll(async () => {
    await demo.close();
  });

  /** Everything that is kept of a value, in the order in which it is written. */
  const told = ({ kpi, scope, period, value, emptiness, count, exclusions, also, digest: list }: Evaluated): string =>
    JSON.stringify([kpi, scope, period, value, emptiness, count, exclusions, also, list]);

  it.each([1, 2, 3])('gives for every KPI of the pack what one thread gives, with %i of them', async (threads) => {
    const evaluator = new Evaluator(threads);
    try {
      const grids = demo.kpis.map((kpi): Grid => ({ kpi, scopes: scopesFor(kpi, demo.organisation), periods }));
      const made = await Promise.all(evaluateBeside(evaluator, shared, world, grids, 'at once'));
      expect(made.map((each) => each.map(told))).toEqual(alone.map((each) => each.map(told)));
      expect(alone.flat().filter(({ value }) => value !== null).length).toBeGreaterThan(1000);
    } finally {
      await evaluator.close();
    }
  });

  it('gives of what is wanted what all of it would be, and nothing else, with one pass or apart', async () => {
    const evaluator = new Evaluator(2);
    try {
      const grids = demo.kpis.flatMap((kpi, nth): Grid[] => {
        const scopes = scopesFor(kpi, demo.organisation);
        const own = nth % 2 === 0 ? scopes : scopes.filter((scope) => scope !== 'organisation');
        const wanted = Uint8Array.from({ length: own.length * periods.length }, (_, index) => (index % 7 === nth % 7 ? 1 : 0));
        return [{ kpi, scopes: own, periods, wanted }];
      });
      const made = await Promise.all(evaluateBeside(evaluator, shared, world, grids, 'at once'));
      const alone = grids.map(({ kpi, scopes, wanted }) =>
        evaluate(kpi, world, scopes, periods, 'at once').filter((_, index) => wanted?.[index] === 1),
      );
      expect(made.map((each) => each.map(told))).toEqual(alone.map((each) => each.map(told)));
      expect(alone.flat().length).toBeGreaterThan(1000);
    } finally {
      await evaluator.close();
    }
  });

  it('gives the same where scopes are measured apart, and lists and digests that are asked for later', async () => {
    const kpi = demo.kpis.find(({ id }) => id === 'queue-depth');
    if (kpi === undefined) throw new Error('the pack has no queue depth');
    const { organisation } = demo;
    const services = organisation.services.map(({ id }) => `service:${id}` as const);
    const scopes = [...organisation.teams.map(({ id }) => `team:${id}` as const), ...services];
    expect(scopes.length).toBeGreaterThan(15);
    const evaluator = new Evaluator(2);
    try {
      const [made = []] = await Promise.all(evaluateBeside(evaluator, shared, world, [{ kpi, scopes, periods }], 'when asked'));
      const alone = evaluate(kpi, world, scopes, periods);
      expect(made.map(told)).toEqual(alone.map(told));
      const listed = made.filter(({ count }) => count > 0).slice(0, 5);
      expect(listed).not.toEqual([]);
      for (const one of listed)
        expect(one.evidence()).toEqual(
          alone.find(({ scope, period }) => scope === one.scope && period === one.period)?.evidence(),
        );
    } finally {
      await evaluator.close();
    }
  });

  it('ends with what a thread said, and works again after that', async () => {
    const evaluator = new Evaluator(2);
    try {
      const [kpi] = demo.kpis;
      if (kpi === undefined) throw new Error('the pack is empty');
      const other: Kpi = { ...kpi, id: 'unheard-of' };
      const scopes = ['organisation'] as const;
      await expect(
        Promise.all(evaluateBeside(evaluator, shared, world, [{ kpi: other, scopes, periods }], 'at once')),
      ).rejects.toThrow('the world has no KPI unheard-of');
      const [made = []] = await Promise.all(evaluateBeside(evaluator, shared, world, [{ kpi, scopes, periods }], 'at once'));
      expect(made.map(told)).toEqual(evaluate(kpi, world, scopes, periods, 'at once').map(told));
    } finally {
      await evaluator.close();
    }
  });

  it('ends what waits, too, when it is closed', async () => {
    const evaluator = new Evaluator(1);
    const scopes = ['organisation'] as const;
    const grids = demo.kpis.slice(0, 12).map((kpi): Grid => ({ kpi, scopes, periods }));
    const made = evaluateBeside(evaluator, shared, world, grids, 'at once');
    const ends = Promise.allSettled(made);
    await evaluator.close();
    expect((await ends).map(({ status }) => status)).toEqual(grids.map(() => 'rejected'));
  });
});

describe('measuring a long history', () => {
  it('stores in several threads what it stores in one, and restates alike', async () => {
    const threads = new Evaluator(2);
    const houseWith = async (manyItems: number) => {
      const desk = new GivenSource('desk', ['incident']);
      const files = { 'incidents/time-to-restore.yaml': TIME_TO_RESTORE };
      const house = await smallHouse([desk], files, '2026-11-09T06:00:00Z', undefined, { evaluations: threads, manyItems });
      const pull = async (numbers: readonly number[], hours: number) => {
        desk.next = [{ events: numbers.flatMap((number) => incident(number, hours)) }];
        await house.engine.pull(VIEWER, 'desk');
      };
      await pull(
        Array.from({ length: 500 }, (_, number) => number),
        3,
      );
      // So many come late that all is measured again.
      await pull(
        Array.from({ length: 300 }, (_, number) => number),
        1,
      );
      const rows = (await house.store.latestSnapshots({})).map(({ run: _, recordedAt: __, ...row }) => row);
      await house.close();
      return rows;
    };
    try {
      const [beside, inside] = [await houseWith(1), await houseWith(Infinity)];
      expect(beside).toEqual(inside);
      expect(beside.filter(({ revision }) => revision > 1).length).toBeGreaterThan(50);
    } finally {
      await threads.close();
    }
  });
});

/** One every twenty hours from summer of last year on. */
const incident = (number: number, hours: number): Event[] => {
  const at = (plus: number): string =>
    new Date(Date.parse('2025-07-07T06:00:00Z') + (number * 20 + plus) * 3_600_000).toISOString();
  const fields = { team: number % 3 === 0 ? 'search' : 'payments', service: 'checkout', severity: (number % 4) + 1 };
  return [
    event('incident', `I${number}`, at(0), { state: 'opened', fields, key: `o${number}` }),
    event('incident', `I${number}`, at(hours + (number % 5)), { state: 'restored', key: `r${number} ${hours}` }),
  ];
};

describe('measurements that are handed over', () => {
  it('are what they were, in the same order, whatever stands beside them', () => {
    const name = fc.constantFrom('p90', 'mean', 'oldest open', 'longest');
    const also = fc.uniqueArray(fc.tuple(name, fc.option(fc.double({ noNaN: true }))), {
      selector: ([own]) => own,
      maxLength: 4,
    });
    const exclusions = fc.array(fc.record({ reason: fc.constantFrom('merged', 'still open', 'planned'), count: fc.nat(3) }), {
      maxLength: 3,
    });
    const one = fc.record({
      value: fc.option(fc.double({ noNaN: true })),
      emptiness: fc.option(fc.constantFrom(...EMPTINESS)),
      count: fc.nat(),
      exclusions,
      also,
    });
    const period = { id: '2026-W01' } as const;
    fc.assert(
      fc.property(fc.array(one, { maxLength: 6 }), (all) => {
        const measured = all.map((each): Measurement => ({
          kpi: 'some',
          scope: 'organisation',
          period: period.id,
          ...each,
          also: Object.fromEntries(each.also),
          digest: `of ${each.count}`,
        }));
        const made = packed(measured, true);
        const again = all.map((_, index) => unpackedAt(made, index));
        expect(again).toEqual(measured.map((each) => JSON.stringify(each)));
      }),
      { numRuns: 500 },
    );
  });
});

/** One of several as if it were alone, as JSON. */
function unpackedAt(made: ReturnType<typeof packed>, index: number): string {
  const periods = made.values.length;
  const during: Period = { id: '2026-W01', grain: 'week', start: 0, end: 1, firstDay: 0, endDay: 7 };
  const grid = { kpi: { id: 'some' }, scopes: ['organisation'] as const, periods: Array.from({ length: periods }, () => during) };
  const one = unpacked(grid, made, () => undefined)[index];
  if (one === undefined) throw new Error('one is missing');
  const { scope, period, value, emptiness, count, exclusions, also, digest: list } = one;
  return JSON.stringify({ kpi: one.kpi, scope, period, value, emptiness, count, exclusions, also, digest: list });
}
