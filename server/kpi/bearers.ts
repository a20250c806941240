import { cellsIn, type Cuts } from './buckets.ts';
import { PairIndex } from './pair-index.ts';
import type { People, PersonColumn } from './people.ts';
import type { Placings } from './placings.ts';
import { isGroup, type Group } from './privacy-groups.ts';

const WORD = 32;
/** Roles that there is room for at first. */
const START = 1024;

/** Those of whom numbers speak, by the periods that they do so in. */
export interface Borne {
  /** How many different people some periods speak of: whether it is a group is all that is asked, so they are counted up to one. */
  sizeOf(periods: readonly number[]): number;
  /** A bit for each of those whom some periods speak of: the same for the same people in the same places. */
  bitsOf(periods: readonly number[]): Int32Array;
  /** Who they are, and where. */
  among(periods: readonly number[]): Group;
  /** How many people some periods and some others, of the same hours or of others, both speak of in the same place, up to a group. */
  sharedBy(one: readonly number[], other: readonly number[], at?: Borne): number;
  /** Whether hours are told apart. */
  readonly isByHours: boolean;
  /** Of some classes of hours alone. */
  during(lanes: number): Borne;
}

/** All classes of hours. */
const EVERY = -1;

/** Whom some rows speak of, and when: a bit for each role in each cell. Roles by number. */
export interface BearersPart {
  readonly words: number;
  readonly bits: Int32Array;
  readonly team: Int32Array;
  readonly service: Int32Array;
  readonly person: Int32Array;
}

/**
 * Everyone the numbers speak of, by the periods that they do so in. A role is one person in one team's and
 * one service's scope; for each cell of time there is a bit for every role, because people are many times
 * in the same place and only that they were there matters.
 */
export class Bearers implements Borne {
  readonly #cuts: Cuts;
  /** Cells of time are kept apart by the class of the hour, where that is asked about: so many lanes a cell. */
  readonly #lanes: number;
  readonly #people: People;
  readonly #person: PersonColumn;
  /** Team and service; place and person. */
  readonly #places = new PairIndex();
  readonly #roles = new PairIndex();
  /** The place that was met last. */
  #team = -1;
  #service = -1;
  #place = 0;
  /** By person: the role in which they were met last, or -1. */
  #last = new Int32Array(0);
  /** Words of a cell's bits. */
  #words = START / WORD;
  #bits: Int32Array;
  /** Of what is asked about. */
  #found = new Int32Array(0);
  /** By person: the question in which they were counted last. */
  #counted = new Int32Array(0);
  #question = 0;

  /** `person`: whom the rows of a pass speak of. */
  constructor(cuts: Cuts, people: People, person: PersonColumn, lanes = 1) {
    this.#cuts = cuts;
    this.#lanes = lanes;
    this.#people = people;
    this.#person = person;
    this.#bits = new Int32Array(cellsIn(cuts) * lanes * this.#words);
    this.#place = this.#places.numberOf(this.#team, this.#service);
  }

  /** The person of a row; scope indexes or -1. */
  addRow(row: number, cell: number, team: number, service: number, lane = 0): void {
    const person = this.#person.at(row);
    if (person >= 0) this.add(cell, team, service, person, lane);
  }

  /** All that count; `lane`: the class of the hour of each, where they are kept apart. */
  addAll({ length, row, cell, team, service, reason }: Placings, lane: Uint8Array | null = null): void {
    const lanes = this.#lanes;
    const { codes, numbers } = this.#person;
    for (let index = 0; index < length;) {
      // Names are local as long as nothing is new.
      const [ownTeam, ownService, place] = [this.#team, this.#service, this.#place];
      const [last, places, bits, words] = [this.#last, this.#roles.first, this.#bits, this.#words];
      for (; index < length; index += 1) {
        const own = cell[index] ?? -1;
        if (own < 0 || reason[index] !== 0) continue;
        if (team[index] !== ownTeam || service[index] !== ownService) break;
        const code = codes[row[index] ?? 0] ?? -1;
        const person = code < 0 ? -1 : (numbers[code] ?? -1);
        if (person < 0 || person >= last.length) break;
        const role = last[person] ?? -1;
        if (role < 0 || places[role] !== place) break;
        const at = lane === null ? own * lanes : own * lanes + (lane[index] ?? 0);
        const word = at * words + (role >>> 5);
        bits[word] = (bits[word] ?? 0) | (1 << (role & 31));
      }
      if (index === length) break;
      const one = cell[index] ?? -1;
      if (one >= 0) this.addRow(row[index] ?? 0, one, team[index] ?? -1, service[index] ?? -1, lane?.[index] ?? 0);
      index += 1;
    }
  }

  add(cell: number, team: number, service: number, person: number, lane = 0): void {
    if (team !== this.#team || service !== this.#service) {
      this.#team = team;
      this.#service = service;
      this.#place = this.#places.numberOf(team, service);
    }
    if (person >= this.#last.length) this.#remember(person);
    // Most people stay where they are.
    let role = this.#last[person] ?? -1;
    if (role < 0 || this.#roles.first[role] !== this.#place) {
      role = this.#roles.numberOf(this.#place, person);
      this.#last[person] = role;
    }
    if (role >= this.#words * WORD) this.#widen();
    const word = (cell * this.#lanes + lane) * this.#words + (role >>> 5);
    this.#bits[word] = (this.#bits[word] ?? 0) | (1 << (role & 31));
  }

  get part(): BearersPart {
    const { length } = this.#roles;
    const places = this.#roles.first.subarray(0, length);
    return {
      words: this.#words,
      bits: this.#bits,
      team: places.map((place) => this.#places.first[place] ?? -1),
      service: places.map((place) => this.#places.second[place] ?? -1),
      person: this.#roles.second.slice(0, length),
    };
  }

  /** Adds whom other rows of the same columns speak of. */
  take({ words, bits, team, service, person }: BearersPart): void {
    const roles = person.map((who, role) =>
      this.#roles.numberOf(this.#places.numberOf(team[role] ?? -1, service[role] ?? -1), who),
    );
    while (this.#roles.length > this.#words * WORD) this.#widen();
    // Where parts begin with the same people, as those on call are, roles have the same numbers.
    const isNumberedAlike = words <= this.#words && roles.every((role, index) => role === index);
    for (let at = 0; at < bits.length; at += 1) {
      let left = bits[at] ?? 0;
      if (left === 0) continue;
      const cell = Math.floor(at / words);
      const word = at - cell * words;
      const start = cell * this.#words;
      if (isNumberedAlike) this.#bits[start + word] = (this.#bits[start + word] ?? 0) | left;
      else
        for (; left !== 0; left &= left - 1) {
          const role = roles[word * WORD + lowestBit(left)] ?? 0;
          this.#bits[start + (role >>> 5)] = (this.#bits[start + (role >>> 5)] ?? 0) | (1 << (role & 31));
        }
    }
  }

  #remember(person: number): void {
    const last = new Int32Array(Math.max(START, 2 * person)).fill(-1);
    last.set(this.#last);
    this.#last = last;
  }

  #widen(): void {
    const [cells, narrow] = [cellsIn(this.#cuts) * this.#lanes, this.#words];
    const bits = new Int32Array(cells * narrow * 2);
    for (let cell = 0; cell < cells; cell += 1)
      bits.set(this.#bits.subarray(cell * narrow, (cell + 1) * narrow), cell * narrow * 2);
    this.#bits = bits;
    this.#words = narrow * 2;
  }

  sizeOf(periods: readonly number[], lanes = EVERY): number {
    return this.#peopleIn(this.#rolesOf(periods, lanes));
  }

  bitsOf(periods: readonly number[], lanes = EVERY): Int32Array {
    return this.#rolesOf(periods, lanes).slice();
  }

  among(periods: readonly number[], lanes = EVERY): Group {
    const found = this.#rolesOf(periods, lanes);
    let length = 0;
    const roles = new Int32Array(this.#roles.length);
    for (let word = 0; word < found.length; word += 1) {
      for (let left = found[word] ?? 0; left !== 0; left &= left - 1) {
        roles[length] = word * WORD + lowestBit(left);
        length += 1;
      }
    }
    const group: Group = {
      people: this.#people.length,
      team: new Int32Array(length),
      service: new Int32Array(length),
      person: new Int32Array(length),
    };
    for (let index = 0; index < length; index += 1) {
      const role = roles[index] ?? 0;
      const place = this.#roles.first[role] ?? 0;
      group.team[index] = this.#places.first[place] ?? -1;
      group.service[index] = this.#places.second[place] ?? -1;
      group.person[index] = this.#roles.second[role] ?? 0;
    }
    return group;
  }

  sharedBy(one: readonly number[], other: readonly number[], at: Borne = this, lanes = EVERY): number {
    const first = at.bitsOf(other);
    const found = this.#rolesOf(one, lanes);
    for (let word = 0; word < found.length; word += 1) found[word] = (found[word] ?? 0) & (first[word] ?? 0);
    return this.#peopleIn(found);
  }

  get isByHours(): boolean {
    return this.#lanes > 1;
  }

  during(lanes: number): Borne {
    const own: Borne = {
      sizeOf: (periods) => this.sizeOf(periods, lanes),
      bitsOf: (periods) => this.bitsOf(periods, lanes),
      among: (periods) => this.among(periods, lanes),
      sharedBy: (one, other, at = own) => this.sharedBy(one, other, at, lanes),
      isByHours: this.isByHours,
      during: (some) => this.during(lanes & some),
    };
    return own;
  }

  #peopleIn(found: Int32Array): number {
    if (this.#counted.length < this.#people.length) this.#counted = new Int32Array(this.#people.length);
    this.#question += 1;
    let size = 0;
    for (let word = 0; word < found.length; word += 1) {
      for (let left = found[word] ?? 0; left !== 0; left &= left - 1) {
        const person = this.#roles.second[word * WORD + lowestBit(left)] ?? 0;
        if (this.#counted[person] === this.#question) continue;
        this.#counted[person] = this.#question;
        size += 1;
        if (isGroup(size)) return size;
      }
    }
    return size;
  }

  /** A bit for each role that some periods speak of. */
  #rolesOf(periods: readonly number[], lanes: number): Int32Array {
    if (this.#found.length !== this.#words) this.#found = new Int32Array(this.#words);
    else this.#found.fill(0);
    const { asOf, asOfCellOfPeriod, bounds, endCell, firstCell } = this.#cuts;
    for (const period of periods) {
      for (let cell = firstCell[period] ?? 0; cell < (endCell[period] ?? 0); cell += 1) this.#take(cell, lanes);
      this.#take(bounds.length + (asOfCellOfPeriod[period] ?? 0), lanes);
      this.#take(bounds.length + asOf.length + period, lanes);
    }
    return this.#found;
  }

  #take(cell: number, lanes: number): void {
    const [found, bits, words] = [this.#found, this.#bits, this.#words];
    for (let lane = 0; lane < this.#lanes; lane += 1) {
      if ((lanes & (1 << lane)) === 0) continue;
      const start = (cell * this.#lanes + lane) * words;
      for (let word = 0; word < words; word += 1) found[word] = (found[word] ?? 0) | (bits[start + word] ?? 0);
    }
  }
}

const lowestBit = (word: number): number => 31 - Math.clz32(word & -word);
