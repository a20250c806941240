import type { Period } from '../time/period.ts';
import type { ScopeTable } from './attribution.ts';

/** People are seen by others only in groups of at least this many. */
export const SMALLEST_GROUP = 5;

/**
 * Which (scope, period) buckets of a personal KPI must not be shown: 1 for hidden. `peopleOf` gives
 * everyone a bucket speaks of. The table must hold every team and service, and those of none.
 *
 * A group under five is hidden. So that the organisation minus the visible teams does not give it
 * away, the next smallest visible team is hidden with it, until those hidden have five people
 * together, or none is left; the same for services. To-date ranges overlap the weeks and months
 * already shown, so those of teams and services are hidden outright.
 */
export const hiddenBuckets = (
  table: ScopeTable,
  periods: readonly Period[],
  peopleOf: (bucket: number) => ReadonlySet<string> | undefined,
): Uint8Array => {
  const hidden = new Uint8Array(table.scopes.length * periods.length);
  const families = [table.teams, table.services];
  periods.forEach((period, index) => {
    const bucketOf = (scope: number): number => scope * periods.length + index;
    const sizeOf = (scope: number): number => peopleOf(bucketOf(scope))?.size ?? 0;
    if (table.organisation >= 0 && sizeOf(table.organisation) < SMALLEST_GROUP) hidden[bucketOf(table.organisation)] = 1;
    for (const family of families) {
      const bySize = [...family].map(([name, scope]) => ({ name, scope, size: sizeOf(scope) })).sort(bySizeThenName);
      const together = new Set<string>();
      for (const { name, scope, size } of bySize) {
        const isSmall = size < SMALLEST_GROUP || name === '' || period.grain === 'to-date';
        if (!isSmall) continue;
        hidden[bucketOf(scope)] = 1;
        for (const person of peopleOf(bucketOf(scope)) ?? []) together.add(person);
      }
      for (const { scope } of bySize) {
        if (together.size === 0 || together.size >= SMALLEST_GROUP) break;
        if (hidden[bucketOf(scope)] === 1) continue;
        hidden[bucketOf(scope)] = 1;
        for (const person of peopleOf(bucketOf(scope)) ?? []) together.add(person);
      }
    }
  });
  return hidden;
};

interface Group {
  readonly name: string;
  readonly scope: number;
  readonly size: number;
}

const bySizeThenName = (left: Group, right: Group): number => left.size - right.size || (left.name < right.name ? -1 : 1);
