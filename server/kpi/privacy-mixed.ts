import type { ScopeTable } from './attribution.ts';
import { isGroup, mayBeLeft } from './privacy-groups.ts';

/**
 * Whom a mixed subtraction leaves. The organisation is told by the week (or by classes of hours), teams by the month (or by
 * all hours): where one team worked in all but one week and another in that week alone, the week less the one
 * team's month is a few of both. Parts of the same days are columns here, and rows what is told as a whole over
 * all of them: of a row either the people of some columns are left or those of all the others, whatever is taken
 * from what, unless all columns are taken alike. So however columns are cut in two, rows together must leave nobody or five.
 */
export class MixedTable {
  readonly #rows = new Map<number, Row>();
  readonly #columns: number;
  /** Columns with anybody in them. */
  #met = 0;

  /** Of more than 30 columns nothing is said to be safe. */
  constructor(columns: number) {
    this.#columns = columns;
  }

  add(column: number, row: number, person: number): void {
    let own = this.#rows.get(row);
    if (own === undefined) this.#rows.set(row, (own = { met: 0, columnsOf: new Map<number, number>() }));
    own.met |= 1 << column;
    this.#met |= 1 << column;
    own.columnsOf.set(person, (own.columnsOf.get(person) ?? 0) | (1 << column));
  }

  /** Whether nobody can be left but five or more. */
  isSafe(toldOf: (row: number) => ToldBy = () => ({ sets: [], beside: -1 })): boolean {
    if (this.#columns > MOST_COLUMNS) return false;
    const rows = this.#counted(toldOf);
    const together = this.#together(rows);
    const isApart = ({ row, told, columnsOf, met }: Counted): boolean => {
      if (told.sets.every((within) => mayBeLeft(peopleWithin(columnsOf, within)))) return false;
      const beside = rows.find((other) => other.row === told.beside && other.row !== row);
      return !told.sets.every((within) => {
        if ((met & within) === 0) return true;
        const both = (met | (beside?.met ?? 0)) & within;
        return (
          beside !== undefined && isGroup(peopleWithin(beside.columnsOf, within)) && together.some((part) => (both & ~part) === 0)
        );
      });
    };
    if (rows.some(isApart)) return false;
    if (together.length < 2) return true;
    if (together.length > MOST) return false;
    for (let cut = 1; cut < 1 << (together.length - 1); cut += 1) {
      const side = together.reduce((sum, own, at) => sum | ((cut >> at) & 1 ? own : 0), 0);
      let [left, isCut] = [0, false];
      for (const { met, people, told } of rows) {
        let own = 0;
        for (const within of told.sets.length === 0 ? ALL : told.sets) {
          if ((met & within & side) === 0 || (met & within & ~side) === 0) continue;
          isCut = true;
          own = Math.max(own, Math.min(mostIn(people, within & side), mostIn(people, within & ~side)));
        }
        left += own;
      }
      if (isCut && !isGroup(left)) return false;
    }
    return true;
  }

  /** Columns that no cut may part, because rows together would leave a group. */
  #together(rows: readonly Counted[]): number[] {
    let parts = Array.from({ length: this.#columns }, (_, column) => column).flatMap((column) =>
      (this.#met >> column) & 1 ? [1 << column] : [],
    );
    for (let one = 0; one < this.#columns; one += 1)
      for (let other = one + 1; other < this.#columns && parts.length > 1; other += 1) {
        const [first, second] = [one, other].map((column) => parts.find((part) => (part >> column) & 1));
        if (first === undefined || second === undefined || first === second) continue;
        const both = (1 << one) | (1 << other);
        const left = rows.reduce((sum, { people, told }) => {
          const isFree = told.sets.length > 0 && !told.sets.some((within) => (within & both) === both);
          return isFree ? sum : sum + Math.min(people[one] ?? 0, people[other] ?? 0);
        }, 0);
        if (isGroup(left)) parts = [...parts.filter((part) => part !== first && part !== second), first | second];
      }
    return parts;
  }

  /**
   * Rows with how many people each column has. Everybody counts in one row, because who is left in any is left: in that where
   * they are in most columns, in none where two are alike, so that no order of arrival changes anything.
   */
  #counted(toldOf: (row: number) => ToldBy): Counted[] {
    const rows = [...this.#rows].map(([row, { met, columnsOf }]) => ({
      met,
      columnsOf,
      row,
      told: toldOf(row),
      people: new Array<number>(this.#columns).fill(0),
    }));
    const best = new Map<number, number>();
    for (const { columnsOf } of rows)
      for (const [person, columns] of columnsOf) {
        const known = best.get(person) ?? 0;
        if (bitsIn(columns) > bitsIn(known) || (bitsIn(columns) === bitsIn(known) && columns > known)) best.set(person, columns);
      }
    const isTwice = new Set<number>();
    const counted = new Set<number>();
    for (const { columnsOf } of rows)
      for (const [person, columns] of columnsOf)
        if (columns === best.get(person)) (counted.has(person) ? isTwice : counted).add(person);
    for (const { columnsOf, people } of rows)
      for (const [person, columns] of columnsOf) {
        if (columns !== best.get(person) || isTwice.has(person)) continue;
        for (let column = 0; column < this.#columns; column += 1)
          if ((columns >> column) & 1) people[column] = (people[column] ?? 0) + 1;
      }
    return rows;
  }
}

interface Row {
  /** Columns in which somebody is. */
  met: number;
  /** By person. */
  readonly columnsOf: Map<number, number>;
}

/** How a row is told, beside as a whole. */
interface ToldBy {
  /** Sets of columns by which it is told, together with other rows of the same team. */
  readonly sets: readonly number[];
  /** That of these rows which is told in no other way: where it is left, it is a group that is. -1 for none. */
  readonly beside: number;
}

interface Counted {
  readonly met: number;
  readonly columnsOf: ReadonlyMap<number, number>;
  readonly row: number;
  readonly told: ToldBy;
  /** By column. */
  readonly people: readonly number[];
}

const peopleWithin = (columnsOf: ReadonlyMap<number, number>, within: number): number =>
  [...columnsOf.values()].filter((columns) => (columns & within) !== 0).length;

const bitsIn = (columns: number): number => {
  let count = 0;
  for (let left = columns; left !== 0; left &= left - 1) count += 1;
  return count;
};

const ALL: readonly number[] = [-1];
const MOST_COLUMNS = 30;
/** Cuts through more parts than this are not tried, and taken to leave somebody. */
const MOST = 10;

const mostIn = (people: readonly number[], columns: number): number =>
  people.reduce((most, own, column) => ((columns >> column) & 1 ? Math.max(most, own) : most), 0);

/** What is told as one: a visible team or all hidden ones, of a visible service or of all hidden ones. */
export const rowOf = ({ scopes }: ScopeTable, hidden: (scope: number) => boolean, team: number, service: number): number => {
  const shown = (scope: number): number => (scope < 0 || hidden(scope) ? 0 : scope + 1);
  return shown(team) * (scopes.length + 1) + shown(service);
};

/** A row of days beyond those that are looked at, by whatever may be told of teams there; none of `rowOf`, nor -1. */
export const rowBeyond = (table: ScopeTable, team: number, service: number): number =>
  -2 - rowOf(table, () => false, team, service);
