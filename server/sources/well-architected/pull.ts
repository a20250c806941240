import type { Sample } from '../../event/event.ts';
import type { Asking } from '../aws/asking.ts';
import { readPlaceCursor, writePlaceCursor } from '../aws/place-cursor.ts';
import type { AwsPlace } from '../aws/place.ts';
import type { Rule } from '../aws/rules.ts';
import { clientSettings } from '../aws/session.ts';
import type { PullBatch, PullContext, PullEnd } from '../source.ts';
import { milestonesOf, reviewsOf, workloadsOf } from './listings.ts';
import { riskPoints } from './points.ts';

export interface WellArchitectedSettings {
  readonly source: string;
  readonly rules: readonly Rule[];
  /** Names what was written; another reads everything again. */
  readonly digest: string;
}

const DAY_MS = 24 * 3_600_000;

/**
 * Workloads of one Region of an account: each milestone once, as it was recorded, and the state as of today. A milestone never
 * changes; what stands today is written again when it does.
 */
export async function* pullRisks(
  { source, rules, digest }: WellArchitectedSettings,
  place: AwsPlace,
  { cursor: told, now, signal }: PullContext,
): AsyncGenerator<PullBatch, PullEnd, void> {
  const before = readPlaceCursor(told, digest, now, 'read');
  /** By workload, the number of the last milestone that was told. */
  const marks = new Map(before.marks);
  const { WellArchitectedClient } = await import('@aws-sdk/client-wellarchitected');
  const client = new WellArchitectedClient(await clientSettings(place));
  const asking: Asking = { place, signal };
  const cursor = (until: number | null): string =>
    writePlaceCursor({ until, historyFrom: null, marks, retoldAt: before.retoldAt }, digest);
  try {
    const workloads = await workloadsOf(client, asking);
    for (const id of marks.keys()) if (!workloads.some(({ WorkloadId }) => WorkloadId === id)) marks.delete(id);
    for (const [index, workload] of workloads.entries()) {
      const { WorkloadId: id } = workload;
      if (id === undefined) continue;
      const samples: Sample[] = [];
      const last = marks.get(id) ?? 0;
      for (const { MilestoneNumber: number = 0, RecordedAt: at } of await milestonesOf(client, asking, id)) {
        if (number <= last || at === undefined) continue;
        for (const review of await reviewsOf(client, asking, id, number))
          samples.push(...riskPoints(source, place, rules, workload, review, at.getTime()));
        marks.set(id, Math.max(number, marks.get(id) ?? 0));
      }
      for (const review of await reviewsOf(client, asking, id))
        samples.push(...riskPoints(source, place, rules, workload, review, Math.floor(now / DAY_MS) * DAY_MS));
      const progress = `${index + 1} of ${workloads.length} workloads`;
      yield { events: [], samples, rejects: [], progress, cursor: cursor(before.until) };
    }
  } finally {
    client.destroy();
  }
  return { cursor: cursor(now), completeUntil: now, historyFrom: null };
}
