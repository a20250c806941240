import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { PARTS_AHEAD, readInThread, type ReadMessage } from '../../../server/file-reader.ts';
import { memoryOfPart, type ReadElsewhere, type ReadPart } from '../../../server/sources/files/read-elsewhere.ts';
import { openStore } from '../../../server/store/open.ts';
import type { Store } from '../../../server/store/store.ts';
import { matching } from '../../store/matching.ts';
import { wholeLog } from '../../store/sample-data.ts';
import { HEADER, importInto, ticketRows, TICKETS } from './import-house.ts';
import { folderWith, pullAll, sourceOf } from './reading.ts';

const ROWS_OF_THREE_BATCHES = 7_000;
const SEVEN = 7;

const storeIn = async (folder: string): Promise<Store> => {
  const store = await openStore({ engine: 'sqlite', folder }, { mode: 'write' });
  onTestFinished(() => store.close());
  return store;
};

/** What an import of a folder's files leaves behind in a new database: the log, and what was told. */
const imported = async (folder: string, elsewhere: ReadElsewhere | null, times = 1) => {
  const store = await openStore({ engine: 'sqlite', folder: folderWith({}) }, { mode: 'write' });
  const records = [];
  for (let time = 0; time < times; time += 1) {
    records.push(await importInto(store, sourceOf(folder, TICKETS, undefined, elsewhere)));
  }
  const [state] = await store.sourceStates();
  const found = { log: await wholeLog(store), counts: await store.countEvents(), records, state };
  await store.close();
  return found;
};

const cell = fc.constantFrom(
  ...[
    '',
    'P2',
    'red',
    '"a, b"',
    '"two\nlines"',
    '"half',
    'é😀',
    '2026-01-02T10:00:00Z',
    '2026-01-02T10:00:00',
    '2026-02-29T10:00:00Z',
  ],
  ...['2026-01-03 09:30', 'never', '2099-01-01T00:00:00Z', '\0', '\ufffd'],
);
const row = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.array(cell, { minLength: 8, maxLength: 10 }))
  .map(([item, cells]) => `T${item},${cells.join(',')}`);
const content = fc
  .array(
    fc.oneof(
      row,
      fc.integer({ min: 0, max: 9 }).map((first) => ticketRows(1, first).join()),
    ),
    { maxLength: 12 },
  )
  .map((rows) => `${HEADER}\n${rows.join('\n')}\n`);

describe('a file that is read by another thread', () => {
  it('leaves the same log, rejects and state as one that is read here, however often it comes', async () => {
    await fc.assert(
      fc.asyncProperty(content, content, fc.integer({ min: 1, max: 2 }), async (one, other, times) => {
        const folder = folderWith({ 'in/a.csv': one, 'in/b.csv': other });
        expect(await imported(folder, readInThread, times)).toEqual(await imported(folder, null, times));
      }),
      { numRuns: Number(process.env['PROVE_RUNS'] ?? 8), seed: 20_261_121 },
    );
  });

  it('comes in several batches, each fact once', async () => {
    const rows = ticketRows(ROWS_OF_THREE_BATCHES);
    const folder = folderWith({ 'in/a.csv': `${HEADER}\n${[...rows, ...rows.slice(0, 50)].join('\n')}\n` });
    const there = await imported(folder, readInThread);
    expect(there.counts).toMatchObject({ events: ROWS_OF_THREE_BATCHES * SEVEN, batches: 3 });
    expect(there).toEqual(await imported(folder, null));
  });

  it('is told of as it would be here where it cannot be read, what came before the fault is kept', async () => {
    const missing = { 'in/a.csv': 'id,opened\nA,2026-01-01T10:00Z\n' };
    const cut = {
      'in/a.csv': `${HEADER}\n${ticketRows(3).join('\n')}\n`,
      'in/b.csv.gz': Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1]),
    };
    for (const files of [missing, cut, { 'in/a.csv': 'PK\u0003\u0004' }]) {
      const folder = folderWith(files);
      const here = await imported(folder, null);
      expect(here.records[0]).toMatchObject({ outcome: 'failed' });
      expect(await imported(folder, readInThread)).toEqual(here);
    }
  });

  it('writes nothing when it comes again with nothing new', async () => {
    const folder = folderWith({ 'in/a.csv': `${HEADER}\n${ticketRows(ROWS_OF_THREE_BATCHES).join('\n')}\n` });
    const store = await storeIn(folder);
    const source = sourceOf(folder, TICKETS, undefined, readInThread);
    await importInto(store, source);
    const before = await store.countEvents();
    const written: bigint[] = [];
    const look = (): void => void written.push(statSync(join(folder, 'quarterdeck.db-wal'), { bigint: true }).mtimeNs);
    expect(await importInto(store, source, { onProgress: look })).toMatchObject({ outcome: 'complete', newEvents: 0 });
    expect(await store.countEvents()).toEqual(before);
    // From the first batch to the last: before and after, the pass itself is written down.
    expect(written.length).toBeGreaterThan(2);
    expect(new Set(written).size).toBe(1);
  });

  it('is never further ahead than it may be, and goes on when more is asked for', async () => {
    const rows = ticketRows(30_000);
    const folder = folderWith({ 'in/a.csv': `${HEADER}\n${rows.join('\n')}\n` });
    const source = sourceOf(folder, TICKETS, undefined, async function* (job, signal) {
      const worker = new Worker(new URL('../../../server/reading-thread.ts', import.meta.url), {
        workerData: { ...job, wantsItems: false },
      });
      const given: ReadMessage[] = [];
      worker.on('message', (message: ReadMessage) => given.push(message));
      const exit = once(worker, 'exit');
      while (given.length < PARTS_AHEAD) await once(worker, 'message');
      // As much work as the thread still has: without a limit it would be done by then.
      await pullAll(sourceOf(folder, TICKETS));
      expect(given).toHaveLength(PARTS_AHEAD);
      worker.postMessage({ wantsItems: false });
      await once(worker, 'message');
      expect(given).toHaveLength(PARTS_AHEAD + 1);
      await worker.terminate();
      await exit;
      yield* readInThread(job, signal, () => false);
    });
    expect(await importInto(await storeIn(folder), source)).toMatchObject({ newEvents: rows.length * SEVEN });
  });

  it('gives back the memory of a part once the next one is asked for', async () => {
    const folder = folderWith({ 'in/a.csv': `${HEADER}\n${ticketRows(ROWS_OF_THREE_BATCHES).join('\n')}\n` });
    const bytesOf = (part: ReadPart): number => memoryOfPart(part).reduce((sum, { byteLength }) => sum + byteLength, 0);
    const [given, left]: [number[], number[]] = [[], []];
    const source = sourceOf(folder, TICKETS, undefined, async function* (job, signal) {
      let before: ReadPart | null = null;
      for await (const part of readInThread(job, signal, () => true)) {
        if (before !== null) left.push(bytesOf(before));
        if (part.block.length > 0) given.push(bytesOf(part));
        before = part;
        yield part;
      }
    });
    await importInto(await storeIn(folder), source);
    expect(given).toHaveLength(3);
    expect(Math.min(...given)).toBeGreaterThan(100_000);
    expect(left).toEqual([0, 0, 0]);
  });

  it('ends when the import is given up; what was stored stays', async () => {
    const folder = folderWith({ 'in/a.csv': `${HEADER}\n${ticketRows(30_000).join('\n')}\n` });
    const store = await storeIn(folder);
    const abort = new AbortController();
    const threads: Worker[] = [];
    process.once('worker', (thread) => threads.push(thread));
    const record = await importInto(store, sourceOf(folder, TICKETS, undefined, readInThread), {
      signal: abort.signal,
      onProgress: () => abort.abort(new Error('given up')),
    });
    expect(record).toMatchObject({ outcome: 'failed', error: matching(/given up/) });
    // What has ended has no number any more.
    expect(threads.map(({ threadId }) => threadId)).toEqual([-1]);
    expect(await store.countEvents()).toMatchObject({ batches: 1, events: record.newEvents });
    const [state] = await store.sourceStates();
    expect(state?.cursor).toBeNull();
  });

  it('is imported to the end after the process was killed in the middle, and nothing counts twice', async () => {
    const content = `${HEADER}\n${ticketRows(20_000).join('\n')}\n`;
    const folder = folderWith({ 'in/a.csv': content });
    const program = fileURLToPath(new URL('import-until-killed.ts', import.meta.url));
    for (const batches of [1, 3]) {
      const child = spawn(process.execPath, [program, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
      let told = '';
      child.stdout.on('data', (chunk: Buffer) => {
        told += chunk.toString();
        if (told.split('\n').length > batches) child.kill('SIGKILL');
      });
      expect(await once(child, 'close')).toEqual([null, 'SIGKILL']);
    }
    const store = await storeIn(folder);
    expect((await store.countEvents()).batches).toBeGreaterThan(0);
    await importInto(store, sourceOf(folder, TICKETS, undefined, readInThread));
    const whole = await imported(folderWith({ 'in/a.csv': content }), null);
    const facts = (log: Awaited<ReturnType<typeof wholeLog>>) =>
      [...log].map(([uid, events]) => [uid, events.map(({ key, slot, effectiveAt }) => [key, slot, effectiveAt])]);
    expect(facts(await wholeLog(store))).toEqual(facts(whole.log));
  });

  it('is one with persons in it only if it is read here, where their pseudonyms are made', async () => {
    const folder = folderWith({ 'in/a.csv': 'who,start,end\nada,2026-01-01T10:00Z,2026-01-02T10:00Z\n' });
    const mapping = '- path: in\n  gives: shift\n  fields: { responder: who }\n  instants: { from: start, to: end }\n';
    const { events } = await pullAll(
      sourceOf(folder, mapping, undefined, () => {
        throw new Error('not here');
      }),
    );
    expect(events[0]?.fields['responder']).toMatch(/^person-/);
  });
});
