import type { Instant } from '../time/period.ts';
import { columnsOf } from './columns-of.ts';
import type { ItemColumns } from './columns.ts';
import { deriveChanges } from './derive-changes.ts';
import { deriveClosings } from './derive-closings.ts';
import { deriveDisruptedHours } from './derive-disrupted-hours.ts';
import { deriveInterruptions } from './derive-interruptions.ts';
import { deriveNights } from './derive-nights.ts';
import { deriveSeats } from './derive-seats.ts';
import type { Kind } from './kinds.ts';
import type { Organisation } from './organisation.ts';

export { withDerivedFields } from './derived-fields.ts';

/**
 * Columns of a derived kind, in no particular order; empty for kinds that are stored. `columnsFor` is asked for the
 * kinds it derives from, derived ones included. Without `now` future nights exist too, as far as shifts reach.
 * With `since`, rows from before it may be left out; the others are the same. All of it is in whole seconds.
 */
export function deriveColumns(
  kind: Kind,
  columnsFor: (kind: Kind) => ItemColumns,
  organisation: Organisation,
  now: Instant = Infinity,
  since: Instant = -Infinity,
): ItemColumns {
  switch (kind) {
    case 'change':
      return deriveChanges(columnsFor('deployment'), since);
    case 'closing':
      return deriveClosings(columnsFor('ticket'));
    case 'seat':
      return deriveSeats(columnsFor('session'));
    case 'interruption':
      return deriveInterruptions(columnsFor('page'), columnsFor('shift'), organisation);
    case 'disrupted_hour':
      return deriveDisruptedHours(columnsFor('interruption'), organisation);
    case 'night':
      return deriveNights(columnsFor('interruption'), columnsFor('shift'), organisation, now);
    default:
      return columnsOf(kind, []);
  }
}
