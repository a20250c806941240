/**
 * Many may read at once, or one may change: what reads across an `await` must not see memory change under
 * it. A change waits for those who read, and those who come later wait for the change. Not to be nested.
 */
export class ReadersFirst {
  readonly #reading = new Set<Promise<unknown>>();
  #changing: Promise<unknown> | null = null;

  async read<T>(task: () => Promise<T>): Promise<T> {
    while (this.#changing !== null) await this.#changing;
    const reading = task();
    this.#reading.add(reading);
    try {
      return await reading;
    } finally {
      this.#reading.delete(reading);
    }
  }

  async change<T>(task: () => Promise<T>): Promise<T> {
    while (this.#changing !== null) await this.#changing;
    const changing = Promise.allSettled([...this.#reading]).then(task);
    // Whoever waits asks what is there when it is over, however it ended.
    this.#changing = changing.then(
      () => undefined,
      () => undefined,
    );
    try {
      return await changing;
    } finally {
      this.#changing = null;
    }
  }
}
