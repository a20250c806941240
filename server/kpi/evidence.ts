import { NEVER, type ItemColumns } from '../event/columns.ts';
import type { Scope } from '../event/organisation.ts';
import type { Period } from '../time/period.ts';
import { instantOf, type Entries } from './buckets.ts';
import type { Kpi } from './kpi.ts';
import type { Emptiness, EvidenceItem, Exclusion } from './measurement.ts';
import type { Evaluated, World } from './world.ts';

/** What a bucket came to, before it is named. */
export interface Outcome {
  readonly value: number | null;
  readonly emptiness: Emptiness | null;
  readonly count: number;
  readonly exclusions: readonly Exclusion[];
  readonly also: Readonly<Record<string, number | null>>;
}

export const emptyOutcome = (emptiness: Emptiness): Outcome => ({ value: null, emptiness, count: 0, exclusions: [], also: {} });

/** A list that is made when it is asked for, and the text its digest is taken of. */
export interface Trail {
  items(): EvidenceItem[];
  text(): string;
}

export const NO_TRAIL: Trail = { items: () => [], text: () => '' };

/**
 * A measurement with its evidence. The digest is taken when first read: reviews that only look need none.
 */
export const evaluated = (
  kpi: Kpi,
  world: World,
  scope: Scope,
  period: Period,
  outcome: Outcome,
  shown: Trail,
  digested: Trail = shown,
): Evaluated => {
  let digest: string | null = null;
  return {
    kpi: kpi.id,
    scope,
    period: period.id,
    value: outcome.value,
    emptiness: outcome.emptiness,
    count: outcome.count,
    exclusions: outcome.exclusions,
    also: outcome.also,
    get digest() {
      digest ??= world.digest(digested.text());
      return digest;
    },
    evidence: () => shown.items(),
  };
};

/** The members of a bucket, counted first, then left out, each in ascending order of uid. */
export const trailOf = (columns: ItemColumns, entries: Entries, members: Int32Array, reasons: readonly string[]): Trail => {
  const ordered = (): number[] => {
    const counted: number[] = [];
    const excluded: number[] = [];
    for (const entry of members) (entries.reason[entry] === 0 ? counted : excluded).push(entry);
    return counted.concat(excluded);
  };
  const uidOf = (entry: number): string => columns.uids.at(entries.row[entry] ?? 0) ?? '';
  return {
    items: () =>
      ordered().map((entry) => {
        const reason = entries.reason[entry] ?? 0;
        const second = entries.at[entry] ?? NEVER;
        return {
          uid: uidOf(entry),
          value: reason === 0 ? (entries.value[entry] ?? null) : null,
          at: second === NEVER ? null : instantOf(second),
          excluded: reason === 0 ? null : (reasons[reason] ?? null),
        };
      }),
    text() {
      // One line an entry: uid and value, or uid and reason. A tab cannot occur in either.
      let text = '';
      for (const entry of members) if (entries.reason[entry] === 0) text += `${uidOf(entry)}\t${entries.value[entry] ?? 0}\n`;
      for (const entry of members) {
        const reason = entries.reason[entry] ?? 0;
        if (reason !== 0) text += `${uidOf(entry)}\t${reasons[reason] ?? ''}\n`;
      }
      return text;
    },
  };
};
