import type { Period } from '../time/period.ts';
import type { ScopeTable } from './attribution.ts';
import type { Bearers } from './bearers.ts';
import type { KnownGroups } from './known-groups.ts';
import { mayBeLeft } from './privacy-groups.ts';
import { MixedTable, rowOf } from './privacy-mixed.ts';
import { isWithin, weeksOf, type Spans } from './privacy-spans.ts';

/**
 * Days of which nothing may be told by hours, because a number over all hours taken from it would leave a few: a team
 * that alone works at night is told as a whole by the month, and that less the organisation's nights is whoever of it
 * was on call by day. So is a week that a month's bound cuts, each side of which is told as a whole.
 */
export const hoursThatLeaveFew = (
  table: ScopeTable,
  { all, parts }: Spans,
  bearers: Bearers,
  apart: readonly number[],
  groups: KnownGroups,
  atAllHours: Uint8Array,
  byHours: Uint8Array,
): Pick<Period, 'firstDay' | 'endDay'>[] => {
  const isHidden = (buckets: Uint8Array, scope: number, period: number): boolean => buckets[scope * all.length + period] === 1;
  const found: Pick<Period, 'firstDay' | 'endDay'>[] = [];
  all.forEach((month, index) => {
    const weeks = weeksOf(parts[index] ?? [], all).map((pieces) => ({
      pieces,
      isTold: apart.every((lanes) => mayBeLeft(bearers.sizeOf(pieces, lanes))),
    }));
    if (month.grain !== 'month' || weeks.length === 0) return;
    for (const { pieces, isTold } of weeks) {
      const [first, last] = [all[pieces[0] ?? 0], all[pieces.at(-1) ?? 0]];
      if (isTold && leavesFewOfWeek(bearers, pieces, apart) && first !== undefined && last !== undefined)
        found.push({ firstDay: first.firstDay, endDay: last.endDay });
    }
    // Of a month in which teams are not told a spread may still tell them by the quarter, any of them.
    const isSilent = isHidden(atAllHours, table.organisation, index);
    const isFree = (scope: number): boolean => scope >= 0 && !isHidden(byHours, scope, index);
    const { present } = groups.of(bearers, index);
    if ([...table.teams.values()].every((team) => present[team] === 0 || isFree(team))) return;

    const columns = weeks.flatMap(({ pieces, isTold }) =>
      pieces
        .filter((piece) => isWithin(all[piece], month))
        .flatMap((piece) =>
          (isTold ? apart : [EVERY_HOUR]).map((lanes, hours) => ({ piece, lanes, hours: isTold ? hours : -1 })),
        ),
    );
    const mixed = new MixedTable(columns.length);
    const free = new Set<number>();
    columns.forEach(({ piece, lanes }, column) => {
      const { person, service, team } = bearers.among([piece], lanes);
      person.forEach((who, role) => {
        const [ofTeam, ofService] = [team[role] ?? -1, service[role] ?? -1];
        const row = rowOf(table, (scope) => !isSilent && isHidden(atAllHours, scope, index), ofTeam, ofService);
        if (isFree(ofTeam) || isFree(ofService)) free.add(row);
        mixed.add(column, row, who);
      });
    });
    const ofHours = apart.map((_, hours) =>
      columns.reduce((sum, own, column) => (own.hours === hours ? sum | (1 << column) : sum), 0),
    );
    if (!mixed.isSafe((row) => (free.has(row) ? ofHours : []))) found.push(month);
  });
  return found;
};

const EVERY_HOUR = -1;

/** Of a week that is told by hours and cut in pieces told at all hours: whether few are left of some hours of one and others of another. */
const leavesFewOfWeek = (bearers: Bearers, pieces: readonly number[], apart: readonly number[]): boolean => {
  if (pieces.length < 2 || pieces.every((piece) => apart.every((lanes) => mayBeLeft(bearers.sizeOf([piece], lanes)))))
    return false;
  const mixed = new MixedTable(apart.length);
  pieces.forEach((piece) => {
    apart.forEach((lanes, column) => {
      bearers.among([piece], lanes).person.forEach((who) => mixed.add(column, piece, who));
    });
  });
  return !mixed.isSafe();
};
