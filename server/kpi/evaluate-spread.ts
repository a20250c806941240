import { KINDS, type KindShape } from '../event/kinds.ts';
import { textAt } from '../event/links.ts';
import { gini, giniByChance } from '../stats/gini.ts';
import { NEVER } from '../event/columns.ts';
import { cellAt } from './buckets.ts';
import { eachRange } from './each-range.ts';
import { instantReader, none, place, reasonIndex, some, type ItemMeasure } from './item-pass.ts';
import type { Measure } from './kpi.ts';
import type { Rotation } from './rotation.ts';
import { passes } from './where.ts';

type Spread = Extract<Measure, { type: 'spread' }>;

/**
 * How evenly items fell on the people of a rotation, those included on whom none fell: the population
 * Gini coefficient of items a head, or the share of whoever had most. Beside it stand how many people
 * there were, items a head, the Gini of their time on call, and what chance alone would give if each
 * item could have fallen on anyone. Whoever bore an item without being in the rotation counts, too. No
 * names, here or in the evidence.
 */
export const spreadMeasure = (measure: Spread, rotation: Rotation): ItemMeasure => ({
  // Whom it fell on is told by the items themselves.
  needsMembers: true,
  needs: {},

  collect(pass) {
    const { columns, filter, kpi } = pass;
    const shape: KindShape = KINDS[columns.kind];
    const countedIn = instantReader(pass, kpi.countedIn ?? shape.countedIn);
    const cancelled = instantReader(pass, 'cancelled');
    const people = columns.codes[measure.across];
    eachRange(pass.ranges, (firstRow, endRow) => {
      for (let row = firstRow; row < endRow; row += 1) {
        if (filter.rows !== null && filter.rows[row] === 0) continue;
        const second = countedIn(row);
        const cell = second === NEVER ? -1 : cellAt(pass.cuts, second);
        if (cell < 0) continue;
        const stretch = pass.attribution.stretchAt(row, second);
        if (!passes(filter, row, stretch, second)) continue;
        const why = cancelled(row) !== NEVER ? 'cancelled' : textAt(people, row) === null ? 'nobody named' : null;
        const reason = why === null ? 0 : reasonIndex(pass, why);
        place(pass, row, cell, stretch, second, second, why === null ? 1 : Number.NaN, reason);
      }
    });
  },

  finish(pass, bucket) {
    const { columns, entries } = pass;
    const onCall = rotation.peopleOf(bucket.index);
    const borne = new Map<string, number>([...onCall.keys()].map((person) => [person, 0]));
    let items = 0;
    for (const entry of bucket.members()) {
      const person = textAt(columns.codes[measure.across], entries.row[entry] ?? 0);
      if (entries.reason[entry] !== 0 || person === null) continue;
      borne.set(person, (borne.get(person) ?? 0) + 1);
      items += 1;
    }
    if (items === 0) return none('none to measure', { people: borne.size });
    const counts = [...borne.values()];
    const topShare = counts.reduce((most, own) => Math.max(most, own), 0) / items;
    const also = {
      people: borne.size,
      'per head': items / borne.size,
      'time on call': gini([...borne.keys()].map((person) => onCall.get(person) ?? 0)),
      'equal chance': giniByChance(items, borne.size),
    };
    return measure.statistic === 'top share' ? some(topShare, also) : some(gini(counts), { ...also, 'top share': topShare });
  },
});
