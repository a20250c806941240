import type { Instant } from '../time/period.ts';
import { deriveChanges } from './derive-changes.ts';
import { deriveClosings } from './derive-closings.ts';
import { deriveDisruptedHours, deriveInterruptions, deriveNights } from './derive-on-call.ts';
import { deriveSeats } from './derive-seats.ts';
import { compareText } from './facts.ts';
import type { Item } from './item.ts';
import type { Kind } from './kinds.ts';
import type { Organisation } from './organisation.ts';

export { withDerivedFields } from './derived-fields.ts';

/**
 * Items of a derived kind, ascending by uid; empty for kinds that are stored. `itemsOf` is asked for the
 * kinds it derives from, derived ones included. Without `now` future nights exist too, as far as shifts reach.
 * With `since`, items from before it may be left out; the others are the same.
 */
export function deriveItems(
  kind: Kind,
  itemsOf: (kind: Kind) => readonly Item[],
  organisation: Organisation,
  now: Instant = Infinity,
  since: Instant = -Infinity,
): Item[] {
  return derive(kind, itemsOf, organisation, now, since).sort((one, other) => compareText(one.uid, other.uid));
}

function derive(
  kind: Kind,
  itemsOf: (kind: Kind) => readonly Item[],
  organisation: Organisation,
  now: Instant,
  since: Instant,
): Item[] {
  switch (kind) {
    case 'change':
      return deriveChanges(itemsOf('deployment'), since);
    case 'closing':
      return deriveClosings(itemsOf('ticket'));
    case 'seat':
      return deriveSeats(itemsOf('session'));
    case 'interruption':
      return deriveInterruptions(itemsOf('page'), itemsOf('shift'), organisation);
    case 'disrupted_hour':
      return deriveDisruptedHours(itemsOf('interruption'), organisation);
    case 'night':
      return deriveNights(itemsOf('interruption'), itemsOf('shift'), organisation, now);
    default:
      return [];
  }
}
