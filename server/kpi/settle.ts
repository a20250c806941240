import { MIXED } from '../event/columns.ts';
import { BY_MOMENT, type Attribution } from './attribution.ts';
import type { Cuts } from './buckets.ts';
import type { ItemPass } from './item-pass.ts';
import type { Placings } from './placings.ts';
import { GREATEST, LEAST, stepIn } from './steps.ts';

/** Adds what was placed since the last time to sums, people and lists. */
export const settle = (pass: ItemPass): void => {
  settleMoments(pass, pass.moments);
  settleMoments(pass, pass.leftOut);
  settlePlacings(pass);
};

/** `found`: the moments of a pass, or those that it leaves out. */
export const settleMoments = (pass: ItemPass, found: Placings): void => {
  if (found.length === 0) return;
  locate(found, pass.cuts);
  settleLocated(pass, found);
};

/** The same where the period that holds each is known. */
export const settleLocated = (pass: ItemPass, found: Placings): void => {
  const { attribution, filter, hours, reads } = pass;
  if (hours !== null) {
    stand(found, attribution);
    for (const test of filter.moments) if (test.keep === undefined) test.mark(found);
    // Whoever bore such a thing at other hours belongs to the people of those.
    hours.mark(found);
    pass.bearers?.addAll(found, hours.lane);
    for (const test of filter.moments) test.keep?.(found, hours.lane);
  } else if (filter.moments.length > 0 || reads?.needStretches === true || !attributeRows(found, attribution)) {
    stand(found, attribution);
    for (const test of filter.moments) test.mark(found);
  }
  add(pass, found, found.second);
};

export const settlePlacings = (pass: ItemPass): void => {
  const { placings: found } = pass;
  if (found.length === 0) return;
  attribute(found, pass.attribution);
  if (pass.hours !== null) {
    pass.hours.mark(found);
    pass.bearers?.addAll(found, pass.hours.lane);
  }
  add(pass, found, found.instant);
};

/** What counts, in cells and scopes that are known. */
export const settleGiven = (pass: ItemPass, found: Placings): void => {
  if (found.length > 0) add(pass, found, found.instant, true);
};

/** The period that holds each. */
const locate = ({ cell: cellOf, length, second: seconds }: Placings, { boundSteps, cells }: Cuts): void => {
  const { at: bounds, table, base, shift } = boundSteps;
  // Neighbours often lie in the same cell: the next is looked up where one does not.
  let [cell, low, high] = [-1, 0, 0];
  for (let index = 0; index < length; index += 1) {
    const second = seconds[index] ?? 0;
    if (second < low || second >= high) {
      const step = stepIn(bounds, table, base, shift, second);
      cell = step < 0 ? -1 : (cells[step] ?? -1);
      low = step < 0 ? LEAST : (bounds[step] ?? LEAST);
      high = step + 1 === bounds.length ? GREATEST : (bounds[step + 1] ?? GREATEST);
    }
    cellOf[index] = cell;
  }
};

/** The stretch that each stood in, and whose it was. */
const stand = (found: Placings, attribution: Attribution): void => {
  const { starts, froms, teams, teamScopes } = attribution.lookups;
  const { length, row: rows, second: seconds, stretch: stretches, team } = found;
  for (let index = 0; index < length; index += 1) {
    const row = rows[index] ?? 0;
    const second = seconds[index] ?? 0;
    const first = starts[row] ?? 0;
    let stretch = (starts[row + 1] ?? first + 1) - 1;
    while (stretch > first && (froms[stretch] ?? 0) > second) stretch -= 1;
    stretches[index] = stretch;
    const code = teams[stretch] ?? -1;
    team[index] = code >= 0 ? (teamScopes[code] ?? -1) : attribution.teamScope(stretch, second);
  }
  if (attribution.lookups.asksServices) serve(found, attribution);
};

/**
 * Whose each was, where nobody asks for its stretch: most never changed hands, so that one code tells it. False, and
 * nothing done, where that was not noted.
 */
const attributeRows = (found: Placings, attribution: Attribution): boolean => {
  const { asksServices, rowTeams, rowServices, serviceScopes, teamScopes } = attribution.lookups;
  if (rowTeams === null || rowServices === null) return false;
  const { length, row: rows, second: seconds, service, team } = found;
  for (let index = 0; index < length; index += 1) {
    const code = rowTeams[rows[index] ?? 0] ?? MIXED;
    team[index] = code >= 0 ? (teamScopes[code] ?? -1) : teamScopeAt(attribution, rows[index] ?? 0, seconds[index] ?? 0);
  }
  if (asksServices)
    for (let index = 0; index < length; index += 1) {
      const row = rows[index] ?? 0;
      const code = rowServices[row] ?? MIXED;
      service[index] = code >= 0 ? (serviceScopes[code] ?? -1) : serviceScopeAt(attribution, row, seconds[index] ?? 0);
    }
  return true;
};

const teamScopeAt = (attribution: Attribution, row: number, second: number): number => {
  const always = attribution.teamScopeOf(row);
  return always === BY_MOMENT ? attribution.teamScope(attribution.stretchAt(row, second), second) : always;
};

const serviceScopeAt = (attribution: Attribution, row: number, second: number): number => {
  const always = attribution.serviceScopeOf(row);
  return always === BY_MOMENT ? attribution.serviceScope(attribution.stretchAt(row, second)) : always;
};

/** `shown`: the instants of lists. */
const add = (pass: ItemPass, found: Placings, shown: Int32Array, isCounted = found === pass.moments): void => {
  const { bearers, keepsEntries, reads, sums } = pass;
  reads?.value?.(found, found.value);
  reads?.beside?.(found, found.beside);
  sums?.add(found, isCounted);
  if (pass.hours === null) bearers?.addAll(found);
  if (keepsEntries) pass.entries.addAll(found, shown);
  found.length = 0;
};

/** The scopes of each, where they are not given. */
const attribute = (found: Placings, attribution: Attribution): void => {
  const { length, second, stretch: stretches, team } = found;
  const { teams, teamScopes, asksServices } = attribution.lookups;
  for (let index = 0; index < length; index += 1) {
    const stretch = stretches[index] ?? -1;
    if (stretch < 0) continue;
    const code = teams[stretch] ?? -1;
    team[index] = code >= 0 ? (teamScopes[code] ?? -1) : attribution.teamScope(stretch, second[index] ?? 0);
  }
  if (asksServices) serve(found, attribution);
};

const serve = ({ length, service, stretch: stretches }: Placings, attribution: Attribution): void => {
  for (let index = 0; index < length; index += 1) {
    const stretch = stretches[index] ?? -1;
    service[index] = stretch < 0 ? -1 : attribution.serviceScope(stretch);
  }
};
