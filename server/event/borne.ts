import { NEVER, type ItemColumns } from './columns.ts';
import { rowsWhere, secondsIn, standingIn } from './standing.ts';
import { settleTies, sortedBy } from './row-order.ts';

/** What people bore, person by person. */
export interface Borne {
  /** Rows by code of their responder, then by when, then by uid. */
  readonly rows: Int32Array;
  /** Those of a responder are `rows` from `start[code]` to `start[code + 1]`. */
  readonly start: Int32Array;
  readonly people: readonly string[];
  readonly secondOf: (row: number) => number;
}

/** Rows by who bore them and when; those without person or instant, or cancelled, are left out. */
export function borneIn(columns: ItemColumns, instant: string): Borne {
  const responders = columns.codes['responder'];
  const people = responders?.dictionary ?? [];
  const codes = responders?.codes ?? new Int32Array(0);
  const personOf = (row: number): number => codes[row] ?? -1;
  const secondOf = secondsIn(columns, instant);
  const stands = standingIn(columns);
  const isPerson = people.map((person) => person !== '');
  const borne = rowsWhere(columns, (row) => isPerson[personOf(row)] === true && secondOf(row) !== NEVER && stands(row));
  const rows = sortedBy(sortedBy(borne, columns.instants[instant] ?? []), codes);
  settleTies(rows, columns.uids, (one, other) => personOf(one) === personOf(other) && secondOf(one) === secondOf(other));
  const start = new Int32Array(people.length + 1);
  for (const row of rows) start[personOf(row) + 1] = (start[personOf(row) + 1] ?? 0) + 1;
  for (let code = 0; code < people.length; code += 1) start[code + 1] = (start[code + 1] ?? 0) + (start[code] ?? 0);
  return { rows, start, people, secondOf };
}
