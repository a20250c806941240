import type { World } from '../kpi/world.ts';
import type { Store } from '../store/store.ts';
import type { Instant } from '../time/period.ts';
import type { Basis, KnownSource } from './coverage.ts';
import { itemsAt, type ItemsAt } from './items-at.ts';
import { Knowledge } from './knowledge.ts';
import { detailOf, readMeasuredWith, type MeasuredWith } from './measured-with.ts';

/** What was known at some moment, and with which definitions it was looked at. */
export interface KnownThen {
  readonly world: World;
  readonly items: ItemsAt;
  readonly with: MeasuredWith;
  readonly sources: readonly KnownSource[];
  readonly watermark: number;
  /** The first instant that anything behind a KPI spoke of. */
  readonly historyStart: (basis: Basis) => Instant | null;
}

/** Moments of the past that are looked at again and again, such as the pages of one list. */
const KEPT = 3;

/** Makes the world again as the log, the pulls and the definitions had it at some moment. */
export class Past {
  readonly #store: Store;
  readonly #digest: (text: string) => string;
  readonly #known = new Map<string, Promise<KnownThen>>();
  /** Definitions change rarely: those read last are those of most moments. */
  #with: { readonly hash: string; readonly with: MeasuredWith } | null = null;

  constructor(store: Store, digest: (text: string) => string) {
    this.#store = store;
    this.#digest = digest;
  }

  /** As the run saw it; null for a run of an early version, whose log says too little. */
  async ofRun(number: number): Promise<KnownThen | null> {
    const run = await this.#store.run(number);
    const detail = detailOf(run);
    if (run === null || detail === null) return null;
    return this.#at(run.watermark, detail.pull, detail.with, run.at);
  }

  /** As it was known at an instant, by the definitions in force then; `present` where nothing had been measured yet. */
  async at(instant: Instant, present: MeasuredWith): Promise<KnownThen> {
    const moment = await this.#store.momentAt(instant);
    const detail = detailOf(moment.run === 0 ? null : await this.#store.run(moment.run));
    return this.#at(moment.batch, moment.pull, detail?.with ?? present, instant);
  }

  #at(batch: number, pull: number, measuredWith: string | MeasuredWith, now: Instant): Promise<KnownThen> {
    const key = [batch, pull, typeof measuredWith === 'string' ? measuredWith : 'present', now].join('|');
    const kept = this.#known.get(key);
    if (kept !== undefined && typeof measuredWith === 'string') return kept;
    const made = this.#make(batch, pull, measuredWith, now);
    this.#known.delete(key);
    this.#known.set(key, made);
    const [oldest] = this.#known.keys();
    if (this.#known.size > KEPT && oldest !== undefined) this.#known.delete(oldest);
    made.catch(() => this.#known.delete(key));
    return made;
  }

  async #readWith(hash: string): Promise<MeasuredWith> {
    if (this.#with?.hash !== hash) this.#with = { hash, with: await readMeasuredWith(this.#store, hash, this.#digest) };
    return this.#with.with;
  }

  async #make(batch: number, pull: number, measuredWith: string | MeasuredWith, now: Instant): Promise<KnownThen> {
    const used = typeof measuredWith === 'string' ? await this.#readWith(measuredWith) : measuredWith;
    const knowledge = new Knowledge(used.organisation);
    await knowledge.takeIn(this.#store, used.sources, { batch, pull });
    return {
      world: knowledge.world({ organisation: used.organisation, kpis: used.kpis, now, digest: this.#digest }),
      items: itemsAt(this.#store, batch),
      with: used,
      sources: knowledge.sources,
      watermark: batch,
      historyStart: (basis) => knowledge.historyStart(basis),
    };
  }
}
