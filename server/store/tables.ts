import type { Origin } from '../event/event.ts';
import type { Kind, State } from '../event/kinds.ts';
import type { Emptiness } from '../kpi/measurement.ts';
import type { JournalKind, MeasurementRow, PullRecord, RunRecord } from './store.ts';

/** The tables as migrations/ makes them. Flags are 0 or 1, JSON is opaque text, instants are milliseconds. */
export interface Tables {
  migration: { number: number; name: string; checksum: string; applied_at: number };
  batch: { number: number; source: string; recorded_at: number; events: number; samples: number };
  /** Which items a batch touched: JSON lists of uids, in parts. Written before 0006 they have no sum. */
  batch_items: { batch: number; part: number; items: string; row_sum: number | null };
  event: EventTable;
  sample_chunk: {
    series: string;
    statistic: string;
    dimensions: string;
    day: number;
    batch: number;
    points: Uint8Array;
    row_sum: number | null;
  };
  source_state: {
    source: string;
    cursor: string | null;
    last_started_at: number | null;
    last_completed_at: number | null;
    complete_until: number | null;
    history_from: number | null;
    last_error_at: number | null;
    last_error: string | null;
    rejected_count: number;
    rejected: string;
    kinds: string;
    series: string;
    /** JSON; null where there is nothing to say. */
    lacking: string | null;
    spent: string | null;
  };
  pull: {
    number: number;
    source: string;
    started_at: number;
    ended_at: number;
    outcome: PullRecord['outcome'];
    new_events: number;
    new_samples: number;
    rejected: number;
    error: string | null;
    complete_until: number | null;
    history_from: number | null;
    /** JSON; null where there is nothing to say. */
    lacking: string | null;
    cost: string | null;
  };
  /** What was posted and waits to be read; `post` is its id, null where it could not be read at the door (`fault` says why). */
  inbox: InboxTable;
  /** Ids of posts, for longer than they wait. */
  inbox_seen: { source: string; post: string; number: number; received_at: number };
  definition: { hash: string; kpi: string; text: string; recorded_at: number };
  run: { number: number; kind: RunRecord['kind']; at: number; watermark: number; detail: string };
  measurement: MeasurementTable;
  /** First revisions, clustered by period. */
  snapshot: SnapshotTable;
  /** All revisions above the first, in the order in which they were written. */
  later_revision: SnapshotTable;
  publication: { number: number; review: string; scope: string; at: number; watermark: number; run: number };
  /** Revisions of what people wrote, in the order in which they were; `number` of the first names the entry. */
  journal: {
    number: number;
    entry: number;
    revision: number;
    kind: JournalKind;
    scope: string;
    kpi: string | null;
    period: string | null;
    author: string;
    recorded_at: number;
    is_withdrawn: number;
    body: string;
    row_sum: number;
  };
  job: { job: string; holder: string | null; token: number; until: number };
  tick: { job: string; at: number };
  setting: { name: string; value: string };
  /** Columns of event/segment.ts, and the CRC-32 of all of the row. */
  column_segment: { kind: Kind; cluster: string; month: number; rows: number; row_sum: number; data: Uint8Array };
  /** One row, `segments`: how many there are, and the sum of their sums. */
  column_state: { name: string; maker: string; through: number; segments: number; row_sums: number; row_sum: number };
}

export interface EventTable {
  /** Item uid: `source:kind:native id`. */
  item: string;
  key: string;
  batch: number;
  kind: Kind;
  effective_at: number;
  sequence: number;
  origin: Origin;
  state: State | null;
  /** Canonical JSON: names ascending. */
  fields: string;
  supersedes: string | null;
  slot: string | null;
  /** CRC-32 of the rest (row-sum.ts); null in rows from before there were sums. */
  row_sum: number | null;
}

export interface InboxTable {
  number: number;
  source: string;
  post: string | null;
  received_at: number;
  body: string;
  /** UTF-16 units of the body. */
  size: number;
  fault: string | null;
  row_sum: number;
}

export interface MeasurementTable {
  kpi: string;
  scope: string;
  period: string;
  grain: MeasurementRow['grain'];
  first_day: number;
  value: number | null;
  emptiness: Emptiness | null;
  count: number;
  exclusions: string;
  also: string;
  is_stale: number;
  digest: string;
  definition: string;
  watermark: number;
  limits: string | null;
  row_sum: number | null;
}

export interface SnapshotTable extends MeasurementTable {
  revision: number;
  run: number;
  recorded_at: number;
  causes: string;
  moved: string;
  moved_count: number;
}
