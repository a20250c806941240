import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ItemColumns } from '../../server/event/columns.ts';
import { columnsOf } from '../../server/event/columns-of.ts';
import type { Fields } from '../../server/event/event.ts';
import type { Kind, State } from '../../server/event/kinds.ts';
import type { Organisation } from '../../server/event/organisation.ts';
import { reachesBackForEver } from '../../server/jobs/coverage.ts';
import { projectItem } from '../../server/event/projection.ts';
import { ItemTables } from '../../server/jobs/item-tables.ts';
import { scopesFor } from '../../server/jobs/measure-plan.ts';
import { worldFrom } from '../../server/jobs/world.ts';
import { evaluate } from '../../server/kpi/evaluate.ts';
import { parseOrganisation } from '../../server/kpi/organisation.ts';
import type { Kpi } from '../../server/kpi/kpi.ts';
import type { World } from '../../server/kpi/world.ts';
import { digest } from '../../server/main.ts';
import { lastCompleteWeek, periodOf, shiftPeriod } from '../../server/time/calendar.ts';
import type { Period } from '../../server/time/period.ts';
import { uidsOf } from '../../server/event/links.ts';
import { demoItems, NOW, type DemoItems } from './demo-items.ts';
import { event, ORGANISATION } from './small-house.ts';

describe('columns of a window of items', () => {
  let demo: DemoItems;
  let items: ItemTables;
  let organisation: Organisation;
  let kpis: readonly Kpi[];

  beforeAll(async () => {
    demo = await demoItems();
    ({ items, organisation } = demo);
    kpis = demo.kpis.filter((kpi) => kpi.measure.type !== 'level' && kpi.measure.type !== 'combine');
  });
  afterAll(async () => {
    await demo.close();
  });

  const worldOver = (columns: (kind: Kind) => ItemColumns): World =>
    worldFrom({ organisation, columns, series: () => [], sources: [], kpis, now: NOW, digest });
  /** Coverage comes from sources, of which there are none here: say that everything is known. */
  const covered = (world: World): World => ({ ...world, coverage: () => ({ from: null, until: NOW }) });
  const digests = (world: World, periods: readonly Period[], of = kpis) =>
    of.flatMap((kpi) =>
      evaluate(kpi, world, scopesFor(kpi, organisation), periods).map(
        (each) => `${kpi.id} ${each.scope} ${each.period} ${each.value} ${each.digest}`,
      ),
    );

  it('gives the numbers and digests of all items, for every KPI of the pack, scope and period from its beginning on', () => {
    const full = covered(worldOver((kind) => items.columns(kind, NOW)));
    const last = lastCompleteWeek(organisation.calendar, NOW);
    for (const back of [0, 3, 9, 26, 70]) {
      const week = shiftPeriod(organisation.calendar, last, -back);
      const periods = [week, periodOf(organisation.calendar, 'month', week.firstDay)].filter(
        (period) => period.start >= week.start || period.grain === 'week',
      );
      const window = covered(worldOver(items.window(NOW, () => week.start)));
      const bounded = kpis.filter((kpi) => !reachesBackForEver(kpi, () => undefined));
      const expected = digests(full, periods, bounded);
      expect(expected.length).toBeGreaterThan(500);
      expect(digests(window, periods, bounded)).toEqual(expected);
    }
  });

  it('gives the last one of a kind, however long ago, where all of its kind are asked for', () => {
    const full = covered(worldOver((kind) => items.columns(kind, NOW)));
    const week = lastCompleteWeek(organisation.calendar, NOW);
    const window = covered(worldOver(items.window(NOW, (kind) => (kind === 'incident' ? -Infinity : week.start))));
    const endless = kpis.filter((kpi) => reachesBackForEver(kpi, () => undefined));
    expect(endless.map(({ id }) => id)).toEqual(['time-since-severity-1']);
    expect(digests(window, [week], endless)).toEqual(digests(full, [week], endless));
  });

  it('tells of each incident what all of them tell, however long before it was the one that it repeats', () => {
    const week = lastCompleteWeek(organisation.calendar, NOW);
    const full = items.columns('incident', NOW);
    const window = items.window(NOW, () => week.start)('incident');
    const rowOf = new Map(uidsOf(full).map((uid, row) => [uid, row]));
    let repeatsOfLongAgo = 0;
    uidsOf(window).forEach((uid, row) => {
      const whole = rowOf.get(uid) ?? -1;
      for (const name of ['repeats_within', 'reviewed_within'])
        expect(window.numbers[name]?.[row], `${uid} ${name}`).toBe(full.numbers[name]?.[whole]);
      if ((window.numbers['repeats_within']?.[row] ?? 0) > 90 * 86_400) repeatsOfLongAgo += 1;
    });
    expect(repeatsOfLongAgo).toBeGreaterThan(0);
  });

  it('holds far fewer items, so that the test above means something', () => {
    const last = lastCompleteWeek(organisation.calendar, NOW);
    const window = items.window(NOW, () => last.start);
    for (const kind of ['ticket', 'incident', 'page'] as const)
      expect(window(kind).length).toBeLessThan(items.columns(kind, NOW).length / 5);
  });
});

describe('a window of few items', () => {
  it('tells of a deployment that a ticket blames which was over long before it', () => {
    const { organisation } = parseOrganisation(ORGANISATION, 'organisation.yaml');
    if (organisation === null) throw new Error('the organisation cannot be read');
    const tables = new ItemTables(organisation);
    const at = (back: number): number => NOW - back * 86_400_000;
    const load = (
      kind: Kind,
      item: string,
      month: number,
      told: readonly (readonly [string, State | null, number, Fields])[],
    ) => {
      const events = told.map(([key, state, back, fields]) => ({
        ...event(kind, item, new Date(at(back)).toISOString(), { key, state, fields }),
        recordedAt: NOW,
        batch: 1,
      }));
      const made = projectItem(`desk:${kind}:${item}`, events);
      if (made === null) throw new Error(`there is no ${item}`);
      tables.table(kind).load(columnsOf(kind, [made]), { cluster: 'payments', month });
    };
    for (const [nth, back] of [700, 650, 600].entries())
      load('ticket', `T${nth}`, nth, [
        [`o${nth}`, 'opened', back, { caused_by: 'D1' }],
        [`r${nth}`, 'resolved', back - 1, {}],
      ]);
    load('deployment', 'D1', 9, [['f', null, 5, { started: at(5), finished: at(5), outcome: 'succeeded', service: 'checkout' }]]);
    const window = tables.window(NOW, () => at(30));
    expect(window('ticket').length).toBe(0);
    expect(window('deployment').numbers['change_failed']?.[0]).toBe(1);
  });
});
