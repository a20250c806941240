import { derivedItem, instantField, isCancelled, textField } from './derived-item.ts';
import type { Item } from './item.ts';

/** More than anybody invites: beyond it a number is a slip of the pen, and must not fill the memory. */
export const MOST_SEATS = 10_000;

/**
 * One item for each person invited to a session, `attended` or not; nobody knows who sat where. Sessions
 * that do not tell both numbers have none. Nobody attends uninvited: shares stay within 100%. Of
 * more than MOST_SEATS invited, so many stand for all, as many of them attended as in the whole.
 */
export function deriveSeats(sessions: readonly Item[]): Item[] {
  return sessions.flatMap((session) => {
    const held = instantField(session, 'held');
    const invited = wholeNumber(session, 'invited');
    const came = wholeNumber(session, 'attended');
    if (held === null || invited === null || came === null || isCancelled(session)) return [];
    const seats = Math.min(invited, MOST_SEATS);
    const taken = Math.round((came / invited) * seats);
    const type = textField(session, 'type');
    return Array.from({ length: seats }, (_, index) =>
      derivedItem({
        kind: 'seat',
        uid: `seat:${session.uid}:${index + 1}`,
        origin: session,
        at: held,
        fields: { held, attended: index < taken, ...(type === null ? {} : { type }) },
      }),
    );
  });
}

/** Cut to a whole number of people; none below zero. */
function wholeNumber(session: Item, name: string): number | null {
  const value = session.fields[name];
  return typeof value === 'number' ? Math.max(0, Math.floor(value)) : null;
}
