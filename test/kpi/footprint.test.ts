import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ItemColumns } from '../../server/event/columns.ts';
import { evaluate } from '../../server/kpi/evaluate.ts';
import { footprint, type Footprint, type FootprintBucket } from '../../server/kpi/footprint.ts';
import type { Kpi } from '../../server/kpi/kpi.ts';
import type { Evaluated, World } from '../../server/kpi/world.ts';
import { SCOPES, drawn, worldOfDrawn, type Drawn } from './support/everywhere.ts';
import { MEASURES } from './support/measures.ts';
import { kpiOf, plainColumns } from './support/plain.ts';

const OWN = MEASURES.filter(({ id }) => id !== 'since' && id !== 'impact-once');
const NO_ROWS = new Int32Array(0);

/** Some items are changed, some go, some are new: a table in which the old rows are dead and new ones come last. */
interface Change {
  readonly before: ItemColumns;
  readonly after: ItemColumns;
  readonly gone: Int32Array;
  readonly come: Int32Array;
}

const changeOf = (each: Drawn, other: Drawn, kept: readonly boolean[]): Change => {
  const news = new Map(other.items.map((item) => [item.uid, item]));
  const fates = each.items.map((item, index) => ({ stays: kept[index] === true, next: news.get(item.uid) }));
  const come = [
    ...fates.flatMap(({ stays, next }) => (stays || next === undefined ? [] : [next])),
    ...other.items.filter(({ uid }) => !each.items.some((item) => item.uid === uid)),
  ];
  const all = plainColumns('incident', [...each.items, ...come]);
  const { length } = each.items;
  return {
    before: { ...all, dead: Uint8Array.from({ length: all.length }, (_, row) => (row >= length ? 1 : 0)) },
    after: { ...all, dead: Uint8Array.from({ length: all.length }, (_, row) => (fates[row]?.stays === false ? 1 : 0)) },
    gone: Int32Array.from(fates.flatMap(({ stays }, row) => (stays ? [] : [row]))),
    come: Int32Array.from(come.keys(), (index) => length + index),
  };
};

const told = ({ uids }: ItemColumns, rows: FootprintBucket = new Map()): string =>
  [...rows]
    .map(([row, hash]) => `${uids.at(row)} ${hash}`)
    .sort()
    .join();

const shown = (each: Evaluated | undefined): string =>
  JSON.stringify(each, (_, value: unknown) => value) + String(each?.digest) + JSON.stringify(each?.evidence());

describe('the footprints of changed items', () => {
  it('differ wherever a value, what stands beside it or its list does', () => {
    let moved = 0;
    let same = 0;
    fc.assert(
      fc.property(
        drawn,
        drawn,
        fc.array(fc.boolean(), { minLength: 7, maxLength: 7 }),
        fc.constantFrom(...OWN),
        (each, other, kept, one) => {
          const kpi: Kpi = { ...one, where: [...one.where, ...each.where] };
          const change = changeOf(each, other, kept);
          const worldOver = (columns: ItemColumns): World => ({
            ...worldOfDrawn(each),
            columns: () => columns,
            kpi: (id) => MEASURES.find((known) => known.id === id),
          });
          const [then, now] = [worldOver(change.before), worldOver(change.after)];
          const [was, is] = [then, now].map((world) => evaluate(kpi, world, SCOPES, each.periods));
          const left = footprint(kpi, now, SCOPES, each.periods, 'incident', change.gone);
          const made = footprint(kpi, now, SCOPES, each.periods, 'incident', change.come);
          for (let bucket = 0; bucket < SCOPES.length * each.periods.length; bucket += 1) {
            const differs = told(change.after, left?.buckets.get(bucket)) !== told(change.after, made?.buckets.get(bucket));
            if (shown(was?.[bucket]) === shown(is?.[bucket])) {
              if (!differs) same += 1;
            } else {
              moved += 1;
              expect({ kpi: kpi.id, bucket, differs }).toEqual({ kpi: kpi.id, bucket, differs: true });
            }
          }
        },
      ),
      { numRuns: 1500 },
    );
    expect(moved).toBeGreaterThan(500);
    expect(same).toBeGreaterThan(500);
  }, 120_000);

  it('name the rows that are in the lists, and are those of all rows together', () => {
    fc.assert(
      fc.property(drawn, fc.constantFrom(...OWN.filter(({ id }) => id !== 'difference')), (each, one) => {
        const kpi: Kpi = { ...one, where: [...one.where, ...each.where] };
        const world = worldOfDrawn(each);
        const columns = world.columns('incident');
        const found = footprint(kpi, world, SCOPES, each.periods, 'incident', Int32Array.from(each.items.keys()));
        evaluate(kpi, world, SCOPES, each.periods).forEach((measured, bucket) => {
          const uids = [...(found?.buckets.get(bucket)?.keys() ?? [])].map((row) => columns.uids.at(row));
          const listed = measured.evidence().map(({ uid }) => uid);
          expect(uids.sort()).toEqual(listed.sort());
        });
      }),
      { numRuns: 500 },
    );
  }, 120_000);
});

describe('a footprint', () => {
  const [each] = fc.sample(drawn, { numRuns: 1, seed: 1 });
  if (each === undefined) throw new Error('nothing was drawn');
  const of = (kpi: Kpi, kpis: readonly Kpi[] = []): Footprint | null =>
    footprint(
      kpi,
      { ...worldOfDrawn(each), kpi: (id) => kpis.find((known) => known.id === id) },
      SCOPES,
      each.periods,
      'incident',
      NO_ROWS,
    );
  const count = kpiOf({ type: 'count', of: 'incident', per: null }, { id: 'count', countedIn: 'opened' });

  it('is not given where other items decide what one counts for, nor of what people bore', () => {
    const without: readonly Kpi[] = [
      kpiOf({ type: 'since', of: 'incident' }, { countedIn: 'opened' }),
      kpiOf({ type: 'overlap', of: 'incident', from: 'opened', to: 'restored', oncePer: 'service' }),
      kpiOf({ type: 'count', of: 'incident', per: '12 hours on call' }, { countedIn: 'opened' }),
      kpiOf({ type: 'spread', of: 'page', across: 'responder', statistic: 'gini' }),
      kpiOf({ type: 'score', of: 'feedback', instrument: 'shift', summarise: 'mean' }),
      kpiOf({ type: 'level', series: 'latency', statistic: 'mean' }),
      kpiOf({ type: 'budget', good: 'good', valid: 'valid', objective: 0.99, overDays: 28 }),
      { ...count, isPersonal: true },
    ];
    expect(without.map((kpi) => of(kpi))).toEqual(without.map(() => null));
    expect(of(count)?.buckets.size).toBe(0);
  });

  it('of a combination is that of its parts, and none where a part has none, is unknown or is itself', () => {
    const since = kpiOf({ type: 'since', of: 'incident' }, { id: 'since', countedIn: 'opened' });
    const tickets = kpiOf({ type: 'count', of: 'ticket', per: null }, { id: 'tickets', countedIn: 'opened' });
    const sum = (...parts: string[]): Kpi => kpiOf({ type: 'combine', operation: 'sum', parts }, { id: 'sum' });
    const kpis = [count, since, tickets, sum('sum')];
    expect(of(sum('count', 'tickets'), kpis)).not.toBeNull();
    expect(of(sum('count', 'since'), kpis)).toBeNull();
    expect(of(sum('count', 'unknown'), kpis)).toBeNull();
    expect(of(sum('count', 'sum'), kpis)).toBeNull();
  });
});
