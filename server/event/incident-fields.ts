import { NEVER, type ItemColumns } from './columns.ts';
import { eachLink, firstEpisodes, linkedRows, resolverOf, textAt, uidsOf } from './links.ts';

interface IncidentFields {
  readonly instants: Record<string, Int32Array>;
  readonly numbers: Record<string, Float64Array>;
}

/** definitions.md, repeat incidents: same service and cause within 30 days. */
const REPEAT_SECONDS = 30 * 86_400;

/** definitions.md, post-incident reviews: within five days of the restoration. */
const REVIEW_SECONDS = 5 * 86_400;

/**
 * Which incidents repeat another, and when each was reviewed and should have been. `whole`: all incidents, because those before
 * them may be of any time ago.
 */
export function incidentFields(
  incidents: ItemColumns,
  whole: ItemColumns,
  sessions: ItemColumns,
  links: ItemColumns,
): IncidentFields {
  const since = repeatsWithin(incidents, whole);
  const isRepeat = since.map((seconds) => (seconds < 0 ? NaN : Number(seconds <= REPEAT_SECONDS)));
  const reviewed = reviewsOf(incidents, sessions, links);
  const reviewedWithin = Float64Array.from({ length: incidents.length }, (_, row) => {
    const restored = incidents.instants['restored']?.[row] ?? NEVER;
    const held = reviewed[row] ?? NEVER;
    return restored === NEVER || held === NEVER ? NaN : Math.max(0, held - restored);
  });
  const reviewDue = Int32Array.from({ length: incidents.length }, (_, row) => {
    const restored = incidents.instants['restored']?.[row] ?? NEVER;
    return restored === NEVER ? NEVER : restored + REVIEW_SECONDS;
  });
  return {
    instants: { reviewed, review_due: reviewDue },
    numbers: {
      repeats_within: since.map((seconds) => (Number.isFinite(seconds) && seconds >= 0 ? seconds : NaN)),
      is_repeat: isRepeat,
      reviewed_within: reviewedWithin,
    },
  };
}

/** Merged, planned and cancelled incidents neither repeat nor are repeated. */
export function isIncident(incidents: ItemColumns, row: number): boolean {
  return (
    (incidents.codes['merged_into']?.codes[row] ?? -1) < 0 &&
    incidents.numbers['planned']?.[row] !== 1 &&
    (incidents.instants['cancelled']?.[row] ?? NEVER) === NEVER
  );
}

/** Seconds by row; Infinity where nothing came before, -1 where it cannot be said. */
function repeatsWithin(incidents: ItemColumns, whole: ItemColumns): Float64Array {
  const since = new Float64Array(incidents.length).fill(-1);
  const openedAt = (row: number): number => whole.instants['opened']?.[row] ?? NEVER;
  const rows = Array.from({ length: whole.length }, (_, row) => row).filter(
    (row) => openedAt(row) !== NEVER && isIncident(whole, row),
  );
  rows.sort((one, other) => openedAt(one) - openedAt(other));
  const first = firstEpisodes(whole);
  const own = new Map(uidsOf(incidents).map((uid, row) => [uid, row]));
  const lastBefore = new Map<string | number, { at: number; before: number }>();
  const before = (name: string | number, at: number): number => {
    const known = lastBefore.get(name);
    // Incidents of one instant do not repeat each other.
    const found = known === undefined ? NEVER : known.at < at ? known.at : known.before;
    lastBefore.set(name, { at, before: found });
    return found;
  };
  for (const row of rows) {
    const at = openedAt(row);
    const item = first[row] ?? row;
    const service = textAt(whole.codes['service'], row);
    const cause = textAt(whole.codes['cause'], row);
    const alike = service === null || cause === null ? null : before(JSON.stringify([service, cause]), at);
    const itself = before(item, at);
    if (alike === null && item === row) continue;
    const last = Math.max(alike ?? NEVER, itself);
    const place = own.get(whole.uids.at(row) ?? '');
    if (place !== undefined) since[place] = last === NEVER ? Infinity : at - last;
  }
  return since;
}

/**
 * When the first incident review was held that names it, in its `incident` or by a link `reviews` from the
 * session to the incident. Of an incident that came back, each episode is reviewed by those held after it was opened.
 */
function reviewsOf(incidents: ItemColumns, sessions: ItemColumns, links: ItemColumns): Int32Array {
  const first = firstEpisodes(incidents);
  const heldOf = new Map<number, number[]>();
  const review = (session: number, incident: number): void => {
    const held = sessions.instants['held']?.[session] ?? NEVER;
    const isHeld = held !== NEVER && (sessions.instants['cancelled']?.[session] ?? NEVER) === NEVER;
    if (incident < 0 || !isHeld || textAt(sessions.codes['type'], session) !== 'incident review') return;
    const item = first[incident] ?? incident;
    heldOf.set(item, [...(heldOf.get(item) ?? []), held]);
  };
  linkedRows(sessions, 'incident', incidents).forEach((incident, session) => {
    review(session, incident);
  });
  const [resolveSession, resolveIncident] = [resolverOf(sessions), resolverOf(incidents)];
  eachLink(links, 'reviews', (from, to, source) => {
    review(resolveSession(from, source), resolveIncident(to, source));
  });
  return first.map((item, row) => {
    const opened = item === row ? NEVER : (incidents.instants['opened']?.[row] ?? NEVER);
    const held = heldOf.get(item)?.filter((at) => at >= opened) ?? [];
    return held.length === 0 ? NEVER : Math.min(...held);
  });
}
