import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPostgresql, type PostgresqlServer } from '../store/postgresql-server.ts';
import type { ReusedDatabase } from '../store/reused-database.ts';
import { checkKnownThen, checkMeasuredAnew, checkRebuilt, revisionsOf } from './checks.ts';
import { postgresqlDatabase, sqliteDatabase } from './databases.ts';
import { arrival, history } from './history.ts';
import { propertyHouse } from './house.ts';
import { runs } from './runs.ts';
import { someDefinitions } from './some-definitions.ts';

const arrivals = fc.array(arrival, { minLength: 8, maxLength: 8 });

describe('on PostgreSQL, any history', () => {
  let server: PostgresqlServer;
  let databases: Readonly<Record<'sqlite' | 'postgresql', ReusedDatabase>>;
  beforeAll(async () => {
    server = await startPostgresql();
    const url = await server.createDatabase();
    databases = { sqlite: await sqliteDatabase(), postgresql: await postgresqlDatabase(url) };
  });
  afterAll(async () => {
    for (const database of Object.values(databases)) await database.close();
    await server.stop();
  });

  it('gives the revisions that it gives on SQLite, to the byte', async () => {
    await fc.assert(
      fc.asyncProperty(history, arrivals, someDefinitions, async (told, drawn, definitions) => {
        const sqlite = await propertyHouse(databases.sqlite, definitions);
        const postgresql = await propertyHouse(databases.postgresql, definitions);
        try {
          for (const house of [sqlite, postgresql]) await house.live(told, drawn);
          expect(await revisionsOf(postgresql)).toEqual(await revisionsOf(sqlite));
          expect(postgresql.shown).toEqual(sqlite.shown);
          checkMeasuredAnew(postgresql, told);
          await checkRebuilt(postgresql);
          await checkKnownThen(postgresql, told);
        } finally {
          await sqlite.close();
          await postgresql.close();
        }
      }),
      { ...runs(200), endOnFailure: true },
    );
  }, 10_800_000);
});
