import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SnapshotQuery, SnapshotRow } from '../../server/store/store.ts';
import type { Opened } from './contract.ts';
import { keep, MONDAY, snapshot } from './sample-data.ts';

const DAYS = 4;
const kpi = fc.constantFrom('a', 'b');
const scope = fc.constantFrom('organisation', 'team:x', 'team:y');
const day = fc.integer({ min: 0, max: DAYS - 1 });
const at = fc.integer({ min: 0, max: 9 });

/** Runs of values that are settled or restated; a clock may go back. */
const runs = fc.array(
  fc.record({
    at,
    values: fc.uniqueArray(fc.record({ kpi, scope, day }), { maxLength: 12, selector: (place) => JSON.stringify(place) }),
  }),
  { minLength: 1, maxLength: 5 },
);
const knownAt = at.map((after) => MONDAY + after);
const query = fc.record({ kpi, scope, fromDay: day, toDay: day, knownAt }, { requiredKeys: [] });

/** Every row that there should be, as one list. */
function rowsOf(written: readonly { readonly at: number; readonly values: readonly Place[] }[]): SnapshotRow[][] {
  const latest = new Map<string, number>();
  return written.map((run, index) =>
    run.values.map((place) => {
      const key = JSON.stringify(place);
      const revision = (latest.get(key) ?? 0) + 1;
      latest.set(key, revision);
      const period = `p${place.day}`;
      const value = index * 100 + revision;
      const own = { kpi: place.kpi, scope: place.scope, period, firstDay: place.day, revision, value };
      return snapshot({ ...own, run: index + 1, recordedAt: MONDAY + run.at });
    }),
  );
}

interface Place {
  readonly kpi: string;
  readonly scope: string;
  readonly day: number;
}

const inOrder = (rows: readonly SnapshotRow[], keyOf: (row: SnapshotRow) => (string | number)[]): SnapshotRow[] =>
  rows.toSorted((one, other) => {
    const [own, others] = [keyOf(one), keyOf(other)];
    const first = own.findIndex((part, index) => part !== others[index]);
    return first === -1 ? 0 : (own[first] ?? 0) < (others[first] ?? 0) ? -1 : 1;
  });

function latestIn(
  all: readonly SnapshotRow[],
  { fromDay = 0, toDay = DAYS, knownAt = Infinity, ...of }: SnapshotQuery,
): SnapshotRow[] {
  const found = new Map<string, SnapshotRow>();
  for (const row of inOrder(all, ({ revision }) => [revision])) {
    if (of.kpi !== undefined && row.kpi !== of.kpi) continue;
    if (of.scope !== undefined && row.scope !== of.scope) continue;
    if (row.firstDay < fromDay || row.firstDay > toDay || row.recordedAt > knownAt) continue;
    found.set(`${row.kpi} ${row.scope} ${row.period}`, row);
  }
  return inOrder([...found.values()], (row) => [row.kpi, row.scope, row.firstDay]);
}

/** First revisions and later ones lie in two tables; nobody can tell. */
export function revisionsContract(fresh: () => Promise<Opened>, times: () => number): void {
  describe('revisions, first and later', () => {
    test('are read as one list, whatever is asked for', async () => {
      const { store } = await fresh();
      await fc.assert(
        fc.asyncProperty(runs, query, async (written, asked) => {
          await store.replaceSnapshots([]);
          const made = rowsOf(written);
          const last = (await store.lastRun())?.number ?? 0;
          for (const rows of made) await keep(store, rows);
          const all = made.flatMap((rows, index) => rows.map((row) => ({ ...row, run: last + index + 1 })));
          const stored: SnapshotRow[] = [];
          for await (const chunk of store.allSnapshots()) stored.push(...chunk);
          expect(stored).toEqual(inOrder(all, (row) => [row.period, row.scope, row.kpi, row.revision]));
          expect(await store.latestSnapshots(asked)).toEqual(latestIn(all, asked));
          const places = ['p0', 'p2'].flatMap((period) => [
            { scope: 'team:x', period },
            { scope: 'organisation', period },
          ]);
          const few = latestIn(all, { kpi: 'a' }).filter((row) =>
            places.some((p) => p.scope === row.scope && p.period === row.period),
          );
          const keyOf = (row: SnapshotRow) => [row.period, row.scope];
          expect(inOrder(await store.latestOf('a', places), keyOf)).toEqual(inOrder(few, keyOf));
          const ofOne = all.filter((row) => row.kpi === 'a' && row.scope === 'team:x' && row.period === 'p1');
          expect(await store.revisions('a', 'team:x', 'p1')).toEqual(ofOne);
          const later = all.filter(
            (row) => row.scope === 'team:x' && row.revision > 1 && row.recordedAt > MONDAY + 2 && row.recordedAt <= MONDAY + 7,
          );
          expect(await store.restatements('team:x', MONDAY + 2, MONDAY + 7)).toEqual(
            inOrder(later, (row) => [row.recordedAt, row.kpi, row.firstDay, row.revision]),
          );
          await store.replaceSnapshots(stored);
          expect(await store.latestSnapshots({})).toEqual(latestIn(all, {}));
        }),
        { numRuns: times() },
      );
    });

    test('are as they were after what a run could not write', async () => {
      const { store } = await fresh();
      const row = snapshot({ kpi: 'a' });
      await keep(store, [row]);
      const gap = snapshot({ kpi: 'b', revision: 2 });
      await expect(keep(store, [snapshot({ kpi: 'a', revision: 2 }), gap])).rejects.toMatchObject({
        code: 'conflict',
        message: 'Revision 2 of KPI b, organisation, 2026-W10 has none before it. Nothing was stored.',
      });
      await expect(keep(store, [snapshot({ kpi: 'a', revision: 4 })])).rejects.toMatchObject({ code: 'conflict' });
      expect(await store.revisions('a', 'organisation', '2026-W10')).toEqual([row]);
      await keep(store, [snapshot({ kpi: 'a', revision: 2 })]);
      await expect(keep(store, [snapshot({ kpi: 'a', revision: 2 })])).rejects.toMatchObject({ code: 'conflict' });
      await expect(keep(store, [snapshot({ kpi: 'a', revision: 4 })])).rejects.toMatchObject({ code: 'conflict' });
      await keep(store, [snapshot({ kpi: 'a', revision: 3 })]);
      expect(await store.revisions('a', 'organisation', '2026-W10')).toHaveLength(3);
    });
  });
}
