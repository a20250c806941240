import { EPOCH_2000_MS, NEVER, type ItemColumns } from './columns.ts';
import { STATES, type Kind } from './kinds.ts';
import { isOpenState } from './states.ts';

/** What lasts until one of these is told, of kinds without states: a membership, a shift, a call for help. */
const LASTS_UNTIL: Partial<Record<Kind, readonly string[]>> = {
  membership: ['to'],
  shift: ['to'],
  escalation: ['answered', 'closed'],
};

/** By code of a state, 1 where an item in it is in the queue. */
const IS_OPEN = Uint8Array.from(STATES, (state) => Number(isOpenState(state)));

/** The first and the last second that some rows speak of. */
export interface Span {
  from: number;
  /** Infinity while one of them lasts: is open, or has no end yet where its kind has one. */
  until: number;
}

export const NO_SPAN: Readonly<Span> = { from: Infinity, until: -Infinity };

/** Widens a span by rows `start` to `end`, the last not included. What columns cannot hold makes it endless. */
export function widen(span: Span, columns: ItemColumns, start: number, end: number): void {
  const { stretchStart, stretchFrom, stretchTo, stretchState } = columns;
  let { from, until } = span;
  for (const instants of Object.values(columns.instants)) {
    for (let row = start; row < end; row += 1) {
      const at = instants[row] ?? NEVER;
      if (at === NEVER) continue;
      if (at < from) from = at;
      if (at > until) until = at;
    }
  }
  for (const { start: starts, columns: entries } of Object.values(columns.lists)) {
    for (const cells of Object.values(entries)) {
      for (const cell of cells.subarray(starts[start], starts[end])) {
        const at = cells instanceof Float64Array ? Math.floor((cell - EPOCH_2000_MS) / 1000) : cell;
        if (at === NEVER) continue;
        if (at < from) from = at;
        if (at > until) until = at;
      }
    }
  }
  const last = stretchStart[end] ?? 0;
  for (let stretch = stretchStart[start] ?? 0; stretch < last; stretch += 1) {
    const at = stretchFrom[stretch] ?? NEVER;
    const to = stretchTo[stretch] ?? NEVER;
    if (at === NEVER) [from, until] = [-Infinity, Infinity];
    if (at < from) from = at;
    if (at > until) until = at;
    if (to !== NEVER && to > until) until = to;
    if (to === NEVER && IS_OPEN[stretchState[stretch] ?? -1] === 1) until = Infinity;
  }
  const ends = LASTS_UNTIL[columns.kind];
  if (ends !== undefined) {
    const told = ends.map((name) => columns.instants[name]);
    for (let row = start; row < end; row += 1)
      if (told.every((instants) => (instants?.[row] ?? NEVER) === NEVER)) until = Infinity;
  }
  [span.from, span.until] = [from, until];
}
