import type { Instant } from '../time/period.ts';
import type { ScopeTable } from './attribution.ts';
import type { Borne } from './bearers.ts';
import { KnownGroups } from './known-groups.ts';
import { isGroup, mayBeLeft } from './privacy-groups.ts';
import { hiddenByQuarter } from './privacy-quarters.ts';
import { isWithin, type Span, type Spans } from './privacy-spans.ts';
import { mayTellTeams } from './privacy-teams.ts';

/**
 * Which (scope, period) buckets of a personal KPI must not be shown: 1 for hidden. The table must
 * hold every team and service, and those of none, so that the answer depends on the data alone.
 *
 * The organisation is shown week by week. A longer range is shown where taking weeks or other ranges
 * away from it leaves nobody or at least five: none of its parts (privacy-spans.ts) has one to four
 * people, and all of its weeks have ended, because a number seen twice tells what came in between.
 * Teams and services have one span, the month, in those in which the organisation is shown, and are
 * hidden as privacy-groups.ts says, all of them where few would be left of both (privacy-mixed.ts). What was answered is shown by whole months alone, a spread by the
 * quarter alone (privacy-quarters.ts).
 */
export const hiddenBuckets = (
  table: ScopeTable,
  spans: Spans,
  bearers: Borne,
  now: Instant,
  shownBy: Span = 'week',
  groups = new KnownGroups(table),
): Uint8Array => {
  const { all, parts } = spans;
  const hidden = new Uint8Array(table.scopes.length * all.length).fill(1);
  const sizes = all.map((_, index) => bearers.sizeOf([index]));
  const isSafe = (part: number): boolean => (all[part]?.end ?? Infinity) <= now && mayBeLeft(sizes[part] ?? 0);
  parts.forEach((own, index) => {
    if (own.length === 0 || !isGroup(sizes[index] ?? 0) || !own.every(isSafe)) return;
    hidden[table.organisation * all.length + index] = 0;
    if (all[index]?.grain !== 'month') return;
    const { hidden: within } = groups.of(bearers, index);
    if (
      shownBy !== 'month' &&
      !mayTellTeams(
        table,
        within,
        own.filter((part) => isWithin(all[part], all[index])).map((part) => ({ days: [part], bearers })),
      )
    )
      return;
    for (const family of [table.teams, table.services])
      for (const scope of family.values()) if (within[scope] === 0) hidden[scope * all.length + index] = 0;
  });
  return shownBy === 'quarter' ? hiddenByQuarter(table, spans, bearers, now, hidden) : hidden;
};
