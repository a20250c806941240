import type { Instant } from '../time/period.ts';
import type { State } from './kinds.ts';
import { isEndState, isOpenState } from './states.ts';
import type { Transition } from './transitions.ts';

/** An item really entered a state, which it had not been in. */
export interface Entry {
  readonly at: Instant;
  readonly state: State;
  readonly isReopening: boolean;
}

export interface Walk {
  readonly entries: readonly Entry[];
  /** When it was first opened, by its own word; null where no fact says so. */
  readonly openedAt: Instant | null;
}

/**
 * Walks through transitions in order. Being told the state it is in again is no entry. An open state
 * after an end is a reopening. `cancelled` ends an item for good, except that an explicit `reopened`
 * takes it back.
 */
export function walk(transitions: readonly Transition[]): Walk {
  const entries: Entry[] = [];
  let current: State | null = null;
  let openedAt: Instant | null = null;
  let isEndedBeforeOpened = false;
  const enter = (at: Instant, state: State, isReopening: boolean): void => {
    entries.push({ at, state, isReopening });
    current = state;
    isEndedBeforeOpened = false;
  };
  for (const { at, state, isImplied } of transitions) {
    if (isImplied && !isOpenState(current)) continue;
    if (current === 'cancelled') {
      if (state === 'reopened') enter(at, state, true);
    } else if (state === 'opened' && openedAt === null) {
      openedAt = at;
      // Opened after something else, by clocks that disagree: not a reopening, and it stays where it was.
      if (current === null) enter(at, state, false);
      else isEndedBeforeOpened = isEndState(current);
    } else if (isEndedBeforeOpened && isOpenState(state) && state !== 'reopened') {
      if (state !== 'opened') enter(at, state, false);
    } else if (isOpenState(state) && isEndState(current)) {
      enter(at, state === 'opened' ? 'reopened' : state, true);
    } else if (state !== current) {
      enter(at, state, state === 'reopened');
    }
  }
  return { entries, openedAt };
}
