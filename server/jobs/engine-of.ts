import type { Organisation } from '../event/organisation.ts';
import { ownerOf } from '../event/ownership.ts';
import type { Kpi } from '../kpi/kpi.ts';
import type { DryRun, Source } from '../sources/source.ts';
import type { Distribution, KpiPage } from '../review/kpi-page-schema.ts';
import type { ShiftAnswers } from '../event/shift-survey.ts';
import type { HandOver } from '../review/hand-over-schema.ts';
import type { OnCallHealth } from '../review/on-call-schema.ts';
import type { ShiftPage } from '../review/shift-schema.ts';
import type { Report } from '../review/report-schema.ts';
import type { Written } from '../review/talk.ts';
import { StoreError, type Lease, type PullRecord, type SnapshotQuery, type SnapshotRow } from '../store/store.ts';
import { lastCompleteWeek, parsePeriod } from '../time/calendar.ts';
import type { Instant } from '../time/period.ts';
import { Answers } from './answers.ts';
import {
  EngineError,
  type CatalogueEntry,
  type Engine,
  type Evidence,
  type MeasureSummary,
  type OrganisationView,
  type QueueQuery,
  type RebuiltWhole,
  type ShiftAnswer,
  type SourceStatus,
  type StoredSeries,
  type Viewer,
} from './engine.ts';
import type { EngineTools } from './engine-tools.ts';
import { distributionOf } from './distribution-of.ts';
import { evaluateBeside } from './evaluate-beside.ts';
import type { SharedWorld } from './shared-world.ts';
import { evidenceOf } from './evidence.ts';
import type { ShownReview } from './finished-reviews.ts';
import type { EvaluateLong } from './grid-values.ts';
import { InForce } from './in-force.ts';
import { itemsAt } from './items-at.ts';
import { JournalDesk } from './journal.ts';
import type { BodyOf, ToWrite, WrittenKind, WrittenQuery } from '../review/bodies.ts';
import { Knowledge } from './knowledge.ts';
import { kpiNamed } from './kpi-page-of.ts';
import { Past } from './known-then.ts';
import { withoutEarlier, withoutMoved } from './past-of-people.ts';
import type { LiveWanted } from './live-values.ts';
import { Measurer } from './measure.ts';
import { detailOf, readMeasuredWith } from './measured-with.ts';
import { madeOf, Previews, previewOf, type PreviewAsked, type PreviewMade } from './preview.ts';
import { publishReview } from './publish.ts';
import { Pulling } from './pulling.ts';
import { queueOf, type Queue } from './queue.ts';
import { rebuild } from './rebuild.ts';
import { Serial } from './serial.ts';
import { seriesKnownThen } from './series-known-then.ts';
import { ShiftDesk, shiftBook } from './shift-desk.ts';
import { shownSeries } from './shown.ts';
import { checkColumns } from './stored-columns.ts';
import { slicesOf, type Slices, type SlicesAsked } from './slices.ts';
import { scopeOf } from './scope.ts';

/** Fewer are evaluated before they could be handed over. */
const MANY_ITEMS = 300_000;

/**
 * The movers in one process: definitions, items and series in memory, one thing at a time that
 * writes, and finished answers. Everything it holds can be dropped and read again from the store.
 */
export class QuarterdeckEngine implements Engine {
  readonly #tools: EngineTools;
  readonly #inForce: InForce;
  readonly #knowledge: Knowledge;
  readonly #pulling: Pulling;
  readonly #answers: Answers;
  readonly #journal: JournalDesk;
  readonly #shifts: ShiftDesk;
  readonly #writing = new Serial();
  readonly #previews = new Previews();
  readonly #abort = new AbortController();
  #measurer = new Measurer(null);
  readonly #past: Past;
  #progress: string | null = null;

  private constructor(tools: EngineTools, inForce: InForce) {
    this.#tools = tools;
    this.#inForce = inForce;
    this.#knowledge = new Knowledge(inForce.organisation);
    this.#pulling = new Pulling(
      tools,
      inForce,
      this.#abort.signal,
      (batch, items) => this.#knowledge.foresee(batch, items),
      (now) => shiftBook(this.#knowledge, tools.digest, now),
    );
    this.#shifts = new ShiftDesk(tools, inForce, this.#knowledge);
    this.#answers = new Answers(tools, inForce, this.#knowledge, () => this.#pulling.statuses());
    this.#past = new Past(tools.store, tools.digest);
    this.#journal = new JournalDesk({
      store: tools.store,
      clock: tools.clock,
      organisation: () => inForce.organisation,
      kpis: () => inForce.kpis,
    });
  }

  /** Reads definitions and the whole log. Throws EngineError where organisation.yaml cannot be used. */
  static async open(tools: EngineTools): Promise<QuarterdeckEngine> {
    const engine = new QuarterdeckEngine(tools, await InForce.read(tools));
    await engine.#resume();
    return engine;
  }

  get organisationNow(): Organisation {
    return this.#inForce.organisation;
  }

  get definedKpis(): readonly Kpi[] {
    return this.#inForce.kpis;
  }

  get configuredSources(): readonly Source[] {
    return this.#inForce.sources;
  }

  /** One of them; EngineError with what to do where there is none of that name. */
  sourceNamed(id: string): Source {
    return this.#pulling.source(id);
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
    const { name, calendar, teams, services } = this.#inForce.organisation;
    const now = this.#tools.clock();
    return {
      name,
      zone: calendar.zone.name,
      isDemo: this.#inForce.sources.some((source) => source.type === this.#tools.demoType),
      teams: teams.map(({ id, name: label }) => ({ id, name: label })),
      services: services.map((service) => ({ id: service.id, name: service.name, team: ownerOf(service, now) ?? '' })),
      latestWeek: lastCompleteWeek(calendar, now).id,
      problems: this.#inForce.definitions.settingsProblems,
    };
  }

  catalogue(_viewer: Viewer): readonly CatalogueEntry[] {
    return this.#inForce.definitions.entries;
  }

  review(_viewer: Viewer, week: string | null, scope: string): Promise<ShownReview> {
    return this.#answers.review(week, scope);
  }

  onCall(_viewer: Viewer, team: string | null, quarter: string | null): Promise<OnCallHealth> {
    return this.#answers.onCall(team, quarter);
  }

  handOver(_viewer: Viewer, team: string): Promise<HandOver> {
    return this.#answers.handOver(team);
  }

  shift(token: string): Promise<ShiftPage> {
    return this.#shifts.page(token);
  }

  answerShift(token: string, answers: ShiftAnswers): Promise<ShiftAnswer> {
    return this.#shifts.answer(token, answers);
  }

  kpiPage(_viewer: Viewer, kpi: string, scope: string): Promise<KpiPage> {
    return this.#answers.kpiPage(kpi, scope);
  }

  async distribution(_viewer: Viewer, kpi: string, scope: string): Promise<Distribution> {
    const wanted = { kpi: kpiNamed(this.#inForce.kpis, kpi), scope: scopeOf(scope, this.#inForce.organisation) };
    return this.#knowledge.reading(this.#inForce.outlook(this.#tools.clock()), (world) =>
      distributionOf({ world, ...wanted, signal: this.#abort.signal }),
    );
  }

  report(_viewer: Viewer, quarter: string | null, scope: string): Promise<Report> {
    return this.#answers.report(quarter, scope);
  }

  async evidence(
    _viewer: Viewer,
    kpi: string,
    scope: string,
    period: string,
    page: { readonly offset: number; readonly limit: number },
    knownAt?: Instant,
  ): Promise<Evidence> {
    const then = knownAt === undefined ? null : await this.#past.at(this.#notAhead(knownAt), this.#inForce.present);
    return this.#knowledge.reading(this.#inForce.outlook(this.#tools.clock()), (world) =>
      evidenceOf({
        store: this.#tools.store,
        organisation: this.#inForce.organisation,
        world,
        items: itemsAt(this.#tools.store, this.#knowledge.watermark),
        kpis: this.#inForce.kpis,
        past: this.#past,
        known: knownAt === undefined || then === null ? null : { at: knownAt, then },
        log: this.#tools.log,
        kpi,
        scope: scopeOf(scope, this.#inForce.organisation),
        period,
        page,
      }),
    );
  }

  async snapshots(_viewer: Viewer, query: SnapshotQuery): Promise<StoredSeries> {
    if (query.kpi !== undefined && !this.#inForce.kpis.some((kpi) => kpi.id === query.kpi))
      throw new EngineError('not-found', `There is no KPI "${query.kpi}".`);
    if (query.scope !== undefined) scopeOf(query.scope, this.#inForce.organisation);
    const { kpi, knownAt } = query;
    if (knownAt === undefined || kpi === undefined)
      return shownSeries(this.#tools.store, query, this.#inForce.organisation.calendar);
    const then = await this.#past.at(this.#notAhead(knownAt), this.#inForce.present);
    const { knownAt: _, ...asOfNow } = query;
    return withoutMoved(
      this.#inForce.kpis.find(({ id }) => id === kpi),
      await seriesKnownThen(this.#tools.store, then, { ...query, kpi, knownAt }),
      await shownSeries(this.#tools.store, asOfNow, this.#inForce.organisation.calendar),
    );
  }

  revision(): Promise<string> {
    return this.#answers.revision();
  }

  async revisions(_viewer: Viewer, kpi: string, scope: string, period: string): Promise<readonly SnapshotRow[]> {
    if (!this.#inForce.kpis.some(({ id }) => id === kpi))
      throw new EngineError('not-found', `There is no KPI "${kpi.slice(0, 80)}".`);
    const wanted = scopeOf(scope, this.#inForce.organisation);
    const parsed = parsePeriod(this.#inForce.organisation.calendar, period);
    if (parsed === null)
      throw new EngineError('invalid', `"${period.slice(0, 40)}" is not a period; write 2026-W46, 2026-10 or 2026-Q3.`);
    return withoutEarlier(
      this.#inForce.kpis.find(({ id }) => id === kpi),
      await this.#tools.store.revisions(kpi, wanted, parsed.id),
    );
  }

  async queue(_viewer: Viewer, query: QueueQuery): Promise<Queue> {
    const now = this.#tools.clock();
    const at = query.at ?? query.knownAt ?? now;
    if (at > (query.knownAt ?? now)) throw new EngineError('invalid', 'A queue is known up to the present, not beyond.');
    const then = query.knownAt === null ? null : await this.#past.at(this.#notAhead(query.knownAt), this.#inForce.present);
    const asked = { ...query, scope: scopeOf(query.scope, this.#inForce.organisation), at };
    if (then !== null) return queueOf(asked, then.world, then.items);
    return this.#knowledge.reading(this.#inForce.outlook(now), (world) =>
      queueOf(asked, world, itemsAt(this.#tools.store, this.#knowledge.watermark)),
    );
  }

  preview(_viewer: Viewer, asked: PreviewAsked): Promise<PreviewMade> {
    const outlook = this.#inForce.outlook(this.#tools.clock());
    return this.#knowledge.reading(outlook, (world) =>
      this.#previews.make(this.#abort.signal, async (signal) => {
        const { digest, evaluations } = this.#tools;
        const { entries } = this.#inForce.definitions;
        if (evaluations !== undefined)
          return evaluations.preview(
            { world: this.#knowledge.shared(outlook, this.#inForce.organisationText), entries, asked },
            signal,
          );
        const definitions = this.#inForce.definitions;
        return madeOf(await previewOf({ world, organisation: this.#inForce.organisation, definitions, digest, signal, asked }));
      }),
    );
  }

  async slices(_viewer: Viewer, asked: SlicesAsked): Promise<Slices> {
    return this.#knowledge.reading(this.#inForce.outlook(this.#tools.clock()), (world) =>
      slicesOf({ world, kpis: this.#inForce.kpis, signal: this.#abort.signal, asked }),
    );
  }

  async publish(viewer: Viewer, week: string, scope: string): Promise<{ readonly at: Instant; readonly pinned: number }> {
    return this.#writing.run(async () => {
      // What is pinned is measured at that very moment, so that it can be measured again.
      const now = this.#tools.clock();
      await this.measureNow('all', now);
      const { review } = await this.review(viewer, week, scope);
      const { hash } = await this.#inForce.measuredWith(now);
      const published = await publishReview(this.#tools.store, review, now, { with: hash, pull: this.#knowledge.pull });
      this.#answers.forget();
      return published;
    });
  }

  async write<K extends WrittenKind>(_viewer: Viewer, kind: K, asked: ToWrite<K>): Promise<Written<BodyOf<K>>> {
    const written = await this.#journal.write(kind, asked);
    this.#answers.forget();
    return written;
  }

  written<K extends WrittenKind>(_viewer: Viewer, kind: K, query: WrittenQuery): Promise<readonly Written<BodyOf<K>>[]> {
    return this.#journal.list(kind, query);
  }

  writtenRevisions<K extends WrittenKind>(_viewer: Viewer, kind: K, entry: number) {
    return this.#journal.revisions(kind, entry);
  }

  sources(_viewer: Viewer): Promise<readonly SourceStatus[]> {
    return this.#pulling.statuses();
  }

  pull(_viewer: Viewer, id: string): Promise<PullRecord> {
    const source = this.#pulling.source(id);
    return this.#writing.run(async () => {
      const record = await this.pullOnly(source);
      await this.measureNow('changed');
      return record;
    });
  }

  dryRun(_viewer: Viewer, id: string, rows: number): Promise<DryRun> {
    return this.#pulling.dryRun(id, rows);
  }

  measure(_viewer: Viewer): Promise<MeasureSummary> {
    return this.#writing.run(() => this.measureNow('changed'));
  }

  rebuild(_viewer: Viewer, isWritten: boolean, onProgress: (done: number, of: number) => void): Promise<RebuiltWhole> {
    const { store, digest } = this.#tools;
    return this.#writing.run(async () => {
      const columns = await checkColumns(store, this.#inForce.organisation, this.#tools.columnsMaker);
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
      this.#measurer = new Measurer(this.#inForce.keptWith);
      this.#answers.forget();
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
  beginAt(startCursor: (source: Source) => string | null): Promise<void> {
    return this.#pulling.beginAt(startCursor);
  }

  /** A pass over a source without measuring; call within `exclusively`. `clock` for replays. */
  pullOnly(source: Source, clock: () => Instant = this.#tools.clock, lease?: Lease): Promise<PullRecord> {
    return this.#pulling.pull(source, clock, lease);
  }

  /** Takes in what was recorded, measures and settles; call within `exclusively`. */
  async measureNow(live: LiveWanted, now: Instant = this.#tools.clock()): Promise<MeasureSummary> {
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
    this.#answers.forget(now);
    // After whatever waits for this run, and before the next thing that writes.
    if (live !== 'none') void this.#writing.run(() => this.#keepColumns());
    return result;
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

  /** Reads the folder again when a file changed. */
  async #reload(): Promise<void> {
    const before = this.#inForce.organisation;
    await this.#inForce.reload();
    const { organisation } = this.#inForce;
    // What is known of columns is dropped with it.
    if (organisation !== before) this.#knowledge.items.organisation = organisation;
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

  #notAhead(knownAt: Instant): Instant {
    if (knownAt <= this.#tools.clock()) return knownAt;
    throw new EngineError('invalid', 'known_at lies in the future; leave it out to see what is known now.');
  }

  #takeIn(): Promise<void> {
    return this.#knowledge.takeIn(this.#tools.store, this.#inForce.sources);
  }
}
