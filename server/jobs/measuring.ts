import { StoreError } from '../store/store.ts';
import type { Instant } from '../time/period.ts';
import { EngineError, type MeasureSummary, type RebuiltWhole } from './engine.ts';
import type { EngineTools } from './engine-tools.ts';
import { evaluateBeside } from './evaluate-beside.ts';
import type { EvaluateLong } from './grid-values.ts';
import type { InForce } from './in-force.ts';
import type { Knowledge } from './knowledge.ts';
import type { LiveWanted } from './live-values.ts';
import { Measurer } from './measure.ts';
import { detailOf, readMeasuredWith } from './measured-with.ts';
import { rebuild } from './rebuild.ts';
import type { SharedWorld } from './shared-world.ts';
import { checkColumns } from './stored-columns.ts';

/** Fewer are evaluated before they could be handed over. */
const MANY_ITEMS = 300_000;

/** Measures what is known with what is in force, from where the last run ended. One thing of it at a time: whoever calls sees to that. */
export class Measuring {
  readonly #tools: EngineTools;
  readonly #inForce: InForce;
  readonly #knowledge: Knowledge;
  #measurer = new Measurer(null);

  constructor(tools: EngineTools, inForce: InForce, knowledge: Knowledge) {
    this.#tools = tools;
    this.#inForce = inForce;
    this.#knowledge = knowledge;
  }

  /**
   * Reads the log as the last run knew it, then what came after: nothing that was recorded and not yet
   * measured, because the process ended in between, is taken for known.
   */
  async resume(): Promise<void> {
    const { store, digest } = this.#tools;
    const last = await store.lastRun();
    const detail = detailOf(last);
    if (last !== null && detail !== null) {
      const until = { batch: last.watermark, pull: detail.pull };
      const unusable = await this.#knowledge.begin(store, this.#tools.columnsMaker, until.batch);
      if (unusable !== null) this.#tools.log('warn', unusable);
      await this.#knowledge.takeIn(store, this.#inForce.sources, until);
      try {
        this.#measurer = new Measurer({ with: await readMeasuredWith(store, detail.with, digest), hash: detail.with });
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        this.#tools.log(
          'warn',
          `what was measured with last cannot be read, so a change since then restates nothing: ${error.message}`,
        );
      }
    }
    this.#knowledge.forgetChanges();
    await this.#takeIn();
  }

  /** Takes in what was recorded, measures and settles. */
  async measure(live: LiveWanted, now: Instant): Promise<MeasureSummary> {
    if (live !== 'none') await this.#reload();
    await this.#takeIn();
    const used = await this.#inForce.measuredWith(now);
    const result = await this.#measurer.measure({
      ...this.#knowledge.measured(this.#inForce.outlook(now)),
      store: this.#tools.store,
      with: used.with,
      withHash: used.hash,
      hasPublications: (await this.#tools.store.publications(1)).length > 0,
      live,
      evaluateLong: this.#evaluateLong(now),
    });
    this.#knowledge.forgetChanges();
    return result;
  }

  /** They are made again from the log where they cannot be stored, so nobody is troubled with that but the log. */
  async keepColumns(): Promise<void> {
    try {
      await this.#knowledge.keep(this.#tools.store, this.#tools.columnsMaker);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.#tools.log('warn', `the columns were not stored: ${error.message}`);
    }
  }

  /**
   * Makes columns and values from the log again and holds those that are stored against them; puts them in their place where
   * that is wanted.
   */
  async rebuild(isWritten: boolean, onProgress: (done: number, of: number) => void): Promise<RebuiltWhole> {
    const { store, digest } = this.#tools;
    const columns = await checkColumns(store, this.#inForce.organisation, this.#tools.columnsMaker);
    if (isWritten && columns.differences > 0) {
      await store.clearSegments();
      // What was read of them is as wrong as they are.
      this.#knowledge.items.restart();
      await this.#takeIn();
      this.#knowledge.forgetChanges();
    }
    const rebuilt = { ...(await rebuild(store, digest, this.#inForce.present.privacyRules, onProgress)), columns };
    if (!isWritten || rebuilt.differences === 0) return rebuilt;
    if (rebuilt.unrepeatable > 0)
      throw new EngineError(
        'conflict',
        `${rebuilt.unrepeatable} runs of an early version kept too little to repeat them, so their values cannot be made again. Nothing was changed.`,
      );
    await store.replaceSnapshots(rebuilt.snapshots);
    this.#measurer = new Measurer(this.#inForce.keptWith);
    return rebuilt;
  }

  /** Reads the folder again when a file changed. */
  async #reload(): Promise<void> {
    const before = this.#inForce.organisation;
    await this.#inForce.reload();
    const { organisation } = this.#inForce;
    // What is known of columns is dropped with it.
    if (organisation !== before) this.#knowledge.items.organisation = organisation;
  }

  #takeIn(): Promise<void> {
    return this.#knowledge.takeIn(this.#tools.store, this.#inForce.sources);
  }

  /** Threads of their own are worth it where there is much to look at. */
  #evaluateLong(now: Instant): EvaluateLong | null {
    const { evaluations } = this.#tools;
    if (evaluations === undefined || this.#knowledge.items.count < (this.#tools.manyItems ?? MANY_ITEMS)) return null;
    const outlook = this.#inForce.outlook(now);
    let shared: SharedWorld | null = null;
    return (grid) =>
      this.#knowledge.reading(outlook, async (world) => {
        shared ??= this.#knowledge.shared(outlook, this.#inForce.organisationText);
        const [values = []] = await Promise.all(evaluateBeside(evaluations, shared, world, [grid], 'at once'));
        return values;
      });
  }
}
