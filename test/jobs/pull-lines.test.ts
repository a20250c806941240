import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { pullSource } from '../../server/jobs/pull.ts';
import type { PullBatch, PullEnd, Source } from '../../server/sources/source.ts';
import { openStore } from '../../server/store/open.ts';

const NOW = Date.parse('2026-11-21T22:47:31Z');
const DAY = 24 * 3_600_000;

const sourceOf = (batch: PullBatch): Source => ({
  id: 'metrics',
  type: 'cloudwatch',
  name: 'Metrics',
  kinds: [],
  series: ['orders'],
  schedule: null,
  staleAfterMs: DAY,
  pull: async function* (): AsyncGenerator<PullBatch, PullEnd, void> {
    yield batch;
    return { cursor: null, completeUntil: NOW, historyFrom: null };
  },
  dryRun: () => Promise.reject(new Error('not asked for')),
});

test('points of a line that lie in the future are rejected, each by itself, and the others are kept', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'quarterdeck-lines-'));
  const store = await openStore({ engine: 'sqlite', folder }, { mode: 'write', now: () => NOW });
  onTestFinished(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const line = { source: 'metrics', dimensions: '', statistic: 'sum' };
  const lines = [
    { ...line, series: 'orders', at: [NOW - DAY, NOW + 2 * DAY, NOW], values: [1, 2, 3] },
    { ...line, series: 'faults', at: [NOW - DAY], values: [4] },
    { ...line, series: 'silent', at: [], values: [] },
  ];
  const record = await pullSource(sourceOf({ events: [], samples: [], lines, rejects: [], progress: '' }), {
    store,
    clock: () => NOW,
    pseudonym: (person) => person,
    signal: new AbortController().signal,
  });
  expect(record).toMatchObject({ outcome: 'complete', newSamples: 3, rejected: 1 });
  expect((await store.samples('orders', -Infinity, Infinity)).map(({ at, value }) => [at, value])).toEqual([
    [NOW - DAY, 1],
    [NOW, 3],
  ]);
  const [state] = await store.sourceStates();
  expect(state?.series).toEqual(['faults', 'orders']);
  expect(state?.rejected).toEqual([
    'orders: 2026-11-23T22:47:31.000Z lies in the future. Check the clock and the time zone of the source',
  ]);
});
