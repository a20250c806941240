/** Refusals in a row that are answered one by one, and how many more a second. */
const AT_ONCE = 60;
const PER_SECOND = 1;

/** Counts posts without the secret. Whoever has it is never held up by those who have not. */
export class Refusals {
  readonly #monotonic: () => number;
  #left = AT_ONCE;
  #at: number;

  /** @param monotonic milliseconds that never go back */
  constructor(monotonic: () => number) {
    this.#monotonic = monotonic;
    this.#at = monotonic();
  }

  /** Counts one more. */
  isTooMany(): boolean {
    const now = this.#monotonic();
    this.#left = Math.min(AT_ONCE, this.#left + ((now - this.#at) / 1000) * PER_SECOND);
    this.#at = now;
    if (this.#left < 1) return true;
    this.#left -= 1;
    return false;
  }
}
