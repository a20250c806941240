import { firstFrom } from './ascending.ts';
import { NEVER, type ItemColumns } from './columns.ts';
import { firstEpisodes, linkedRows, textAt } from './links.ts';

/** Google SRE: at most two incidents a shift of 12 hours, or there is no time to deal with them well. */
const MOST_INCIDENTS = 2;
const WINDOW_SECONDS = 12 * 3600;

interface Paged {
  readonly at: number;
  /** What tells incidents apart. */
  readonly incident: string;
}

const sentAt = ({ at }: Paged): number => at;

/**
 * For each shift 1 where its person was paged for more than two incidents within any 12 hours of it, else 0.
 * Pages are told apart by their incident, or that which it became part of; without one by alert key; without
 * either each is one of its own. NaN for cancelled shifts and those of nobody or of no time; without an end
 * a shift lasts.
 */
export function overBudget(shifts: ItemColumns, pages: ItemColumns, incidents: ItemColumns): Float64Array {
  const paged = pagesByResponder(pages, incidents);
  const { from, to, cancelled } = shifts.instants;
  return Float64Array.from({ length: shifts.length }, (_, row) => {
    const began = from?.[row] ?? NEVER;
    const told = to?.[row] ?? NEVER;
    const ended = told === NEVER ? Infinity : told;
    const responder = textAt(shifts.codes['responder'], row);
    if (began === NEVER || ended <= began || responder === null || (cancelled?.[row] ?? NEVER) !== NEVER) return NaN;
    const own = paged.get(responder) ?? [];
    return Number(isTooMany(own.slice(firstFrom(own, sentAt, began), firstFrom(own, sentAt, ended))));
  });
}

/** Whether some 12 hours, the last second not included, hold more different incidents than they may. */
function isTooMany(paged: readonly Paged[]): boolean {
  const within = new Map<string, number>();
  let first = 0;
  for (const { at, incident } of paged) {
    within.set(incident, (within.get(incident) ?? 0) + 1);
    for (let oldest = paged[first]; oldest !== undefined && at - oldest.at >= WINDOW_SECONDS; oldest = paged[first]) {
      const left = (within.get(oldest.incident) ?? 0) - 1;
      if (left > 0) within.set(oldest.incident, left);
      else within.delete(oldest.incident);
      first += 1;
    }
    if (within.size > MOST_INCIDENTS) return true;
  }
  return false;
}

/** Pages that reached somebody, ascending by when they were sent. */
function pagesByResponder(pages: ItemColumns, incidents: ItemColumns): Map<string, Paged[]> {
  const { sent, cancelled } = pages.instants;
  const rows = linkedRows(pages, 'incident', incidents);
  const into = rootsOf(incidents);
  const byResponder = new Map<string, Paged[]>();
  for (let row = 0; row < pages.length; row += 1) {
    const at = sent?.[row] ?? NEVER;
    const responder = textAt(pages.codes['responder'], row);
    if (at === NEVER || responder === null || (cancelled?.[row] ?? NEVER) !== NEVER) continue;
    const known = into[rows[row] ?? -1];
    // An incident that nobody told us of is still one.
    const named = known === undefined ? textAt(pages.codes['incident'], row) : null;
    const key = textAt(pages.codes['key'], row);
    const incident =
      known !== undefined ? `known ${known}` : named !== null ? `named ${named}` : key !== null ? `key ${key}` : `page ${row}`;
    const own = byResponder.get(responder);
    if (own === undefined) byResponder.set(responder, [{ at, incident }]);
    else own.push({ at, incident });
  }
  for (const own of byResponder.values()) own.sort((one, other) => one.at - other.at);
  return byResponder;
}

/** For each incident's row the one that it is part of in the end: the first episode of what it was merged into, or its own. */
function rootsOf(incidents: ItemColumns): Int32Array {
  const first = firstEpisodes(incidents);
  const merged = linkedRows(incidents, 'merged_into', incidents);
  return first.map((item) => {
    const passed = new Set<number>();
    for (let root = item; !passed.has(root);) {
      passed.add(root);
      const next = merged[root] ?? -1;
      if (next < 0) return root;
      root = first[next] ?? next;
    }
    // Merged in a circle, it is part of nothing else.
    return item;
  });
}
