import { NEVER, type ItemColumns } from '../event/columns.ts';
import { compareText } from '../event/facts.ts';
import type { Scope } from '../event/organisation.ts';
import type { Period } from '../time/period.ts';
import { instantOf, type Entries } from './buckets.ts';
import type { Kpi } from './kpi.ts';
import { EMPTY_HASH } from './list-hash.ts';
import type { Emptiness, EvidenceItem, Exclusion } from './measurement.ts';
import type { Evaluated } from './world.ts';

/** What a bucket came to, before it is named. */
export interface Outcome {
  readonly value: number | null;
  readonly emptiness: Emptiness | null;
  readonly count: number;
  readonly exclusions: readonly Exclusion[];
  readonly also: Readonly<Record<string, number | null>>;
}

export const emptyOutcome = (emptiness: Emptiness): Outcome => ({ value: null, emptiness, count: 0, exclusions: [], also: {} });

/** A list that is made when it is asked for, and its hash, which needs no list. */
export interface Trail {
  items(): EvidenceItem[];
  hash(): string;
}

export const NO_TRAIL: Trail = { items: () => [], hash: () => EMPTY_HASH };

/** A measurement with its evidence. The digest is written when first read: reviews that only look need none. */
export const evaluated = (kpi: Kpi, scope: Scope, period: Period, outcome: Outcome, trail: Trail): Evaluated =>
  new Made(kpi.id, scope, period.id, outcome, trail);

class Made implements Evaluated {
  readonly kpi: string;
  readonly scope: string;
  readonly period: string;
  readonly value: number | null;
  readonly emptiness: Emptiness | null;
  readonly count: number;
  readonly exclusions: readonly Exclusion[];
  readonly also: Readonly<Record<string, number | null>>;
  readonly #trail: Trail;
  #digest: string | null = null;

  constructor(kpi: string, scope: string, period: string, outcome: Outcome, trail: Trail) {
    this.kpi = kpi;
    this.scope = scope;
    this.period = period;
    this.value = outcome.value;
    this.emptiness = outcome.emptiness;
    this.count = outcome.count;
    this.exclusions = outcome.exclusions;
    this.also = outcome.also;
    this.#trail = trail;
  }

  get digest(): string {
    return (this.#digest ??= this.#trail.hash());
  }

  evidence(): EvidenceItem[] {
    return this.#trail.items();
  }
}

export const byUid = (one: EvidenceItem, other: EvidenceItem): number => compareText(one.uid, other.uid);

/** The members of a bucket, counted first, then left out, each in ascending order of uid. */
export const listOf = (
  columns: ItemColumns,
  entries: Entries,
  members: Int32Array,
  reasons: readonly string[],
): EvidenceItem[] => {
  const counted: EvidenceItem[] = [];
  const excluded: EvidenceItem[] = [];
  for (const entry of members) {
    const uid = columns.uids.at(entries.row[entry] ?? 0) ?? '';
    const second = entries.at[entry] ?? NEVER;
    const at = second === NEVER ? null : instantOf(second);
    const reason = entries.reason[entry] ?? 0;
    if (reason === 0) counted.push({ uid, value: entries.value[entry] ?? null, at, excluded: null });
    else excluded.push({ uid, value: null, at, excluded: reasons[reason] ?? null });
  }
  return counted.sort(byUid).concat(excluded.sort(byUid));
};
