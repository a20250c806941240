import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPostgresql, type PostgresqlServer } from '../store/postgresql-server.ts';
import { checkKnownThen, checkMeasuredAnew, checkRebuilt, revisionsOf } from './checks.ts';
import { arrival, history } from './history.ts';
import { propertyHouse } from './house.ts';
import { runs } from './runs.ts';
import { someDefinitions } from './some-definitions.ts';

/** All tables but the list of migrations, which stays true. */
const EMPTY = `do $$ begin execute (
  select 'truncate ' || string_agg(quote_ident(tablename), ', ') from pg_tables
  where schemaname = 'public' and tablename <> 'migration'
); end $$`;

const arrivals = fc.array(arrival, { minLength: 8, maxLength: 8 });

describe('on PostgreSQL, any history', () => {
  let server: PostgresqlServer;
  let url: string;
  beforeAll(async () => {
    server = await startPostgresql();
    url = await server.createDatabase();
  });
  afterAll(() => server.stop());

  it('gives the revisions that it gives on SQLite, to the byte', async () => {
    await fc.assert(
      fc.asyncProperty(history, arrivals, someDefinitions, async (told, drawn, definitions) => {
        const sqlite = await propertyHouse(undefined, definitions);
        const postgresql = await propertyHouse({ engine: 'postgresql', url }, definitions);
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
          // Emptied, not made anew: thousands of databases would take hours.
          await server.query(url, EMPTY);
        }
      }),
      { ...runs(200), endOnFailure: true },
    );
  }, 10_800_000);
});
