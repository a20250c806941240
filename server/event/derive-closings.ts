import { derivedItem, isCancelled } from './derived-item.ts';
import type { Fields } from './event.ts';
import type { Item } from './item.ts';

/** What a closing says of its ticket, as last told. */
const CARRIED = ['type', 'runbook', 'merged_into'] as const;

/** One item for each time that a ticket was closed; attributed as the ticket stood then. */
export function deriveClosings(tickets: readonly Item[]): Item[] {
  return tickets.flatMap((ticket) => {
    if (ticket.closings.length === 0 || isCancelled(ticket)) return [];
    const carried = carriedBy(ticket);
    return ticket.closings.map(({ closed, reopened }, index) =>
      derivedItem({
        kind: 'closing',
        uid: `closing:${ticket.uid}${index === 0 ? '' : `:${index + 1}`}`,
        origin: ticket,
        at: closed,
        fields: { ...carried, closed, ...(reopened === null ? {} : { reopened }) },
      }),
    );
  });
}

function carriedBy({ fields }: Item): Fields {
  return Object.fromEntries(
    CARRIED.flatMap((name) => {
      const value = fields[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
