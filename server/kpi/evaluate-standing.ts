import { STATES } from '../event/kinds.ts';
import { judgedAt, none, some, type Bucket, type Finished, type ItemMeasure, type ItemPass } from './item-pass.ts';
import type { Measure } from './kpi.ts';
import { eachOpen, isOpenAt, type Spells } from './open-spells.ts';
import { AT_ONCE } from './placings.ts';
import { settleGiven } from './settle.ts';
import { summariesOf } from './summary.ts';

type Age = Extract<Measure, { type: 'age' }>;

const ON_HOLD = STATES.indexOf('on_hold');

/** How many are open; an empty queue is 0. Those on hold count, and are shown apart. */
export const depthMeasure = (): ItemMeasure => ({
  needs: { beside: 'total' },
  collect(pass) {
    eachOpen(pass, (spells) => {
      stand(pass, spells);
    });
  },
  finish: depthOf,
});

const depthOf: ItemMeasure['finish'] = (_pass, { count, besideTotal }) => some(count, { 'on hold': besideTotal });

/** Each as of all its moments. */
const stand = ({ bearers, cuts, entries, keepsEntries, sums }: ItemPass, spells: Spells): void => {
  const { row, state, opened, first, last, team, service, length } = spells;
  if (sums !== null)
    for (let index = 0; index < length; index += 1)
      sums.stand(
        row[index] ?? 0,
        first[index] ?? 0,
        last[index] ?? -1,
        team[index] ?? -1,
        service[index] ?? -1,
        opened[index] ?? 0,
        1,
        0,
        state[index] === ON_HOLD ? 1 : 0,
      );
  if (bearers === null && !keepsEntries) return;
  for (let index = 0; index < length; index += 1)
    for (let moment = first[index] ?? 0; moment <= (last[index] ?? -1); moment += 1) {
      const [own, cell, ofTeam, ofService] = [
        row[index] ?? 0,
        cuts.bounds.length + moment,
        team[index] ?? -1,
        service[index] ?? -1,
      ];
      bearers?.addRow(own, cell, ofTeam, ofService);
      if (keepsEntries) entries.push(own, cell, ofTeam, ofService, opened[index] ?? 0, 1, 0, state[index] === ON_HOLD ? 1 : 0);
    }
};

/** How long the open ones have been open, in seconds, since they were first (or last) opened. */
export const ageMeasure = (measure: Age, alsoShow: readonly string[]): ItemMeasure =>
  new AgeMeasure(measure.since === 'last opened', [measure.summarise, ...new Set(['p90', 'oldest', ...alsoShow])]);

class AgeMeasure implements ItemMeasure {
  readonly needs = { values: true };
  readonly #isSinceLast: boolean;
  /** What is shown, the value first. */
  readonly #names: readonly string[];

  constructor(isSinceLast: boolean, names: readonly string[]) {
    this.#isSinceLast = isSinceLast;
    this.#names = names;
  }

  collect(pass: ItemPass): void {
    const judged = Int32Array.from(pass.cuts.asOf, (moment) => judgedAt(pass, moment));
    eachOpen(pass, (spells) => {
      standFor(pass, spells, judged, this.#isSinceLast);
    });
  }

  finish(_pass: ItemPass, bucket: Bucket): Finished {
    const names = this.#names;
    const found = summariesOf(bucket.values(), names, bucket.total);
    const also: Record<string, number | null> = {};
    for (let index = 1; index < names.length; index += 1) also[names[index] ?? ''] = found[index] ?? null;
    return bucket.count === 0 ? none('none to measure', also) : some(found[0] ?? null, also);
  }
}

/** How long each had been open as of all its moments. `judged`: the second that each moment is judged by. */
const standFor = (pass: ItemPass, spells: Spells, judged: Int32Array, isSinceLast: boolean): void => {
  const { placings: found } = pass;
  const bounds = pass.cuts.bounds.length;
  for (let index = 0; index < spells.length; index += 1) {
    const row = spells.row[index] ?? 0;
    let since = spells.opened[index] ?? 0;
    if (isSinceLast) since = lastOpened(pass, row, spells.stretch[index] ?? 0, since);
    const last = spells.last[index] ?? -1;
    for (let moment = spells.first[index] ?? 0; moment <= last; moment += 1) {
      if (found.length === AT_ONCE) settleGiven(pass, found);
      const at = found.length;
      found.row[at] = row;
      found.cell[at] = bounds + moment;
      found.instant[at] = since;
      found.value[at] = (judged[moment] ?? 0) - since;
      found.beside[at] = 0;
      found.team[at] = spells.team[index] ?? -1;
      found.service[at] = spells.service[index] ?? -1;
      found.length = at + 1;
    }
  }
  settleGiven(pass, found);
};

/** When it was opened for the last time, of a row whose open stretch is known; `opened` where it never was closed. */
const lastOpened = ({ columns }: ItemPass, row: number, stretch: number, opened: number): number => {
  const { stretchFrom, stretchStart, stretchState } = columns;
  const begin = stretchStart[row] ?? 0;
  let start = stretch;
  while (start > begin && isOpenAt(stretchState[start - 1] ?? -1)) start -= 1;
  return start > begin ? (stretchFrom[start] ?? opened) : opened;
};
