/** A listing that begins with the newest, read no further back than is asked for. */
export class Backwards<Item> {
  readonly items: Item[] = [];
  readonly #pages: AsyncGenerator<readonly Item[], void, void>;

  constructor(pages: AsyncGenerator<readonly Item[], void, void>) {
    this.#pages = pages;
  }

  /** Reads on until a whole page lies before what is wanted: within a page the order is not relied on. */
  async readTo(isBefore: (item: Item) => boolean): Promise<void> {
    for (let at = this.items.length; await this.more(); at = this.items.length) {
      const page = this.items.slice(at);
      if (page.length > 0 && page.every(isBefore)) return;
    }
  }

  /** The first that is wanted, read for as far as need be; undefined where there is none. */
  async find(isWanted: (item: Item) => boolean): Promise<Item | undefined> {
    let at = 0;
    do {
      const found = this.items.slice(at).find(isWanted);
      if (found !== undefined) return found;
      at = this.items.length;
    } while (await this.more());
    return undefined;
  }

  /** Nothing more will be read. */
  async end(): Promise<void> {
    await this.#pages.return();
  }

  /** Reads a page; false where there is none. */
  async more(): Promise<boolean> {
    const step = await this.#pages.next();
    if (step.done === true) return false;
    this.items.push(...step.value);
    return true;
  }
}
