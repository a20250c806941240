import type { Store } from '../../../server/store/store.ts';
import { event, measurement, MONDAY, sample, snapshot, sourceState } from '../sample-data.ts';
import { EVENTS, POINTS, VALUES, type Acknowledged } from './workload.ts';

/**
 * One round of what the product does: a batch, the pull that brought it, a run over it.
 * @param number of the round, from 1 without a gap
 * @param isApart the control that must be caught: the total in a transaction of its own
 * @param acknowledge is told after each call what is stored from then on
 */
export async function round(
  store: Store,
  number: number,
  isApart: boolean,
  acknowledge: (changes: Partial<Acknowledged>) => void,
): Promise<void> {
  const events = Array.from({ length: EVENTS }, (_, at) =>
    event({
      item: `INC${at}`,
      key: `${number}-${at}`,
      sequence: number,
      slot: at % 2 === 0 ? 'cause' : null,
      fields: { cause: `${number}` },
    }),
  );
  const samples = Array.from({ length: POINTS }, (_, at) => sample(MONDAY + number * 1_000 + at, number));
  await store.append('servicenow', MONDAY + number, events, samples);
  acknowledge({ batches: number });

  const state = sourceState({ cursor: String(number), completeUntil: MONDAY + number });
  const pull = {
    source: 'servicenow',
    startedAt: MONDAY,
    endedAt: MONDAY,
    outcome: 'complete',
    newEvents: EVENTS,
    newSamples: POINTS,
  } as const;
  await store.recordPull({ ...pull, rejected: 0, error: null, completeUntil: MONDAY + number, historyFrom: null }, state);
  acknowledge({ cursor: number, pulls: number });

  const period = `P${(number - 1) % 5}`;
  const revision = Math.floor((number - 1) / 5) + 1;
  const snapshots = Array.from({ length: VALUES }, (_, at) =>
    snapshot({ kpi: `kpi-${at}`, period, revision, watermark: number }),
  );
  const total = measurement({ kpi: 'all', count: number * VALUES, watermark: number });
  const publication = { review: period, scope: 'organisation', at: MONDAY, watermark: number };
  // After a measuring no pages are copied into the file; the next commit does so.
  const run = { kind: number % 2 === 0 ? 'measure' : 'publish', at: MONDAY, watermark: number, detail: '{}' } as const;
  if (isApart) {
    await store.commitRun(run, { snapshots, publication });
    await store.saveMeasurements([total]);
  } else await store.commitRun(run, { snapshots, measurements: [total], publication });
  acknowledge({ runs: number });
}
