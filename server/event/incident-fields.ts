import { NEVER, type ItemColumns } from './columns.ts';
import { findRows } from './find-rows.ts';
import { firstEpisodesIn } from './first-episodes.ts';
import type { Kind } from './kinds.ts';
import { once, type LazyFields } from './lazy-columns.ts';
import { namedRows, rowsNaming, textAt, toldLinks, uidsOf } from './links.ts';
import { sortedBy } from './row-order.ts';
import { rowsWhere, secondsIn, standingIn } from './standing.ts';

/** definitions.md, repeat incidents: same service and cause within 30 days. */
const REPEAT_SECONDS = 30 * 86_400;

/** definitions.md, post-incident reviews: within five days of the restoration. */
const REVIEW_SECONDS = 5 * 86_400;

/**
 * Which incidents repeat another, and when each was reviewed and should have been. `columnsFor('incident')` gives all incidents,
 * because those before them may be of any time ago.
 */
export function incidentFields(incidents: ItemColumns, columnsFor: (kind: Kind) => ItemColumns): LazyFields {
  const since = once(() => repeatsWithin(incidents, columnsFor('incident')));
  const reviewed = once(() => reviewsOf(incidents, columnsFor('session'), columnsFor('link')));
  const restored = secondsIn(incidents, 'restored');
  return {
    instants: {
      reviewed,
      review_due: () =>
        Int32Array.from({ length: incidents.length }, (_, row) =>
          restored(row) === NEVER ? NEVER : restored(row) + REVIEW_SECONDS,
        ),
    },
    numbers: {
      repeats_within: () => since().map((seconds) => (Number.isFinite(seconds) && seconds >= 0 ? seconds : NaN)),
      is_repeat: () => since().map((seconds) => (seconds < 0 ? NaN : Number(seconds <= REPEAT_SECONDS))),
      reviewed_within: () => {
        const held = reviewed();
        return Float64Array.from(held, (at, row) =>
          restored(row) === NEVER || at === NEVER ? NaN : Math.max(0, at - restored(row)),
        );
      },
    },
  };
}

/** Merged, planned, cancelled and replaced incidents neither repeat nor are repeated. */
export function isIncident(incidents: ItemColumns, row: number): boolean {
  return (
    (incidents.codes['merged_into']?.codes[row] ?? -1) < 0 &&
    incidents.numbers['planned']?.[row] !== 1 &&
    (incidents.instants['cancelled']?.[row] ?? NEVER) === NEVER &&
    incidents.dead?.[row] !== 1
  );
}

/** Seconds by row; Infinity where nothing came before, -1 where it cannot be said. */
function repeatsWithin(incidents: ItemColumns, whole: ItemColumns): Float64Array {
  const since = new Float64Array(whole.length).fill(-1);
  const openedAt = secondsIn(whole, 'opened');
  const counting = rowsWhere(whole, (row) => openedAt(row) !== NEVER && isIncident(whole, row));
  const rows = sortedBy(counting, whole.instants['opened'] ?? []);
  const firstOf = firstEpisodesIn(whole);
  const { service, cause } = whole.codes;
  const causes = cause?.dictionary.length ?? 0;
  const lastAlike = new LastBefore();
  const lastItself = new LastBefore();
  for (const row of rows) {
    const at = openedAt(row);
    const item = firstOf(row);
    const [ofService, ofCause] = [service?.codes[row] ?? -1, cause?.codes[row] ?? -1];
    const canTell = ofService >= 0 && ofCause >= 0;
    const alike = canTell ? lastAlike.next(ofService * causes + ofCause, at) : NEVER;
    const itself = lastItself.next(item, at);
    if (!canTell && item === row) continue;
    const last = Math.max(alike, itself);
    since[row] = last === NEVER ? Infinity : at - last;
  }
  if (incidents === whole) return since;
  const places = findRows(whole, uidsOf(incidents));
  return Float64Array.from(places, (place) => since[place] ?? -1);
}

/** When something of one name was last before, told of in order of time. What is of one instant does not come before itself. */
class LastBefore {
  readonly #places = new Map<number, number>();
  readonly #at: number[] = [];
  readonly #before: number[] = [];

  /** NEVER where nothing came before. */
  next(name: number, at: number): number {
    const place = this.#places.get(name);
    if (place === undefined) {
      this.#places.set(name, this.#at.push(at) - 1);
      this.#before.push(NEVER);
      return NEVER;
    }
    const last = this.#at[place] ?? NEVER;
    const before = last < at ? last : (this.#before[place] ?? NEVER);
    this.#at[place] = at;
    this.#before[place] = before;
    return before;
  }
}

/**
 * When the first incident review was held that names it, in its `incident` or by a link `reviews` from the
 * session to the incident. Of an incident that came back, each episode is reviewed by those held after it was opened.
 */
function reviewsOf(incidents: ItemColumns, sessions: ItemColumns, links: ItemColumns): Int32Array {
  const firstOf = firstEpisodesIn(incidents);
  const stands = standingIn(sessions);
  const heldOf = new Map<number, number[]>();
  const review = (session: number, incident: number): void => {
    const held = sessions.instants['held']?.[session] ?? NEVER;
    const isHeld = session >= 0 && held !== NEVER && stands(session);
    if (incident < 0 || !isHeld || textAt(sessions.codes['type'], session) !== 'incident review') return;
    const known = heldOf.get(firstOf(incident));
    if (known === undefined) heldOf.set(firstOf(incident), [held]);
    else known.push(held);
  };
  const naming = rowsNaming(sessions, 'incident');
  const named = namedRows(sessions, 'incident', incidents, naming);
  naming.forEach((session, index) => {
    review(session, named[index] ?? -1);
  });
  const told = toldLinks(links, 'reviews', sessions, incidents);
  told.from.forEach((session, index) => {
    review(session, told.to[index] ?? -1);
  });
  const reviewed = new Int32Array(incidents.length).fill(NEVER);
  if (heldOf.size === 0) return reviewed;
  const openedAt = secondsIn(incidents, 'opened');
  for (let row = 0; row < incidents.length; row += 1) {
    const item = firstOf(row);
    const since = item === row ? NEVER : openedAt(row);
    const held = heldOf.get(item)?.filter((at) => at >= since) ?? [];
    if (held.length > 0 && incidents.dead?.[row] !== 1) reviewed[row] = Math.min(...held);
  }
  return reviewed;
}
