import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetMetricDataCommand, type GetMetricDataCommandOutput } from '@aws-sdk/client-cloudwatch';
import { pullSource } from '../../server/jobs/pull.ts';
import { makeCall, type Call } from '../../server/sources/cloudwatch/calls.ts';
import type { PullBatch, PullEnd, Source } from '../../server/sources/source.ts';
import { openStore } from '../../server/store/open.ts';
import type { Store } from '../../server/store/store.ts';
import { ASKED_AT, clientOf, fullCall, inputOf, PLACE, POINTS, recordedAnswer, SERIES } from './aws-answer.ts';

/** What something took: by the clock, and of processors, all threads together. */
export interface Took {
  readonly wallMs: number;
  readonly processorMs: number;
}

/** One answer, from its bytes to points that are on disk. */
export interface Stored {
  /** The SDK alone, from bytes to what it gives. */
  readonly parsing: Took;
  /** From what it gives to the commit; nothing of it was known. */
  readonly first: Took;
  /** The same once more: all of it was. */
  readonly again: Took;
}

async function took<T>(run: () => Promise<T>): Promise<{ readonly took: Took; readonly given: T }> {
  // Nobody pays for what the one before left behind.
  globalThis.gc?.();
  const processor = process.cpuUsage();
  const startedAt = performance.now();
  const given = await run();
  const wallMs = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(processor);
  return { took: { wallMs, processorMs: (user + system) / 1000 }, given };
}

/** The product's own way from the answer on: pages to points, points to a batch, the batch to the log, and the pass to its end. */
const sourceOf = (call: Call, answer: GetMetricDataCommandOutput): Source => ({
  id: 'cloudwatch',
  type: 'cloudwatch',
  name: 'CloudWatch',
  kinds: [],
  series: [],
  schedule: null,
  staleAfterMs: Infinity,
  pull: async function* (): AsyncGenerator<PullBatch, PullEnd, void> {
    for await (const told of makeCall({ place: PLACE, send: async () => answer }, 'cloudwatch', call))
      yield { events: [], ...told, progress: '' };
    return { cursor: null, completeUntil: null, historyFrom: null };
  },
  dryRun: async () => {
    throw new Error('nothing is tried out here');
  },
});

async function store(call: Call, answer: GetMetricDataCommandOutput, into: Store, points: number): Promise<void> {
  const { outcome, newSamples, rejected, error } = await pullSource(sourceOf(call, answer), {
    store: into,
    clock: () => ASKED_AT,
    pseudonym: (person) => person,
    signal: new AbortController().signal,
  });
  if (outcome !== 'complete' || rejected > 0 || newSamples !== points)
    throw new Error(`${newSamples} points were new and ${rejected} rejected, not ${points} and none: ${error ?? outcome}`);
}

async function round(call: Call, parse: () => Promise<GetMetricDataCommandOutput>): Promise<Stored> {
  const folder = mkdtempSync(join(tmpdir(), 'quarterdeck-bench-aws-'));
  const into = await openStore({ engine: 'sqlite', folder }, { mode: 'write', now: () => ASKED_AT });
  try {
    const { took: parsing, given: answer } = await took(parse);
    const first = await took(() => store(call, answer, into, SERIES * POINTS));
    const again = await took(() => store(call, answer, into, 0));
    return { parsing, first: first.took, again: again.took };
  } finally {
    await into.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** So many rounds, after as many that V8 needs to settle. */
const [rounds = 1, warmUp = 0] = process.argv.slice(2).map(Number);
const call = fullCall();
const answer = await recordedAnswer(call);
const client = clientOf(answer);
const parse = (): Promise<GetMetricDataCommandOutput> => client.send(new GetMetricDataCommand(inputOf(call)));
const measured: Stored[] = [];
for (let nth = -warmUp; nth < rounds; nth += 1) {
  const stored = await round(call, parse);
  if (nth >= 0) measured.push(stored);
}
process.send?.({ bytes: answer.bytes.length, measured });
if (process.send === undefined) console.log(answer.bytes.length, JSON.stringify(measured));
if (process.connected) process.disconnect();
