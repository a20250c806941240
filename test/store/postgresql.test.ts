import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { storeOn } from '../../server/store/kysely-store.ts';
import { openStore } from '../../server/store/open.ts';
import { openPostgresql } from '../../server/store/postgresql.ts';
import { runs } from '../properties/runs.ts';
import { storeContract } from './contract.ts';
import { now } from './contract-migration.ts';
import { startPostgresql, type PostgresqlServer } from './postgresql-server.ts';
import { reusedDatabase } from './reused-database.ts';
import { event, MONDAY } from './sample-data.ts';
import { matching } from './matching.ts';

storeContract('PostgreSQL', async () => {
  const server = await startPostgresql();
  const url = await server.createDatabase();
  const database = await reusedDatabase({ engine: 'postgresql', url }, now);
  const beside = await openPostgresql(url, { mode: 'write' });
  return {
    fresh: async () => ({ store: await database.emptied(), other: storeOn(beside), close: async () => undefined }),
    bare: async () => openPostgresql(await server.createDatabase(), { mode: 'write' }),
    runs: runs(200).numRuns,
    stop: async () => {
      await database.close();
      await beside.close();
      await server.stop();
    },
  };
});

describe('a PostgreSQL server', () => {
  let server: PostgresqlServer;
  beforeAll(async () => {
    server = await startPostgresql();
  });
  afterAll(() => server.stop());
  const fact = (key: string) => event({ item: 'INC1', key });

  test('that is not there is reported with what to do', async () => {
    const url = 'postgres://nobody:secret@127.0.0.1:1/none';
    const opening = openStore({ engine: 'postgresql', url }, { mode: 'write' });
    await expect(opening).rejects.toMatchObject({ name: 'StoreError', code: 'unreachable', fix: matching(/DATABASE_URL/) });
    await expect(opening).rejects.not.toThrow('secret');
  });

  test('that has no such database is reported with what to do', async () => {
    const url = new URL(await server.createDatabase());
    url.pathname = '/missing';
    await expect(openStore({ engine: 'postgresql', url: url.href }, { mode: 'write' })).rejects.toMatchObject({
      code: 'unreachable',
      message: matching(/missing/),
    });
  });

  test('lets a reader look and not write', async () => {
    const url = await server.createDatabase();
    await expect(openStore({ engine: 'postgresql', url }, { mode: 'read' })).rejects.toMatchObject({ code: 'unreachable' });
    const writer = await openStore({ engine: 'postgresql', url }, { mode: 'write' });
    await writer.append('servicenow', MONDAY, [fact('a')], []);
    const reader = await openStore({ engine: 'postgresql', url }, { mode: 'read' });
    expect(await reader.watermark()).toBe(1);
    await expect(reader.append('servicenow', MONDAY, [fact('b')], [])).rejects.toMatchObject({ code: 'read-only' });
    await reader.close();
    await writer.close();
  });

  test('that throws out its connections is found again', async () => {
    const url = await server.createDatabase();
    const store = await openStore({ engine: 'postgresql', url }, { mode: 'write' });
    await store.append('servicenow', MONDAY, [fact('a')], []);
    await server.query(
      url,
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    expect(await store.append('servicenow', MONDAY, [fact('a'), fact('b')], [])).toMatchObject({ batch: 2, newEvents: 1 });
    await store.close();
  });

  test('that is restarted is found again, with everything acknowledged', async () => {
    if (server.restart === null) return;
    const url = await server.createDatabase();
    const store = await openStore({ engine: 'postgresql', url }, { mode: 'write' });
    await store.append('servicenow', MONDAY, [fact('a')], []);
    await server.restart();
    expect(await store.append('servicenow', MONDAY, [fact('a'), fact('b')], [])).toMatchObject({ batch: 2, newEvents: 1 });
    await store.close();
  });
});
