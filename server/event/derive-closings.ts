import { NEVER, type ItemColumns } from './columns.ts';
import { carried, derivedColumns } from './derived-columns.ts';
import { rowsWhere, standingIn } from './standing.ts';

/** What a closing says of its ticket, as last told. */
const CARRIED = ['type', 'runbook', 'merged_into'] as const;

/** One row for each time that a ticket was closed; attributed as the ticket stood then. */
export function deriveClosings(tickets: ItemColumns): ItemColumns {
  const { start, columns } = tickets.lists['closings'] ?? { start: new Int32Array(tickets.length + 1), columns: {} };
  const stands = standingIn(tickets);
  const closedTickets = rowsWhere(tickets, (row) => (start[row + 1] ?? 0) > (start[row] ?? 0) && stands(row));
  let length = 0;
  for (const row of closedTickets) length += (start[row + 1] ?? 0) - (start[row] ?? 0);
  const [rows, nths] = [new Int32Array(length), new Int32Array(length)];
  const [closed, reopened] = [new Int32Array(length), new Int32Array(length)];
  let made = 0;
  for (const row of closedTickets) {
    const first = start[row] ?? 0;
    for (let entry = first; entry < (start[row + 1] ?? 0); entry += 1) {
      rows[made] = row;
      nths[made] = entry - first + 1;
      closed[made] = columns['closed']?.[entry] ?? NEVER;
      reopened[made] = columns['reopened']?.[entry] ?? NEVER;
      made += 1;
    }
  }
  return derivedColumns({
    kind: 'closing',
    origin: tickets,
    rows,
    at: closed,
    ending: (row) => (nths[row] === 1 ? '' : `:${nths[row] ?? 0}`),
    instants: { closed, reopened },
    numbers: {},
    codes: Object.fromEntries(CARRIED.map((name) => [name, carried(tickets, name, rows)])),
  });
}
