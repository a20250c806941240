import type { ItemPass } from './item-pass.ts';
import { EntryHash, LANES } from './list-hash.ts';
import type { Placings } from './placings.ts';
import { stepIn } from './steps.ts';
import type { OpenSums } from './sums.ts';
import { holdAll } from './where.ts';

/** Where nothing is added up. */
const NOTHING_OPEN: OpenSums = {
  width: 0,
  elsewhere: -1,
  counts: new Int32Array(0),
  totals: new Float64Array(0),
  besides: null,
  values: null,
  besideValues: null,
  hashes: null,
  entry: new EntryHash(),
  lanes: new Int32Array(0),
};

/** Adds what was placed since the last time to sums, people and lists. */
export const settle = (pass: ItemPass): void => {
  settleMoments(pass);
  settlePlacings(pass);
};

export const settleMoments = (pass: ItemPass): void => {
  if (pass.moments.length > 0) add(pass, pass.moments, false);
};

export const settlePlacings = (pass: ItemPass): void => {
  if (pass.placings.length > 0) add(pass, pass.placings, true);
};

/**
 * Finds where each stood, and adds it up: one loop whose names are all local, because it runs for every row of
 * millions. `isLocated`: cell and stretch are given.
 */
const add = (pass: ItemPass, found: Placings, isLocated: boolean): void => {
  const { attribution, bearers, cuts, entries, filter, keepsEntries, reads, sums } = pass;
  const { length, row: rows, cell: givenCells, stretch: givenStretches, second: seconds } = found;
  const { instant: instants, value: values, reason: reasons, beside: besides, team: givenTeams } = found;
  const { at: bounds, table, base, shift } = cuts.boundSteps;
  const { cells } = cuts;
  const { starts, froms, teams, teamScopes, asksServices } = attribution.lookups;
  const { moments: tests } = filter;
  const hasTests = !isLocated && tests.length > 0;
  const open = sums?.open ?? NOTHING_OPEN;
  const { counts, totals, values: valueLog, width, elsewhere, hashes } = open;
  found.length = 0;
  for (let index = 0; index < length; index += 1) {
    const row = rows[index] ?? 0;
    const second = seconds[index] ?? 0;
    let cell = givenCells[index] ?? -1;
    let stretch = givenStretches[index] ?? -1;
    if (!isLocated) {
      const step = stepIn(bounds, table, base, shift, second);
      cell = step < 0 ? -1 : (cells[step] ?? -1);
      if (cell < 0) continue;
      const first = starts[row] ?? 0;
      stretch = (starts[row + 1] ?? first + 1) - 1;
      while (stretch > first && (froms[stretch] ?? 0) > second) stretch -= 1;
      if (hasTests && !holdAll(tests, row, stretch, second, second)) continue;
    }
    let team = givenTeams[index] ?? -1;
    let service = -1;
    if (stretch >= 0) {
      const code = teams[stretch] ?? -1;
      team = code >= 0 ? (teamScopes[code] ?? -1) : attribution.teamScope(stretch, second);
      if (asksServices) service = attribution.serviceScope(stretch);
    }
    const reason = reasons[index] ?? 0;
    let value = values[index] ?? 0;
    let beside = besides[index] ?? 0;
    if (reads !== null && reason === 0) {
      if (reads.value !== null) value = reads.value(row, stretch, second);
      if (reads.beside !== null) beside = reads.beside(row, stretch, second);
    }
    const scope = team < 0 ? elsewhere : team;
    const own = scope < 0 ? -1 : scope * width + cell;
    const other = service < 0 ? -1 : service * width + cell;
    if (sums !== null && (own >= 0 || other >= 0)) {
      if (hashes !== null) sums.hash(hashes, row, value, reason);
      for (let slot = own >= 0 ? own : other; slot >= 0; slot = slot === own ? other : -1) {
        if (hashes !== null) open.entry.addTo(open.lanes, slot * LANES);
        if (reason !== 0) {
          sums.leave(slot, reason);
          continue;
        }
        counts[slot] = (counts[slot] ?? 0) + 1;
        totals[slot] = (totals[slot] ?? 0) + value;
        if (valueLog !== null) valueLog.push(slot, value);
        if (open.besides !== null) open.besides[slot] = (open.besides[slot] ?? 0) + beside;
        if (open.besideValues !== null) open.besideValues.push(slot, beside);
      }
    }
    if (bearers !== null && reason === 0) bearers.addRow(row, cell, team, service);
    if (keepsEntries) entries.push(row, cell, team, service, isLocated ? (instants[index] ?? 0) : second, value, reason, beside);
  }
};
