import { firstFromIn } from './ascending.ts';
import { borneIn, type Borne } from './borne.ts';
import { NEVER, type ItemColumns } from './columns.ts';
import { firstEpisodesIn } from './first-episodes.ts';
import { linkedRows, textAt } from './links.ts';
import { secondsIn, standingIn } from './standing.ts';

/** Google SRE: at most two incidents a shift of 12 hours, or there is no time to deal with them well. */
export const MOST_INCIDENTS = 2;
const WINDOW_SECONDS = 12 * 3600;

/**
 * For each shift 1 where its person was paged for more than two incidents within any 12 hours of it, else 0.
 * Pages are told apart by their incident, or that which it became part of; without one by alert key; without
 * either each is one of its own. NaN for cancelled shifts and those of nobody or of no time; without an end
 * a shift lasts.
 */
export function overBudget(shifts: ItemColumns, pages: ItemColumns, incidents: ItemColumns): Float64Array {
  const paged = borneIn(pages, 'sent');
  const codeOf = new Map(paged.people.map((person, code) => [person, code]));
  const incidentOf = incidentsOf(pages, incidents);
  const [from, to] = [secondsIn(shifts, 'from'), secondsIn(shifts, 'to')];
  const stands = standingIn(shifts);
  return Float64Array.from({ length: shifts.length }, (_, row) => {
    const began = from(row);
    const ended = to(row) === NEVER ? Infinity : to(row);
    const responder = textAt(shifts.codes['responder'], row);
    if (began === NEVER || ended <= began || responder === null || !stands(row)) return NaN;
    const code = codeOf.get(responder) ?? -1;
    const [low, high] = [paged.start[code] ?? 0, paged.start[code + 1] ?? 0];
    const first = firstFromIn(paged.seconds, low, high, began);
    const end = firstFromIn(paged.seconds, first, high, ended);
    return code >= 0 && isTooMany(paged, first, end, incidentOf) ? 1 : 0;
  });
}

/** Whether some 12 hours, the last second not included, hold more different incidents than they may. */
function isTooMany({ rows, seconds }: Borne, from: number, to: number, incidentOf: (row: number) => number): boolean {
  return mostWithin({ rows, seconds }, from, to, incidentOf, MOST_INCIDENTS + 1) > MOST_INCIDENTS;
}

/** The most different incidents that some 12 hours hold; no further than `enough`. */
function mostWithin(
  { rows, seconds }: Pick<Borne, 'rows' | 'seconds'>,
  from: number,
  to: number,
  incidentOf: (row: number) => number,
  enough: number,
): number {
  const within = new Map<number, number>();
  let first = from;
  let most = 0;
  for (let place = from; place < to && most < enough; place += 1) {
    const incident = incidentOf(rows[place] ?? 0);
    within.set(incident, (within.get(incident) ?? 0) + 1);
    for (; (seconds[place] ?? 0) - (seconds[first] ?? 0) >= WINDOW_SECONDS; first += 1) {
      const oldest = incidentOf(rows[first] ?? 0);
      const left = (within.get(oldest) ?? 0) - 1;
      if (left > 0) within.set(oldest, left);
      else within.delete(oldest);
    }
    most = Math.max(most, within.size);
  }
  return most;
}

/** The most incidents that paged within some 12 hours. @param rows pages of one person, ascending by when they were sent */
export function mostPagedIncidents(pages: ItemColumns, incidents: ItemColumns, rows: Int32Array): number {
  const sent = secondsIn(pages, 'sent');
  return mostWithin({ rows, seconds: rows.map(sent) }, 0, rows.length, incidentsOf(pages, incidents), Infinity);
}

/** A number for each page that is the same for pages of one incident: those of incidents, of names, of keys and of pages follow one another. */
function incidentsOf(pages: ItemColumns, incidents: ItemColumns): (page: number) => number {
  const known = linkedRows(pages, 'incident', incidents);
  const rootOf = rootsOf(incidents);
  const { incident, key } = pages.codes;
  const firstName = incidents.length;
  const firstKey = firstName + (incident?.dictionary.length ?? 0);
  const firstPage = firstKey + (key?.dictionary.length ?? 0);
  return (page) => {
    const row = known[page] ?? -1;
    if (row >= 0) return rootOf(row);
    // An incident that nobody told us of is still one.
    const named = incident?.codes[page] ?? -1;
    if (named >= 0) return firstName + named;
    const ofKey = key?.codes[page] ?? -1;
    return ofKey >= 0 ? firstKey + ofKey : firstPage + page;
  };
}

/** For an incident's row the one that it is part of in the end: the first episode of what it was merged into, or its own. */
function rootsOf(incidents: ItemColumns): (row: number) => number {
  const firstOf = firstEpisodesIn(incidents);
  const merged = linkedRows(incidents, 'merged_into', incidents);
  return (row) => {
    const item = firstOf(row);
    if ((merged[item] ?? -1) < 0) return item;
    const passed = new Set<number>();
    for (let root = item; !passed.has(root);) {
      passed.add(root);
      const next = merged[root] ?? -1;
      if (next < 0) return root;
      root = firstOf(next);
    }
    // Merged in a circle, it is part of nothing else.
    return item;
  };
}
