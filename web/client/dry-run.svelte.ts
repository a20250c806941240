import type { ApiError, PreviewAnswer } from '../../server/api/contract.ts';
import { ask, isPreview, paths, type Failure } from './api.ts';
import { draftOf, keepDraft } from './drafts.ts';

/** So long after the last key a draft is asked about by itself. */
const QUIET_MS = 200;
/** Somebody else's preview is under way: asked again after this. */
const BUSY_MS = 400;
/** Longer than a preview may take: whoever is refused until then will not be heard soon. */
const PATIENCE_MS = 12_000;

/**
 * A draft of a KPI's file, and what it would have said. One question is under way at a time; what is typed meanwhile
 * is asked afterwards, and an answer to what is no longer typed is not shown.
 */
export class DryRun {
  text = $state('');
  /** Of the last text that could be read. */
  diff = $state.raw<PreviewAnswer['diff']>(null);
  problems = $state.raw<ApiError['problems']>([]);
  failure = $state.raw<Failure | null>(null);
  isAsking = $state(false);
  /** The text that `diff` and `problems` are about; null before the first answer. */
  answered = $state.raw<string | null>(null);
  readonly #file: string;
  readonly #original: string;
  readonly #scope: string;
  #timer: number | undefined;
  #abort: AbortController | null = null;
  #isWaiting = false;
  #askedSince: number | null = null;

  constructor(file: string, original: string, scope: string) {
    this.#file = file;
    this.#original = original;
    this.#scope = scope;
    this.text = draftOf(this.#about) || original;
  }

  get isChanged(): boolean {
    return this.text !== this.#original;
  }

  get #about(): string {
    return `file ${this.#file}`;
  }

  /** Typed: kept, and asked about once the keys rest. */
  type(text: string): void {
    this.text = text;
    keepDraft(this.#about, text === this.#original ? '' : text);
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.run(), QUIET_MS);
  }

  reset(): void {
    this.type(this.#original);
    this.run();
  }

  /** Asks now. */
  run(): void {
    window.clearTimeout(this.#timer);
    if (this.#abort !== null) {
      // The server makes one at a time: ending ours would not end its work.
      this.#isWaiting = true;
      return;
    }
    void this.#ask();
  }

  /** Call when the panel closes. */
  stop(): void {
    window.clearTimeout(this.#timer);
    this.#isWaiting = false;
    this.#abort?.abort();
    this.#abort = null;
    this.isAsking = false;
  }

  async #ask(): Promise<void> {
    const text = this.text;
    const abort = new AbortController();
    this.#abort = abort;
    this.isAsking = true;
    this.#askedSince ??= performance.now();
    const send = { text, file: this.#file, scopes: [this.#scope] };
    try {
      const outcome = await ask((url, init) => fetch(url, init), paths.preview(), isPreview, {
        method: 'POST',
        signal: abort.signal,
        send,
      });
      this.#abort = null;
      const isBusy = !outcome.isFine && outcome.failure.kind === 'preparing';
      if (isBusy && performance.now() - this.#askedSince < PATIENCE_MS) {
        this.#timer = window.setTimeout(() => this.run(), BUSY_MS);
        return;
      }
      this.#askedSince = null;
      if (this.#isWaiting) return this.#again();
      this.isAsking = false;
      this.failure = outcome.isFine ? null : outcome.failure;
      if (!outcome.isFine) return;
      this.answered = text;
      this.problems = outcome.value.problems;
      if (outcome.value.diff !== null) this.diff = outcome.value.diff;
    } catch (error) {
      if (!abort.signal.aborted) throw error;
    }
  }

  #again(): void {
    this.#isWaiting = false;
    void this.#ask();
  }
}
