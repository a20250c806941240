/** As many as stay in a processor's nearest memory while they are looked at again. */
const AT_ONCE = 2048;

/**
 * What a measure found and did not put anywhere yet: gathered, and then located and added many at once (settle.ts), in one
 * loop whose names need not be found again for every row.
 */
export class Placings {
  length = 0;
  readonly row = new Int32Array(AT_ONCE);
  /** Where it is given. */
  readonly cell = new Int32Array(AT_ONCE);
  /** -1 for those whose scope is given. */
  readonly stretch = new Int32Array(AT_ONCE);
  /** The second at which they are attributed. */
  readonly second = new Int32Array(AT_ONCE);
  /** The instant that their list shows. */
  readonly instant = new Int32Array(AT_ONCE);
  /** NaN where left out. */
  readonly value = new Float64Array(AT_ONCE);
  /** 0 is counted. */
  readonly reason = new Uint8Array(AT_ONCE);
  readonly beside = new Float64Array(AT_ONCE);
  /** The scope, where that is given. */
  readonly team = new Int32Array(AT_ONCE);

  /** Whether there is no room for one more. */
  get isFull(): boolean {
    return this.length === AT_ONCE;
  }
}
