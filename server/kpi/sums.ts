import type { UidHashes } from '../event/uid-hash.ts';
import type { ScopeTable } from './attribution.ts';
import { cellsIn, type Cuts } from './buckets.ts';
import { EntryHash, LANES, hashEntries, highOfReason, lowOfReason, printed } from './list-hash.ts';
import { AT_ONCE, type Placings } from './placings.ts';
import { addLanes, addTo, count, isNothing, slotsOf, total } from './slots.ts';
import { ValueLog, type SortedValues, type ValueRoom, type Values } from './value-log.ts';

/** Of what is being added, which is used up before anything else is. */
const SLOTS = new Int32Array(AT_ONCE);
const LANES_OF = new Int32Array(AT_ONCE * LANES);

const NOTHING = new Int32Array(0);

/** What a measure needs of a bucket beside how many were counted, their sum, and how many were left out why. */
export interface Needs {
  /** The counted values themselves. */
  readonly values?: boolean;
  /** What is noted beside each counted value: added up, or itself. */
  readonly beside?: 'total' | 'values';
  /** The earliest instant of what was left out as of a moment. */
  readonly oldest?: boolean;
}

/** What of several columns a bucket is made of; one that is used again for the next. */
export interface Found {
  count: number;
  /** Of the counted values: exact for whole numbers. */
  total: number;
  besideTotal: number;
  /** Seconds; Infinity where nothing was. */
  oldest: number;
}

/** Where values may be written by whoever counts them, too. */
export interface Room extends ValueRoom {
  /** By slot. */
  readonly counts: Int32Array;
}

/** Sums of some rows, before what is differences is added up. */
export interface SumsPart {
  readonly counts: Int32Array;
  readonly totals: Float64Array;
  readonly lanes: Int32Array;
  readonly besides: Float64Array | null;
  readonly left: readonly { readonly reason: string; readonly counts: Int32Array }[];
  readonly hasRanges: boolean;
}

/**
 * What a pass finds, added up as it is found: nothing is kept for each row but the values of measures
 * that need them. A slot is a cell in a scope; one more scope takes what is in none that was asked
 * for, so that the organisation is the sum of all teams and is not counted by itself.
 */
export class Sums {
  readonly #cuts: Cuts;
  /** Scopes from this one on are not added up: their part of the organisation is. */
  readonly #asked: number;
  readonly #hasServices: boolean;
  /** Of uids; null where lists are not hashed. */
  readonly #hashes: UidHashes | null;
  readonly #reasons: readonly string[];
  readonly #width: number;
  readonly #elsewhere: number;
  readonly #organisation: number;
  readonly #teams: readonly number[];
  readonly #counts: Int32Array;
  readonly #totals: Float64Array;
  readonly #lanes: Int32Array;
  readonly #entry = new EntryHash();
  readonly #besides: Float64Array | null;
  readonly #oldest: Float64Array | null;
  /** By reason; the first, which stands for "counted", is empty. */
  readonly #left: Int32Array[] = [NOTHING];
  readonly #lowOfReason: number[] = [0];
  readonly #highOfReason: number[] = [0];
  #values: ValueLog | null;
  #besideValues: ValueLog | null;
  /** As-of slots hold differences: what began in them less what was over by then. */
  #hasRanges = false;
  #sorted: SortedValues | null = null;
  #sortedBesides: SortedValues | null = null;

  /**
   * `organisation`: its scope, where it is the sum of teams; -1 where it is not asked for, or a scope like any other.
   * `hashes`: of uids, to hash lists with; null where nobody asks for that.
   */
  constructor(
    cuts: Cuts,
    table: ScopeTable,
    organisation: number,
    needs: Needs,
    hashes: UidHashes | null,
    reasons: readonly string[],
  ) {
    this.#cuts = cuts;
    this.#hashes = hashes;
    this.#reasons = reasons;
    this.#width = cellsIn(cuts);
    const whole = organisation < table.asked ? organisation : -1;
    this.#organisation = whole;
    this.#asked = table.asked;
    this.#hasServices = [...table.services.values()].some((scope) => scope < table.asked);
    this.#elsewhere = whole >= 0 ? table.asked : -1;
    this.#teams = whole >= 0 ? [...[...table.teams.values()].filter((scope) => scope < table.asked), this.#elsewhere] : [];
    const slots = (table.asked + 1) * this.#width;
    this.#counts = new Int32Array(slots);
    this.#totals = new Float64Array(slots);
    this.#lanes = new Int32Array(hashes === null ? 0 : slots * LANES);
    this.#besides = needs.beside === 'total' ? new Float64Array(slots) : null;
    this.#oldest = needs.oldest === true ? new Float64Array(slots).fill(Number.POSITIVE_INFINITY) : null;
    this.#values = needs.values === true ? new ValueLog() : null;
    this.#besideValues = needs.beside === 'values' ? new ValueLog() : null;
  }

  /** Adds what was found, located and attributed. `isCounted`: none of it is left out. */
  add(found: Placings, isCounted: boolean): void {
    const { length, reason: reasons } = found;
    if (!isCounted)
      for (let index = 0; index < length; index += 1)
        if ((reasons[index] ?? 0) >= this.#left.length) this.#makeRoom(reasons[index] ?? 0);
    if (this.#hashes !== null) hashEntries(found, this.#hashes, isCounted, this.#lowOfReason, this.#highOfReason, LANES_OF);
    this.#addIn(found, found.team, this.#elsewhere, isCounted);
    if (this.#hasServices) this.#addIn(found, found.service, -1, isCounted);
  }

  /** In the scope of each; `elsewhere` for those that have none. */
  #addIn(found: Placings, scopes: Int32Array, elsewhere: number, isCounted: boolean): void {
    const { cell, length, reason, value } = found;
    const slots = SLOTS;
    slotsOf(cell, length, scopes, elsewhere, this.#asked, this.#width, slots);
    if (this.#hashes !== null) addLanes(slots, length, LANES_OF, this.#lanes);
    // From here on, slots are those of what counts.
    if (!isCounted) this.#leave(slots, length, reason);
    count(slots, length, this.#counts);
    // Values that are kept are summed when they are sorted.
    if (this.#values === null) total(this.#totals, slots, value, length);
    else this.#values.addAll(slots, value, length);
    if (this.#besideValues !== null) this.#besideValues.addAll(slots, found.beside, length);
    if (this.#besides !== null) total(this.#besides, slots, found.beside, length);
  }

  /**
   * Where the slots of each of these scopes begin, for whoever adds values by themselves (`roomFor`); -1 for those of which
   * nothing is added. Null where there is more to add than values.
   */
  slotStarts(scopes: Int32Array): Int32Array | null {
    if (this.#values === null || this.#besideValues !== null || this.#besides !== null) return null;
    if (this.#hashes !== null || this.#hasServices) return null;
    return scopes.map((scope) => {
      const own = scope < 0 || scope >= this.#asked ? this.#elsewhere : scope;
      return own < 0 ? -1 : own * this.#width;
    });
  }

  /** Room for as many whole values, each with its slot; null once there was a value that is not whole. */
  roomFor(length: number): Room | null {
    const room = this.#values?.roomFor(length) ?? null;
    return room === null ? null : { ...room, counts: this.#counts };
  }

  /** So many were written into the room that was given last, and counted. */
  addWritten(length: number): void {
    this.#values?.wrote(length);
  }

  #leave(slots: Int32Array, length: number, reason: Uint8Array): void {
    for (let index = 0; index < length; index += 1) {
      const slot = slots[index] ?? -1;
      const why = reason[index] ?? 0;
      if (slot < 0 || why === 0) continue;
      const column = this.#left[why];
      if (column !== undefined) column[slot] = (column[slot] ?? 0) + 1;
      slots[index] = -1;
    }
  }

  /** The same as of several moments, from as-of second `first` to `last`: by their index. `at` is when it began. */
  stand(
    row: number,
    first: number,
    last: number,
    team: number,
    service: number,
    at: number,
    value: number,
    reason: number,
    beside: number,
  ): void {
    const own = team < 0 || team >= this.#asked ? this.#elsewhere : team;
    const other = service >= this.#asked ? -1 : service;
    if (own < 0 && other < 0) return;
    this.#hasRanges = true;
    if (reason >= this.#left.length) this.#makeRoom(reason);
    if (this.#hashes !== null) this.#hash(this.#hashes, row, value, reason);
    if (own >= 0) this.#standIn(own, first, last, at, value, reason, beside);
    if (other >= 0) this.#standIn(other, first, last, at, value, reason, beside);
  }

  #standIn(scope: number, first: number, last: number, at: number, value: number, reason: number, beside: number): void {
    const start = scope * this.#width + this.#cuts.bounds.length;
    const from = start + first;
    const until = start + last + 1;
    const ends = last + 1 < this.#cuts.asOf.length;
    if (this.#hashes !== null) {
      this.#entry.addTo(this.#lanes, from * LANES);
      if (ends) this.#entry.takeFrom(this.#lanes, until * LANES);
    }
    const counts = reason === 0 ? this.#counts : (this.#left[reason] ?? this.#counts);
    counts[from] = (counts[from] ?? 0) + 1;
    if (ends) counts[until] = (counts[until] ?? 0) - 1;
    if (reason !== 0) {
      const oldest = this.#oldest;
      if (oldest !== null) for (let slot = from; slot < until; slot += 1) if (at < (oldest[slot] ?? at)) oldest[slot] = at;
      return;
    }
    this.#totals[from] = (this.#totals[from] ?? 0) + value;
    if (ends) this.#totals[until] = (this.#totals[until] ?? 0) - value;
    const besides = this.#besides;
    if (besides === null || beside === 0) return;
    besides[from] = (besides[from] ?? 0) + beside;
    if (ends) besides[until] = (besides[until] ?? 0) - beside;
  }

  /** Hashes what is about to be added. */
  #hash(hashes: UidHashes, row: number, value: number, reason: number): void {
    const high = hashes.high[row] ?? 0;
    const low = hashes.low[row] ?? 0;
    if (reason === 0) this.#entry.ofValue(high, low, value);
    else this.#entry.ofWords(high, low, this.#lowOfReason[reason] ?? 0, this.#highOfReason[reason] ?? 0);
  }

  /** For reasons that were never met before. */
  #makeRoom(reason: number): void {
    for (let next = this.#left.length; next <= reason; next += 1) {
      this.#left.push(new Int32Array(this.#counts.length));
      this.#lowOfReason.push(lowOfReason(this.#reasons[next] ?? ''));
      this.#highOfReason.push(highOfReason(this.#reasons[next] ?? ''));
    }
  }

  /** What was found so far, where no values are kept. */
  get part(): SumsPart {
    const left = this.#left.slice(1).map((counts, index) => ({ reason: this.#reasons[index + 1] ?? '', counts }));
    const [counts, totals, lanes, besides, hasRanges] = [this.#counts, this.#totals, this.#lanes, this.#besides, this.#hasRanges];
    return { counts, totals, lanes, besides, left, hasRanges };
  }

  /** Adds what a pass of the same kind found in other rows. `indexOf`: of a reason. */
  take({ counts, totals, lanes, besides, left, hasRanges }: SumsPart, indexOf: (reason: string) => number): void {
    addTo(this.#counts, counts);
    addTo(this.#totals, totals);
    addTo(this.#lanes, lanes);
    if (this.#besides !== null && besides !== null) addTo(this.#besides, besides);
    for (const { reason, counts: own } of left) {
      const index = indexOf(reason);
      if (index >= this.#left.length) this.#makeRoom(index);
      addTo(this.#left[index] ?? own, own);
    }
    this.#hasRanges ||= hasRanges;
  }

  /** To be called once, when all is found. */
  close(): void {
    // Of reasons that were never met nobody need look at anything.
    this.#left.forEach((column, reason) => {
      if (isNothing(column)) this.#left[reason] = NOTHING;
    });
    const columns = [this.#counts, this.#totals, this.#besides, ...this.#left.filter((column) => column !== NOTHING)];
    // Values are sorted by the slots they were found in, before those of the organisation are added.
    this.#sorted = this.#values?.sorted(this.#counts) ?? null;
    this.#sortedBesides = this.#besideValues?.sorted(this.#counts) ?? null;
    this.#sorted?.addTo(this.#totals);
    this.#values = this.#besideValues = null;
    if (this.#hasRanges) {
      for (const column of columns) if (column !== null) this.#addUp(column, 1);
      if (this.#hashes !== null) this.#addUp(this.#lanes, LANES);
    }
    for (const column of columns) if (column !== null) this.#addTeams(column, 1);
    if (this.#hashes !== null) this.#addTeams(this.#lanes, LANES);
    this.#leastOfTeams();
  }

  /** Gives the values back: hashes may be asked for later. */
  release(): void {
    this.#sorted?.release();
    this.#sortedBesides?.release();
    this.#sorted = this.#sortedBesides = null;
  }

  /** Makes of differences what they are of. */
  #addUp(column: Int32Array | Float64Array, lanes: number): void {
    const { bounds, asOf } = this.#cuts;
    for (let start = 0; start < this.#counts.length; start += this.#width) {
      const first = (start + bounds.length) * lanes;
      const end = first + asOf.length * lanes;
      for (let at = first + lanes; at < end; at += 1) column[at] = (column[at] ?? 0) + (column[at - lanes] ?? 0);
    }
  }

  #addTeams(column: Int32Array | Float64Array, lanes: number): void {
    const width = this.#width * lanes;
    const into = this.#organisation * width;
    for (const team of this.#teams) {
      const from = team * width;
      for (let at = 0; at < width; at += 1) column[into + at] = (column[into + at] ?? 0) + (column[from + at] ?? 0);
    }
  }

  #leastOfTeams(): void {
    const oldest = this.#oldest;
    if (oldest === null) return;
    const into = this.#organisation * this.#width;
    for (const team of this.#teams) {
      const from = team * this.#width;
      for (let at = 0; at < this.#width; at += 1)
        oldest[into + at] = Math.min(oldest[into + at] ?? Infinity, oldest[from + at] ?? Infinity);
    }
  }

  /** The numbers of a scope and period, put into `found`. */
  read(scope: number, period: number, found: Found): void {
    found.count = this.#sumOf(this.#counts, scope, period);
    found.total = this.#sumOf(this.#totals, scope, period);
    found.besideTotal = this.#besides === null ? 0 : this.#sumOf(this.#besides, scope, period);
    found.oldest = this.#oldest?.[scope * this.#width + this.#asOfCell(period)] ?? Number.POSITIVE_INFINITY;
  }

  /** How many of a scope and period were left out for a reason. */
  leftOut(scope: number, period: number, reason: number): number {
    const column = this.#left[reason];
    return column === undefined || column === NOTHING ? 0 : this.#sumOf(column, scope, period);
  }

  /** The hash of the list of a scope and period, where lists are hashed. */
  hashOf(scope: number, period: number): string {
    const lanes = new Int32Array(LANES);
    let count = this.#sumOf(this.#counts, scope, period);
    for (let reason = 1; reason < this.#left.length; reason += 1) count += this.leftOut(scope, period, reason);
    this.#eachSlot(scope, period, (slot) => {
      for (let lane = 0; lane < LANES; lane += 1) lanes[lane] = (lanes[lane] ?? 0) + (this.#lanes[slot * LANES + lane] ?? 0);
    });
    return printed(count, lanes);
  }

  /** Counted values of a scope and period in no order, to be changed at will until the next are asked for. */
  values(scope: number, period: number): Values {
    return this.#gathered(this.#sorted, scope, period);
  }

  /** What was noted beside them. */
  besideValues(scope: number, period: number): Values {
    return this.#gathered(this.#sortedBesides, scope, period);
  }

  #gathered(sorted: SortedValues | null, scope: number, period: number): Values {
    if (sorted === null) return new Float64Array(0);
    if (scope !== this.#organisation) {
      const slot = this.#onlySlot(sorted, scope * this.#width, period);
      if (slot >= 0) return sorted.of(slot);
    }
    sorted.begin();
    for (const each of scope === this.#organisation ? this.#teams : [scope]) {
      const start = each * this.#width;
      sorted.take(start + (this.#cuts.firstCell[period] ?? 0), start + (this.#cuts.endCell[period] ?? 0));
      for (const cell of [this.#asOfCell(period), this.#ownCell(period)]) sorted.take(start + cell, start + cell + 1);
    }
    return sorted.taken();
  }

  /** The only slot in which a scope and period may have values; -1 where there are several. */
  #onlySlot(sorted: SortedValues, start: number, period: number): number {
    const [first, end] = [start + (this.#cuts.firstCell[period] ?? 0), start + (this.#cuts.endCell[period] ?? 0)];
    const [asOf, own] = [start + this.#asOfCell(period), start + this.#ownCell(period)];
    const besides = sorted.lengthOf(asOf, asOf + 1) + sorted.lengthOf(own, own + 1);
    if (besides === 0) return end - first === 1 ? first : -1;
    return besides === sorted.lengthOf(asOf, asOf + 1) && sorted.lengthOf(first, end) === 0 ? asOf : -1;
  }

  #sumOf(column: Int32Array | Float64Array, scope: number, period: number): number {
    const start = scope * this.#width;
    const end = start + (this.#cuts.endCell[period] ?? 0);
    let sum = (column[start + this.#asOfCell(period)] ?? 0) + (column[start + this.#ownCell(period)] ?? 0);
    for (let slot = start + (this.#cuts.firstCell[period] ?? 0); slot < end; slot += 1) sum += column[slot] ?? 0;
    return sum;
  }

  #eachSlot(scope: number, period: number, visit: (slot: number) => void): void {
    const start = scope * this.#width;
    const end = start + (this.#cuts.endCell[period] ?? 0);
    for (let slot = start + (this.#cuts.firstCell[period] ?? 0); slot < end; slot += 1) visit(slot);
    visit(start + this.#asOfCell(period));
    visit(start + this.#ownCell(period));
  }

  #asOfCell(period: number): number {
    return this.#cuts.bounds.length + (this.#cuts.asOfCellOfPeriod[period] ?? 0);
  }

  #ownCell(period: number): number {
    return this.#cuts.bounds.length + this.#cuts.asOf.length + period;
  }
}
