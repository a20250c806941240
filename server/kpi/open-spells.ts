import { NEVER } from '../event/columns.ts';
import { STATES } from '../event/kinds.ts';
import { isOpenState } from '../event/states.ts';
import { AT_ONCE as ROWS_AT_ONCE, eachRange } from './each-range.ts';
import { instantsNamed, type ItemPass } from './item-pass.ts';
import type { Kpi } from './kpi.ts';
import { AT_ONCE } from './placings.ts';
import { GREATEST, LEAST, stepIn } from './steps.ts';
import { passes } from './where.ts';

/** A bit for each of STATES. */
const OPEN_STATES = STATES.reduce((bits, state, index) => (isOpenState(state) ? bits | (1 << index) : bits), 0);

/** Whether a state, by its index into STATES, is one in the queue. No state (-1) is not. */
export const isOpenAt = (state: number): boolean => ((OPEN_STATES >>> state) & 1) === 1;

/** Runs of as-of moments, from the `first` to the `last` by their index, over which an open item stays where it is; many at once. */
export class Spells {
  length = 0;
  readonly row = new Int32Array(AT_ONCE);
  readonly stretch = new Int32Array(AT_ONCE);
  /** Index into STATES. */
  readonly state = new Int8Array(AT_ONCE);
  /** When the item was first opened, in seconds. */
  readonly opened = new Int32Array(AT_ONCE);
  readonly first = new Int32Array(AT_ONCE);
  readonly last = new Int32Array(AT_ONCE);
  /** Scope indexes, -1 for none. */
  readonly team = new Int32Array(AT_ONCE);
  readonly service = new Int32Array(AT_ONCE);
}

/** What passes over the same scopes and periods of the same world have found, by what they looked for. */
export type FoundBefore = Map<string, readonly Spells[]>;

/** Those that stay open for longer are found again by each. */
const MOST_KEPT = 1024;

/** What a KPI looks for in the items that stand open: the same for all that look alike. Null where it looks for something else. */
export const openAlike = ({ isPersonal, measure, where }: Pick<Kpi, 'isPersonal' | 'measure' | 'where'>): string | null =>
  measure.type === 'age' || (measure.type === 'depth' && !measure.growth)
    ? JSON.stringify([measure.of, isPersonal, where])
    : null;

/**
 * Finds the items open as of each period's end: in an open state just before it, so that what closes
 * at that very instant belongs to the next period, as its closure does. What was found before is not looked for again.
 */
export const eachOpen = (pass: ItemPass, visit: (spells: Spells) => void): void => {
  const key = pass.before === null ? null : openAlike(pass.kpi);
  const known = key === null ? undefined : pass.before?.get(key);
  if (known !== undefined) {
    known.forEach(visit);
    return;
  }
  const finder = new Finder(pass, visit, key !== null);
  const openings = instantsNamed(pass.columns, 'opened');
  eachRange(pass.ranges, (first, end) => {
    finder.openOf(candidatesIn(pass, first, end), openings);
  });
  const kept = finder.end();
  if (key !== null && kept !== null) pass.before?.set(key, kept);
};

/** Rows that may be open as of some moment, and the first moment after their beginning. */
const ROWS = new Int32Array(ROWS_AT_ONCE);
const NEXT = new Int32Array(ROWS_AT_ONCE);

/** How many there are. Names are local, because this runs for every row. */
const candidatesIn = ({ columns, cuts, filter }: ItemPass, firstRow: number, endRow: number): number => {
  const { stretchStart, stretchFrom, stretchState } = columns;
  const { at: asOf, table, base, shift } = cuts.asOfSteps;
  const { rows } = filter;
  const moments = asOf.length;
  let found = 0;
  // Neighbours often begin between the same two moments: those are looked up when they are others.
  let [next, low, high] = [0, 0, 0];
  let end = stretchStart[firstRow] ?? 0;
  for (let row = firstRow; row < endRow; row += 1) {
    const begin = end;
    end = stretchStart[row + 1] ?? 0;
    if (rows !== null && rows[row] === 0) continue;
    const last = end - 1;
    if (last < begin) continue;
    const from = stretchFrom[begin] ?? 0;
    if (from < low || from >= high) {
      next = stepIn(asOf, table, base, shift, from) + 1;
      low = next === 0 ? LEAST : (asOf[next - 1] ?? LEAST);
      high = next === moments ? GREATEST : (asOf[next] ?? GREATEST);
    }
    // Most items begin and end between two moments.
    if (next === moments) continue;
    if ((stretchFrom[last] ?? 0) < high && ((OPEN_STATES >>> (stretchState[last] ?? -1)) & 1) === 0) continue;
    ROWS[found] = row;
    NEXT[found] = next;
    found += 1;
  }
  return found;
};

/** A class, so that what runs for every candidate is compiled once. */
class Finder {
  readonly #pass: ItemPass;
  readonly #visit: (spells: Spells) => void;
  #spells = new Spells();
  /** Null where nobody else looks for the same, or they are too many. */
  #kept: Spells[] | null;

  constructor(pass: ItemPass, visit: (spells: Spells) => void, isKept: boolean) {
    this.#pass = pass;
    this.#visit = visit;
    this.#kept = isKept ? [] : null;
  }

  /** The first so many of the candidates. */
  openOf(candidates: number, openings: Int32Array): void {
    const { attribution, columns, cuts, filter } = this.#pass;
    const { stretchStart, stretchFrom, stretchTo, stretchState } = columns;
    const { teams, teamScopes, asksServices } = attribution.lookups;
    const { at: asOf, table, base, shift } = cuts.asOfSteps;
    const hasMoments = filter.moments.length > 0;
    let spells = this.#spells;
    for (let candidate = 0; candidate < candidates; candidate += 1) {
      const row = ROWS[candidate] ?? 0;
      const begin = stretchStart[row] ?? 0;
      const end = stretchStart[row + 1] ?? 0;
      const opening = openings[row] ?? NEVER;
      const since = opening === NEVER ? (stretchFrom[begin] ?? 0) : opening;
      let first = NEXT[candidate] ?? 0;
      for (let stretch = begin; stretch < end; stretch += 1) {
        const from = stretchFrom[stretch] ?? 0;
        // Most stretches begin and end between two moments.
        if ((asOf[first] ?? 0) <= from) first = stepIn(asOf, table, base, shift, from) + 1;
        if (first === asOf.length) break;
        const state = stretchState[stretch] ?? -1;
        if (((OPEN_STATES >>> state) & 1) === 0) continue;
        const to = stretchTo[stretch] ?? NEVER;
        if (to !== NEVER && (asOf[first] ?? 0) > to) continue;
        const last = to === NEVER ? asOf.length - 1 : stepIn(asOf, table, base, shift, to);
        const code = teams[stretch] ?? -1;
        if (hasMoments || (code < 0 && !attribution.isSteady(stretch))) {
          this.#addEach(row, stretch, state, since, first, last);
          spells = this.#spells;
          continue;
        }
        if (spells.length === AT_ONCE) {
          this.#hand();
          spells = this.#spells;
        }
        const index = spells.length;
        spells.row[index] = row;
        spells.stretch[index] = stretch;
        spells.state[index] = state;
        spells.opened[index] = since;
        spells.first[index] = first;
        spells.last[index] = last;
        spells.team[index] = code >= 0 ? (teamScopes[code] ?? -1) : attribution.teamScope(stretch, (asOf[first] ?? 0) - 1);
        spells.service[index] = asksServices ? attribution.serviceScope(stretch) : -1;
        spells.length = index + 1;
      }
    }
  }

  /** One by one, where it depends on the moment whether it counts, or for whom. */
  #addEach(row: number, stretch: number, state: number, opened: number, from: number, to: number): void {
    const { attribution, cuts, filter } = this.#pass;
    for (let moment = from; moment <= to; moment += 1) {
      const second = (cuts.asOf[moment] ?? 0) - 1;
      if (!passes(filter, row, stretch, second, opened)) continue;
      if (this.#spells.length === AT_ONCE) this.#hand();
      const spells = this.#spells;
      const index = spells.length;
      spells.row[index] = row;
      spells.stretch[index] = stretch;
      spells.state[index] = state;
      spells.opened[index] = opened;
      spells.first[index] = spells.last[index] = moment;
      spells.team[index] = attribution.teamScope(stretch, second);
      spells.service[index] = attribution.serviceScope(stretch);
      spells.length = index + 1;
    }
  }

  #hand(): void {
    this.#visit(this.#spells);
    if (this.#kept !== null && this.#kept.length === MOST_KEPT) this.#kept = null;
    if (this.#kept === null) this.#spells.length = 0;
    else {
      this.#kept.push(this.#spells);
      this.#spells = new Spells();
    }
  }

  /** Hands over the rest; what was kept is all there is. */
  end(): readonly Spells[] | null {
    this.#hand();
    return this.#kept;
  }
}
