import type { ShiftTold } from '../event/shifts.ts';

/** Makes and opens links to shifts. The link is the credential of whoever had the shift: nobody signs in here. */
export interface ShiftLinks {
  tokenOf(shift: Pick<ShiftTold, 'uid' | 'responder'>): string;
  /** Which shift a token speaks of; whether it opens it is told by `opens`. */
  uidIn(token: string): string;
  /** In the same time, whatever is wrong with it. */
  opens(token: string, shift: Pick<ShiftTold, 'uid' | 'responder'>): boolean;
}
