import { KINDS, type KindShape } from '../event/kinds.ts';
import { gini, giniByChance } from '../stats/gini.ts';
import { NEVER, type ItemColumns } from '../event/columns.ts';
import { eachRange } from './each-range.ts';
import { instantReader, none, placeAt, reasonIndex, some, type ItemMeasure } from './item-pass.ts';
import type { Measure } from './kpi.ts';
import type { Rotation } from './rotation.ts';

type Spread = Extract<Measure, { type: 'spread' }>;

/**
 * How evenly items fell on the people of a rotation, those included on whom none fell: the population
 * Gini coefficient of items a head, or the share of whoever had most. Beside it stand how many people
 * there were, items a head, the Gini of their time on call, and what chance alone would give if each
 * item could have fallen on anyone. Whoever bore an item without being in the rotation counts, too. No
 * names, here or in the evidence.
 */
export const spreadMeasure = (measure: Spread, columns: ItemColumns, rotation: Rotation): ItemMeasure => {
  const persons = rotation.people.named(columns.codes[measure.across]);
  /** By person, -1 for those who do not belong; used again for each bucket. */
  const borne = new Int32Array(rotation.people.length).fill(-1);
  return {
    // Whom it fell on is told by the items themselves.
    needsMembers: true,
    needs: {},

    collect(pass) {
      const { filter, kpi } = pass;
      const shape: KindShape = KINDS[columns.kind];
      const countedIn = instantReader(pass, kpi.countedIn ?? shape.countedIn);
      const cancelled = instantReader(pass, 'cancelled');
      eachRange(pass.ranges, (firstRow, endRow) => {
        for (let row = firstRow; row < endRow; row += 1) {
          if (filter.rows !== null && filter.rows[row] === 0) continue;
          const second = countedIn(row);
          if (second === NEVER) continue;
          const why = cancelled(row) !== NEVER ? 'cancelled' : persons.at(row) < 0 ? 'nobody named' : null;
          const reason = why === null ? 0 : reasonIndex(pass, why);
          placeAt(pass, row, second, why === null ? 1 : Number.NaN, reason);
        }
      });
    },

    finish({ entries }, bucket) {
      const people: number[] = [];
      const timeOnCall: number[] = [];
      const join = (person: number, seconds: number): void => {
        people.push(person);
        timeOnCall.push(seconds);
        borne[person] = 0;
      };
      rotation.eachOf(bucket.index, join);
      let items = 0;
      for (const entry of bucket.members()) {
        const person = entries.reason[entry] === 0 ? persons.at(entries.row[entry] ?? 0) : -1;
        if (person < 0) continue;
        if (borne[person] === -1) join(person, 0);
        borne[person] = (borne[person] ?? 0) + 1;
        items += 1;
      }
      const counts = people.map((person) => borne[person] ?? 0);
      for (const person of people) borne[person] = -1;
      if (items === 0) return none('none to measure', { people: people.length });
      const topShare = counts.reduce((most, own) => Math.max(most, own), 0) / items;
      const also = {
        people: people.length,
        'per head': items / people.length,
        'time on call': gini(timeOnCall),
        'equal chance': giniByChance(items, people.length),
      };
      return measure.statistic === 'top share' ? some(topShare, also) : some(gini(counts), { ...also, 'top share': topShare });
    },
  };
};
