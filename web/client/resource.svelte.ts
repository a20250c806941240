import { ask, type Failure, type Outcome } from './api.ts';
import { isFromHistory, takeFirstAnswer } from './first-answer.ts';

const RETRY_MS = 1500;

/**
 * An answer that a page shows: being fetched, there, or failed with the reason. While the server
 * prepares its history it is asked again by itself; after a lost connection, when it is back.
 */
export class Resource<T> {
  value = $state.raw<T | null>(null);
  failure = $state.raw<Failure | null>(null);
  isLoading = $state(false);
  readonly #recognise: (value: unknown) => value is T;
  readonly #isPatient: boolean;
  #path: string | null = null;
  #abort: AbortController | null = null;
  #retry: number | undefined;
  /** The path whose answer came with the page, until it is asked for. */
  #brought: string | null = null;
  /** The path whose answer is shown. */
  #shown: string | null = null;

  /** `path`: what will be asked for first; the page may have brought its answer along. */
  /** `isPatient` false: what takes too long is told, and asked again only by whoever wants it. */
  constructor(recognise: (value: unknown) => value is T, path?: string, isPatient = true) {
    this.#recognise = recognise;
    this.#isPatient = isPatient;
    if (path === undefined) return;
    const first = takeFirstAnswer(path);
    if (!recognise(first)) return;
    this.value = first;
    this.#brought = path;
    this.#shown = path;
  }

  /** Fetches; the answer of the same path stays on the page meanwhile, that of another path too until this one is there. */
  async load(path: string): Promise<void> {
    this.stop();
    const isBrought = this.#brought === path && !isFromHistory();
    const isAgain = this.#shown === path;
    this.#brought = null;
    this.#path = path;
    if (isBrought) return;
    const abort = new AbortController();
    this.#abort = abort;
    // Asked again, what stands there is only replaced: nothing fades.
    this.isLoading = !isAgain;
    let outcome: Outcome<T>;
    try {
      outcome = await ask((url, init) => fetch(url, init), path, this.#recognise, { signal: abort.signal });
    } catch (error) {
      if (abort.signal.aborted) return;
      throw error;
    }
    if (abort.signal.aborted) return;
    this.isLoading = false;
    if (outcome.isFine) {
      this.value = outcome.value;
      this.#shown = path;
      this.failure = null;
      return;
    }
    const isTooLong = !this.#isPatient && outcome.failure.kind === 'preparing';
    this.failure = isTooLong ? { ...outcome.failure, kind: 'refused' } : outcome.failure;
    if (isTooLong) return;
    if (outcome.failure.kind !== 'refused') this.#retry = window.setTimeout(() => this.reload(), RETRY_MS);
  }

  reload = (): void => {
    if (this.#path !== null) void this.load(this.#path);
  };

  /** Call when the page leaves: nothing is asked any more. */
  stop(): void {
    this.#abort?.abort();
    this.#abort = null;
    this.isLoading = false;
    window.clearTimeout(this.#retry);
  }
}
