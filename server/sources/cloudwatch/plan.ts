/** Most queries that one GetMetricData call takes. */
export const QUERIES_PER_CALL = 500;
/** Most points that one page of an answer holds: a call that asks for no more is answered in one. */
export const POINTS_PER_CALL = 100_800;

/** What must be asked for in one call: the statistics of one metric, which are then billed as one. */
export interface Group {
  /** Queries, one a statistic. */
  readonly queries: number;
  /** Points that all of them may come to: slots of their periods, as answers may be full. */
  readonly points: number;
}

/**
 * The fewest calls that so many queries and points can take, whoever packs them. A group of more points than a page holds takes
 * several pages of a call of its own.
 */
export function fewestCalls(groups: readonly Group[]): number {
  let [queries, points] = [0, 0];
  for (const group of groups) {
    queries += group.queries;
    points += group.points;
  }
  return Math.max(Math.ceil(queries / QUERIES_PER_CALL), Math.ceil(points / POINTS_PER_CALL));
}

/**
 * Packs groups into calls, as few as can be: for mixes of up to 2,016 points a group at most one more than `fewestCalls`; where
 * thousands have the same odd length, which no packing fills calls with, less than one group a call is wasted. Series are
 * split over calls, never time, as each call bills each metric. Order within a call is that of the groups.
 *
 * Bins of two sizes, queries and points. From the fewest on, groups go into so many calls, those of most points first, each into
 * the one with the fewest points that takes it: loads stay within one group of each other, so that what is left of each
 * takes the small ones. Filling one call after the other would leave calls full of points and empty of queries.
 */
export function planCalls<G extends Group>(groups: readonly G[]): G[][] {
  if (groups.length === 0) return [];
  const order = groups
    .map((_, index) => index)
    .sort((one, other) => pointsAt(groups, other) - pointsAt(groups, one) || one - other);
  for (let calls = Math.min(groups.length, fewestCalls(groups)); ; calls += 1) {
    const packed = packedInto(calls, groups, order);
    if (packed !== null)
      return packed.map((own) => own.sort((one, other) => one - other).flatMap((index) => groups[index] ?? []));
  }
}

const pointsAt = (groups: readonly Group[], index: number): number => groups[index]?.points ?? 0;

/** Null where one of them has no room. */
function packedInto(calls: number, groups: readonly Group[], order: readonly number[]): number[][] | null {
  const made = Array.from({ length: calls }, (): { readonly own: number[]; queries: number; points: number } => ({
    own: [],
    queries: 0,
    points: 0,
  }));
  for (const index of order) {
    const group = groups[index];
    if (group === undefined) continue;
    let least = null;
    for (const call of made) {
      if (!hasRoom(call, group)) continue;
      if (least === null || call.points < least.points || (call.points === least.points && call.queries < least.queries))
        least = call;
    }
    if (least === null) return null;
    least.own.push(index);
    least.queries += group.queries;
    least.points += group.points;
  }
  return made.map(({ own }) => own).filter((own) => own.length > 0);
}

/** What is larger than any call has one to itself. */
const hasRoom = (call: Group, group: Group): boolean =>
  call.queries === 0 || (call.queries + group.queries <= QUERIES_PER_CALL && call.points + group.points <= POINTS_PER_CALL);
