import type { Instant } from '../time/period.ts';

/** One revision of an action that was agreed in a review held here. */
export interface AgreedAction {
  /** Names it for good. */
  readonly action: number;
  /** From 1, without gaps. */
  readonly revision: number;
  /** When it was written so. */
  readonly at: Instant;
  /** `withdrawn`: it should never have stood there. */
  readonly standing: 'open' | 'done' | 'dropped' | 'withdrawn';
  /** When it was done or dropped, never after it was written so; null while it is open or where it was withdrawn. */
  readonly closed: Instant | null;
  readonly due: Instant;
  readonly team: string | null;
  readonly service: string | null;
}
