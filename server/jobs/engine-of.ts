import type { Organisation } from '../event/organisation.ts';
import { ownerOf } from '../event/ownership.ts';
import { formatProblem } from '../kpi/problem.ts';
import type { Review } from '../review/schema.ts';
import type { DryRun, Source } from '../sources/source.ts';
import { StoreError, type Lease, type PullRecord, type SnapshotQuery, type SnapshotRow, type Store } from '../store/store.ts';
import { lastCompleteWeek, parsePeriod } from '../time/calendar.ts';
import type { Instant } from '../time/period.ts';
import { folderFingerprint, readDefinitions, withLastGood, type Definitions, type DefinitionTools } from './definitions.ts';
import {
  EngineError,
  type CatalogueEntry,
  type Engine,
  type Evidence,
  type MeasureSummary,
  type OrganisationView,
  type QueueQuery,
  type RebuiltWhole,
  type SourceStatus,
  type StoredSeries,
  type Viewer,
} from './engine.ts';
import { evaluateBeside } from './evaluate-beside.ts';
import type { SharedWorld } from './shared-world.ts';
import type { Evaluations } from './evaluations.ts';
import { evidenceOf } from './evidence.ts';
import { FinishedReviews } from './finished-reviews.ts';
import type { EvaluateLong } from './grid-values.ts';
import { itemsAt } from './items-at.ts';
import { Knowledge, type Outlook } from './knowledge.ts';
import { Past } from './known-then.ts';
import type { LiveWanted } from './live-values.ts';
import { Measurer } from './measure.ts';
import { detailOf, keepMeasuredWith, readMeasuredWith, type MeasuredWith } from './measured-with.ts';
import { madeOf, Previews, previewOf, type PreviewAsked, type PreviewMade } from './preview.ts';
import { emptySourceState, pullSource } from './pull.ts';
import { publishReview } from './publish.ts';
import { queueOf, type Queue } from './queue.ts';
import { rebuild } from './rebuild.ts';
import { reviewOf } from './review-of.ts';
import { Serial } from './serial.ts';
import { seriesKnownThen } from './series-known-then.ts';
import { shownSeries } from './shown.ts';
import { checkColumns } from './stored-columns.ts';
import { slicesOf, type Slices, type SlicesAsked } from './slices.ts';
import { sourceStatus } from './source-status.ts';
import { scopeOf } from './scope.ts';

export interface EngineTools extends DefinitionTools {
  readonly store: Store;
  readonly kpiFolder: string;
  readonly clock: () => Instant;
  readonly pseudonym: (person: string) => string;
  readonly log: (level: 'info' | 'warn' | 'error', message: string) => void;
  /** Version of the time zone data, e.g. `2026b`: what was cut by other rules is measured again. */
  readonly zoneData: string;
  /** Names the code that makes columns of events: what another made is not used. */
  readonly columnsMaker: string;
  /** Another thread to evaluate in; without one it is done in this. */
  readonly evaluations?: Evaluations;
  /** From how many items on long histories are evaluated by those. */
  readonly manyItems?: number;
  /** Sources of this type make the organisation a demo. */
  readonly demoType: string;
}

/** What is looked up once a minute. */
interface ThisMinute {
  readonly minute: number;
  readonly statuses: readonly SourceStatus[];
  readonly lastRun: number;
}

/** Asks where nobody does; nothing that it is told goes anywhere. */
/** Fewer are evaluated before they could be handed over. */
const MANY_ITEMS = 300_000;
const NOBODY: Viewer = { who: 'nobody', roles: [], teams: [] };

/**
 * The movers in one process: definitions, items and series in memory, one thing at a time that
 * writes, and finished answers. Everything it holds can be dropped and read again from the store.
 */
export class QuarterdeckEngine implements Engine {
  readonly #tools: EngineTools;
  readonly #knowledge: Knowledge;
  readonly #reviews: FinishedReviews;
  readonly #writing = new Serial();
  readonly #previews = new Previews();
  readonly #abort = new AbortController();
  readonly #pulling = new Map<string, string>();
  #minute: ThisMinute | null = null;
  /** Grows with everything that changes what is stored of values. */
  #changes = 0;
  #measurer = new Measurer(null);
  readonly #past: Past;
  /** What is measured with, and the hash it is kept under; null where it is not kept yet. */
  #with: { readonly with: MeasuredWith; readonly hash: string } | null = null;
  #definitions: Definitions;
  #organisation: Organisation;
  #organisationText: string;
  #progress: string | null = null;
  #measuredAt: Instant | null = null;

  private constructor(tools: EngineTools, definitions: Definitions, organisation: Organisation) {
    this.#tools = tools;
    this.#definitions = definitions;
    this.#organisation = organisation;
    this.#organisationText = definitions.organisationText;
    this.#knowledge = new Knowledge(organisation);
    this.#reviews = new FinishedReviews(tools.digest);
    this.#past = new Past(tools.store, tools.digest);
  }

  /** Reads definitions and the whole log. Throws EngineError where organisation.yaml cannot be used. */
  static async open(tools: EngineTools): Promise<QuarterdeckEngine> {
    const read = readDefinitions(tools.kpiFolder, tools);
    if (read.organisation === null) {
      throw new EngineError(
        'invalid',
        `${tools.kpiFolder} cannot be used:\n${read.settingsProblems.map(formatProblem).join('\n')}`,
      );
    }
    const definitions = await withLastGood(read, tools.store, tools.digest, tools.clock());
    const engine = new QuarterdeckEngine(tools, definitions, read.organisation);
    await engine.#resume();
    return engine;
  }

  get organisationNow(): Organisation {
    return this.#organisation;
  }

  get configuredSources(): readonly Source[] {
    return this.#definitions.sources;
  }

  /** True once it is being closed: long work ends at its next step. */
  get isClosing(): boolean {
    return this.#abort.signal.aborted;
  }

  /** While set, the API answers "not ready" with this text. */
  set progress(text: string | null) {
    this.#progress = text;
  }

  readiness(): { readonly isReady: boolean; readonly progress: string } {
    return { isReady: this.#progress === null, progress: this.#progress ?? 'ready' };
  }

  async reach(): Promise<void> {
    await this.#tools.store.watermark();
  }

  async trouble(): Promise<string | null> {
    const error = await this.#tools.store.trouble();
    return error === null
      ? null
      : `Nothing new can be stored, so these numbers stay as they are: ${error.message.replace(/\.$/, '')}. ${error.fix}`;
  }

  organisation(_viewer: Viewer): OrganisationView {
    const { name, calendar, teams, services } = this.#organisation;
    const now = this.#tools.clock();
    return {
      name,
      zone: calendar.zone.name,
      isDemo: this.#definitions.sources.some((source) => source.type === this.#tools.demoType),
      teams: teams.map(({ id, name: label }) => ({ id, name: label })),
      services: services.map((service) => ({ id: service.id, name: service.name, team: ownerOf(service, now) ?? '' })),
      latestWeek: lastCompleteWeek(calendar, now).id,
      problems: this.#definitions.settingsProblems,
    };
  }

  catalogue(_viewer: Viewer): readonly CatalogueEntry[] {
    return this.#definitions.entries;
  }

  async review(
    viewer: Viewer,
    week: string | null,
    scope: string,
  ): Promise<{ readonly review: Review; readonly tag: string; readonly contentTag: string }> {
    const { store } = this.#tools;
    const wanted = scopeOf(scope, this.#organisation);
    const now = this.#tools.clock();
    const weekId = week ?? lastCompleteWeek(this.#organisation.calendar, now).id;
    const today = this.#organisation.calendar.zone.dayOf(now);
    const { statuses, lastRun } = await this.#thisMinute(viewer, now);
    const freshness = statuses.map((status) => `${status.id} ${status.freshness}`);
    const { fingerprint } = this.#definitions;
    const key = [
      weekId,
      wanted,
      this.#knowledge.watermark,
      fingerprint,
      today,
      this.#measuredAt ?? 0,
      lastRun,
      ...freshness,
    ].join('\n');
    const kept = this.#reviews.get(key);
    if (kept !== undefined) return this.#reviews.asOfNow(kept, statuses);
    const made = await this.#knowledge.reading(this.#outlook(now), (world) =>
      reviewOf({
        store,
        organisation: this.#organisation,
        definitions: this.#definitions,
        world,
        sources: this.#knowledge.sources,
        week: weekId,
        scope: wanted,
        watermark: this.#knowledge.watermark,
        measuredAt: this.#measuredAt,
        statuses,
      }),
    );
    this.#reviews.set(key, made);
    return this.#reviews.asOfNow(made, statuses);
  }

  async evidence(
    _viewer: Viewer,
    kpi: string,
    scope: string,
    period: string,
    page: { readonly offset: number; readonly limit: number },
    knownAt?: Instant,
  ): Promise<Evidence> {
    const then = knownAt === undefined ? null : await this.#past.at(this.#notAhead(knownAt), this.#present());
    return this.#knowledge.reading(this.#outlook(this.#tools.clock()), (world) =>
      evidenceOf({
        store: this.#tools.store,
        organisation: this.#organisation,
        world,
        items: itemsAt(this.#tools.store, this.#knowledge.watermark),
        kpis: this.#definitions.kpis,
        past: this.#past,
        known: knownAt === undefined || then === null ? null : { at: knownAt, then },
        log: this.#tools.log,
        kpi,
        scope: scopeOf(scope, this.#organisation),
        period,
        page,
      }),
    );
  }

  async snapshots(_viewer: Viewer, query: SnapshotQuery): Promise<StoredSeries> {
    if (query.kpi !== undefined && !this.#definitions.kpis.some((kpi) => kpi.id === query.kpi))
      throw new EngineError('not-found', `There is no KPI "${query.kpi}".`);
    if (query.scope !== undefined) scopeOf(query.scope, this.#organisation);
    const { kpi, knownAt } = query;
    if (knownAt === undefined || kpi === undefined) return shownSeries(this.#tools.store, query, this.#organisation.calendar);
    const then = await this.#past.at(this.#notAhead(knownAt), this.#present());
    return seriesKnownThen(this.#tools.store, then, { ...query, kpi, knownAt });
  }

  async revision(): Promise<string> {
    const { lastRun } = await this.#thisMinute(NOBODY, this.#tools.clock());
    return [this.#changes, this.#knowledge.watermark, this.#definitions.fingerprint, lastRun].join(' ');
  }

  async revisions(_viewer: Viewer, kpi: string, scope: string, period: string): Promise<readonly SnapshotRow[]> {
    if (!this.#definitions.kpis.some(({ id }) => id === kpi))
      throw new EngineError('not-found', `There is no KPI "${kpi.slice(0, 80)}".`);
    const wanted = scopeOf(scope, this.#organisation);
    const parsed = parsePeriod(this.#organisation.calendar, period);
    if (parsed === null)
      throw new EngineError('invalid', `"${period.slice(0, 40)}" is not a period; write 2026-W46, 2026-10 or 2026-Q3.`);
    return this.#tools.store.revisions(kpi, wanted, parsed.id);
  }

  async queue(_viewer: Viewer, query: QueueQuery): Promise<Queue> {
    const now = this.#tools.clock();
    const at = query.at ?? query.knownAt ?? now;
    if (at > (query.knownAt ?? now)) throw new EngineError('invalid', 'A queue is known up to the present, not beyond.');
    const then = query.knownAt === null ? null : await this.#past.at(this.#notAhead(query.knownAt), this.#present());
    const asked = { ...query, scope: scopeOf(query.scope, this.#organisation), at };
    if (then !== null) return queueOf(asked, then.world, then.items);
    return this.#knowledge.reading(this.#outlook(now), (world) =>
      queueOf(asked, world, itemsAt(this.#tools.store, this.#knowledge.watermark)),
    );
  }

  preview(_viewer: Viewer, asked: PreviewAsked): Promise<PreviewMade> {
    const outlook = this.#outlook(this.#tools.clock());
    return this.#knowledge.reading(outlook, (world) =>
      this.#previews.make(this.#abort.signal, async (signal) => {
        const { digest, evaluations } = this.#tools;
        const { entries } = this.#definitions;
        if (evaluations !== undefined)
          return evaluations.preview({ world: this.#knowledge.shared(outlook, this.#organisationText), entries, asked }, signal);
        const definitions = this.#definitions;
        return madeOf(await previewOf({ world, organisation: this.#organisation, definitions, digest, signal, asked }));
      }),
    );
  }

  async slices(_viewer: Viewer, asked: SlicesAsked): Promise<Slices> {
    return this.#knowledge.reading(this.#outlook(this.#tools.clock()), (world) =>
      slicesOf({ world, kpis: this.#definitions.kpis, signal: this.#abort.signal, asked }),
    );
  }

  async publish(viewer: Viewer, week: string, scope: string): Promise<{ readonly at: Instant; readonly pinned: number }> {
    return this.#writing.run(async () => {
      // What is pinned is measured at that very moment, so that it can be measured again.
      const now = this.#tools.clock();
      await this.measureNow('all', now);
      const { review } = await this.review(viewer, week, scope);
      const { hash } = await this.#measuredWith(now);
      const published = await publishReview(this.#tools.store, review, now, { with: hash, pull: this.#knowledge.pull });
      this.#forgetAnswers();
      return published;
    });
  }

  async sources(_viewer: Viewer): Promise<readonly SourceStatus[]> {
    const { store, clock } = this.#tools;
    const states = new Map((await store.sourceStates()).map((state) => [state.source, state]));
    const now = clock();
    return Promise.all(
      this.#definitions.sources.map(async (source) =>
        sourceStatus(
          source,
          states.get(source.id) ?? null,
          await store.pulls(source.id, 10),
          this.#organisation.calendar.zone,
          now,
          this.#pulling.get(source.id) ?? null,
        ),
      ),
    );
  }

  pull(_viewer: Viewer, id: string): Promise<PullRecord> {
    const source = this.#source(id);
    return this.#writing.run(async () => {
      const record = await this.pullOnly(source);
      await this.measureNow('changed');
      return record;
    });
  }

  dryRun(_viewer: Viewer, id: string, rows: number): Promise<DryRun> {
    const { clock, pseudonym } = this.#tools;
    return this.#source(id).dryRun({ cursor: null, now: clock(), pseudonym, signal: this.#abort.signal }, rows);
  }

  measure(_viewer: Viewer): Promise<MeasureSummary> {
    return this.#writing.run(() => this.measureNow('changed'));
  }

  rebuild(_viewer: Viewer, isWritten: boolean, onProgress: (done: number, of: number) => void): Promise<RebuiltWhole> {
    const { store, digest } = this.#tools;
    return this.#writing.run(async () => {
      const columns = await checkColumns(store, this.#organisation, this.#tools.columnsMaker);
      if (isWritten && columns.differences > 0) {
        await store.clearSegments();
        // What was read of them is as wrong as they are.
        this.#knowledge.items.restart();
        await this.#takeIn();
        this.#knowledge.forgetChanges();
      }
      const rebuilt = { ...(await rebuild(store, digest, onProgress)), columns };
      if (!isWritten || rebuilt.differences === 0) return rebuilt;
      if (rebuilt.unrepeatable > 0)
        throw new EngineError(
          'conflict',
          `${rebuilt.unrepeatable} runs of an early version kept too little to repeat them, so their values cannot be made again. Nothing was changed.`,
        );
      await store.replaceSnapshots(rebuilt.snapshots);
      this.#measurer = new Measurer(this.#with);
      this.#forgetAnswers();
      return rebuilt;
    });
  }

  async counts(): Promise<{ readonly events: number; readonly items: number; readonly batches: number }> {
    return this.#tools.store.countEvents();
  }

  /** One thing that writes at a time, for jobs that pull several sources before they measure. */
  exclusively<T>(task: () => Promise<T>): Promise<T> {
    return this.#writing.run(task);
  }

  /** As `exclusively`, for work that could be done again from the beginning if the power went. */
  remakeable<T>(task: () => Promise<T>): Promise<T> {
    return this.#writing.run(() => this.#tools.store.relaxDurability(task));
  }

  /** Gives sources that were never pulled the cursor to begin with; call within `exclusively`. */
  async beginAt(startCursor: (source: Source) => string | null): Promise<void> {
    const { store } = this.#tools;
    const known = new Set((await store.sourceStates()).map((state) => state.source));
    for (const source of this.#definitions.sources) {
      const cursor = startCursor(source);
      if (cursor !== null && !known.has(source.id)) await store.saveSourceState({ ...emptySourceState(source.id), cursor });
    }
  }

  /** A pass over a source without measuring; call within `exclusively`. `clock` for replays. */
  async pullOnly(source: Source, clock: () => Instant = this.#tools.clock, lease?: Lease): Promise<PullRecord> {
    const { store, pseudonym, log } = this.#tools;
    this.#pulling.set(source.id, 'starting');
    try {
      const record = await pullSource(source, {
        store,
        clock,
        pseudonym,
        signal: this.#abort.signal,
        onProgress: (progress) => this.#pulling.set(source.id, progress),
        onItems: (batch, items) => this.#knowledge.foresee(batch, items),
        ...(lease === undefined ? {} : { lease }),
      });
      if (record.outcome === 'failed' && clock === this.#tools.clock)
        log('warn', `pull of ${source.name} failed: ${record.error ?? 'no reason given'}`);
      return record;
    } finally {
      this.#pulling.delete(source.id);
    }
  }

  /** Takes in what was recorded, measures and settles; call within `exclusively`. */
  async measureNow(live: LiveWanted, now: Instant = this.#tools.clock()): Promise<MeasureSummary> {
    if (live !== 'none') await this.#reload();
    await this.#takeIn();
    const used = await this.#measuredWith(now);
    const result = await this.#measurer.measure({
      ...this.#knowledge.measured(this.#outlook(now)),
      store: this.#tools.store,
      with: used.with,
      withHash: used.hash,
      hasPublications: (await this.#tools.store.publications(1)).length > 0,
      live,
      evaluateLong: this.#evaluateLong(now),
    });
    this.#knowledge.forgetChanges();
    this.#measuredAt = now;
    this.#forgetAnswers();
    // After whatever waits for this run, and before the next thing that writes.
    if (live !== 'none') void this.#writing.run(() => this.#keepColumns());
    return result;
  }

  /** Threads of their own are worth it where there is much to look at. */
  #evaluateLong(now: Instant): EvaluateLong | null {
    const { evaluations } = this.#tools;
    if (evaluations === undefined || this.#knowledge.items.count < (this.#tools.manyItems ?? MANY_ITEMS)) return null;
    const outlook = this.#outlook(now);
    let shared: SharedWorld | null = null;
    return (grid) =>
      this.#knowledge.reading(outlook, async (world) => {
        shared ??= this.#knowledge.shared(outlook, this.#organisationText);
        const [values = []] = await Promise.all(evaluateBeside(evaluations, shared, world, [grid], 'at once'));
        return values;
      });
  }

  /** They are made again from the log where they cannot be stored, so nobody is troubled with that but the log. */
  async #keepColumns(): Promise<void> {
    try {
      await this.#knowledge.keep(this.#tools.store, this.#tools.columnsMaker);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.#tools.log('warn', `the columns were not stored: ${error.message}`);
    }
  }

  /** Ends what is under way. */
  async close(): Promise<void> {
    this.#abort.abort();
    await this.#writing.run(async () => undefined);
  }

  /** Reads the folder again when a file changed; what is broken keeps its last good version. */
  async #reload(): Promise<void> {
    if (folderFingerprint(this.#tools.kpiFolder) === this.#definitions.fingerprint) return;
    const read = readDefinitions(this.#tools.kpiFolder, this.#tools);
    const definitions = await withLastGood(read, this.#tools.store, this.#tools.digest, this.#tools.clock());
    const keepsSources = definitions.sources.length === 0 && definitions.settingsProblems.length > 0;
    this.#definitions = { ...definitions, sources: keepsSources ? this.#definitions.sources : definitions.sources };
    this.#with = null;
    if (definitions.organisation !== null) {
      this.#organisation = definitions.organisation;
      this.#organisationText = definitions.organisationText;
      this.#knowledge.items.organisation = definitions.organisation;
    }
    this.#tools.log('info', 'read the definitions again, because a file changed');
  }

  /**
   * Reads the log as the last run knew it, then what came after: nothing that was recorded and not yet
   * measured, because the process ended in between, is taken for known.
   */
  async #resume(): Promise<void> {
    const { store, digest } = this.#tools;
    const last = await store.lastRun();
    const detail = detailOf(last);
    if (last !== null && detail !== null) {
      const until = { batch: last.watermark, pull: detail.pull };
      const unusable = await this.#knowledge.begin(store, this.#tools.columnsMaker, until.batch);
      if (unusable !== null) this.#tools.log('warn', unusable);
      await this.#knowledge.takeIn(store, this.#definitions.sources, until);
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

  /** The present as the past is looked at, for moments before anything was measured. */
  #present(): MeasuredWith {
    const { sources, kpis } = this.#definitions;
    return { organisation: this.#organisation, kpis, sources, zoneData: this.#tools.zoneData };
  }

  #notAhead(knownAt: Instant): Instant {
    if (knownAt <= this.#tools.clock()) return knownAt;
    throw new EngineError('invalid', 'known_at lies in the future; leave it out to see what is known now.');
  }

  /** What is measured with now; kept in the store before anything is measured with it. */
  async #measuredWith(now: Instant): Promise<{ readonly with: MeasuredWith; readonly hash: string }> {
    if (this.#with !== null) return this.#with;
    const { store, digest, zoneData } = this.#tools;
    const { sources, kpis } = this.#definitions;
    const hash = await keepMeasuredWith(
      store,
      {
        organisation: this.#organisationText,
        kpis: kpis.map(({ file, definition }) => [file, definition] as const),
        sources,
        zoneData,
      },
      digest,
      now,
    );
    return (this.#with = { with: { organisation: this.#organisation, kpis, sources, zoneData }, hash });
  }

  #takeIn(): Promise<void> {
    return this.#knowledge.takeIn(this.#tools.store, this.#definitions.sources);
  }

  #outlook(now: Instant): Outlook {
    return { organisation: this.#organisation, kpis: this.#definitions.kpis, now, digest: this.#tools.digest };
  }

  /**
   * Words like "14 minutes ago" hold for a minute; an answer need not ask the database for them each time, nor whether
   * another process has measured since.
   */
  async #thisMinute(viewer: Viewer, now: Instant): Promise<ThisMinute> {
    const minute = Math.floor(now / 60_000);
    if (this.#minute?.minute === minute) return this.#minute;
    const [statuses, run] = await Promise.all([this.sources(viewer), this.#tools.store.lastRun()]);
    return (this.#minute = { minute, statuses, lastRun: run?.number ?? 0 });
  }

  /** What was answered before may not be what is answered now. */
  #forgetAnswers(): void {
    this.#reviews.clear();
    this.#changes += 1;
    this.#minute = null;
  }

  #source(id: string): Source {
    const source = this.#definitions.sources.find((candidate) => candidate.id === id);
    if (source === undefined)
      throw new EngineError(
        'not-found',
        `There is no source "${id}" in sources.yaml. Known: ${this.#definitions.sources.map((one) => one.id).join(', ') || 'none'}.`,
      );
    return source;
  }
}
