import type { SeriesColumns } from '../event/columns.ts';
import { hourClassOf, matchesDuring } from '../event/hours.ts';
import type { Organisation, Scope } from '../event/organisation.ts';
import { teamAt } from '../event/ownership.ts';
import type { Where } from './kpi.ts';
import { holidaysOf } from './local-clock.ts';
import { textTest } from './where.ts';

/** Row numbers of a series' columns, ascending. */
type Rows = Int32Array;

/** Which rows of a series' columns a scope has; undefined where it has none. */
export interface RowsByScope {
  rowsOf(scope: Scope): Rows | undefined;
  /** Where the dimensions of a row stand among all of the series, in ascending order of text. */
  rankOf(row: number): number;
}

/** `country=US,tier=gold` as a map. */
const dimensionsOf = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text === ''
      ? []
      : text.split(',').map((pair) => {
          const equals = pair.indexOf('=');
          return equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
        }),
  );

/**
 * The rows that conditions mean, by scope: all of them in the organisation; in a team's or service's
 * those with that `team` or `service` dimension, or whose service the team owned at the time.
 * Dimensions are read once for each code, and one pass then sorts all rows by team, another by service.
 */
export const rowsByScope = (columns: SeriesColumns, where: readonly Where[], organisation: Organisation): RowsByScope => {
  // A point without dimensions has those of '', whether its code says so or is "not set".
  const names = [...columns.dimensions.dictionary, ''];
  const dimensions = names.map(dimensionsOf);
  const codeOf = (row: number): number => {
    const code = columns.dimensions.codes[row] ?? -1;
    return code < 0 ? names.length - 1 : code;
  };
  const order = new Map([...new Set(names)].sort().map((name, rank) => [name, rank]));
  const ranks = Int32Array.from(names, (name) => order.get(name) ?? 0);
  const rows = meantRows(columns, where, organisation, dimensions, codeOf);
  const services = lazily(() => {
    const own = dimensions.map((each) => each.get('service'));
    return grouped(rows, (row) => own[codeOf(row)]);
  });
  const teams = lazily(() => grouped(rows, teamsOf(columns, organisation, dimensions, codeOf)));
  return {
    rowsOf(scope) {
      if (scope === 'organisation') return rows;
      const name = scope.slice(scope.indexOf(':') + 1);
      return (scope.startsWith('service:') ? services() : teams()).get(name);
    },
    rankOf: (row) => ranks[codeOf(row)] ?? 0,
  };
};

const lazily = <Value extends object>(make: () => Value): (() => Value) => {
  let made: Value | null = null;
  return () => (made ??= make());
};

const meantRows = (
  columns: SeriesColumns,
  where: readonly Where[],
  organisation: Organisation,
  dimensions: readonly ReadonlyMap<string, string>[],
  codeOf: (row: number) => number,
): Rows => {
  const tests = where.flatMap(({ field, condition }) =>
    condition.test === 'during' ? [] : [{ field, isMet: textTest(condition) }],
  );
  const isMeant = Uint8Array.from(dimensions, (own) =>
    tests.every(({ field, isMet }) => isMet(own.get(field) ?? null)) ? 1 : 0,
  );
  const isAtTime = hoursTest(where, organisation);
  const rows = new Int32Array(columns.at.length);
  let count = 0;
  for (let row = 0; row < rows.length; row += 1) {
    if (isMeant[codeOf(row)] !== 1 || (isAtTime !== null && !isAtTime(columns.at[row] ?? 0))) continue;
    rows[count] = row;
    count += 1;
  }
  return rows.subarray(0, count);
};

/** By the organisation's clock and hours: a series has no person whose clock it could be. Null where all hours are meant. */
const hoursTest = (where: readonly Where[], organisation: Organisation): ((instant: number) => boolean) | null => {
  const tests = where.flatMap(({ condition }) => (condition.test === 'during' ? [condition.during] : []));
  if (tests.length === 0) return null;
  const { zone } = organisation.calendar;
  const isHoliday = holidaysOf(organisation)(zone);
  let asked = Number.NaN;
  let answer = false;
  return (instant) => {
    if (instant === asked) return answer;
    asked = instant;
    const hourClass = hourClassOf(instant, zone, organisation.hours, isHoliday);
    answer = tests.every((during) => matchesDuring(hourClass, during));
    return answer;
  };
};

/** Whose a row is at its instant. Rows must be asked in ascending order: an owner is looked up once for as long as they last. */
const teamsOf = (
  columns: SeriesColumns,
  organisation: Organisation,
  dimensions: readonly ReadonlyMap<string, string>[],
  codeOf: (row: number) => number,
): ((row: number) => string | undefined) => {
  const named = dimensions.map((own) => ({ team: own.get('team') ?? null, service: own.get('service') ?? null }));
  const changes = named.map(({ team, service }) =>
    team === null ? (organisation.services.find((each) => each.id === service)?.owners ?? []).map(({ since }) => since) : [],
  );
  const until = new Float64Array(named.length).fill(-Infinity);
  const owner: (string | undefined)[] = named.map(() => undefined);
  return (row) => {
    const code = codeOf(row);
    const instant = columns.at[row] ?? 0;
    const own = named[code];
    if (own !== undefined && instant >= (until[code] ?? 0)) {
      owner[code] = teamAt(organisation, own, instant) ?? undefined;
      until[code] = (changes[code] ?? []).reduce((next, since) => (since > instant && since < next ? since : next), Infinity);
    }
    return owner[code];
  };
};

/** A counting sort of rows by name; rows of no name are left out. */
const grouped = (rows: Rows, nameOf: (row: number) => string | undefined): ReadonlyMap<string, Rows> => {
  const indexes = new Map<string, number>();
  const counts: number[] = [];
  const indexOfRow = new Int32Array(rows.length);
  for (let at = 0; at < rows.length; at += 1) {
    const name = nameOf(rows[at] ?? 0);
    let index = -1;
    if (name !== undefined) {
      index = indexes.get(name) ?? counts.length;
      if (index === counts.length) indexes.set(name, counts.push(0) - 1);
      counts[index] = (counts[index] ?? 0) + 1;
    }
    indexOfRow[at] = index;
  }
  const members = counts.map((count) => new Int32Array(count));
  const filled = new Int32Array(counts.length);
  for (let at = 0; at < rows.length; at += 1) {
    const index = indexOfRow[at] ?? -1;
    const own = members[index];
    if (own === undefined) continue;
    const place = filled[index] ?? 0;
    own[place] = rows[at] ?? 0;
    filled[index] = place + 1;
  }
  return new Map([...indexes].map(([name, index]) => [name, members[index] ?? new Int32Array()]));
};
