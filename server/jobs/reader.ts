import type { World } from '../kpi/world.ts';
import type { Kpi } from '../kpi/kpi.ts';
import type { Organisation } from '../event/organisation.ts';
import type { Store } from '../store/store.ts';
import type { Instant } from '../time/period.ts';
import type { SourceShape } from './coverage.ts';
import { Knowledge } from './knowledge.ts';
import { detailOf, readMeasuredWith } from './measured-with.ts';

export interface ReaderTools {
  readonly store: Store;
  readonly organisation: Organisation;
  readonly sources: readonly SourceShape[];
  readonly clock: () => Instant;
  readonly digest: (text: string) => string;
}

/** What is known, for whoever only looks. */
export interface Reader {
  readonly world: World;
  /** The definitions that the last run measured with; none where nothing was measured yet. */
  readonly measured: readonly Kpi[];
}

/** Reads the log and what was measured with last, and writes nothing: it may stand beside a running server. */
export async function readerOf({ store, organisation, sources, clock, digest }: ReaderTools): Promise<Reader> {
  const detail = detailOf(await store.lastRun());
  const measured = detail === null ? [] : (await readMeasuredWith(store, detail.with, digest)).kpis;
  const knowledge = new Knowledge(organisation);
  await knowledge.takeIn(store, sources);
  return { world: knowledge.world({ organisation, kpis: measured, now: clock(), digest }), measured };
}
