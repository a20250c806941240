import { sayInstant } from './instants.ts';

/** Who reads, as far as words depend on it: the zone. A page is drawn in UTC, for nobody in particular. */
class Reader {
  #zone = $state<string | undefined>('UTC');

  /** From now on instants are said in the zone of this machine. */
  start(): void {
    this.#zone = undefined;
  }

  /** `16 Nov 2026, 06:00` */
  instant(iso: string): string {
    return sayInstant(iso, 'en-GB', this.#zone);
  }
}

export const reader = new Reader();
