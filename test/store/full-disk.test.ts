import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { openStore } from '../../server/store/open.ts';
import { StoreError } from '../../server/store/store.ts';
import { now } from './contract-migration.ts';
import { event, MONDAY, wholeLog } from './sample-data.ts';
import { smallDisk } from './small-disk.ts';
import { backup } from './backup-house.ts';
import { matching } from './matching.ts';

const facts = (from: number, count: number) =>
  Array.from({ length: count }, (_, at) => event({ item: `INC${from + at}`, key: 'a', fields: { team: 'x'.repeat(100) } }));

test('a file system that is really full takes nothing, loses nothing, is read, and takes again when there is space', async () => {
  const disk = smallDisk(1_500);
  // Needs a user who may mount; the same is tried with a limit of pages in sqlite-faults.test.ts.
  if (disk === null) return;
  const config = { engine: 'sqlite', folder: join(disk.folder, 'data') } as const;
  try {
    let store = await openStore(config, { mode: 'write', now });
    let acknowledged = 0;
    const fill = async (): Promise<void> => {
      for (;;) {
        await store.append('servicenow', MONDAY, facts(acknowledged, 20), []);
        acknowledged += 20;
      }
    };
    expect(await store.trouble()).toBeNull();
    disk.fill();
    for (let again = 0; again < 3; again += 1) {
      await expect(fill()).rejects.toMatchObject({ code: 'full', fix: matching(/goes on by itself/) });
      expect(await store.trouble()).toMatchObject({ code: 'full' });
      expect((await wholeLog(store)).size).toBe(acknowledged);
    }
    const full = expect.objectContaining({ code: 'full' });
    await expect(backup(config, join(disk.folder, 'copy.gz'))).rejects.toEqual(full);
    // Closed and opened again while it is full: what is stored is read, or it is said what to do.
    await store.close();
    for (const mode of ['read', 'write'] as const) {
      const sizeOrFault = await openStore(config, { mode, now }).then(
        async (opened) => {
          const { size } = await wholeLog(opened);
          await opened.close();
          return size;
        },
        (error: unknown) => (error instanceof StoreError ? error.code : error),
      );
      expect([acknowledged, 'full']).toContain(sizeOrFault);
    }

    disk.free();
    store = await openStore(config, { mode: 'write', now });
    expect((await wholeLog(store)).size).toBe(acknowledged);
    disk.fill();
    await expect(fill()).rejects.toEqual(full);
    expect(await store.trouble()).toEqual(full);
    disk.free();
    // By itself: nobody has written anything since.
    expect(await store.trouble()).toBeNull();
    await expect(fill()).rejects.toEqual(full);
    expect((await wholeLog(store)).size).toBe(acknowledged);
    await store.close();
  } finally {
    disk.close();
  }
});

test('a disk that refuses writes fails the transaction and is acknowledged nothing, and is read on', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'quarterdeck-limit-'));
  try {
    const child = fileURLToPath(new URL('append-until-refused.ts', import.meta.url));
    // The limit makes the system refuse writes beyond so many blocks with an error of its own.
    const command = 'ulimit -f 1000; exec "$0" "$1" "$2"';
    const { stdout, stderr } = await promisify(execFile)('bash', ['-c', command, process.execPath, child, folder]);
    expect(stderr).toBe('');
    const { acknowledged, read, code, trouble } = JSON.parse(stdout) as Record<string, unknown>;
    expect({ code, trouble, read }).toEqual({ code: 'unreachable', trouble: 'unreachable', read: acknowledged });
    const store = await openStore({ engine: 'sqlite', folder }, { mode: 'write', now });
    expect((await wholeLog(store)).size).toBe(acknowledged);
    expect(acknowledged).toBeGreaterThan(0);
    await store.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
