import { NEVER, type Codes, type ItemColumns } from './columns.ts';
import { carried, derivedColumns } from './derived-columns.ts';
import { rowsWhere, secondsIn, standingIn } from './standing.ts';

/** More than anybody invites: beyond it a number is a slip of the pen, and must not fill the memory. */
export const MOST_SEATS = 10_000;

/**
 * One row for each person invited to a session, `attended` or not; nobody knows who sat where. Sessions
 * that do not tell both numbers have none. Nobody attends uninvited: shares stay within 100%. Of
 * more than MOST_SEATS invited, so many stand for all, as many of them attended as in the whole.
 */
export function deriveSeats(sessions: ItemColumns): ItemColumns {
  const { invited, attended } = sessions.numbers;
  const heldAt = secondsIn(sessions, 'held');
  const stands = standingIn(sessions);
  const told = rowsWhere(
    sessions,
    (row) => heldAt(row) !== NEVER && people(invited, row) > 0 && people(attended, row) >= 0 && stands(row),
  );
  const seatsOf = (row: number): number => Math.min(people(invited, row), MOST_SEATS);
  let length = 0;
  for (const row of told) length += seatsOf(row);
  const [rows, places, taken] = [new Int32Array(length), new Int32Array(length), new Float64Array(length)];
  let made = 0;
  for (const row of told) {
    const seats = seatsOf(row);
    const came = Math.round((people(attended, row) / people(invited, row)) * seats);
    for (let place = 1; place <= seats; place += 1) {
      rows[made] = row;
      places[made] = place;
      taken[made] = place <= came ? 1 : 0;
      made += 1;
    }
  }
  const held = rows.map(heldAt);
  return derivedColumns({
    kind: 'seat',
    origin: sessions,
    rows,
    at: held,
    ending: (row) => `:${places[row] ?? 0}`,
    instants: { held },
    numbers: { attended: taken },
    codes: { type: withoutBlanks(carried(sessions, 'type', rows)) },
  });
}

/** An empty text is no type. */
function withoutBlanks(codes: Codes | null): Codes | null {
  const blank = codes?.dictionary.indexOf('') ?? -1;
  return codes === null || blank < 0 ? codes : { ...codes, codes: codes.codes.map((code) => (code === blank ? -1 : code)) };
}

/** Cut to a whole number of people, none below zero; NaN where it was not told. */
const people = (numbers: Float64Array | undefined, row: number): number => Math.max(0, Math.floor(numbers?.[row] ?? NaN));
