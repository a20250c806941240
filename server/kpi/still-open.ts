import { BY_MOMENT } from './attribution.ts';
import { firstAsOf } from './buckets.ts';
import { NEVER } from '../event/columns.ts';
import { placeStanding, standIn, type ItemPass } from './item-pass.ts';
import { passes } from './where.ts';

/** As of every moment after its start and up to `until` (NEVER: all later ones), where it stood then. */
export const stillOpen = (pass: ItemPass, row: number, start: number, until: number, reason: number): void => {
  const { attribution, columns, cuts, filter } = pass;
  const first = firstAsOf(cuts, start);
  const last = until === NEVER ? cuts.asOf.length - 1 : firstAsOf(cuts, until) - 1;
  if (last < first) return;
  if (filter.moments.length === 0) {
    const [team, service] = [attribution.teamScopeOf(row), attribution.serviceScopeOf(row)];
    if (team !== BY_MOMENT && service !== BY_MOMENT) {
      standIn(pass, row, first, last, team, service, start, Number.NaN, reason);
      return;
    }
  }
  const lastStretch = (columns.stretchStart[row + 1] ?? 0) - 1;
  for (let index = first; index <= last;) {
    const second = (cuts.asOf[index] ?? 0) - 1;
    const stretch = attribution.stretchAt(row, second);
    let end = index;
    if (filter.moments.length > 0) {
      if (!passes(filter, row, stretch, second, start)) {
        index += 1;
        continue;
      }
    } else if (attribution.isSteady(stretch)) {
      // The same stretch covers all moments up to the next one's beginning.
      end = stretch >= lastStretch ? last : Math.min(last, firstAsOf(cuts, columns.stretchFrom[stretch + 1] ?? 0) - 1);
    }
    placeStanding(pass, row, index, end, stretch, start, Number.NaN, reason);
    index = end + 1;
  }
};
