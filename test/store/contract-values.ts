import { beforeEach, describe, expect, test } from 'vitest';
import type { Store } from '../../server/store/store.ts';
import type { Opened } from './contract.ts';
import { MONDAY, event, keep, measurement, snapshot } from './sample-data.ts';

export function valuesContract(fresh: () => Promise<Opened>): void {
  describe('values', () => {
    let store: Store;
    let other: Store;
    beforeEach(async () => {
      ({ store, other } = await fresh());
    });

    test('live values are replaced, and come back as they were', async () => {
      const rows = [
        measurement(),
        measurement({
          period: '2026-W11',
          firstDay: 20_521,
          value: null,
          emptiness: 'no data',
          limits: null,
          also: {},
          exclusions: [],
        }),
        measurement({ period: '2026-03', grain: 'month', firstDay: 20_513, value: 0, isStale: true }),
        measurement({ scope: 'team:a' }),
      ];
      await store.saveMeasurements(rows.toReversed());
      expect(await store.measurements({})).toEqual([rows[2], rows[0], rows[1], rows[3]]);
      await store.saveMeasurements([measurement({ value: 5 }), measurement({ value: 6 })]);
      expect(await store.measurements({ scope: 'organisation', fromDay: 20_514, toDay: 20_514 })).toEqual([
        measurement({ value: 6 }),
      ]);
      expect(await store.measurements({ kpi: 'time-to-restore', grain: 'month' })).toEqual([rows[2]]);
      expect(await store.measurements({ kpi: 'other' })).toEqual([]);
      await store.saveMeasurements([]);
    });

    test('a live value may begin on another day than it did, when the calendar changed', async () => {
      await store.saveMeasurements([measurement(), measurement({ scope: 'team:a' })]);
      const moved = measurement({ firstDay: 20_513, value: 3 });
      const stayed = measurement({ scope: 'team:a', value: 4 });
      await store.saveMeasurements([moved, stayed]);
      expect(await store.measurements({})).toEqual([moved, stayed]);
      expect(await store.measurements({ scope: 'organisation', fromDay: 20_514 })).toEqual([]);
      expect(await store.measurements({ scope: 'team:a', kpi: 'time-to-restore' })).toEqual([stayed]);
    });

    test.each([
      ['NaN', { value: Number.NaN }],
      ['Infinity beside the value', { also: { p90: Number.POSITIVE_INFINITY } }],
      ['NaN in the limits', { limits: { mean: Number.NaN, lower: null, upper: null, isProvisional: false, from: '', to: '' } }],
      ['a count that is no integer', { count: 0.5 }],
      ['neither a value nor a reason', { value: null, emptiness: null }],
      ['a value and a reason for having none', { value: 1, emptiness: 'no data' as const }],
      ['a NUL character', { scope: 'team:\0' }],
    ])('%s is refused, live and in a snapshot', async (_, changes) => {
      await expect(store.saveMeasurements([measurement(changes)])).rejects.toMatchObject({ code: 'invalid' });
      await expect(keep(store, [snapshot(changes)])).rejects.toMatchObject({ code: 'invalid' });
      expect(await store.latestSnapshots({})).toEqual([]);
    });

    test('the longest names are kept', async () => {
      const longest = snapshot({ kpi: 'Ω'.repeat(200), scope: 'Ω'.repeat(200), period: 'Ω'.repeat(200) });
      await keep(store, [longest]);
      expect(await store.latestSnapshots({})).toEqual([longest]);
    });

    test('snapshots come back as they were, the latest revision of each', async () => {
      const first = snapshot();
      const second = snapshot({
        revision: 2,
        value: 7,
        run: 2,
        recordedAt: MONDAY + 10,
        causes: ['late', 'reopened'],
        moved: ['servicenow:incident:INC1'],
        movedCount: 1,
      });
      const elsewhere = snapshot({ scope: 'team:a', value: null, emptiness: 'hidden' });
      await keep(store, [elsewhere, first]);
      await keep(store, [second]);
      expect(await store.latestSnapshots({})).toEqual([second, elsewhere]);
      expect(await store.latestSnapshots({ scope: 'team:a' })).toEqual([elsewhere]);
      expect(await store.revisions('time-to-restore', 'organisation', '2026-W10')).toEqual([first, second]);
      expect(await store.revisions('time-to-restore', 'organisation', '2026-W11')).toEqual([]);
    });

    test('a value is known as it was known then', async () => {
      await keep(store, [snapshot({ recordedAt: MONDAY + 1 })]);
      await keep(store, [snapshot({ revision: 2, value: 2, recordedAt: MONDAY + 5 })]);
      const valueAt = async (knownAt: number) => (await store.latestSnapshots({ knownAt })).map((row) => row.value);
      expect(await valueAt(MONDAY)).toEqual([]);
      expect(await valueAt(MONDAY + 1)).toEqual([21_600.1]);
      expect(await valueAt(MONDAY + 4)).toEqual([21_600.1]);
      expect(await valueAt(MONDAY + 5)).toEqual([2]);
    });

    test('revisions are only ever added, one after the other', async () => {
      await keep(store, [snapshot()]);
      const refused = async (...rows: Parameters<typeof snapshot>[0][]): Promise<void> => {
        const before = await store.revisions('time-to-restore', 'organisation', '2026-W10');
        await expect(
          keep(
            store,
            rows.map((row) => snapshot(row)),
          ),
        ).rejects.toMatchObject({ code: 'conflict' });
        expect(await store.revisions('time-to-restore', 'organisation', '2026-W10')).toEqual(before);
      };
      await refused({ value: 1 });
      await refused({ revision: 3 });
      await refused({ revision: 0 });
      await refused({ scope: 'team:a' }, { revision: 3 });
      await refused({ revision: 2 }, { revision: 2, value: 1 });
      await refused({ period: '2026-W11', revision: 2 });
      expect(await store.latestSnapshots({ scope: 'team:a' })).toEqual([]);
      await keep(store, [snapshot({ revision: 3 }), snapshot({ revision: 2 })]);
      await refused({ revision: 2 });
      expect(await store.revisions('time-to-restore', 'organisation', '2026-W10')).toHaveLength(3);
    });

    test('of two who write the same revision at once, one is refused', async () => {
      const writes = await Promise.allSettled(
        [1, 2, 3, 4].map((value) => keep(value % 2 === 0 ? store : other, [snapshot({ value })])),
      );
      expect(writes.filter((write) => write.status === 'fulfilled')).toHaveLength(1);
      for (const write of writes) if (write.status === 'rejected') expect(write.reason).toMatchObject({ code: 'conflict' });
    });

    test('restatements are the later revisions recorded after one instant and up to another', async () => {
      await keep(store, [snapshot(), snapshot({ scope: 'team:a' }), snapshot({ kpi: 'b' })]);
      await keep(store, [
        snapshot({ revision: 2, recordedAt: MONDAY + 20 }),
        snapshot({ kpi: 'b', revision: 2, recordedAt: MONDAY + 10 }),
      ]);
      await keep(store, [snapshot({ scope: 'team:a', revision: 2, recordedAt: MONDAY + 20 })]);
      const found = async (after: number, until: number) =>
        (await store.restatements('organisation', after, until)).map((row) => `${row.kpi} ${row.recordedAt - MONDAY}`);
      expect(await found(MONDAY, MONDAY + 20)).toEqual(['b 10', 'time-to-restore 20']);
      expect(await found(MONDAY + 10, MONDAY + 20)).toEqual(['time-to-restore 20']);
      expect(await found(-Infinity, MONDAY + 19)).toEqual(['b 10']);
    });

    test('many snapshots are written at once', async () => {
      const rows = Array.from({ length: 3_000 }, (_, at) => snapshot({ kpi: `kpi-${at % 30}`, period: `p${at}`, firstDay: at }));
      await keep(store, rows);
      expect(await store.latestSnapshots({ fromDay: 10, toDay: 2_009 })).toHaveLength(2_000);
      await store.saveMeasurements(rows);
      expect(await store.measurements({ kpi: 'kpi-7' })).toHaveLength(100);
    });

    test('a few values are found among many, each with its latest revision', async () => {
      const rows = Array.from({ length: 1_000 }, (_, at) =>
        snapshot({ scope: `team:${at % 20}`, period: `p${at}`, firstDay: at }),
      );
      await keep(store, rows);
      await keep(store, [snapshot({ scope: 'team:7', period: 'p7', firstDay: 7, revision: 2, value: 99 })]);
      const places = [
        ...Array.from({ length: 300 }, (_, at) => ({ scope: `team:${at % 20}`, period: `p${at}` })),
        { scope: 'team:1', period: 'p2' },
      ];
      const found = await store.latestOf('time-to-restore', places);
      expect(found).toHaveLength(300);
      expect(found.find((row) => row.period === 'p7')).toMatchObject({ revision: 2, value: 99 });
      expect(await store.latestOf('another', places)).toEqual([]);
      expect(await store.latestOf('time-to-restore', [])).toEqual([]);
    });

    test('runs are numbered without a gap, also when written at once', async () => {
      const runs = await Promise.all(
        Array.from({ length: 9 }, (_, at) =>
          (at % 2 === 0 ? store : other).commitRun(
            { kind: 'measure', at: MONDAY + at, watermark: at, detail: '{}' },
            { snapshots: [] },
          ),
        ),
      );
      expect(runs.sort((one, two) => one - two)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    });

    test('a run is stored with everything it made, or not at all', async () => {
      const publication = { review: '2026-W10', scope: 'organisation', at: MONDAY, watermark: 3 };
      const run = { kind: 'publish', at: MONDAY, watermark: 3, detail: '{}' } as const;
      await expect(
        store.commitRun(run, { snapshots: [snapshot({ revision: 2 })], measurements: [measurement()], publication }),
      ).rejects.toMatchObject({ code: 'conflict' });
      expect([await store.lastRun(), await store.publications(1), await store.measurements({})]).toEqual([null, [], []]);
      const made = { snapshots: [snapshot({ run: 7 })], measurements: [measurement()], publication };
      expect(await store.commitRun(run, made)).toBe(1);
      expect(await store.lastRun()).toEqual({ ...run, number: 1 });
      expect(await store.run(1)).toEqual({ ...run, number: 1 });
      expect(await store.run(2)).toBeNull();
      expect(await store.runs(0, 5)).toEqual([{ ...run, number: 1 }]);
      expect(await store.runs(1, 5)).toEqual([]);
      expect(await store.latestSnapshots({})).toEqual([snapshot({ run: 1 })]);
      expect(await store.measurements({})).toEqual([measurement()]);
    });

    test('all revisions are read in the order of their keys, and replaced in one go', async () => {
      const rows = [snapshot(), snapshot({ revision: 2, value: 3 }), snapshot({ kpi: 'a' }), snapshot({ period: '2026-W09' })];
      await keep(store, rows);
      const all: string[] = [];
      for await (const chunk of store.allSnapshots())
        for (const row of chunk) all.push(`${row.period} ${row.kpi} ${row.revision}`);
      expect(all).toEqual([
        '2026-W09 time-to-restore 1',
        '2026-W10 a 1',
        '2026-W10 time-to-restore 1',
        '2026-W10 time-to-restore 2',
      ]);
      await store.replaceSnapshots([snapshot({ run: 4 })]);
      expect(await store.latestSnapshots({})).toEqual([snapshot({ run: 4 })]);
      await expect(store.replaceSnapshots([snapshot({ revision: 2 })])).rejects.toMatchObject({ code: 'conflict' });
      expect(await store.latestSnapshots({})).toEqual([snapshot({ run: 4 })]);
    });

    test('a moment is the last batch, pull and run recorded by then', async () => {
      expect(await store.momentAt(MONDAY)).toEqual({ batch: 0, pull: 0, run: 0 });
      await store.append('servicenow', MONDAY + 1, [event({ item: 'INC1', key: 'a' })], []);
      await store.append('servicenow', MONDAY + 3, [event({ item: 'INC1', key: 'b' })], []);
      await store.commitRun({ kind: 'measure', at: MONDAY + 2, watermark: 1, detail: '{}' }, { snapshots: [] });
      expect(await store.momentAt(MONDAY + 2)).toEqual({ batch: 1, pull: 0, run: 1 });
      expect(await store.momentAt(MONDAY + 3)).toEqual({ batch: 2, pull: 0, run: 1 });
    });

    test('a clock that went back records nothing before what was learned earlier', async () => {
      await store.append('servicenow', MONDAY + 9, [event({ item: 'INC1', key: 'a' })], []);
      await store.append('servicenow', MONDAY + 2, [event({ item: 'INC1', key: 'b' })], []);
      expect(await store.batchRecordedAt(2)).toBe(MONDAY + 9);
      expect((await store.momentAt(MONDAY + 8)).batch).toBe(0);
    });

    test('publications come back latest first', async () => {
      const publication = (review: string, at: number) => ({ review, scope: 'organisation', at, watermark: 3 });
      for (const [at, review] of ['2026-W10', '2026-W11', '2026-W10'].entries()) {
        await store.commitRun(
          { kind: 'publish', at: MONDAY + at, watermark: 3, detail: '{}' },
          { snapshots: [], publication: publication(review, MONDAY + at) },
        );
      }
      expect(await store.publications(2)).toEqual([
        { ...publication('2026-W10', MONDAY + 2), run: 3 },
        { ...publication('2026-W11', MONDAY + 1), run: 2 },
      ]);
    });

    test('a definition is kept once, by its hash', async () => {
      const kept = { hash: 'h', kpi: 'time-to-restore', text: 'version: kpi/v1\n# ü', recordedAt: MONDAY };
      await store.keepDefinition(kept);
      await store.keepDefinition({ ...kept, recordedAt: MONDAY + 5 });
      expect(await store.definition('h')).toEqual(kept);
      expect(await store.definition('none')).toBeNull();
    });
  });
}
