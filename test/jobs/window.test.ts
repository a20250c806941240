import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ItemColumns } from '../../server/event/columns.ts';
import type { Kind } from '../../server/event/kinds.ts';
import type { Organisation } from '../../server/event/organisation.ts';
import { reachesBackForEver } from '../../server/jobs/coverage.ts';
import type { ItemTables } from '../../server/jobs/item-tables.ts';
import { scopesFor } from '../../server/jobs/measure.ts';
import { worldFrom } from '../../server/jobs/world.ts';
import { evaluate } from '../../server/kpi/evaluate.ts';
import type { Kpi } from '../../server/kpi/kpi.ts';
import type { World } from '../../server/kpi/world.ts';
import { digest } from '../../server/main.ts';
import { lastCompleteWeek, periodOf, shiftPeriod } from '../../server/time/calendar.ts';
import type { Period } from '../../server/time/period.ts';
import { uidsOf } from '../../server/event/links.ts';
import { demoItems, NOW, type DemoItems } from './demo-items.ts';

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
