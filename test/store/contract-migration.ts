import type { KyselyPlugin } from 'kysely';
import { afterEach, describe, expect, test } from 'vitest';
import type { Engine } from '../../server/store/engine.ts';
import { migrate, MIGRATIONS, type Migration } from '../../server/store/migrate.ts';
import { storeOn } from '../../server/store/kysely-store.ts';
import { shapesOf } from '../../server/store/shape.ts';
import { snapshotRow } from '../../server/store/value-rows.ts';
import { event, MONDAY, snapshot } from './sample-data.ts';

/** Calls back before every statement of a migration, which may throw there. */
export function watched(migration: Migration, beforeStatement: () => void): Migration {
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => {
      beforeStatement();
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  return { ...migration, up: (db, engine) => migration.up(db.withPlugin(plugin), engine) };
}

export const now = (): number => MONDAY;

export function migrationContract(bare: () => Promise<Engine>): void {
  describe('migrations', () => {
    let engine: Engine | null = null;
    afterEach(async () => {
      await engine?.close();
      engine = null;
    });
    const first = MIGRATIONS[0];
    if (first === undefined) throw new Error('there is a first migration');
    const next: Migration = {
      number: MIGRATIONS.length + 1,
      name: 'next',
      checksum: 'c',
      up: async (db) => {
        await db.schema.createTable('later').addColumn('x', 'integer').execute();
      },
    };

    test('that fail at any statement leave nothing behind, and can be done again', async () => {
      engine = await bare();
      let statements = 0;
      await expect(
        migrate(engine, now, [
          watched(first, () => void (statements += 1)),
          { ...next, up: () => Promise.reject(new Error('stop')) },
        ]),
      ).rejects.toThrow('stop');
      expect(statements).toBeGreaterThan(15);
      // The first was done before the second failed, so what follows needs an empty database again.
      await engine.close();
      engine = await bare();
      for (let at = 1; at <= statements; at += 1) {
        let count = 0;
        const failing = watched(first, () => {
          count += 1;
          if (count === at) throw new Error(`stopped at ${at}`);
        });
        await expect(migrate(engine, now, [failing])).rejects.toThrow(`stopped at ${at}`);
        for (const table of ['migration', 'batch', 'event', 'snapshot', 'setting']) {
          expect(await engine.hasTable(table)).toBe(false);
        }
      }
      await migrate(engine, now);
      expect(await storeOn(engine).append('servicenow', MONDAY, [event({ item: 'INC1', key: 'a' })], [])).toMatchObject({
        batch: 1,
      });
    });

    test('of a later version leave data and tables of the one before as they were, at whatever statement they fail', async () => {
      const shapes = (of: Engine) => of.read((trx) => shapesOf(trx, of.name));
      for (const [index, migration] of MIGRATIONS.entries()) {
        if (index === 0) continue;
        const before = MIGRATIONS.slice(0, index);
        engine = await bare();
        await migrate(engine, now, before);
        const columns = { source: 'x', recorded_at: MONDAY, events: 0, samples: 0 };
        await engine.write((trx) =>
          trx
            .insertInto('batch')
            .values({ number: 1, ...columns })
            .execute(),
        );
        const old = await shapes(engine);
        let stopAt = 0;
        for (let isDone = false; !isDone;) {
          stopAt += 1;
          let count = 0;
          const failing = watched(migration, () => {
            count += 1;
            if (count === stopAt) throw new Error('stopped');
          });
          isDone = await migrate(engine, now, [...before, failing]).then(
            () => true,
            () => false,
          );
          if (isDone) break;
          expect(await shapes(engine)).toEqual(old);
          expect(await engine.read((trx) => trx.selectFrom('migration').select('number').execute())).toHaveLength(index);
        }
        expect(stopAt).toBeGreaterThan(1);
        expect(await shapes(engine)).not.toEqual(old);
        expect(await engine.read((trx) => trx.selectFrom('batch').selectAll().execute())).toEqual([{ number: 1, ...columns }]);
        await engine.close();
      }
      engine = null;
    });

    test('keep every revision where later ones get a table of their own', async () => {
      engine = await bare();
      await migrate(engine, now, MIGRATIONS.slice(0, 4));
      const rows = [1, 2, 3].map((revision) => snapshot({ revision, recordedAt: MONDAY + revision }));
      const other = snapshot({ period: '2026-W11', firstDay: 20_521 });
      await engine.write((trx) =>
        trx
          .insertInto('snapshot')
          .values([...rows, other].map((row) => snapshotRow(row, 1)))
          .execute(),
      );
      await migrate(engine, now);
      const first = await engine.read((trx) => trx.selectFrom('snapshot').select('revision').execute());
      expect(first).toEqual([{ revision: 1 }, { revision: 1 }]);
      const store = storeOn(engine);
      expect(await store.revisions('time-to-restore', 'organisation', '2026-W10')).toEqual(rows);
      expect(await store.latestSnapshots({})).toEqual([rows[2], other]);
      expect(await store.restatements('organisation', -Infinity, Infinity)).toEqual(rows.slice(1));
    });

    test('keep what batches touched where lists take the place of an index', async () => {
      engine = await bare();
      await migrate(engine, now, MIGRATIONS.slice(0, 5));
      const batches = [1, 2].map((number) => ({ number, source: 'x', recorded_at: MONDAY, events: 1_500, samples: 0 }));
      const items = Array.from({ length: 1_500 }, (_, at) => `x:incident:${10_000 + at}`);
      const row = { kind: 'incident', effective_at: MONDAY, sequence: 0, origin: 'native', state: null } as const;
      const rest = { ...row, fields: '{}', supersedes: null, slot: null, row_sum: null };
      const rows = [
        ...items.map((item) => ({ item, key: 'a', batch: 1, ...rest })),
        ...['a~2', 'b'].map((key) => ({ item: items[7] ?? '', key, batch: 2, ...rest })),
      ];
      await engine.write(async (trx) => {
        await trx.insertInto('batch').values(batches).execute();
        for (let at = 0; at < rows.length; at += 500)
          await trx
            .insertInto('event')
            .values(rows.slice(at, at + 500))
            .execute();
      });
      await migrate(engine, now);
      const store = storeOn(engine);
      expect(await store.touchedItems(0, 1)).toEqual(items);
      expect(await store.touchedItems(1)).toEqual([items[7]]);
    });

    test('are applied once, also by several processes at once', async () => {
      const opened = await bare();
      engine = opened;
      await Promise.all([migrate(opened, now), migrate(opened, now), migrate(opened, now)]);
      await migrate(opened, now);
      const rows = await opened.read((trx) => trx.selectFrom('migration').selectAll().execute());
      expect(rows).toEqual(MIGRATIONS.map(({ number, name, checksum }) => ({ number, name, checksum, applied_at: MONDAY })));
    });

    test('add to a database with data in it', async () => {
      engine = await bare();
      await migrate(engine, now);
      await storeOn(engine).append('servicenow', MONDAY, [event({ item: 'INC1', key: 'a' })], []);
      await migrate(engine, now, [...MIGRATIONS, next]);
      expect(await engine.hasTable('later')).toBe(true);
      expect(await storeOn(engine).watermark()).toBe(1);
    });

    test('of a newer version are refused by an older one', async () => {
      engine = await bare();
      await migrate(engine, now, [...MIGRATIONS, next]);
      await expect(migrate(engine, now)).rejects.toMatchObject({ name: 'StoreError', code: 'newer-schema' });
    });

    test('that were edited after they were applied are refused', async () => {
      engine = await bare();
      await migrate(engine, now);
      const edited = [{ ...first, checksum: 'edited' }, ...MIGRATIONS.slice(1), next];
      await expect(migrate(engine, now, edited)).rejects.toMatchObject({ code: 'conflict' });
      expect(await engine.hasTable('later')).toBe(false);
    });
  });
}
