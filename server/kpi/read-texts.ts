/**
 * What was read of texts, so many of those that were read last: a folder is read again whenever one of its files changes, and
 * each run of the log names the texts that it measured with. Nothing that was read is changed afterwards.
 */
export class ReadTexts<Read> {
  readonly #most: number;
  readonly #kept = new Map<string, Read>();

  constructor(most: number) {
    this.#most = most;
  }

  get(text: string): Read | undefined {
    const read = this.#kept.get(text);
    if (read === undefined) return undefined;
    this.#kept.delete(text);
    this.#kept.set(text, read);
    return read;
  }

  keep(text: string, read: Read): void {
    const [oldest] = this.#kept.size >= this.#most ? this.#kept.keys() : [];
    if (oldest !== undefined) this.#kept.delete(oldest);
    this.#kept.set(text, read);
  }
}
