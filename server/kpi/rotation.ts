import type { ScopeTable } from './attribution.ts';
import { lowerBound, type Cuts } from './buckets.ts';
import { eachSpell } from './on-call-time.ts';
import { PairIndex } from './pair-index.ts';
import { People } from './people.ts';
import type { World } from './world.ts';

/** Who is in a rotation by (scope, period) bucket. */
export interface Rotation {
  /** The numbering of its people. */
  readonly people: People;
  sizeOf(bucket: number): number;
  /** Calls back for each of them with the seconds they were on call. */
  eachOf(bucket: number, visit: (person: number, seconds: number) => void): void;
}

export const NO_ROTATION: Rotation = { people: new People(), sizeOf: () => 0, eachOf: () => undefined };

/**
 * Everyone whose membership shares a moment with the period; where nobody has one, everyone with a shift
 * in it. Seconds on call are those of shifts, clipped to the period and to now. Of quarters alone,
 * because no other spread is shown.
 */
export const rotationOf = (world: World, table: ScopeTable, cuts: Cuts, people: People): Rotation => {
  const members = spellsBy(world, 'membership', table, cuts, people);
  const onCall = spellsBy(world, 'shift', table, cuts, people);
  const listOf = (bucket: number): Spells => (members.sizeOf(bucket) > 0 ? members : onCall);
  return {
    people,
    sizeOf: (bucket) => listOf(bucket).sizeOf(bucket),
    eachOf(bucket, visit) {
      listOf(bucket).eachOf(bucket, (person) => {
        visit(person, onCall.secondsOf(bucket, person));
      });
    },
  };
};

const spellsBy = (world: World, kind: 'shift' | 'membership', table: ScopeTable, cuts: Cuts, people: People): Spells => {
  const { list, listStart, periods } = cuts;
  const isQuarter = Uint8Array.from(periods, ({ grain }) => (grain === 'quarter' ? 1 : 0));
  const spells = new Spells();
  eachSpell(world, kind, table, cuts, people, (cell, seconds, team, service, person) => {
    if (person < 0) return;
    for (let index = listStart[cell] ?? 0; index < (listStart[cell + 1] ?? 0); index += 1) {
      const period = list[index] ?? 0;
      if (isQuarter[period] === 0) continue;
      if (table.organisation >= 0) spells.add(table.organisation * periods.length + period, person, seconds);
      if (team >= 0) spells.add(team * periods.length + period, person, seconds);
      if (service >= 0) spells.add(service * periods.length + period, person, seconds);
    }
  });
  spells.close(table.scopes.length * periods.length);
  return spells;
};

/** People by bucket, each with a sum of seconds. */
class Spells {
  /** Bucket and person. */
  readonly #pairs = new PairIndex();
  #seconds = new Float64Array(0);
  /** Pairs of a bucket are `order[start[bucket]]` to `order[start[bucket + 1]]`. */
  #start = new Int32Array(0);
  #order = new Int32Array(0);

  add(bucket: number, person: number, seconds: number): void {
    const pair = this.#pairs.numberOf(bucket, person);
    if (pair >= this.#seconds.length) {
      const more = new Float64Array(this.#pairs.first.length);
      more.set(this.#seconds);
      this.#seconds = more;
    }
    this.#seconds[pair] = (this.#seconds[pair] ?? 0) + seconds;
  }

  /** To be called once, when all are added. */
  close(buckets: number): void {
    const first = this.#pairs.first.subarray(0, this.#pairs.length);
    this.#order = first.map((_, pair) => pair).sort((one, other) => (first[one] ?? 0) - (first[other] ?? 0));
    const sorted = this.#order.map((pair) => first[pair] ?? 0);
    this.#start = Int32Array.from({ length: buckets + 1 }, (_, bucket) => lowerBound(sorted, bucket));
  }

  sizeOf(bucket: number): number {
    return (this.#start[bucket + 1] ?? 0) - (this.#start[bucket] ?? 0);
  }

  eachOf(bucket: number, visit: (person: number) => void): void {
    for (const pair of this.#order.subarray(this.#start[bucket], this.#start[bucket + 1])) visit(this.#pairs.second[pair] ?? 0);
  }

  secondsOf(bucket: number, person: number): number {
    return this.#seconds[this.#pairs.find(bucket, person)] ?? 0;
  }
}
