import { formatProblem } from '../kpi/problem.ts';
import type { FoldedItems } from '../event/fold-block.ts';
import type { AgreedActions, DryRun, ShiftBook, Source } from '../sources/source.ts';
import type { Lease, PullRecord } from '../store/store.ts';
import type { Instant } from '../time/period.ts';
import { agreedActions } from './agreed.ts';
import { EngineError, type SourceStatus } from './engine.ts';
import type { EngineTools } from './engine-tools.ts';
import { inboxOf } from './inbox.ts';
import type { InForce } from './in-force.ts';
import { emptySourceState, pullSource } from './pull.ts';
import { sourceStatus } from './source-status.ts';

/** Passes shown with a source. */
const PULLS_SHOWN = 10;

/** The sources in force: how they stand, and passes over them. */
export class Pulling {
  readonly #tools: EngineTools;
  readonly #inForce: InForce;
  readonly #signal: AbortSignal;
  readonly #onItems: (batch: number, items: FoldedItems) => void;
  readonly #shifts: (now: Instant) => ShiftBook;
  readonly #agreed: AgreedActions;
  /** How far each pass is that is under way. */
  readonly #progress = new Map<string, string>();

  constructor(
    tools: EngineTools,
    inForce: InForce,
    signal: AbortSignal,
    onItems: (batch: number, items: FoldedItems) => void,
    shifts: (now: Instant) => ShiftBook,
  ) {
    this.#tools = tools;
    this.#inForce = inForce;
    this.#signal = signal;
    this.#onItems = onItems;
    this.#shifts = shifts;
    this.#agreed = agreedActions(tools.store, () => inForce.organisation);
  }

  async statuses(): Promise<readonly SourceStatus[]> {
    const { store, clock } = this.#tools;
    const states = new Map((await store.sourceStates()).map((state) => [state.source, state]));
    const waiting = new Map((await store.waitingPosts()).map((one) => [one.source, one]));
    const now = clock();
    return Promise.all(
      this.#inForce.sources.map(async (source) =>
        sourceStatus(
          source,
          states.get(source.id) ?? null,
          await store.pulls(source.id, PULLS_SHOWN),
          this.#inForce.organisation.calendar.zone,
          now,
          this.#progress.get(source.id) ?? null,
          { waiting: waiting.get(source.id) ?? null, trouble: (await source.webhook?.trouble()) ?? null },
        ),
      ),
    );
  }

  /** Throws EngineError where there is none. */
  source(id: string): Source {
    const { sources } = this.#inForce;
    const source = sources.find((candidate) => candidate.id === id);
    if (source === undefined)
      throw new EngineError(
        'not-found',
        `There is no source "${id}" that can be used. Known: ${sources.map((one) => one.id).join(', ') || 'none'}.${this.#faultWords()}`,
      );
    return source;
  }

  /** A source that is written wrongly is not known: then the fault says more than the list. */
  #faultWords(): string {
    const faults = this.#inForce.definitions.settingsProblems.filter(({ file }) => file.endsWith('sources.yaml'));
    const first = faults[0];
    if (first === undefined) return '';
    const more = faults.length === 1 ? '' : ` (and ${faults.length - 1} more; \`quarterdeck check\` lists them)`;
    return ` sources.yaml has a fault: ${formatProblem(first).replace(/\.$/, '')}${more}.`;
  }

  dryRun(id: string, rows: number): Promise<DryRun> {
    const { store, clock, pseudonym } = this.#tools;
    const inbox = inboxOf(store, id, clock);
    const now = clock();
    const [shifts, agreed] = [this.#shifts(now), this.#agreed];
    return this.source(id).dryRun({ cursor: null, now, pseudonym, signal: this.#signal, inbox, shifts, agreed }, rows);
  }

  /** Gives sources that were never pulled the cursor to begin with. */
  async beginAt(startCursor: (source: Source) => string | null): Promise<void> {
    const { store } = this.#tools;
    const known = new Set((await store.sourceStates()).map((state) => state.source));
    for (const source of this.#inForce.sources) {
      const cursor = startCursor(source);
      if (cursor !== null && !known.has(source.id)) await store.saveSourceState({ ...emptySourceState(source.id), cursor });
    }
  }

  /** A pass over a source; `clock` for replays. */
  async pull(source: Source, clock: () => Instant, lease?: Lease): Promise<PullRecord> {
    const { store, pseudonym, log } = this.#tools;
    this.#progress.set(source.id, 'starting');
    try {
      const record = await pullSource(source, {
        store,
        clock,
        pseudonym,
        signal: this.#signal,
        onProgress: (progress) => this.#progress.set(source.id, progress),
        onItems: this.#onItems,
        shifts: this.#shifts(clock()),
        agreed: this.#agreed,
        ...(lease === undefined ? {} : { lease }),
      });
      if (record.outcome === 'failed' && clock === this.#tools.clock)
        log('warn', `pull of ${source.name} failed: ${record.error ?? 'no reason given'}`);
      return record;
    } finally {
      this.#progress.delete(source.id);
    }
  }
}
