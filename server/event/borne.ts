import { NEVER, type ItemColumns } from './columns.ts';
import { settleTies, sortedBy } from './row-order.ts';
import { rowsWhere, secondsIn, standingIn } from './standing.ts';

/** What people bore, person by person, each in order of time. */
export interface Borne {
  /** Rows by code of their responder, then by when, then by uid; `seconds` beside them. */
  readonly rows: Int32Array;
  readonly seconds: Int32Array;
  /** Those of a responder are `rows` from `start[code]` to `start[code + 1]`. */
  readonly start: Int32Array;
  readonly people: readonly string[];
}

/** Rows by who bore them and when; those without person or instant, or cancelled, are left out. */
export function borneIn(columns: ItemColumns, instant: string): Borne {
  const responders = columns.codes['responder'];
  const people = responders?.dictionary ?? [];
  const codes = responders?.codes ?? new Int32Array(0);
  const secondOf = secondsIn(columns, instant);
  const stands = standingIn(columns);
  const isPerson = Uint8Array.from(people, (person) => (person === '' ? 0 : 1));
  const borne = rowsWhere(columns, (row) => isPerson[codes[row] ?? -1] === 1 && secondOf(row) !== NEVER && stands(row));

  const start = new Int32Array(people.length + 1);
  for (const row of borne) start[(codes[row] ?? 0) + 1] = (start[(codes[row] ?? 0) + 1] ?? 0) + 1;
  for (let code = 0; code < people.length; code += 1) start[code + 1] = (start[code + 1] ?? 0) + (start[code] ?? 0);
  const next = start.slice();
  // Times go with their rows: what lies together is read much faster than what is scattered over all rows.
  const [rows, seconds] = [new Int32Array(borne.length), new Int32Array(borne.length)];
  for (const row of borne) {
    const place = next[codes[row] ?? 0] ?? 0;
    next[codes[row] ?? 0] = place + 1;
    rows[place] = row;
    seconds[place] = secondOf(row);
  }
  for (let code = 0; code < people.length; code += 1) {
    const [from, to] = [start[code] ?? 0, start[code + 1] ?? 0];
    sortByTime(rows.subarray(from, to), seconds.subarray(from, to), columns);
  }
  return { rows, seconds, start, people };
}

/** Puts both into the order of time, then of uids, in place. */
function sortByTime(rows: Int32Array, seconds: Int32Array, { uids }: ItemColumns): void {
  let isTied = false;
  let isSorted = true;
  for (let place = 1; place < seconds.length && isSorted; place += 1) {
    const step = (seconds[place] ?? 0) - (seconds[place - 1] ?? 0);
    if (step < 0) isSorted = false;
    if (step === 0) isTied = true;
  }
  if (isSorted && !isTied) return;
  const places = new Int32Array(rows.length);
  for (let place = 0; place < places.length; place += 1) places[place] = place;
  const order = sortedBy(places, seconds);
  const [unsortedRows, unsortedSeconds] = [rows.slice(), seconds.slice()];
  const uidsHere = { length: rows.length, at: (place: number) => uids.at(unsortedRows[place] ?? -1) };
  settleTies(order, uidsHere, (one, other) => unsortedSeconds[one] === unsortedSeconds[other]);
  for (let place = 0; place < order.length; place += 1) {
    rows[place] = unsortedRows[order[place] ?? 0] ?? 0;
    seconds[place] = unsortedSeconds[order[place] ?? 0] ?? 0;
  }
}
