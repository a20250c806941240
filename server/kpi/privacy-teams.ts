import type { ScopeTable } from './attribution.ts';
import type { Borne } from './bearers.ts';
import { isGroup, type Group } from './privacy-groups.ts';
import { MixedTable, rowBeyond, rowOf } from './privacy-mixed.ts';

/** Days, or some hours of them, of which the organisation is told as one. */
export interface ToldDays {
  readonly days: readonly number[];
  /** Whoever was there at these hours. */
  readonly bearers: Borne;
  /** Days of the same week, of which the organisation is told at these hours with the others alone, and at all hours by themselves. */
  readonly beyond?: readonly number[] | undefined;
}

/** Whether teams may be told over some days together, where the organisation is told of each of these parts of them. */
export const mayTellTeams = (table: ScopeTable, within: Uint8Array, told: readonly ToldDays[]): boolean => {
  const met = told.filter(({ days, bearers }) => bearers.sizeOf(days) > 0);
  const columns = inseparable(met);
  // Mostly the same people are there throughout.
  if (columns.length < 2) return true;
  // Each such week by itself: what it leaves there makes up for nobody where another is taken.
  const weeks = new Set([undefined, ...met.map(({ beyond }) => beyond)]);
  return [...weeks].every((week) => isSafe(table, within, columns, week));
};

const isSafe = (
  table: ScopeTable,
  within: Uint8Array,
  columns: readonly (readonly ToldDays[])[],
  week: readonly number[] | undefined,
): boolean => {
  const mixed = new MixedTable(columns.length);
  const add = (column: number, { person, service, team }: Group, rowIn: (team: number, service: number) => number): void => {
    person.forEach((who, role) => {
      mixed.add(column, rowIn(team[role] ?? -1, service[role] ?? -1), who);
    });
  };
  columns.forEach((parts, column) => {
    for (const { days, bearers, beyond } of parts) {
      add(column, bearers.among(days), (team, service) => rowOf(table, (scope) => within[scope] === 1, team, service));
      if (week !== undefined && beyond === week)
        add(column, bearers.among(week), (team, service) => rowBeyond(table, team, service));
    }
  });
  return mixed.isSafe();
};

/** Whether a group was there both times, in the same places: it is left of the one or of the other, whatever is taken from what. */
const areAlike = (one: ToldDays, other: ToldDays): boolean => isGroup(one.bearers.sharedBy(one.days, other.days, other.bearers));

/** What need not be looked at apart, because where it is parted a group is left. */
const inseparable = (told: readonly ToldDays[]): readonly ToldDays[][] => {
  let columns: ToldDays[][] = [];
  for (const own of told) {
    // Most share a group with what was before them.
    const [first = [], ...others] = columns.filter((column) => column.findLast((other) => areAlike(other, own)) !== undefined);
    if (first.length === 0) columns.push(first);
    first.push(...others.flat(), own);
    columns = columns.filter((column) => !others.includes(column));
  }
  return columns;
};
