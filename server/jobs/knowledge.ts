import type { ItemColumns } from '../event/columns.ts';
import type { FoldedItems } from '../event/fold-block.ts';
import type { Kind } from '../event/kinds.ts';
import type { Organisation } from '../event/organisation.ts';
import type { Kpi } from '../kpi/kpi.ts';
import type { World } from '../kpi/world.ts';
import type { Store } from '../store/store.ts';
import type { Instant } from '../time/period.ts';
import type { ItemChange } from './changes.ts';
import { storedKindsOf, type Basis, type KnownSource, type SourceShape } from './coverage.ts';
import { ItemTables } from './item-tables.ts';
import type { MeasureRequest } from './measure-plan.ts';
import { ReadersFirst } from './readers-first.ts';
import { SeriesCache } from './series-cache.ts';
import type { SharedWorld } from './shared-world.ts';
import { loadColumns, saveColumns } from './stored-columns.ts';
import { worldFrom } from './world.ts';

/** What a world is made for: these change without a batch. */
export interface Outlook {
  readonly organisation: Organisation;
  readonly kpis: readonly Kpi[];
  readonly now: Instant;
  readonly digest: (text: string) => string;
}

/** What is known now, in memory: items, series, how far the sources are, and what changed lately. */
export class Knowledge {
  readonly items: ItemTables;
  readonly #series = new SeriesCache();
  #sources: readonly KnownSource[] = [];
  #pull = 0;
  #changes: ItemChange[] = [];
  #isAllChanged = false;
  readonly #use = new ReadersFirst();
  readonly #touchedSeries = new Map<string, Instant>();

  constructor(organisation: Organisation) {
    this.items = new ItemTables(organisation);
  }

  get watermark(): number {
    return this.items.watermark;
  }

  get sources(): readonly KnownSource[] {
    return this.#sources;
  }

  /** What batches did to items and series since the last measuring. */
  get changes(): readonly ItemChange[] {
    return this.#changes;
  }
  get touchedSeries(): ReadonlyMap<string, Instant> {
    return this.#touchedSeries;
  }

  /** Number of the last pull that is known of. */
  get pull(): number {
    return this.#pull;
  }

  /** Begins with the stored columns, where there are any that know no more than a batch; says why not, to be logged. */
  begin(store: Store, maker: string, until: number): Promise<string | null> {
    return loadColumns(store, this.items, maker, until);
  }

  /** Stores the columns, up to what was taken in. */
  keep(store: Store, maker: string): Promise<void> {
    return saveColumns(store, this.items, maker);
  }

  /** Hears of a batch that was recorded, all of whose items are new to the log, before it is taken in. */
  foresee(batch: number, items: FoldedItems): void {
    this.items.foresee(batch, items);
  }

  /** Takes in everything recorded since it was last asked to, up to a batch and a pull where they are given. */
  async takeIn(
    store: Store,
    configured: readonly SourceShape[],
    until?: { readonly batch: number; readonly pull: number },
  ): Promise<void> {
    this.#pull = until?.pull ?? (await store.lastPull());
    const names = configured.map(({ id }) => id);
    const reaches = new Map((await store.reaches(names, this.#pull)).map((reach) => [reach.source, reach]));
    this.#sources = configured.map((source) => ({ source, state: reaches.get(source.id) ?? null }));
    const watermark = until?.batch ?? (await store.watermark());
    // Columns of items may have been stored by an earlier process, those of series never are.
    if (watermark === this.watermark && watermark === this.#series.watermark) return;
    await this.#use.change(async () => {
      for (const series of await this.#series.refresh(store, watermark)) this.#touchedSeries.set(series.name, series.from);
      const { changes, isAll } = await this.items.refresh(store, watermark);
      for (const change of changes) this.#changes.push(change);
      this.#isAllChanged ||= isAll;
    });
  }

  /** The changes are measured: what comes next counts anew. */
  forgetChanges(): void {
    this.#changes = [];
    this.#isAllChanged = false;
    this.#touchedSeries.clear();
  }

  /** The first instant that anything told behind a KPI speaks of; null where there is nothing yet. */
  historyStart(basis: Basis): Instant | null {
    let start = Infinity;
    for (const kind of basis.kinds) start = Math.min(start, this.items.earliestTold(kind));
    for (const name of basis.series)
      for (const columns of this.#series.columns(name)) start = Math.min(start, columns.at[0] ?? Infinity);
    return start === Infinity ? null : start;
  }

  /** What measuring asks for, as of an outlook. */
  measured(
    outlook: Outlook,
  ): Pick<
    MeasureRequest,
    | 'worldSince'
    | 'now'
    | 'historyStart'
    | 'sources'
    | 'watermark'
    | 'pull'
    | 'changes'
    | 'isAllChanged'
    | 'touchedSeries'
    | 'starts'
  > {
    return {
      worldSince: (since) => this.worldSince(outlook, since),
      now: outlook.now,
      historyStart: (basis) => this.historyStart(basis),
      sources: this.sources,
      watermark: this.watermark,
      pull: this.pull,
      changes: this.changes,
      isAllChanged: this.#isAllChanged,
      touchedSeries: this.touchedSeries,
      starts: this.items,
    };
  }

  /** A task over the world of all items, which does not change while it lasts. */
  reading<T>(outlook: Outlook, task: (world: World) => Promise<T>): Promise<T> {
    return this.#use.read(() => task(this.world(outlook)));
  }

  /** The world of all items as another thread can be handed it, for as long as `reading` lasts. */
  shared({ kpis, now }: Outlook, organisationText: string): SharedWorld {
    const tables = Object.fromEntries(this.items.kinds.map((kind) => [kind, this.items.table(kind).share()]));
    const sources = this.#sources.map(({ source: { id, kinds, series, staleAfterMs }, state }) => ({
      source: { id, kinds, series, staleAfterMs },
      state,
    }));
    return { organisationText, tables, series: Object.fromEntries(this.#series.all), sources, kpis, now };
  }

  /** The world over all items, until the next batch is taken in. */
  world(outlook: Outlook): World {
    return this.#worldOver(outlook, (kind) => this.items.columns(kind, outlook.now));
  }

  /** The world for periods from `since` on, by stored kind; over far fewer items. */
  worldSince(outlook: Outlook, since: (kind: Kind) => Instant): World {
    return this.#worldOver(
      outlook,
      this.items.window(outlook.now, (kind) => Math.min(...storedKindsOf(kind).map(since))),
    );
  }

  #worldOver(outlook: Outlook, columns: (kind: Kind) => ItemColumns): World {
    return worldFrom({ ...outlook, columns, series: (name) => this.#series.columns(name), sources: this.#sources });
  }
}
