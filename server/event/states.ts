import { STATES, type State } from './kinds.ts';

/** Whether an item in this state is in the queue. `restored` is not: the service is well again. */
export const isOpenState = (state: State | null): boolean =>
  state === 'opened' || state === 'acknowledged' || state === 'in_progress' || state === 'on_hold' || state === 'reopened';

/** Ended, and able to be reopened by any later open state. */
export const isEndState = (state: State | null): boolean => state === 'restored' || state === 'resolved' || state === 'closed';

const RANKS: ReadonlyMap<string, number> = new Map(STATES.map((state, index) => [state, index]));

/** The place in STATES, which breaks ties at one instant; facts without a state come last and have the final say. */
export const stateRank = (state: State | null): number => (state === null ? STATES.length : (RANKS.get(state) ?? STATES.length));

export const isState = (text: string): text is State => RANKS.has(text);
