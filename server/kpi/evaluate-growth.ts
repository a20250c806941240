import { NEVER } from '../event/columns.ts';
import { STATES } from '../event/kinds.ts';
import { isOpenState } from '../event/states.ts';
import { MOVEMENTS, type Movement } from './beside.ts';
import { cellAt, periodCell } from './buckets.ts';
import { eachRange } from './each-range.ts';
import { instantsNamed, placeIn, some, type ItemMeasure, type ItemPass } from './item-pass.ts';
import { passes } from './where.ts';

/** By index into STATES. */
const IS_OPEN = Uint8Array.from(STATES, (state) => (isOpenState(state) ? 1 : 0));
const CANCELLED = STATES.indexOf('cancelled');

/** Indexes into MOVEMENTS. */
const indexOf = (movement: Movement): number => MOVEMENTS.indexOf(movement);
const [ARRIVED, REOPENED, MOVED_IN] = [indexOf('arrived'), indexOf('reopened'), indexOf('moved in')];
const [CLOSED, CANCELLED_ONE, MOVED_OUT] = [indexOf('closed'), indexOf('cancelled'), indexOf('moved out')];
/** How often an item made each movement is noted beside its entry as digits of one number, in this base. */
const BASE = 256;

/**
 * By how many the queue grew: in every scope exactly the depth at the period's end less that at its
 * start, because both ask the same of an item just before an instant. An item came into a scope's queue
 * (+1) where it was opened or reopened, or moved in with its team, its service or its service's owner,
 * or as a condition began to hold; it left (-1) the other way round. The list holds every item that
 * came or went, each with what is left of it: one that did both nets to 0, and stays listed, because
 * the movements beside the value count it. Scopes do not add up: what moves between teams moves in
 * neither of the organisation's. Entries are placed by scope, in the place of the team's.
 */
export const growthMeasure = (organisation: number, scopes: number): ItemMeasure => {
  let movements = new Int32Array(0);
  return {
    isPlacedByScope: true,
    needs: {},
    collect(pass) {
      const { cuts, filter, ranges } = pass;
      const { rows } = filter;
      const periods = cuts.periods.length;
      movements = new Int32Array(scopes * periods * MOVEMENTS.length);
      const item = new ItemMoves();
      const walk = walker(pass, organisation, (scope, movement, second) => {
        const cell = second > pass.now ? -1 : cellAt(cuts, second);
        if (cell < 0) return;
        const end = cuts.listStart[cell + 1] ?? 0;
        for (let index = cuts.listStart[cell] ?? 0; index < end; index += 1) {
          const bucket = scope * periods + (cuts.list[index] ?? 0);
          item.add(bucket, movement, second);
          const at = bucket * MOVEMENTS.length + movement;
          movements[at] = (movements[at] ?? 0) + 1;
        }
      });
      eachRange(ranges, (firstRow, endRow) => {
        for (let row = firstRow; row < endRow; row += 1) {
          if (rows !== null && rows[row] === 0) continue;
          item.clear();
          walk(row);
          for (let index = 0; index < item.length; index += 1) {
            const bucket = item.buckets[index] ?? 0;
            const scope = Math.floor(bucket / periods);
            const cell = periodCell(cuts, bucket - scope * periods);
            placeIn(pass, row, cell, scope, item.lasts[index] ?? NEVER, item.nets[index] ?? 0, item.digits[index] ?? 0);
          }
        }
      });
    },
    finish: (_pass, { index, total }) =>
      some(
        total,
        Object.fromEntries(MOVEMENTS.map((name, movement) => [name, movements[index * MOVEMENTS.length + movement] ?? 0])),
      ),
  };
};

/** What one item did to the buckets it touched, which are few. */
class ItemMoves {
  length = 0;
  readonly buckets: number[] = [];
  readonly nets: number[] = [];
  readonly lasts: number[] = [];
  readonly digits: number[] = [];

  clear(): void {
    this.length = 0;
  }

  add(bucket: number, movement: number, second: number): void {
    let index = 0;
    while (index < this.length && this.buckets[index] !== bucket) index += 1;
    if (index === this.length) {
      this.length += 1;
      this.buckets[index] = bucket;
      this.nets[index] = 0;
      this.digits[index] = 0;
    }
    this.nets[index] = (this.nets[index] ?? 0) + (movement <= MOVED_IN ? 1 : -1);
    this.lasts[index] = second;
    this.digits[index] = (this.digits[index] ?? 0) + BASE ** movement;
  }
}

/** Calls back for each time that an item comes into the queue of a scope or leaves it, in the order of time. */
const walker = (
  pass: ItemPass,
  organisation: number,
  visit: (scope: number, movement: number, second: number) => void,
): ((row: number) => void) => {
  const { attribution, columns, filter } = pass;
  const { stretchStart, stretchFrom, stretchTo, stretchState } = columns;
  const hasMoments = filter.moments.length > 0;
  const openings = instantsNamed(columns, 'opened');
  const dues = instantsNamed(columns, 'due');
  // Where the item stood until now. `wasIn`: in the queue that is measured, open and all conditions holding.
  let wasOpen = false;
  let wasIn = false;
  let wasTeam = -1;
  let wasService = -1;
  let hasBeenOpen = false;

  const step = (left: number, entered: number, into: number, out: number, isIn: boolean, second: number): void => {
    if (left === entered && wasIn === isIn) return;
    if (wasIn && left >= 0) visit(left, out, second);
    if (isIn && entered >= 0) visit(entered, into, second);
  };
  const become = (isOpen: boolean, isCancelled: boolean, isIn: boolean, team: number, service: number, second: number): void => {
    if (wasIn || isIn) {
      const into = wasOpen ? MOVED_IN : hasBeenOpen ? REOPENED : ARRIVED;
      const out = isOpen ? MOVED_OUT : isCancelled ? CANCELLED_ONE : CLOSED;
      step(organisation, organisation, into, out, isIn, second);
      step(wasTeam, team, into, out, isIn, second);
      step(wasService, service, into, out, isIn, second);
    }
    hasBeenOpen ||= isOpen;
    wasOpen = isOpen;
    wasIn = isIn;
    wasTeam = team;
    wasService = service;
  };
  const stand = (row: number, stretch: number, second: number, since: number): void => {
    const state = stretchState[stretch] ?? -1;
    const isOpen = IS_OPEN[state] === 1;
    const isIn = isOpen && (!hasMoments || passes(filter, row, stretch, second, since));
    become(isOpen, state === CANCELLED, isIn, attribution.teamScope(stretch, second), attribution.serviceScope(stretch), second);
  };

  return (row) => {
    wasOpen = wasIn = hasBeenOpen = false;
    wasTeam = wasService = -1;
    const first = stretchStart[row] ?? 0;
    const end = stretchStart[row + 1] ?? first;
    const opened = openings[row] ?? NEVER;
    const since = opened === NEVER ? (stretchFrom[first] ?? 0) : opened;
    // Only conditions ask whether it is due.
    const due = hasMoments ? (dues[row] ?? NEVER) : NEVER;
    for (let stretch = first; stretch < end; stretch += 1) {
      const from = stretchFrom[stretch] ?? 0;
      const to = stretchTo[stretch] ?? NEVER;
      stand(row, stretch, from, since);
      if (due !== NEVER || !attribution.isSteady(stretch)) {
        for (const second of changesWithin(from, to, attribution.ownersSince(stretch), due)) stand(row, stretch, second, since);
      }
      // Nothing is known of a gap between two stretches, nor of what follows the last that ended.
      if (to !== NEVER && (stretch + 1 === end || (stretchFrom[stretch + 1] ?? to) > to)) become(false, false, false, -1, -1, to);
    }
  };
};

/** The seconds within a stretch from which an answer may differ: new owners of its service, and its due time. */
const changesWithin = (from: number, to: number, owners: ArrayLike<number>, due: number): number[] =>
  [...Array.from(owners), due]
    .filter((second) => second !== NEVER && second > from && (to === NEVER || second < to))
    .sort((left, right) => left - right);
