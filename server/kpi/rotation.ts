import type { Cuts } from './buckets.ts';
import type { ScopeTable } from './attribution.ts';
import { eachSpell, type Spell } from './on-call-time.ts';
import type { World } from './world.ts';

/** Who is in a rotation by (scope, period) bucket, each with the seconds they were on call. */
export interface Rotation {
  peopleOf(bucket: number): ReadonlyMap<string, number>;
}

export const NO_ROTATION: Rotation = { peopleOf: () => new Map() };

/**
 * Everyone whose membership shares a moment with the period; where nobody has one, everyone with a shift
 * in it. Seconds on call are those of shifts, clipped to the period and to now. Of quarters alone,
 * because no other spread is shown.
 */
export const rotationOf = (world: World, table: ScopeTable, cuts: Cuts): Rotation => {
  const members = new Map<number, Map<string, number>>();
  const onCall = new Map<number, Map<string, number>>();
  for (const [kind, into] of [
    ['membership', members],
    ['shift', onCall],
  ] as const) {
    const add = ({ period, seconds, scopes, person }: Spell): void => {
      if (person === undefined) return;
      for (const scope of scopes) {
        if (scope < 0) continue;
        const bucket = scope * cuts.periods.length + period;
        let people = into.get(bucket);
        if (people === undefined) into.set(bucket, (people = new Map<string, number>()));
        people.set(person, (people.get(person) ?? 0) + seconds);
      }
    };
    eachSpell(world, kind, table, cuts, add, 'quarter');
  }
  return {
    peopleOf(bucket) {
      const shifts = onCall.get(bucket) ?? new Map<string, number>();
      const own = members.get(bucket);
      return own === undefined ? shifts : new Map([...own.keys()].map((person) => [person, shifts.get(person) ?? 0]));
    },
  };
};
