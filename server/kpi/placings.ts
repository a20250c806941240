/** As many as stay in a processor's nearest memory while they are looked at again. */
export const AT_ONCE = 2048;

/**
 * What a measure found and did not put anywhere yet. Some are gathered, and then each step is done for all of them: where
 * they stood, their sums, their hashes. A loop that does one thing is compiled well; one that does all is not.
 */
export class Placings {
  length = 0;
  readonly row = new Int32Array(AT_ONCE);
  /** -1 for what is in no period, or does not meet the conditions. */
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
  /** Scope indexes or -1: filled in when they are looked up. */
  readonly team = new Int32Array(AT_ONCE);
  readonly service = new Int32Array(AT_ONCE);

  /** Whether there is no room for one more. */
  get isFull(): boolean {
    return this.length === AT_ONCE;
  }
}
