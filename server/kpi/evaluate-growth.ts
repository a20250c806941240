import { NEVER } from '../event/columns.ts';
import { STATES } from '../event/kinds.ts';
import { isOpenState } from '../event/states.ts';
import type { Movement } from './beside.ts';
import { at, cellAt, periodCell } from './buckets.ts';
import { some, type ItemMeasure, type ItemPass } from './item-pass.ts';
import { sumOf } from './summary.ts';
import { passes } from './where.ts';

/** Where an item stands between two changes. Scope indexes, -1 for none. */
interface Standing {
  readonly isOpen: boolean;
  readonly isCancelled: boolean;
  /** In the queue that is measured: open, and all conditions hold. */
  readonly isIn: boolean;
  readonly team: number;
  readonly service: number;
}

const NOWHERE: Standing = { isOpen: false, isCancelled: false, isIn: false, team: -1, service: -1 };

/** By index into STATES. */
const IS_OPEN = STATES.map((state) => isOpenState(state));
const CANCELLED = STATES.indexOf('cancelled');

/** What each movement does to the queue. */
const STEP: Readonly<Record<Movement, 1 | -1>> = {
  arrived: 1,
  reopened: 1,
  'moved in': 1,
  closed: -1,
  cancelled: -1,
  'moved out': -1,
};

/**
 * By how many the queue grew: in every scope exactly the depth at the period's end less that at its
 * start, because both ask the same of an item just before an instant. An item came into a scope's queue
 * (+1) where it was opened or reopened, or moved in with its team, its service or its service's owner,
 * or as a condition began to hold; it left (-1) the other way round. The list holds every item that
 * came or went, each with what is left of it: one that did both nets to 0, and stays listed, because
 * the movements beside the value count it. Scopes do not add up: what moves between teams moves in
 * neither of the organisation's. Entries are placed by scope, in the place of the team's.
 */
export const growthMeasure = (organisation: number): ItemMeasure => {
  const movements = new Map<number, Record<Movement, number>>();
  return {
    isPlacedByScope: true,
    collect(pass) {
      const { cuts, entries, filter } = pass;
      const periods = cuts.periods.length;
      const nets = new Map<number, { value: number; last: number }>();
      for (const row of pass.order) {
        if (filter.rows !== null && filter.rows[row] === 0) continue;
        nets.clear();
        eachMove(pass, row, organisation, (scope, movement, second) => {
          const cell = second > pass.now ? -1 : cellAt(cuts, second);
          if (cell < 0) return;
          for (const period of cuts.list.subarray(cuts.listStart[cell], cuts.listStart[cell + 1])) {
            const bucket = scope * periods + period;
            nets.set(bucket, { value: (nets.get(bucket)?.value ?? 0) + STEP[movement], last: second });
            const counts = movements.get(bucket) ?? noMovements();
            counts[movement] += 1;
            movements.set(bucket, counts);
          }
        });
        for (const [bucket, { value, last }] of nets)
          entries.push(row, periodCell(cuts, bucket % periods), Math.floor(bucket / periods), -1, last, value, 0);
      }
    },
    finish: (_pass, { index, sorted }) => some(sumOf(sorted), movements.get(index) ?? noMovements()),
  };
};

const noMovements = (): Record<Movement, number> => ({
  arrived: 0,
  reopened: 0,
  'moved in': 0,
  closed: 0,
  cancelled: 0,
  'moved out': 0,
});

/** Calls back for each time that an item comes into the queue of a scope or leaves it, in the order of time. */
const eachMove = (
  pass: ItemPass,
  row: number,
  organisation: number,
  visit: (scope: number, movement: Movement, second: number) => void,
): void => {
  const { stretchStart, stretchFrom, stretchTo } = pass.columns;
  const standingOf = standingReader(pass, row);
  let was = NOWHERE;
  let hasBeenOpen = false;
  const become = (now: Standing, second: number): void => {
    const into = was.isOpen ? 'moved in' : hasBeenOpen ? 'reopened' : 'arrived';
    const out = now.isOpen ? 'moved out' : now.isCancelled ? 'cancelled' : 'closed';
    const places = [
      [organisation, organisation],
      [was.team, now.team],
      [was.service, now.service],
    ] as const;
    for (const [left, entered] of places) {
      if (left === entered && was.isIn === now.isIn) continue;
      if (was.isIn && left >= 0) visit(left, out, second);
      if (now.isIn && entered >= 0) visit(entered, into, second);
    }
    hasBeenOpen ||= now.isOpen;
    was = now;
  };
  const first = stretchStart[row] ?? 0;
  const end = stretchStart[row + 1] ?? first;
  for (let stretch = first; stretch < end; stretch += 1) {
    const to = stretchTo[stretch] ?? NEVER;
    for (const second of changesWithin(pass, row, stretch)) become(standingOf(stretch, second), second);
    // Nothing is known of a gap between two stretches, nor of what follows the last that ended.
    if (to !== NEVER && (stretch + 1 === end || (stretchFrom[stretch + 1] ?? to) > to)) become(NOWHERE, to);
  }
};

/** The seconds of a stretch from which an answer may differ: its start, new owners of its service, and its due time. */
const changesWithin = ({ attribution, columns }: ItemPass, row: number, stretch: number): number[] => {
  const from = columns.stretchFrom[stretch] ?? 0;
  const to = columns.stretchTo[stretch] ?? NEVER;
  const owners = attribution.ownersSince(stretch);
  const due = at(columns.instants['due'], row);
  // Most items are of services that never changed hands, and not due.
  if (owners.length < 2 && due === NEVER) return [from];
  const within = [...Array.from(owners), due].filter((second) => second > from && (to === NEVER || second < to));
  return [from, ...within.sort((left, right) => left - right)];
};

const standingReader = (
  { attribution, columns, filter }: ItemPass,
  row: number,
): ((stretch: number, second: number) => Standing) => {
  const opened = at(columns.instants['opened'], row);
  const first = columns.stretchStart[row] ?? 0;
  const since = opened === NEVER ? (columns.stretchFrom[first] ?? 0) : opened;
  return (stretch, second) => {
    const state = columns.stretchState[stretch] ?? -1;
    const isOpen = IS_OPEN[state] === true;
    return {
      isOpen,
      isCancelled: state === CANCELLED,
      isIn: isOpen && passes(filter, row, stretch, second, since),
      team: attribution.teamScope(stretch, second),
      service: attribution.serviceScope(stretch),
    };
  };
};
