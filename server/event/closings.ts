import type { Closing } from './item.ts';
import { isOpenState } from './states.ts';
import type { Entry } from './walk.ts';

/**
 * Each time an item was closed: entries into `resolved` or `closed` up to the next open state are one
 * closing. What was closed before it was opened, by clocks that disagree, and then worked on had not been closed.
 */
export function closingsOf(entries: readonly Entry[]): readonly Closing[] {
  const closings: Closing[] = [];
  let isClosed = false;
  for (const { at, state, isReopening } of entries) {
    if (!isClosed) {
      if (state !== 'resolved' && state !== 'closed') continue;
      closings.push({ closed: at, reopened: null });
      isClosed = true;
    } else if (isOpenState(state)) {
      const last = closings.pop();
      if (last !== undefined && isReopening) closings.push({ ...last, reopened: at });
      isClosed = false;
    }
  }
  return closings;
}
