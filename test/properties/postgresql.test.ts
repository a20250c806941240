import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPostgresql, type PostgresqlServer } from '../store/postgresql-server.ts';
import { checkKnownThen, checkMeasuredAnew, checkRebuilt, revisionsOf } from './checks.ts';
import { arrival, history } from './history.ts';
import { propertyHouse } from './house.ts';
import { runs } from './runs.ts';

const arrivals = fc.array(arrival, { minLength: 8, maxLength: 8 });

describe('on PostgreSQL, any history', () => {
  let server: PostgresqlServer;
  beforeAll(async () => {
    server = await startPostgresql();
  });
  afterAll(() => server.stop());

  it('gives the revisions that it gives on SQLite, to the byte', async () => {
    await fc.assert(
      fc.asyncProperty(history, arrivals, async (told, drawn) => {
        const sqlite = await propertyHouse();
        const url = await server.createDatabase();
        const postgresql = await propertyHouse({ engine: 'postgresql', url });
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
          await server.dropDatabase(url);
        }
      }),
      { ...runs(200), endOnFailure: true },
    );
  }, 10_800_000);
});
