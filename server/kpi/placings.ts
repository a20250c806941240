/** As many as stay in a processor's nearest memory while they are looked at again. */
export const AT_ONCE = 2048;

/**
 * What a measure found and did not put anywhere yet: gathered, and then located, judged and added many at once, one thing
 * after the other (settle.ts), because a loop that does one thing to many is compiled to little.
 */
export class Placings {
  length = 0;
  readonly row = new Int32Array(AT_ONCE);
  /** -1 where it is in no period, or a condition does not hold. */
  readonly cell = new Int32Array(AT_ONCE);
  /** -1 for those whose scope is given. */
  readonly stretch = new Int32Array(AT_ONCE);
  /** When it stood where it is attributed. */
  readonly second = new Int32Array(AT_ONCE);
  /** What its list shows. */
  readonly instant = new Int32Array(AT_ONCE);
  /** NaN where left out. */
  readonly value = new Float64Array(AT_ONCE);
  /** 0 is counted; not written where all of them are. */
  readonly reason = new Uint8Array(AT_ONCE);
  /** Not written where neither sums nor lists ask for it. */
  readonly beside = new Float64Array(AT_ONCE);
  /** Scope indexes, -1 for none. */
  readonly team = new Int32Array(AT_ONCE);
  /** Stays as it is where no service is asked about. */
  readonly service = new Int32Array(AT_ONCE).fill(-1);

  /** Whether there is no room for one more. */
  get isFull(): boolean {
    return this.length === AT_ONCE;
  }
}

/** Those that no pass uses: making them takes longer than many a pass. */
const free: Placings[] = [];

/** Empty ones, for one pass. */
export const takePlacings = (): Placings => free.pop() ?? new Placings();

/** Gives them back when all is settled. */
export const givePlacings = (placings: Placings): void => {
  placings.service.fill(-1);
  placings.reason.fill(0);
  free.push(placings);
};
