const HOUR_SECONDS = 3600;

/**
 * Clock hours of one person, told apart by when they began. What happens comes in order of time, so only hours that began
 * within the last one are looked through: more than one, where zones half an hour apart take turns.
 */
export class RecentHours {
  readonly #groups: number[] = [];
  readonly #starts: number[] = [];
  readonly #values: number[] = [];

  /** The value that was given with the first of this hour (of a group); this value where it is the first. */
  add(group: number, start: number, at: number, value: number): number {
    let kept = 0;
    let found = -1;
    for (let index = 0; index < this.#starts.length; index += 1) {
      const began = this.#starts[index] ?? 0;
      if (began <= at - HOUR_SECONDS) continue;
      if (began === start && this.#groups[index] === group) found = this.#values[index] ?? -1;
      this.#put(kept, this.#groups[index] ?? 0, began, this.#values[index] ?? 0);
      kept += 1;
    }
    if (found < 0) {
      this.#put(kept, group, start, value);
      kept += 1;
    }
    this.#starts.length = this.#groups.length = this.#values.length = kept;
    return found < 0 ? value : found;
  }

  #put(index: number, group: number, start: number, value: number): void {
    this.#groups[index] = group;
    this.#starts[index] = start;
    this.#values[index] = value;
  }
}
